package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

func summaryOf(t *testing.T, records []evidence.Record) *Connections {
	t.Helper()
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := NewConnections(base, 0)
	for _, r := range records {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func rendered(t *testing.T, c *Connections, opt Options) string {
	t.Helper()
	var buf bytes.Buffer
	if err := c.Render(&buf, opt); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// logged makes a handshake of a log of one server.
func logged(client, agent string, v tlswire.Version, n int, days ...string) *evidence.Handshake {
	h := &evidence.Handshake{
		Protocol: "https", Client: evidence.Party{IP: client, UserAgent: agent}, Server: evidence.Party{Name: "shop.example"},
		Negotiated: v, Outcome: evidence.Completed, Status: map[string]int{"2xx": n}, Count: n, Source: "iis",
	}
	if len(days) > 0 {
		h.First, _ = time.Parse(time.DateOnly, days[0])
		h.Last, _ = time.Parse(time.DateOnly, days[len(days)-1])
	}
	return h
}

func totalOf(day string, v tlswire.Version, n int) *evidence.Traffic {
	return &evidence.Traffic{Server: evidence.Party{Name: "shop.example"}, Protocol: "https", Day: day, Negotiated: v, Count: n, Source: "iis"}
}

// estateRecords hold every case that the summary tells apart.
func estateRecords() []evidence.Record {
	const outlook = "Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)"
	denied := logged("203.0.113.66", "price-crawler/2", tlswire.TLS10, 9, "2026-03-02")
	denied.Status = map[string]int{"4xx": 9}
	named := logged("192.0.2.8", "", tlswire.TLS11, 3, "2026-03-02", "2026-03-09")
	named.Client.Name, named.Client.Identity = "scanner-3rd-floor.example", `CONTOSO\ann`
	refused := logged("192.0.2.99", "Java/1.6.0_45", 0, 4, "2026-03-09")
	refused.Outcome, refused.Alert = evidence.Refused, &evidence.Alert{From: "server", Name: "protocol_version"}
	call := &evidence.Handshake{
		Protocol: "smtp", Client: evidence.Party{Name: "mx1"}, Server: evidence.Party{IP: "198.51.100.7", Port: 25, Name: "mx.partner.example"},
		Negotiated: tlswire.TLS10, Outcome: evidence.Completed, Count: 5, Source: "postfix",
	}
	failed := &evidence.Handshake{
		Protocol: "smtp", Client: evidence.Party{Name: "mx1"}, Server: evidence.Party{IP: "198.51.100.9", Port: 25, Name: "mx.old.example"},
		Outcome: evidence.Refused, Count: 2, Source: "postfix",
	}
	untold := logged("192.0.2.50", "", 0, 6)
	return []evidence.Record{
		logged("192.0.2.10", outlook, tlswire.TLS10, 40, "2026-03-02", "2026-03-09"),
		logged("192.0.2.10", "Java/1.7.0_80", tlswire.TLS10, 7, "2026-03-02"),
		named, denied, refused, call, failed, untold,
		logged("192.0.2.20", "python-requests/2.6.0", tlswire.TLS10, 1, "2026-03-02"),
		logged("192.0.2.20", "python-requests/2.6.0", tlswire.TLS12, 99, "2026-03-09"),
		logged("192.0.2.30", "curl/8.1", tlswire.TLS13, 1234, "2026-03-02", "2026-03-09"),
		logged("192.0.2.77", "Mozilla/5.0 zgrab/0.x", tlswire.TLS10, 2, "2026-03-02"),
		totalOf("2026-03-02", tlswire.TLS10, 39), totalOf("2026-03-02", tlswire.TLS13, 234),
		totalOf("2026-03-03", tlswire.TLS13, 500),
		totalOf("2026-03-09", tlswire.TLS10, 20), totalOf("2026-03-09", tlswire.TLS11, 3), totalOf("2026-03-09", tlswire.TLS13, 599),
		&evidence.Coverage{Source: "iis", Input: "u_ex1.log", Read: 1500, Used: 1399, Skipped: []evidence.Skip{
			{Ref: "u_ex1.log:12", Reason: "plain HTTP: no TLS on this request", Count: 101, NotTLS: true},
		}},
		&evidence.Coverage{
			Source: "combined", Input: "access.log", Read: 12,
			Skipped: []evidence.Skip{{Ref: "access.log:1", Reason: "no TLS fields: the version was not measured", Count: 12}},
			Blind: []string{"no TLS fields in this log: it tells no version. To turn them on, in nginx.conf, in http {}, then reload:\n" +
				"log_format tls '$remote_addr - $remote_user [$time_local] \"$request\" $status $ssl_protocol $ssl_cipher';\n" +
				"or in Apache's configuration, then reload:\nCustomLog ${APACHE_LOG_DIR}/access.log tls"},
		},
	}
}

func TestConnectionsGolden(t *testing.T) {
	for _, v := range []struct {
		suffix string
		opt    Options
	}{{".txt", Options{}}, {".color.txt", Options{Color: true}}, {".ascii.txt", Options{ASCII: true, Width: 60}}} {
		c := summaryOf(t, estateRecords())
		c.Typed = []string{"import", "logs"}
		golden(t, filepath.Join("testdata", "import"+v.suffix), rendered(t, c, v.opt))
	}
}

// TestConnectionsCut: with --below nothing may look like a share, nor as if
// it were known who only ever is weak.
func TestConnectionsCut(t *testing.T) {
	c := summaryOf(t, []evidence.Record{logged("192.0.2.10", "", tlswire.TLS10, 40, "2026-03-02"), totalOf("2026-03-02", tlswire.TLS10, 40)})
	c.Cut = true
	out := rendered(t, c, Options{})
	for _, lie := range []string{"%", "ONLY EVER", "never seen"} {
		if strings.Contains(out, lie) {
			t.Errorf("%q stands in\n%s", lie, out)
		}
	}
}

// TestConnectionsTotals: whatever comes in, each handshake is counted once,
// and what lists leave out is in their remainder.
func TestConnectionsTotals(t *testing.T) {
	versions := []tlswire.Version{0, tlswire.SSL30, tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var records []evidence.Record
		all, weak, onDays := 0, 0, 0
		for i := range 20000 {
			h := logged(fmt.Sprintf("10.%d.%d.%d", rnd.IntN(9), rnd.IntN(200), rnd.IntN(50)), "", versions[rnd.IntN(len(versions))], 1+rnd.IntN(9))
			if rnd.IntN(10) == 0 {
				h.Outcome = evidence.Refused
			}
			h.Server.Name = fmt.Sprintf("s%d", rnd.IntN(30))
			all += h.Count
			if h.Outcome != evidence.Refused && h.Negotiated.Below(tlswire.TLS12) {
				weak += h.Count
			}
			records = append(records, h)
			if i%100 == 0 {
				day := time.Date(2026, 1, 1+rnd.IntN(400), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				records = append(records, totalOf(day, tlswire.TLS10, 3))
				onDays += 3
			}
		}
		c := summaryOf(t, records)
		if got := c.in.weak + c.in.strong + c.in.untold + c.in.refused; got != all || c.in.all != all {
			t.Fatalf("%d and %d counted, want %d", got, c.in.all, all)
		}
		byClass, bySite, refused := 0, 0, 0
		for _, n := range c.clients.totals() {
			byClass += n.weak
		}
		for _, n := range c.sites.tallies {
			bySite += n.weak
		}
		for _, n := range c.refused.tallies {
			refused += n.weak
		}
		if c.in.weak != weak || byClass != weak || bySite != weak || refused != c.in.refused {
			t.Errorf("weak: %d in all, %d by class, %d by site, want %d; refused: %d, want %d", c.in.weak, byClass, bySite, weak, refused, c.in.refused)
		}
		lines, _ := buckets(c.days.all())
		got := 0
		for _, b := range lines {
			got += b.weak + b.strong
		}
		if got != onDays {
			t.Errorf("the chart shows %d, want %d", got, onDays)
		}
	}
}

// TestConnectionsMany: with far more weak clients than particulars are kept
// of, memory stays bounded and the first of the list are the right ones.
func TestConnectionsMany(t *testing.T) {
	c := NewConnections(nil, 0)
	for i := range 40000 {
		n := 1
		if i%4000 == 17 {
			n = 100 + i/4000
		}
		if err := c.Add(logged(fmt.Sprintf("10.0.%d.%d", i/250, i%250), "", tlswire.TLS10, n)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(c.clients.details); n > 2*mostDetails {
		t.Errorf("particulars of %d clients are kept", n)
	}
	for i, e := range c.clients.top(onlyWeak, mostClients) {
		if want := 109 - i; e.weak != want {
			t.Errorf("place %d: %d, want %d", i, e.weak, want)
		}
	}
	if got := c.clients.totals()[onlyWeak].parties; got != 40000 {
		t.Errorf("%d clients, want 40000", got)
	}
}

// TestConnectionsHostile: names from logs reach the terminal as text, within
// its width.
func TestConnectionsHostile(t *testing.T) {
	bad := "\x1b[2Jevil\u202e\x07\nREADY. All is well\xff" + strings.Repeat("W界", 4000)
	h := logged(bad, bad, tlswire.TLS10, 5, "2026-03-02")
	h.Client.Name, h.Client.Identity, h.Server.Name, h.Protocol, h.Source = bad, bad, bad, bad, bad
	refused := *h
	refused.Outcome, refused.Alert = evidence.Refused, &evidence.Alert{From: bad, Name: bad}
	records := []evidence.Record{
		h, &refused, totalOf("9999-12-31", tlswire.TLS10, 1), totalOf("1970-01-01", tlswire.TLS13, 1), totalOf(bad, 77, 1),
		&evidence.Coverage{
			Source: bad, Input: bad, Read: 1, Skipped: []evidence.Skip{{Ref: bad, Reason: bad}},
			Blind: []string{bad + turnOnMark + bad + "\n" + bad, bad},
		},
	}
	for _, opt := range []Options{{}, {Color: true}, {ASCII: true}, {Width: 40}, {Width: 60}, {Width: 100}} {
		c := summaryOf(t, records)
		c.Typed = []string{"import", bad}
		out := ownColour.ReplaceAllString(rendered(t, c, opt), "")
		if !utf8.ValidString(out) {
			t.Errorf("%+v: not UTF-8", opt)
		}
		for i, r := range out {
			if r != '\n' && unprintable(r) || opt.ASCII && r >= 0x80 {
				t.Fatalf("%+v: %U at %d: %q", opt, r, i, out[max(0, i-30):i+10])
			}
		}
		if strings.Contains(out, "\nREADY") {
			t.Errorf("%+v: a forged line", opt)
		}
	}
}

// TestConnectionsWidth: no line is wider than the page, but for what is to be
// copied.
func TestConnectionsWidth(t *testing.T) {
	for _, width := range []int{40, 60, 80, 100, 132} {
		for line := range strings.Lines(rendered(t, summaryOf(t, estateRecords()), Options{Width: width})) {
			line = strings.TrimRight(line, "\n")
			copied := strings.Contains(line, "log_format") || strings.Contains(line, "CustomLog")
			if displayWidth(line) > width && !copied {
				t.Errorf("%d columns, want at most %d: %q", displayWidth(line), width, line)
			}
			if strings.HasSuffix(line, " ") {
				t.Errorf("%d: blanks at the end of %q", width, line)
			}
		}
	}
}

// TestConnectionsNameless: nobody known is not one client; a log of a known
// kind without a row says what to turn on.
func TestConnectionsNameless(t *testing.T) {
	h := logged("", "", tlswire.TLS10, 5)
	c := summaryOf(t, []evidence.Record{h, &evidence.Coverage{Source: "postfix", Input: "mail.log", Failed: noRows}})
	c.TurnOn = map[string]string{"postfix": "main.cf, then postfix reload:\nsmtpd_tls_loglevel = 1"}
	out := rendered(t, c, Options{})
	for _, want := range []string{"Of 5 requests below TLS 1.2 the client is not told.", "    smtpd_tls_loglevel = 1\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "1 client") {
		t.Errorf("a client is counted in\n%s", out)
	}
}

// TestConnectionsPrograms: programs add up to the weak clients and what they
// sent.
func TestConnectionsPrograms(t *testing.T) {
	var records []evidence.Record
	for i := range 30 {
		h := logged(fmt.Sprintf("192.0.2.%d", i), fmt.Sprintf("Java/1.7.0_%d", i%3), tlswire.TLS10, 2)
		again := *h
		again.Server.Name = "other.example"
		records = append(records, h, &again)
	}
	c := summaryOf(t, records)
	out := rendered(t, c, Options{})
	for i := range 3 {
		if want := fmt.Sprintf("       40         10  Java 1.7.0_%d\n", i); !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// TestChartGaps: days without data are a gap, days without anything weak are
// none.
func TestChartGaps(t *testing.T) {
	c := summaryOf(t, []evidence.Record{
		logged("192.0.2.1", "", tlswire.TLS10, 10), logged("192.0.2.1", "", tlswire.TLS13, 20),
		totalOf("2026-03-02", tlswire.TLS10, 10), totalOf("2026-03-03", tlswire.TLS13, 20), totalOf("2026-03-07", 0, 3),
	})
	out := rendered(t, c, Options{})
	for _, want := range []string{"100 %  10 of 10", "0 %  0 of 20", "2026-03-04 to 2026-03-06  no data", "2026-03-07  no version was told"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// TestChartPartOfWeek: a week of which some days are missing says so.
func TestChartPartOfWeek(t *testing.T) {
	c := summaryOf(t, []evidence.Record{logged("192.0.2.1", "", tlswire.TLS10, 10), logged("192.0.2.1", "", tlswire.TLS13, 80)})
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for d := range 70 {
		if d < 14 || d > 18 {
			c.days.traffic(totalOf(monday.AddDate(0, 0, d).Format(time.DateOnly), tlswire.TLS13, 1), tlswire.TLS12)
		}
	}
	out := rendered(t, c, Options{})
	if n := strings.Count(out, " days"); n != 1 || !strings.Contains(out, "2026-03-16      0 %  0 of 2, 2 of 7 days\n") {
		t.Errorf("%d lines tell days, want that of 2026-03-16 alone:\n%s", n, out)
	}
}

func TestGrain(t *testing.T) {
	for _, test := range []struct {
		days int
		want string
	}{{1, "day"}, {31, "day"}, {32, "week"}, {200, "week"}, {400, "month"}, {2000, "year"}, {40000, "year"}} {
		days := map[int]dayCount{}
		for d := range test.days {
			days[d] = dayCount{1, 1}
		}
		lines, g := buckets(days)
		n := 0
		for i, b := range lines {
			n += b.weak
			if i > 0 && !lines[i-1].to.AddDate(0, 0, 1).Equal(b.from) {
				t.Errorf("%d days: a gap between %v and %v", test.days, lines[i-1].to, b.from)
			}
		}
		if g.name != test.want || n != test.days {
			t.Errorf("%d days: lines of a %s with %d days, want %s", test.days, g.name, n, test.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, test := range []struct {
		part, all int
		want      string
	}{{0, 0, "-"}, {0, 5, "0 %"}, {5, 5, "100 %"}, {1, 100000, "<0.1 %"}, {99999, 100000, ">99.9 %"}, {1, 8, "12.5 %"}, {1, 2000, "0.1 %"}, {999, 1000, "99.9 %"}} {
		if got := percent(test.part, test.all); got != test.want {
			t.Errorf("percent(%d, %d) = %q, want %q", test.part, test.all, got, test.want)
		}
	}
}
