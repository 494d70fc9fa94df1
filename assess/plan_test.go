package assess

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// planOf makes a plan of records under tls12, of which nothing is asked but
// what change sets.
func planOf(t *testing.T, change func(*PlanOptions), records ...evidence.Record) *Plan {
	t.Helper()
	p, err := tryPlan(t, change, records...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tryPlan(t *testing.T, change func(*PlanOptions), records ...evidence.Record) (*Plan, error) {
	t.Helper()
	kb, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	policy, err := ParsePolicy(kb, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	opt := PlanOptions{Options: Options{Policy: policy, Knowledge: kb, Today: planDay}, Window: Window{None: true}}
	if change != nil {
		change(&opt)
	}
	all := evidence.SetOf(records)
	return MakePlan(Assess(all, opt.Options), all, opt)
}

var planDay = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// webServer is a scanned server that still takes TLS 1.0.
func webServer(name string, versions ...tlswire.Version) *evidence.Server {
	s := &evidence.Server{
		Target: name + ":443", Port: 443, SNI: name, Protocol: "https", Status: evidence.StatusOK,
		Versions: map[tlswire.Version]*evidence.VersionState{}, Last: planDay,
	}
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
		state := evidence.Rejected
		if slices.Contains(versions, v) {
			state = evidence.Accepted
		}
		s.Versions[v] = &evidence.VersionState{State: state, Because: "server_hello", Suites: []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}}
	}
	return s
}

func old(name string) *evidence.Server { return webServer(name, tlswire.TLS10, tlswire.TLS12) }

// seenWith is a connection of a client with a server.
func seenWith(client, server string, v tlswire.Version) *evidence.Handshake {
	return &evidence.Handshake{
		Protocol: "https", Client: evidence.Party{Name: client}, Server: evidence.Party{Name: server, Port: 443}, Negotiated: v,
		Outcome: evidence.Completed, Count: 1, First: planDay, Last: planDay, Source: "iis", Refs: []string{server + "/u_ex.log:1"},
	}
}

func onHost(host, name, version string) *evidence.Product {
	return &evidence.Product{Host: host, Name: name, Version: version}
}

// registry is a value as audit reads it.
func registry(host, layer, value string) *evidence.Setting {
	return &evidence.Setting{Host: host, Role: "client", Layer: layer, Value: value, Effect: evidence.None}
}

func waive(party string) func(*PlanOptions) {
	return func(o *PlanOptions) {
		o.Waivers = append(o.Waivers, Exception{Party: party, Owner: "ann", Reason: "looked at", Until: planDay})
	}
}

// TestGates: each gate of a server, met, not met, and where nothing tells.
func TestGates(t *testing.T) {
	ok := []evidence.Record{old("web"), seenWith("pc", "web", tlswire.TLS13)}
	smtp := seenWith("mx", "web", tlswire.TLS10)
	smtp.Protocol, smtp.Server.Port = "smtp", 25
	mail := old("web")
	mail.Target, mail.Port, mail.Protocol = "web:25", 25, "smtp"
	md5 := old("web")
	md5.Certificates = []evidence.Certificate{{SignatureAlgorithm: "MD5-RSA"}}
	unanswered := seenWith("pc2", "web", 0)
	unanswered.Outcome = evidence.Unfinished
	skype := func(version string) evidence.Record { return onHost("web", "Skype for Business Server 2015", version) }
	sql := onHost("web", "SQL Server 2016", "13.0.5026.0")
	strong := []evidence.Record{registry("web", "dotnet4-64", "SchUseStrongCrypto=1"), registry("web", "dotnet4-32", "SchUseStrongCrypto=1")}
	add := func(more ...evidence.Record) []evidence.Record { return append(slices.Clone(ok), more...) }

	for _, c := range []struct {
		name    string
		gate    string
		records []evidence.Record
		change  func(*PlanOptions)
		want    string // met, shut, unknown, or "" for not in force
	}{
		{"accepts the floor", conServerFirst, ok, nil, "met"},
		{"does not", conServerFirst, []evidence.Record{webServer("web", tlswire.TLS10)}, nil, "shut"},
		{"never asked", conServerFirst, []evidence.Record{onHost("web", "Exchange Server 2016", "15.1.2507.6")}, nil, "unknown"},
		{"nobody weak", gateWeak, ok, nil, "met"},
		{"somebody only weak", gateWeak, add(seenWith("pos", "web", tlswire.TLS10)), nil, "shut"},
		{"excepted by name", gateWeak, add(seenWith("pos", "web", tlswire.TLS10)), waive("pos"), "met"},
		{"weak and strong", gateOpen, add(seenWith("pc", "web", tlswire.TLS10)), nil, "shut"},
		{"never judged", gateOpen, add(unanswered), nil, "unknown"},
		{"seen before", gateBefore, ok, nil, "met"},
		{"seen never", gateBefore, []evidence.Record{old("web")}, nil, "unknown"},
		{"no window", gateWindow, ok, nil, "met"},
		{"a day is no cycle", gateWindow, ok, func(o *PlanOptions) { o.Window = Window{} }, "shut"},
		{"all read", gateRead, ok, nil, "met"},
		{"a file is cut", gateRead, add(&evidence.Coverage{Source: "pcap", Input: "a.pcap", Failed: "cut"}), nil, "unknown"},
		{"and somebody answers for it", gateRead, add(&evidence.Coverage{Source: "pcap", Input: "a.pcap", Failed: "cut"}), waive("a.pcap"), "met"},
		{"no mail", conMail, ok, nil, ""},
		{"weak mail", conMail, []evidence.Record{mail, smtp}, nil, "shut"},
		{"mail never seen", conMail, []evidence.Record{mail}, nil, "unknown"},
		{"CU9", "con.sfb-cu-before-disable", add(skype("6.0.9319.548")), nil, "met"},
		{"below CU9", "con.sfb-cu-before-disable", add(skype("6.0.9319.0")), nil, "shut"},
		{"no build", "con.sfb-cu-before-disable", add(skype("")), nil, "unknown"},
		{"below CU9 cannot be waived", "con.sfb-cu-before-disable", add(skype("6.0.9319.0")), waive("con.sfb-cu-before-disable"), "shut"},
		{"no dashboard", "con.sfb-cqd-first", add(skype("6.0.9319.548")), nil, "unknown"},
		{"nobody wants one", "con.sfb-cqd-first", add(skype("6.0.9319.548")), waive("con.sfb-cqd-first/web"), "met"},
		{"a dashboard", "con.sfb-cqd-first", add(skype("6.0.9319.548"), onHost("cqd", "Call Quality Dashboard", "")), nil, "met"},
		{"not the edge", "con.sfb-edge-partners", add(skype("6.0.9319.548")), nil, ""},
		{"the edge", "con.sfb-edge-partners", add(onHost("web", "Skype for Business Server 2015 Edge Server", "6.0.9319.548")), nil, "unknown"},
		{"an old room", "con.sfb-devices", add(skype("6.0.9319.548"), onHost("room", "Microsoft Teams Rooms", "4.0.51.0")), nil, "shut"},
		{"no room", "con.sfb-devices", add(skype("6.0.9319.548")), nil, ""},
		{"Lync on another host", "con.lync2013", add(skype("6.0.9319.548"), onHost("old", "Lync Server 2013", "5.0.8308.0")), nil, "shut"},
		{"Lync, and a server of others", "con.lync2013", add(onHost("old", "Lync Server 2013", "5.0.8308.0")), nil, ""},
		{"Exchange below", "con.exchange-cu-levels", add(onHost("web", "Exchange Server 2016", "15.1.225.42")), nil, "shut"},
		{"Exchange alike", "con.exchange-all-alike", add(onHost("web", "Exchange Server 2016", "15.1.2507.6")), nil, "met"},
		{"another Exchange is unknown", "con.exchange-all-alike", add(
			onHost("web", "Exchange Server 2016", "15.1.2507.6"), onHost("ex2", "Exchange Server 2016", "15.1.2507.6")), nil, "unknown"},
		{"what Exchange calls", "con.exchange-deps", add(onHost("web", "Exchange Server 2016", "15.1.2507.6")), nil, "unknown"},
		{"AD FS, not read", "con.adfs-strong-crypto", add(onHost("web", "AD FS", "")), nil, "unknown"},
		{"AD FS, one view", "con.adfs-strong-crypto", add(onHost("web", "AD FS", ""), strong[0]), nil, "shut"},
		{"AD FS, both views", "con.adfs-strong-crypto", add(onHost("web", "AD FS", ""), strong[0], strong[1]), nil, "met"},
		{"Office server, patched", "con.oos-per-server", add(onHost("web", "Office Online Server", ""), onHost("web", "Update KB5001973", "")), nil, "met"},
		{"drivers unknown", "con.sql-before-consumers", add(sql), nil, "unknown"},
		{"a certificate with MD5", "con.sql-certs", []evidence.Record{md5, sql}, nil, "shut"},
		{"other certificates of SQL", "con.sql-certs", add(sql), nil, "unknown"},
		{"no FIPS mode", "con.fips", ok, nil, ""},
		{"FIPS mode", "con.fips", add(&evidence.Setting{Host: "web", Role: "both", Layer: "schannel", Value: "Enabled=1", Effect: evidence.Review, Fact: "win.cipher.fips"}), nil, "unknown"},
		{"Windows 7 shares no suite", "con.cipher-not-version", add(onHost("pos", "Windows 7 Professional", "6.1.7601"), seenWith("pos", "web", tlswire.TLS10)), nil, "shut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planOf(t, c.change, c.records...)
			step := p.Find("disable-server/web")
			if step == nil {
				t.Fatalf("no disable-server/web in %+v", p.Steps)
			}
			got := ""
			for _, g := range step.Gates {
				if g.Constraint == c.gate {
					got = map[bool]string{true: "met", false: map[bool]string{true: "unknown", false: "shut"}[g.Unknown]}[g.Met]
				}
			}
			if got != c.want {
				t.Errorf("%s is %q, want %q: %+v", c.gate, got, c.want, step.Gates)
			}
			if (step.Reason() == nil) != (step.State == StepTodo) {
				t.Errorf("state %s with gates %+v", step.State, step.Gates)
			}
		})
	}
}

