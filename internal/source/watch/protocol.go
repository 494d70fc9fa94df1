package watch

import (
	"bytes"
	"encoding/binary"

	"github.com/tlsready/tlsready/evidence"
)

// protocol names what runs over TLS: by what came before the hello, else by
// the ALPN the client asks for, else by the server's port.
func (s *session) protocol() string {
	switch {
	case s.quic != nil:
		return evidence.ProtocolQUIC
	case s.dtls != nil:
		return evidence.ProtocolDTLS
	}
	client, server := &s.half[s.client], &s.half[1-s.client]
	if client.prefix > 0 {
		if p := protocolOfPrefix(client.head[:min(client.headN, client.prefix)], server.head[:server.headN]); p != "" {
			return p
		}
	}
	if s.ev.Protocol != "" {
		return s.ev.Protocol
	}
	if p, ok := portProtocols[s.key[1-s.client].port]; ok {
		return p
	}
	return "tls"
}

// A talk is how a protocol that upgrades to TLS begins. Both sides' first
// bytes must fit; an empty text fits all.
type talk struct {
	name           string
	client, server string // upper case
}

// talks are tried in order.
var talks = []talk{
	{"ftp", "AUTH ", "220"},
	{"ftp", "USER ", "220"},
	{"ftp", "FEAT", "220"},
	{"ftp", "HOST ", "220"},
	{"lmtp", "LHLO", "220"},
	{"smtp", "EHLO", ""},
	{"smtp", "HELO", ""},
	{"pop3", "", "+OK"},
	{"imap", "", "* OK"},
	{"imap", "", "* PREAUTH"},
	{"nntp", "", "200 "},
	{"nntp", "", "201 "},
	{"sieve", "", "\"IMPLEMENTATION\""},
	{"xmpp", "<?XML", ""},
	{"xmpp", "<STREAM", ""},
	{"irc", "STARTTLS", ""},
	{"irc", "CAP ", ""},
	{"smtp", "", "220"},
}

// protocolOfPrefix reads what was said in clear text before the hello.
// Proxies (SOCKS, CONNECT, PROXY) say nothing of the protocol inside.
func protocolOfPrefix(client, server []byte) string {
	for i := range talks {
		t := &talks[i]
		if begins(client, t.client) && begins(server, t.server) {
			return t.name
		}
	}
	switch {
	case len(client) >= 8 && binary.BigEndian.Uint32(client[4:]) == 80877103: // SSLRequest
		return "postgres"
	case len(client) >= 8 && client[0] == 0x12 && client[1] <= 1: // PRELOGIN
		return "tds"
	case len(client) >= 6 && client[0] == 3 && client[1] == 0 && client[5] == 0xe0: // X.224 in TPKT
		return "rdp"
	case len(server) >= 5 && server[3] == 0 && server[4] == 10: // greeting of version 10
		return "mysql"
	case len(client) >= 2 && client[0] == 0x30 && len(server) >= 2 && server[0] == 0x30:
		return "ldap"
	}
	return ""
}

// begins reports whether b starts with text, which is in upper case.
func begins(b []byte, text string) bool {
	return len(b) >= len(text) && bytes.EqualFold(b[:len(text)], []byte(text))
}

// protocolOfALPN names the protocol that the client's first choice stands for.
func protocolOfALPN(alpn string) string {
	switch alpn {
	case "h2", "http/1.1", "http/1.0", "spdy/3.1", "spdy/3", "h2-14", "h2-16":
		return "https"
	case "imap", "pop3", "ftp", "mqtt", "irc", "nntp", "smb", "ntske", "postgresql":
		if alpn == "postgresql" {
			return "postgres"
		}
		return alpn
	case "xmpp-client", "xmpp-server":
		return "xmpp"
	case "dot":
		return "dns"
	case "managesieve":
		return "sieve"
	case "tds/8.0":
		return "tds"
	}
	return ""
}

var portProtocols = map[uint16]string{
	443: "https", 8443: "https", 4443: "https", 9443: "https",
	25: "smtp", 465: "smtp", 587: "smtp", 2525: "smtp",
	143: "imap", 993: "imap", 110: "pop3", 995: "pop3",
	389: "ldap", 636: "ldap", 3268: "ldap", 3269: "ldap",
	21: "ftp", 990: "ftp", 119: "nntp", 563: "nntp", 4190: "sieve",
	5222: "xmpp", 5223: "xmpp", 5269: "xmpp",
	5432: "postgres", 3306: "mysql", 1433: "tds", 3389: "rdp", 1521: "oracle", 2484: "oracle",
	853: "dns", 5061: "sip", 8883: "mqtt", 5671: "amqp", 6697: "irc", 5986: "winrm", 6379: "redis", 6514: "syslog",
}
