package assess

import "github.com/tlsready/tlsready/evidence"

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

// lookAgain is how to find out what a server of a verdict does.
func lookAgain(v *Verdict) Text {
	if inDatagrams(v.Protocol) {
		return say("tlsready watch a longer capture of this pair")
	}
	return Verbatim("tlsready scan " + v.Server)
}
