package assess

import (
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// overUDP reports whether a protocol runs over UDP. What listens there is not
// what listens on the TCP port of the same number, and a client speaks to it
// with another stack: what the one can do proves nothing of the other.
func overUDP(protocol string) bool { return protocol == "quic" || protocol == "dtls" }

// endpointID is the id of a server for one of the two transports.
func endpointID(id, protocol string) string {
	if overUDP(protocol) {
		return id + "/udp"
	}
	return id
}

// scansOver are the scans of the endpoint of a party over the transport of a
// protocol.
func (d *directory) scansOver(p evidence.Party, protocol string) []*evidence.Server {
	all := d.scans(p)
	other := func(s *evidence.Server) bool { return overUDP(s.Protocol) != overUDP(protocol) }
	if !slices.ContainsFunc(all, other) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), other)
}

// lookAgain is how to find out what a server of a verdict does.
func lookAgain(v *Verdict) Text {
	if overUDP(v.Protocol) {
		return say("tlsready watch a longer capture of this pair")
	}
	return Verbatim("tlsready scan " + v.Server)
}
