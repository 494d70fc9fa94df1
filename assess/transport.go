package assess

import (
	"net"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/starttls"
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

// ScanTarget is what scan takes for the server of a verdict, a name or an
// address with or without a port: with the protocol as its scheme for a UDP
// port, which ends in "/udp" here, and for STARTTLS where the port does not
// tell the dialog. Without a port scan would take 443.
func ScanTarget(server, protocol string) string {
	if id, udp := strings.CutSuffix(server, "/udp"); udp {
		return protocol + "://" + id
	}
	if usualPort(server) {
		return server
	}
	if s, _, ok := starttls.SchemeNamed(protocol); !ok || s.AtOnce {
		return server
	}
	if strings.Count(server, ":") > 1 && !strings.HasPrefix(server, "[") {
		server = "[" + server + "]"
	}
	return protocol + "://" + server
}

// usualPort reports whether a server has a port that tells what listens there.
func usualPort(server string) bool {
	_, port, err := net.SplitHostPort(server)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return false
	}
	_, _, ok := starttls.SchemeOfPort(uint16(n))
	return ok
}

// lookAgain is how to find out what a server of a verdict does.
func lookAgain(v *Verdict) Text {
	if inDatagrams(v.Protocol) {
		return say("tlsready watch a longer capture of this pair")
	}
	return Verbatim("tlsready scan " + ScanTarget(v.Server, v.Protocol))
}
