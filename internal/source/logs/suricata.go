package logs

import "github.com/tlsready/tlsready/tlswire"

func suricataFormat() *Format {
	return &Format{
		Name:     "suricata",
		Doc:      "Suricata EVE, events of the type tls",
		Source:   "suricata",
		Enable:   suricataEnable,
		protocol: "tls",
		blind:    []string{"Suricata writes a tls event when it has seen the server's certificate or the end of the handshake: refused handshakes are missing or UNDETERMINED"},
		detect:   suricataLog.detect,
		parser:   suricataLog.parser,
		agent:    unescape,
		text:     unescape,
		suite:    namedSuite,
	}
}

const suricataEnable = `suricata.yaml, then restart:
outputs:
  - eve-log:
      enabled: yes
      filename: eve.json
      types:
        - tls:
            extended: yes
            custom: [subject, issuer, sni, version, ja3, ja4]
app-layer.protocols.tls.ja3-fingerprints: yes`

// suricataLog: Suricata's user guide, "Eve JSON Format", event type TLS. The
// source is who opened the connection. Version 1.0 is TLSv1, later ones are
// spelled TLS 1.1.
var suricataLog = &jsonLog{
	must: []string{"timestamp", "event_type"},
	only: []jsonIs{{"event_type", []string{"tls"}}},
	cells: []jsonCell{
		{"src_ip", cellPeer},
		{"tls.client.subject", cellCertName},
		{"dest_ip", cellServerIP},
		{"dest_port", cellServerPort},
		{"tls.sni", cellHost},
		{"tls.version", cellVersion},
		{"tls.ja3.hash", cellJA3},
		{"tls.ja4", cellJA4},
		{"timestamp", cellTime},
	},
	unknown:       []string{"UNDETERMINED"},
	unmeasuredWhy: reasonNoServerHello,
	judge:         byPort,
}

// reasonNoServerHello is for what a sensor saw of a handshake without an
// answer.
const reasonNoServerHello = "the sensor saw no ServerHello: the version is not known"

// byPort names the protocol after the server's port: a sensor sees only TLS.
// DTLS is known by its version.
func byPort(_ *jsonParser, r *row, s state, reason string) (state, string) {
	r.protocol = sensorProtocol(r)
	return s, reason
}

func sensorProtocol(r *row) string {
	switch r.version {
	case tlswire.DTLS10, tlswire.DTLS12, tlswire.DTLS13:
		return "dtls"
	}
	switch string(r.cell[cellServerPort]) {
	case "443", "8443", "4443", "9443":
		return "https"
	case "25", "465", "587":
		return "smtp"
	case "143", "993":
		return "imap"
	case "110", "995":
		return "pop3"
	case "389", "636", "3268", "3269":
		return "ldap"
	case "21", "990":
		return "ftp"
	case "5222", "5223", "5269":
		return "xmpp"
	case "5432":
		return "postgres"
	case "3306":
		return "mysql"
	case "1433":
		return "tds"
	case "3389":
		return "rdp"
	}
	return "tls"
}