// TestEveryBlockHasItsCheck: a constraint that knowledge gets must not pass
// unseen; what nothing here checks stays shut.
func TestEveryBlockHasItsCheck(t *testing.T) {
	kb, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := newPlanner(&Report{}, evidence.SetOf(nil), PlanOptions{Options: Options{Knowledge: kb}})
	h := b.estate.host("web")
	h.products = []installed{{Product: onHost("web", "New", "1"), Judgement: knowledge.Judgement{Fact: "prod.new"}}}
	g, in := b.productGate(&knowledge.Constraint{Meta: knowledge.Meta{ID: "con.new"}, Applies: []string{"prod.new"}, Before: "something"}, &node{host: h})
	if !in || g.Met || !g.Unknown {
		t.Errorf("a new constraint: in force %v, %+v", in, g)
	}
	for _, c := range kb.Constraints {
		for _, step := range c.Blocks {
			if step != stepDisableServer && step != stepEnableServer {
				t.Errorf("%s blocks %s, which gets no gates", c.ID, step)
			}
		}
	}
}

func TestConfigurationManagerMovesAfterItsClients(t *testing.T) {
	site := []evidence.Record{webServer("cm", tlswire.TLS10), onHost("cm", "Configuration Manager", "5.00")}
	p := planOf(t, nil, site...)
	if s := p.Find("enable-server-12/cm"); s == nil || s.State != StepRefused || !s.Gates[0].Unknown {
		t.Errorf("with unknown clients: %+v", s)
	}
	pc := &evidence.Client{Host: "pc", Basis: evidence.Declared, Layer: "schannel", Versions: []tlswire.Version{tlswire.TLS10}}
	p = planOf(t, nil, append(site, pc)...)
	server, client := p.Find("enable-server-12/cm"), p.Find("enable-client-12/pc")
	if server == nil || client == nil || server.State != StepRefused || !slices.Contains(server.After, client.ID) {
		t.Errorf("before its client: %+v, %+v", server, client)
	}
	pc.Versions = []tlswire.Version{tlswire.TLS12}
	if s := planOf(t, nil, append(site, pc)...).Find("enable-server-12/cm"); s == nil || s.State != StepTodo {
		t.Errorf("after its client: %+v", s)
	}
}

