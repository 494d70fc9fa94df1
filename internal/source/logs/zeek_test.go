package logs

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// What Zeek saw of a handshake, in both forms: a version proves a ServerHello,
// the history who sent the alert.
func TestZeekOutcomes(t *testing.T) {
	tests := []struct {
		version, established, alert, history string
		want                                 string
	}{
		{"TLSv10", "T", "-", "CsxknGIi", "TLS 1.0 completed"},
		{"SSLv2", "T", "-", "Cs", "SSLv2 completed"},
		{"TLSv13-draft23", "T", "-", "CsiI", "TLS 1.3 draft 23 completed"},
		{"DTLSv12", "T", "-", "CvCs", "DTLS 1.2 completed"},
		{"TLSv10", "F", "-", "Csxn", "TLS 1.0 unfinished"},
		{"TLSv10", "F", "unknown_ca", "CsxnL", "TLS 1.0 aborted client unknown_ca"},
		{"TLSv12", "F", "handshake_failure", "Csl", "TLS 1.2 aborted server handshake_failure"},
		{"-", "F", "protocol_version", "Cl", "0x0000 refused server protocol_version"},
		{"-", "F", "protocol_version", "CL", reasonNoServerHello},
		{"-", "F", "handshake_failure", "-", reasonNoServerHello},
		{"-", "F", "close_notify", "Cl", reasonNoServerHello},
		{"-", "F", "-", "C", reasonNoServerHello},
		{"unknown-64282", "F", "-", "Cs", "the version is none that is known"},
	}
	for _, tt := range tests {
		tsv := "#separator \\x09\n#path\tssl\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tversion\testablished\tlast_alert\tssl_history\n" +
			strings.Join([]string{"1772445600.1", "198.51.100.7", "192.0.2.10", "443", tt.version, tt.established, tt.alert, tt.history}, "\t") + "\n"
		if got := outcomeOf(t, "zeek", tsv); got != tt.want {
			t.Errorf("%+v: got %q", tt, got)
		}
		object := `{"ts":1772445600.1,"id.orig_h":"198.51.100.7","id.resp_h":"192.0.2.10","id.resp_p":443,"resumed":false`
		for name, value := range map[string]string{"version": tt.version, "last_alert": tt.alert, "ssl_history": tt.history} {
			if value != "-" {
				object += `,"` + name + `":"` + value + `"`
			}
		}
		object += `,"established":` + map[string]string{"T": "true", "F": "false"}[tt.established] + "}\n"
		if got := outcomeOf(t, "zeek-json", object); got != tt.want {
			t.Errorf("JSON, %+v: got %q", tt, got)
		}
	}
}

// outcomeOf is how the only row of a log ended.
func outcomeOf(t *testing.T, format, log string) string {
	t.Helper()
	recs := mustRun(t, "a.log", []byte(log), Options{Format: format})
	hs := handshakesOf(recs)
	if len(hs) == 0 {
		return coverageOf(recs).Skipped[0].Reason
	}
	alert := evidence.Alert{}
	if hs[0].Alert != nil {
		alert = *hs[0].Alert
	}
	return strings.Join(strings.Fields(strings.Join([]string{hs[0].Negotiated.String(), string(hs[0].Outcome), alert.From, alert.Name}, " ")), " ")
}

// Logs put together change their columns, their separator and what they are
// about.
func TestZeekHeaders(t *testing.T) {
	ssl := "#separator \\x09\n#path\tssl\n#fields\tid.orig_h\tid.resp_h\tversion\testablished\n198.51.100.7\t192.0.2.10\tTLSv10\tT\n"
	conn := "#separator \\x09\n#path\tconn\n#fields\tid.orig_h\tid.resp_h\tversion\testablished\n198.51.100.66\t192.0.2.10\tTLSv10\tT\n"
	comma := "#separator \\x2c\n#unset_field,NONE\n#path,ssl\n#fields,version,established,id.orig_h\nTLSv11,T,198.51.100.8\nNONE,F,198.51.100.9\n"
	for log, want := range map[string]string{
		ssl + conn + comma:                 "198.51.100.7 TLS 1.0; 198.51.100.8 TLS 1.1; " + reasonNoServerHello,
		"198.51.100.7\tTLSv10\n":           "row before any #fields line",
		ssl + "198.51.100.8\t192.0.2.10\n": "198.51.100.7 TLS 1.0; row does not have the columns of its #fields line",
	} {
		got := outcomes(t, log, Options{Format: "zeek"})
		if !sameSet(strings.Split(got, "; "), strings.Split(want, "; ")) {
			t.Errorf("%q: got %q, want %q", log, got, want)
		}
	}
}
