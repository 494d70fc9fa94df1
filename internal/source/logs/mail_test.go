package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// saidBy is each handshake of a log with both its parties, or the reasons why
// there is none.
func saidBy(t *testing.T, log string) string {
	t.Helper()
	recs := mustRun(t, "a.log", []byte(log), Options{})
	party := func(p evidence.Party) string {
		words := []string{p.Name, p.IP, p.Identity}
		if p.Port > 0 {
			words = append(words, fmt.Sprint(p.Port))
		}
		return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
	}
	var out []string
	for _, h := range handshakesOf(recs) {
		what := h.Negotiated.String()
		if h.Outcome != evidence.Completed {
			what = string(h.Outcome)
		}
		if h.Alert != nil {
			what += " " + h.Alert.From + " " + h.Alert.Name
		}
		out = append(out, fmt.Sprintf("%s > %s: %s %s", party(h.Client), party(h.Server), h.Protocol, what))
	}
	for _, s := range coverageOf(recs).Skipped {
		out = append(out, s.Reason)
	}
	return strings.Join(out, "\n")
}

// What each sample says: who called whom, in which version.
func TestMailSamplesTell(t *testing.T) {
	for format, want := range map[string]string{
		"exchange-smtp": `scanner7.contoso.example 198.51.100.7 scan@contoso.example > ex01 192.0.2.5 25: smtp TLS 1.0
198.51.100.20 > ex01 192.0.2.5 25: smtp refused
2001:db8::8 CONTOSO\ann > ex01 192.0.2.5 587: smtp TLS 1.3
TLS of a version that is no known number`,
		"postfix": `mx1 > mx.partner.example 203.0.113.9 25: smtp TLS 1.2
old.partner.example 198.51.100.7 > mx1: smtp TLS 1.0
198.51.100.11 > mx1: smtp TLS 1.1
printer.contoso.example 198.51.100.20 > mx1: smtp refused server protocol_version
198.51.100.21 > mx1: smtp refused
2001:db8::7 > mx1: smtp TLS 1.3
contradiction: TLS 1.1 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, which needs TLS 1.2`,
		"sendmail": `mx2 > mx.partner.example 203.0.113.9: smtp TLS 1.2`,
		"exim":     ` > mx.partner.example 203.0.113.9: smtp TLS 1.2`,
		"dovecot":  `198.51.100.11 > mx1 192.0.2.6: imap refused server protocol_version`,
		"schannel": `ex01.contoso.example > smtp.partner.example: tls TLS 1.2`,
	} {
		got := saidBy(t, string(sample(t, format)))
		if lines := strings.Split(got, "\n"); got != want && !slices.Contains(lines, want) {
			t.Errorf("%s:\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestSyslogForms(t *testing.T) {
	const text = "postfix/smtpd[1]: Anonymous TLS connection established from h.example[198.51.100.7]: TLSv1 with cipher AES128-SHA (128/128 bits)\n"
	for _, tt := range []struct {
		head  string
		dated bool
	}{
		{"Mar  2 10:00:00 mx1 ", false},
		{"Mar 12 10:00:00.123 mx1 ", false},
		{"<22>Mar  2 10:00:00 mx1 ", false},
		{"2026-03-02T10:00:00.123456+01:00 mx1 ", true},
		{"<22>2026-03-02T10:00:00Z mx1 ", true},
	} {
		recs := mustRun(t, "a.log", []byte(tt.head+text), Options{})
		h := handshakesOf(recs)
		if len(h) != 1 || h[0].Client.IP != "198.51.100.7" || h[0].Server.Name != "mx1" || h[0].First.IsZero() == tt.dated {
			t.Errorf("%s: %s", tt.head, ndjson(t, recs))
		}
	}
	rfc5424 := strings.Replace("<22>1 2026-03-02T10:00:00Z mx1 "+text, "postfix/smtpd[1]:", "postfix/smtpd 1 - -", 1)
	if got := saidBy(t, rfc5424); got != "h.example 198.51.100.7 > mx1: smtp TLS 1.0" {
		t.Errorf("RFC 5424: %s", got)
	}
}

// Dovecot's own file, and PostgreSQL's other forms.
func TestOtherForms(t *testing.T) {
	for log, want := range map[string]string{
		"Mar 02 10:00:00 imap-login: Info: Login: user=<ann>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.6, mpid=1, TLS, TLSv1.1 with cipher AES128-SHA (128/128 bits)\n":                                                                                                               "198.51.100.7 ann > 192.0.2.6: imap TLS 1.1",
		`2026-03-02 10:00:00.105 UTC,"ann","shop",4000,"198.51.100.7:5123",69a5.fa0,1,"authentication",2026-03-02 10:00:00 UTC,3/1,0,LOG,00000,"connection authorized: user=ann database=shop SSL enabled (protocol=TLSv1, cipher=AES128-SHA, bits=128)",,,,` + "\n":                     "198.51.100.7 ann > : postgres TLS 1.0",
		`{"timestamp":"2026-03-02 10:00:00.105 UTC","user":"ann","pid":4000,"remote_host":"198.51.100.7","remote_port":5123,"message":"connection authorized: user=ann database=shop SSL enabled (protocol=TLSv1, cipher=AES128-SHA, bits=128)","backend_type":"client backend"}` + "\n": "198.51.100.7 ann > : postgres TLS 1.0",
	} {
		if got := saidBy(t, log); got != want {
			t.Errorf("%s\ngot %q, want %q", log, got, want)
		}
	}
}

// A log of a send connector is the client's own.
func TestExchangeSendGoesOut(t *testing.T) {
	const head = "#Software: Microsoft Exchange Server\n#Log-type: SMTP Send Protocol Log\n#Fields: " + exchangeFields + "\n" +
		"2026-03-02T10:00:00.000Z,To Internet,08DD000B00000000,0,192.0.2.5:49152,[2001:db8::25]:25,*,,"
	for version, want := range map[string]string{
		"SP_PROT_TLS1_0_CLIENT": "192.0.2.5 > 2001:db8::25 25: smtp TLS 1.0",
		"SP_PROT-TLS1_1_CLIENT": "192.0.2.5 > 2001:db8::25 25: smtp TLS 1.1", // as Microsoft's page spells it
		"8192":                  "192.0.2.5 > 2001:db8::25 25: smtp TLS 1.3",
		"12345":                 "TLS of a version that is no known number",
	} {
		if got := saidBy(t, head+"TLS protocol "+version+" negotiation succeeded using bulk encryption algorithm 0\n"); got != want {
			t.Errorf("%s: got %q, want %q", version, got, want)
		}
	}
}

func TestReceivedLines(t *testing.T) {
	const rest = "; Mon, 2 Mar 2026 06:00:04 +0000\nFrom: a@contoso.example\nTo: b@contoso.example\n\nbody\n"
	for received, want := range map[string]string{
		"from a.example (b.example. [198.51.100.7]) by mx.example.com with ESMTPS id x (version=TLS1_1 cipher=AES128-SHA bits=128/128)":       "a.example 198.51.100.7 > mx.example.com: smtp TLS 1.1",
		"from [192.0.2.9] (b.example [198.51.100.7]) (using TLSv1 with cipher AES128-SHA (128/128 bits)) by mx.example.com (Postfix) id x":    "198.51.100.7 > mx.example.com: smtp TLS 1.0",
		"from b.example ([198.51.100.7]) by mx.example.com with esmtps (TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256) (Exim 4.92) id x":            "b.example 198.51.100.7 > mx.example.com: smtp TLS 1.2",
		"from b.example (IPv6:2001:db8::7) by mx.example.com with Microsoft SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 1": "b.example 2001:db8::7 > mx.example.com: smtp TLS 1.3",
		"from b.example (198.51.100.7) by mx.example.com with Microsoft SMTP Server (TLS) id 14.3":                                            reasonOnlyTLS,
		"from b.example (198.51.100.7) by mx.example.com with SMTP id 14.3":                                                                   "plain SMTP: no TLS on this hop",
		"from b.example (198.51.100.7) by mx.example.com with mapi id 14.3":                                                                   "",
		"by mx.example.com (Postfix, from userid 1000) id 14.3":                                                                               "",
	} {
		if got := saidBy(t, "Received: "+received+rest); got != want {
			t.Errorf("%s\ngot %q, want %q", received, got, want)
		}
	}
}

// Events of a log as Windows keeps it say the same as exported ones, whatever
// stands around them.
func TestSchannelEvents(t *testing.T) {
	binary, err := os.ReadFile(filepath.Join("..", "..", "evtx", "testdata", "schannel.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	recs := mustRun(t, "System.evtx", binary, Options{})
	h := handshakesOf(recs)
	if len(h) != 1 || h[0].Count != 3 || h[0].Server.Name != "ex01.contoso.example" || h[0].Negotiated.String() != "TLS 1.0" ||
		h[0].Suite != "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" || h[0].Client != (evidence.Party{}) || h[0].Refs[0] != "System.evtx:1" {
		t.Errorf("got %s", ndjson(t, recs))
	}
	const event = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel'/><EventID Qualifiers='0'>36880</EventID>" +
		"<TimeCreated SystemTime='2026-03-02T10:00:01.5Z'/><Computer>ex01</Computer></System><EventData><Data Name='Type'>server</Data><Data Name='Protocol'>TLS 1.1</Data></EventData></Event>"
	for name, log := range map[string]string{
		"no root, no line ends": event + event,
		"root":                  "\ufeff<?xml version=\"1.0\"?><Events>" + event + "\r\n" + event + "</Events>",
		"garbage between":       event + "\n]]>x\n" + event,
		"event that never ends": event + "<Event xmlns='x'><System>" + event,
	} {
		h := handshakesOf(mustRun(t, "a.xml", []byte(log), Options{}))
		if len(h) != 1 || h[0].Count != 2 || h[0].Negotiated.String() != "TLS 1.1" {
			t.Errorf("%s: %d records", name, len(h))
		}
	}
}

// What is remembered of connections is bounded, and what is forgotten counts.
func TestForgottenConnections(t *testing.T) {
	var c recent[int]
	forgotten := 0
	for i := range 3 * maxRecent {
		if c.put([]byte(fmt.Sprint(i)), &i) != nil {
			forgotten++
		}
		if i%3 == 0 {
			c.drop([]byte(fmt.Sprint(i)))
		}
	}
	if len(c.of) > maxRecent || len(c.order) > 5*maxRecent || forgotten == 0 || c.get([]byte(fmt.Sprint(3*maxRecent-1))) != nil && len(c.of) == 0 {
		t.Errorf("%d remembered, %d in order, %d forgotten", len(c.of), len(c.order), forgotten)
	}
	left := 0
	c.all(func(*int) { left++ })
	if left == 0 || len(c.of) != 0 {
		t.Errorf("%d given, %d left", left, len(c.of))
	}
}