// TestWindow: days seen, and whether they are a business cycle.
func TestWindow(t *testing.T) {
	d := func(s string) int { n, _ := parseDay(s); return n }
	for _, c := range []struct {
		name   string
		window string
		spans  []span
		met    bool
		due    string
	}{
		{"a quarter end", "quarter", []span{{d("2026-09-01"), d("2026-10-02")}}, true, ""},
		{"stops the day before", "quarter", []span{{d("2026-07-01"), d("2026-09-29")}}, false, "2026-09-30"},
		{"a month end is no quarter end", "quarter", []span{{d("2026-07-15"), d("2026-08-15")}}, false, "2026-09-30"},
		{"a month end", "month", []span{{d("2026-07-15"), d("2026-08-15")}}, true, ""},
		{"a gap of 7 days", "quarter", []span{{d("2026-09-01"), d("2026-09-20")}, {d("2026-09-28"), d("2026-10-02")}}, true, ""},
		{"a gap of 8 days", "quarter", []span{{d("2026-09-01"), d("2026-09-20")}, {d("2026-09-29"), d("2026-09-29")}}, false, "2026-09-30"},
		{"over the year", "quarter", []span{{d("2026-12-01"), d("2027-01-02")}}, true, ""},
		{"out of order", "month", []span{{d("2026-08-30"), d("2026-09-02")}, {d("2026-08-25"), d("2026-08-29")}}, true, ""},
		{"30 days", "30d", []span{{d("2026-08-02"), d("2026-08-31")}}, true, ""},
		{"29 days", "30", []span{{d("2026-08-02"), d("2026-08-30")}}, false, "2026-08-31"},
		{"nothing", "quarter", nil, false, ""},
		{"nothing asked", "none", nil, true, ""},
	} {
		w, err := ParseWindow(c.window)
		if err != nil {
			t.Fatal(err)
		}
		g := w.gate("web", c.spans)
		if g.Met != c.met || !strings.Contains(g.Reason.String(), c.due) {
			t.Errorf("%s: %+v, want met %v and %q", c.name, g, c.met, c.due)
		}
	}
	for _, s := range []string{"never", "0", "-3d", "99999"} {
		if w, err := ParseWindow(s); err == nil {
			t.Errorf("%q is read as %v", s, w)
		}
	}
}

