package logs

import (
	"fmt"
	"strings"
	"testing"
)

// mailShares is what a report in CSV comes to: client, server, version and
// count of each handshake, then the reasons of the rest.
func mailShares(t *testing.T, format, report string) string {
	t.Helper()
	recs := mustRun(t, "r.csv", []byte(report), Options{Format: format})
	var out []string
	for _, h := range handshakesOf(recs) {
		who := func(parts ...string) string { return strings.Join(strings.Fields(strings.Join(parts, " ")), " ") }
		out = append(out, fmt.Sprintf("%s > %s: %v x%d", who(h.Client.IP, h.Client.Name, h.Client.Identity), who(h.Server.IP, h.Server.Name), h.Negotiated, h.Count))
	}
	for _, s := range coverageOf(recs).Skipped {
		out = append(out, fmt.Sprintf("%s x%d", s.Reason, max(1, s.Count)))
	}
	return strings.Join(out, "; ")
}

func TestExchangeOnlineShares(t *testing.T) {
	auth := "Sender address,Domain,TLS 1.0,TLS 1.1,TLS 1.2,Messages sent\n"
	inbound := "Date,Sender domain,Connector,Forced TLS,No TLS,TLS 1.0,TLS 1.1,TLS 1.2,Volume\n"
	tests := []struct{ name, report, want string }{
		{"percent", auth + "scan@example.com,example.com,25,0,75,200\n", "scan@example.com > : TLS 1.0 x50; scan@example.com > : TLS 1.2 x150"},
		{"a little is at least one", auth + "scan@example.com,example.com,0.1%,0,99.9%,10\n", "scan@example.com > : TLS 1.0 x1; scan@example.com > : TLS 1.2 x10"},
		{"what no column tells", auth + "scan@example.com,example.com,0,0,60,100\n", "scan@example.com > : TLS 1.2 x60; messages of which no column tells the version x40"},
		{"counts", auth + "scan@example.com,example.com,300,0,700,1000\n", "scan@example.com > : TLS 1.0 x300; scan@example.com > : TLS 1.2 x700"},
		{"more than all", auth + "scan@example.com,example.com,300,0,700,10\n", "the shares of the versions cannot be read, or are more than all messages x1"},
		{"no number", auth + "scan@example.com,example.com,x,0,100,10\n", "the shares of the versions cannot be read, or are more than all messages x1"},
		{"no messages", auth + "scan@example.com,example.com,100,0,0,0\n", ""},
		{"decimal commas", strings.ReplaceAll(auth, ",", ";") + "scan@example.com;example.com;12,5;0;87,5;1.000\n", "scan@example.com > : TLS 1.0 x1; scan@example.com > : TLS 1.2 x1"},
		{"short", auth + "scan@example.com,example.com,100\n", "row does not have the columns of its header x1"},
		{"nobody", auth + ",,100,0,0,1\n", "no sender, domain or connector x1"},
		{"open quote", auth + "\"scan@example.com,example.com,100,0,0,1\n", "row does not have the columns of its header x1"},
		{"inbound", inbound + "2026-03-02,old.example,Partner,Yes,50,50,0,0,10\n", "old.example > partner: TLS 1.0 x5; plain SMTP: no TLS x5"},
		{"outbound", strings.Replace(inbound, "Sender domain", "Recipient domain", 1) + "2026-03-02,old.example,Partner,Yes,0,100,0,0,10\n", "partner > old.example: TLS 1.0 x10"},
		{"connector alone", "Date,Connector,TLS 1.0,TLS 1.1,TLS 1.2,Volume\n2026-03-02,Printers,100,0,0,7\n", "Printers > printers: TLS 1.0 x7"},
		{"two reports", auth + "a@example.com,example.com,0,0,100,1\n" + inbound + "2026-03-02,b.example,P,No,0,100,0,0,1\n", "b.example > p: TLS 1.0 x1; a@example.com > : TLS 1.2 x1"},
	}
	for _, tt := range tests {
		got := strings.Split(mailShares(t, "exchange-online", tt.report), "; ")
		want := strings.Split(tt.want, "; ")
		if !sameSet(got, want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}

// sameSet reports whether two lists hold the same, in any order.
func sameSet(a, b []string) bool {
	count := map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestNumber(t *testing.T) {
	for in, want := range map[string]float64{
		"0": 0, "12": 12, "12.5": 12.5, "12,5": 12.5, "1,000": 1000, "1,234,567": 1234567, "1,000.5": 1000.5, " 7 % ": 7, "100%": 100, "5.": 5,
		"": -1, "-1": -1, "x": -1, "1.2.3": -1, "NaN": -1, "1e9": -1, "99999999999999": -1, ",": 0,
	} {
		got, ok := number([]byte(in))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}
