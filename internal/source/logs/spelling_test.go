package logs

import (
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

func TestSpelledVersion(t *testing.T) {
	for want, spellings := range map[tlswire.Version][]string{
		tlswire.SSL20:  {"SSLv2", "SSL 2.0"},
		tlswire.SSL30:  {"SSLv3", "SSL 3.0", "768", "ssl3_0"},
		tlswire.TLS10:  {"TLSv1", "TLSv1.0", "TLSv10", "TLS 1.0", "TLS1.0", "TLS1_0", "1.0", "769", "tlsv1", "TLS10"},
		tlswire.TLS11:  {"TLSv1.1", "TLSv11", "TLS 1.1", "1.1", "770", "TLS1_1"},
		tlswire.TLS12:  {"TLSv1.2", "TLSv12", "TLS 1.2", "1.2", "771", "tlsv12"},
		tlswire.TLS13:  {"TLSv1.3", "TLSv13", "TLS 1.3", "1.3", "772"},
		tlswire.DTLS10: {"DTLSv10", "DTLSv1", "DTLS 1.0"},
		tlswire.DTLS12: {"DTLSv12", "DTLS 1.2"},
		tlswire.DTLS13: {"DTLSv13"},
		0x7f17:         {"TLSv13-draft23"},
		0: {
			"", "-", "1", "2", "TLS", "TLSv", "TLSv9", "TLSv1.", "TLSv1.4", "TLSv1.2 ", "unknown", "unknown-64282", "773", "TLSv12-draft23",
			"TLSv13-draft", "TLSv13-draft999", "TLSv13-FBdraft23", "DTLSv11", "SSLv1", "HTTP/1.1", "none", "UNDETERMINED", "N/A", "TLS -draft1",
		},
	} {
		for _, s := range spellings {
			if got, ok := spelledVersion([]byte(s)); got != want || ok != (want != 0) {
				t.Errorf("%q: %v %v, want %v", s, got, ok, want)
			}
		}
	}
}