func TestOrdersOfTheUser(t *testing.T) {
	estate := []evidence.Record{old("db.a.example"), old("web.a.example"), seenWith("pc", "web.a.example", tlswire.TLS13), seenWith("pc", "db.a.example", tlswire.TLS13)}
	with := func(before, after string) func(*PlanOptions) {
		return func(o *PlanOptions) { o.Orders = []Order{{Before: before, After: after, Where: "o.yaml:2"}} }
	}
	for _, c := range []struct{ before, after, want string }{
		{"db", "web", ""},
		{"db.a.example", "WEB.a.example", ""},
		{"disable-server/db", "disable-server/web", ""},
		{"step.disable-server/db", "web", ""},
		{"d*", "w*", ""},
		{"db", "db", "o.yaml:2: \"db\" stands before itself"},
		{"nobody", "web", `o.yaml:2: before: "nobody" is neither a host of this estate nor a step`},
		{"disable/db", "web", `"disable" is no step`},
		{"x*", "web", `no host of this estate matches "x*"`},
		{"verify", "disable-server", "makes a cycle: "},
	} {
		p, err := tryPlan(t, with(c.before, c.after), estate...)
		var order *OrderError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s before %s: %v", c.before, c.after, err)
		case c.want == "":
			db, web := p.Find("disable-server/db.a.example"), p.Find("disable-server/web.a.example")
			if !slices.Contains(web.After, db.ID) || db.Wave >= web.Wave {
				t.Errorf("%s before %s: waves %d and %d, after %v", c.before, c.after, db.Wave, web.Wave, web.After)
			}
		case !errors.As(err, &order) || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s before %s: %v, want %s", c.before, c.after, err, c.want)
		}
	}
}

