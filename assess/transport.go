package assess

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// inDatagrams reports whether a protocol runs over UDP. What listens there is
// not what listens on the TCP port of the same number, and a client speaks to
// it with another stack: what the one can do proves nothing of the other.
func inDatagrams(protocol string) bool {
	return protocol == evidence.ProtocolQUIC || protocol == evidence.ProtocolDTLS
}

// endpointID is the id of a server for one of the two transports.
func endpointID(id, protocol string) string {
	if inDatagrams(protocol) {
		return id + "/udp"
	}
	return id
}

// scansOver are the scans of the endpoint of a party over the transport of a
// protocol. Those of UDP are kept out of the directory.
func (d *directory) scansOver(p evidence.Party, protocol string) []*evidence.Server {
	if inDatagrams(protocol) {
		return nil
	}
	return d.scans(p)
}

// scanTarget is what scan takes for a server: a UDP port by its protocol.
func scanTarget(server, protocol string) string {
	if id, udp := strings.CutSuffix(server, "/udp"); udp {
		return protocol + "://" + id
	}
	return server
}

// lookAgain is how to find out what a server of a verdict does.
func lookAgain(v *Verdict) Text {
	if inDatagrams(v.Protocol) {
		return say("tlsready watch a longer capture of this pair")
	}
	return Verbatim("tlsready scan " + scanTarget(v.Server, v.Protocol))
}