// TestPlannedAgain: what the evidence shows done is done, what it shows come
// back has regressed, and what it says nothing of is left.
func TestPlannedAgain(t *testing.T) {
	before := planOf(t, nil, old("web"), seenWith("pc", "web", tlswire.TLS13))
	if s := before.Find("disable-server/web"); s == nil || s.State != StepTodo {
		t.Fatalf("at first: %+v", s)
	}
	since := func(p *Plan) func(*PlanOptions) { return func(o *PlanOptions) { o.Since = p } }
	after := planOf(t, since(before), webServer("web", tlswire.TLS12))
	if s := after.Find("disable-server/web"); s == nil || s.State != StepDone || s.Wave != 0 {
		t.Errorf("after the switch: %+v", s)
	}
	again := planOf(t, since(after), old("web"), seenWith("pc", "web", tlswire.TLS13))
	if s := again.Find("disable-server/web"); s == nil || s.State != StepRegressed {
		t.Errorf("come back: %+v", s)
	}
	elsewhere := planOf(t, since(before), webServer("other", tlswire.TLS12))
	if s := elsewhere.Find("disable-server/web"); s == nil || s.State != StepRefused || s.Reason() == nil {
		t.Errorf("nothing said: %+v", s)
	}
	unread := webServer("web", tlswire.TLS12)
	unread.Versions[tlswire.TLS10].State = evidence.Unknown
	if s := planOf(t, since(before), unread, seenWith("pc", "web", tlswire.TLS13)).Find("disable-server/web"); s == nil || s.State == StepDone {
		t.Errorf("a timeout is taken for done: %+v", s)
	}
	marked := *before
	marked.Steps = slices.Clone(before.Steps)
	for i := range marked.Steps {
		if marked.Steps[i].Step == stepExport {
			marked.Steps[i].State = StepDone
		}
	}
	if s := planOf(t, since(&marked), old("web"), seenWith("pc", "web", tlswire.TLS13)).Find("export-state/web"); s == nil || s.State != StepDone {
		t.Errorf("a person's word: %+v", s)
	}
}

func TestNoDisablingUnderOffice365(t *testing.T) {
	p := planOf(t, func(o *PlanOptions) {
		var err error
		if o.Policy, err = ParsePolicy(o.Knowledge, "office365"); err != nil {
			t.Fatal(err)
		}
	}, old("web"), seenWith("pc", "web", tlswire.TLS10))
	for _, s := range p.Steps {
		if IsDisable(s.Step) {
			t.Errorf("%s: the cut-off asks for TLS 1.2, not that 1.0 goes", s.ID)
		}
	}
}

// BenchmarkPlan orders the work of 2,000 hosts: 1,000 servers with scans and
// logs, 1,000 clients with settings, products here and there.
func BenchmarkPlan(b *testing.B) {
	kb, err := knowledge.Load()
	if err != nil {
		b.Fatal(err)
	}
	policy, err := ParsePolicy(kb, "tls12")
	if err != nil {
		b.Fatal(err)
	}
	records := manyHosts(2000)
	opt := PlanOptions{Options: Options{Policy: policy, Knowledge: kb, Today: planDay}}
	all := evidence.SetOf(records)
	r := Assess(all, opt.Options)
	for b.Loop() {
		p, err := MakePlan(r, all, opt)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(p.Steps)), "steps")
	}
}

func manyHosts(n int) (out []evidence.Record) {
	products := [][2]string{{"SQL Server 2012", "11.0.2100.60"}, {"Exchange Server 2016", "15.1.2507.6"}, {"SQL Server Native Client", "11.0.2100.60"}, {"Windows Server 2012", "6.2.9200"}}
	for i := range n / 2 {
		server, client := name("s", i), name("c", i)
		out = append(out, old(server), &evidence.Client{Host: client, Basis: evidence.Declared, Layer: "schannel", Versions: []tlswire.Version{tlswire.TLS10}})
		if i%10 == 0 {
			p := products[i/10%len(products)]
			out = append(out, onHost(server, p[0], p[1]))
		}
		for k := range 10 {
			v := tlswire.TLS13
			if k == 0 {
				v = tlswire.TLS10
			}
			out = append(out, seenWith(client, name("s", (i*7+k*31)%(n/2)), v))
		}
	}
	return out
}

func name(prefix string, i int) string {
	return prefix + string([]byte{'0' + byte(i/1000%10), '0' + byte(i/100%10), '0' + byte(i/10%10), '0' + byte(i%10)})
}
