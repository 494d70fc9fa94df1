package assess

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// estates is how many random estates a run looks at.
const estates = 10_000

// TestPlansOfRandomEstates holds plans against what may never happen,
// whatever the estate: a step before its prerequisites, and a step that takes
// versions away while one of its gates is shut.
func TestPlansOfRandomEstates(t *testing.T) {
	kb, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for seed := range uint64(estates) {
		w := &world{rand: rand.New(rand.NewPCG(seed, 1)), kb: kb}
		records := w.records()
		all := evidence.SetOf(records)
		r := Assess(all, w.options())
		p, err := MakePlan(r, all, PlanOptions{Options: w.options(), Window: w.window, Orders: w.orders()})
		if err != nil { // orders of the user may be a cycle
			seen["orders that cannot be kept"]++
			continue
		}
		for _, fault := range faults(p, r, records, w) {
			t.Errorf("estate %d: %s", seed, fault)
		}
		for _, s := range p.Steps {
			if IsDisable(s.Step) {
				seen[string(s.State)+" "+s.Step]++
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	// A run that never saw a step allowed shows nothing, nor one that never
	// saw one refused.
	for _, want := range []string{
		"todo " + stepDisableServer, "refused " + stepDisableServer, "todo " + stepDisableClient, "refused " + stepDisableClient,
		"todo " + stepPilot, "refused " + stepPilot, "orders that cannot be kept",
	} {
		if seen[want] < 50 {
			t.Errorf("%s: seen %d times only in %d estates", want, seen[want], estates)
		}
	}
}

// faults are the violations in a plan. They are found from the plan, the
// report and the records, not from how a plan is made.
func faults(p *Plan, r *Report, records []evidence.Record, w *world) (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	byID, at := map[string]*PlanStep{}, map[string][]*PlanStep{}
	lastServer := 0
	for i := range p.Steps {
		s := &p.Steps[i]
		byID[s.ID] = s
		at[s.Step] = append(at[s.Step], s)
		if s.Step == stepDisableServer {
			lastServer = max(lastServer, s.Wave)
		}
	}
	for _, s := range byID {
		for _, id := range s.After {
			if before := byID[id]; before == nil || before.Wave >= s.Wave {
				add("%s is not behind %s", s.ID, id)
			}
		}
		for before := range ancestors(w.kb, s.Step, map[string]bool{}) {
			for _, b := range at[before] {
				if (b.Host == s.Host || b.Host == "" || s.Step == stepLab) && b.About == s.About && b.Wave >= s.Wave && b.Step != stepNotify {
					add("%s (wave %d) is not behind %s (wave %d)", s.ID, s.Wave, b.ID, b.Wave)
				}
			}
		}
		shut := slices.ContainsFunc(s.Gates, func(g Gate) bool { return !g.Met })
		if shut != (s.State == StepRefused) {
			add("%s is %s, gates %+v", s.ID, s.State, s.Gates)
		}
		if s.Step == stepDisableClient && s.Wave <= lastServer {
			add("%s is not behind all servers", s.ID)
		}
		if IsDisable(s.Step) && s.State == StepTodo {
			for _, why := range w.mustWait(s, r, records) {
				add("%s is to be done, yet %s", s.ID, why)
			}
		}
	}
	return out
}

// ancestors are all steps that the order of work puts before a step.
func ancestors(kb *knowledge.Base, step string, into map[string]bool) map[string]bool {
	s, _ := kb.Step(step)
	for _, before := range s.After {
		if !into[before] {
			into[before] = true
			ancestors(kb, before, into)
		}
	}
	return into
}

// mustWait says why a step on a host must not be done, from the facts alone.
func (w *world) mustWait(s *PlanStep, r *Report, records []evidence.Record) (out []string) {
	for _, v := range r.Verdicts.Outlines() {
		if hostOfID(v.Server) == s.Host && v.Client != Anyone && v.SetApart == "" && s.Step != stepDisableClient {
			switch {
			case v.Verdict == Breaks && !v.Waived.holds(r.AsOf):
				out = append(out, v.Client+" breaks")
			case v.Verdict == Unknown, v.Verdict == AtRisk && v.Protocol != "smtp":
				out = append(out, v.Client+" is "+string(v.Verdict))
			case v.Protocol == "smtp" && v.Negotiated.Below(r.Floor) && !v.Waived.holds(r.AsOf):
				out = append(out, v.Client+" sends mail in plain text then")
			}
		}
	}
	days := map[int]bool{}
	host := map[string][]*evidence.Product{}
	for _, rec := range records {
		switch rec := rec.(type) {
		case *evidence.Coverage:
			if rec.Failed != "" {
				out = append(out, rec.Input+" was not read")
			}
			if strings.HasPrefix(rec.Input, s.Host+"/") {
				for d := dayNumber(rec.First); !rec.First.IsZero() && d <= dayNumber(rec.Last); d++ {
					days[d] = true
				}
			}
		case *evidence.Handshake:
			if rec.Server.Name == s.Host {
				days[dayNumber(rec.First)], days[dayNumber(rec.Last)] = true, true
			}
		case *evidence.Product:
			host[rec.Host] = append(host[rec.Host], rec)
		}
	}
	if s.Step != stepDisableClient && !wholeCycle(days, w.window) {
		out = append(out, "it was not watched for long enough")
	}
	return append(out, w.productsWait(s.Host, host)...)
}

// productsWait: what the products of the estate ask for, straight from their
// constraints.
func (w *world) productsWait(on string, products map[string][]*evidence.Product) (out []string) {
	for host, ps := range products {
		for _, p := range ps {
			_, j := w.kb.ProductFor(p.Name, p.Version)
			skype := strings.HasPrefix(j.Fact, "prod.sfb.") || j.Fact == "prod.lync.2013"
			here := slices.ContainsFunc(products[on], func(q *evidence.Product) bool {
				_, other := w.kb.ProductFor(q.Name, q.Version)
				return strings.HasPrefix(other.Fact, "prod.sfb.") || strings.HasPrefix(other.Fact, "prod.sql.0")
			})
			if j.Gate() && (host == on && !strings.HasPrefix(j.Fact, "prod.device.") && !strings.HasPrefix(j.Fact, "prod.client.") || skype && here) {
				out = append(out, fmt.Sprintf("%s on %s: %s", p.Name, host, j.Needs))
			}
		}
	}
	return out
}

// wholeCycle reports, day by day, whether days hold the ends of a month and
// of a quarter, or as many days as are asked for, with no gap over a week.
func wholeCycle(days map[int]bool, w Window) bool {
	if w.None {
		return true
	}
	for start := range days {
		month, quarter, gap, last := false, false, 0, start
		for d := start; gap <= 7; d++ {
			if days[d] {
				gap, last = 0, d
			} else {
				gap++
			}
		}
		for d := start; d <= last; d++ {
			day := time.Unix(int64(d)*86400, 0).UTC()
			if next := day.AddDate(0, 0, 1); next.Day() == 1 {
				month, quarter = true, quarter || day.Month()%3 == 0
			}
		}
		switch {
		case w.Days > 0 && last-start+1 >= w.Days, w.Days == 0 && w.Month && month, w.Days == 0 && !w.Month && month && quarter:
			return true
		}
	}
	return false
}

// world makes one random estate.
type world struct {
	rand   *rand.Rand
	kb     *knowledge.Base
	hosts  []string
	window Window
	opt    *Options
}

func pick[T any](w *world, of ...T) T { return of[w.rand.IntN(len(of))] }

func (w *world) chance(percent int) bool { return w.rand.IntN(100) < percent }

// options are the policy and the waivers of the estate.
func (w *world) options() Options {
	if w.opt != nil {
		return *w.opt
	}
	policy, err := ParsePolicy(w.kb, pick(w, "tls12", "tls12", "tls12", "tls13"))
	if err != nil {
		panic(err)
	}
	w.opt = &Options{Policy: policy, Knowledge: w.kb, Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	if w.chance(30) {
		for _, party := range []string{"con.sql-certs", "con.sfb-cqd-first", "con.exchange-deps", "con.sql-before-consumers", "c0"} {
			w.opt.Waivers = append(w.opt.Waivers, Exception{
				Party: party, Owner: "ann", Reason: "looked at", Until: time.Date(2026, 11, 20+w.rand.IntN(6), 0, 0, 0, 0, time.UTC),
			})
		}
	}
	return *w.opt
}

func (w *world) records() []evidence.Record {
	w.window = pick(w, Window{}, Window{}, Window{Month: true}, Window{Days: 20}, Window{None: true})
	w.options()
	calm := w.chance(60) // most things are in order, or hardly any plan would allow anything
	var out []evidence.Record
	for i := range 1 + w.rand.IntN(6) {
		name := fmt.Sprintf("s%d", i)
		w.hosts = append(w.hosts, name)
		out = append(out, w.server(name, calm)...)
	}
	if w.chance(10) {
		out = append(out, &evidence.Coverage{Source: "pcap", Input: "cut.pcap", Failed: "the file ends inside its header"})
	}
	for i := range w.rand.IntN(4) {
		out = append(out, w.client(fmt.Sprintf("c%d", i), calm)...)
	}
	var f evidence.Folder
	for _, r := range out {
		if err := f.Add(r); err != nil {
			panic(err)
		}
	}
	return f.Records()
}

// server is a host with a scan, products, settings and logs.
func (w *world) server(name string, calm bool) (out []evidence.Record) {
	states := func(v tlswire.Version) *evidence.VersionState {
		s := pick(w, evidence.Accepted, evidence.Accepted, evidence.Rejected, evidence.Unknown)
		if calm {
			s = evidence.Accepted
		}
		return &evidence.VersionState{State: s, Because: "server_hello", Suites: []string{pick(w, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256")}}
	}
	if calm || w.chance(80) {
		s := &evidence.Server{
			Target: name + ":443", IP: "192.0.2." + name[1:], Port: 443, SNI: name, Protocol: pick(w, "https", "https", "smtp"), Status: evidence.StatusOK,
			Versions: map[tlswire.Version]*evidence.VersionState{}, Last: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		}
		for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
			s.Versions[v] = states(v)
		}
		out = append(out, s)
	}
	products := [][2]string{
		{"Skype for Business Server 2015", "6.0.9319.548"},
		{"Skype for Business Server 2015", "6.0.9319.0"},
		{"Exchange Server 2016", "15.1.2507.6"},
		{"Exchange Server 2016", "15.1.225.42"},
		{"Lync Server 2013", "5.0.8308.0"},
		{"SQL Server 2016", "13.0.5026.0"},
		{"SQL Server 2012", "11.0.2100.60"},
		{"Microsoft Teams Rooms", "4.0.51.0"},
		{"Configuration Manager", "5.00"},
		{"AD FS", ""},
		{"Office Online Server", ""},
		{"Windows Server 2012", "6.2.9200"},
		{"ERP", "1"},
	}
	for range w.rand.IntN(3) {
		if p := pick(w, products...); !calm || w.chance(25) {
			out = append(out, &evidence.Product{Host: name, Name: p[0], Version: p[1], Owner: pick(w, "", "ops@a.example", "web@a.example")})
		}
	}
	if w.chance(30) {
		out = append(out, w.settings(name)...)
	}
	if calm || w.chance(60) {
		from := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.rand.IntN(120))
		to := from.AddDate(0, 0, w.rand.IntN(100))
		if calm {
			to = from.AddDate(0, 0, 92)
		}
		out = append(out, &evidence.Coverage{Source: "iis", Input: name + "/u_ex1.log", First: from, Last: to, Read: 9, Used: 9})
		out = append(out, w.handshake("ok", name, tlswire.TLS13, from))
	}
	return out
}

func (w *world) handshake(client, server string, v tlswire.Version, at time.Time) *evidence.Handshake {
	return &evidence.Handshake{
		Protocol: pick(w, "https", "https", "https", "smtp"), Client: evidence.Party{Name: client}, Server: evidence.Party{Name: server, Port: 443},
		Negotiated: v, Outcome: evidence.Completed, Count: 1, First: at, Last: at, Source: "iis", Refs: []string{server + "/u_ex1.log:7"},
	}
}

func (w *world) settings(name string) []evidence.Record {
	return []evidence.Record{
		&evidence.Client{
			Host: name, Basis: evidence.Declared, Layer: "schannel",
			Versions: pick(w, []tlswire.Version{tlswire.TLS10}, []tlswire.Version{tlswire.TLS10, tlswire.TLS12, tlswire.TLS13}, []tlswire.Version{tlswire.TLS13}),
		},
		&evidence.Setting{
			Host: name, Role: pick(w, "client", "server"), Layer: pick(w, "schannel", "source", "nginx"), Value: "x", Effect: pick(w, evidence.Caps, evidence.Allows),
			Versions: []tlswire.Version{pick(w, tlswire.TLS10, tlswire.TLS13)}, Where: evidence.Where{File: name + ".reg", Line: 1},
		},
	}
}

// client is a host that calls some of the servers.
func (w *world) client(name string, calm bool) (out []evidence.Record) {
	for range w.rand.IntN(3) {
		v := pick(w, tlswire.TLS10, tlswire.TLS12, tlswire.TLS13)
		if calm && w.chance(90) {
			v = tlswire.TLS13
		}
		h := w.handshake(name, pick(w, w.hosts...), v, time.Date(2026, 8, 1+w.rand.IntN(20), 0, 0, 0, 0, time.UTC))
		if w.chance(10) && !calm {
			h.Negotiated, h.Outcome = 0, evidence.Unfinished
		}
		out = append(out, h)
	}
	if w.chance(40) {
		out = append(out, w.settings(name)...)
	}
	if w.chance(10) {
		out = append(out, &evidence.Product{Host: name, Name: "Windows 7 Professional", Version: "6.1.7601"})
	}
	return out
}

// orders are those of a user, some of which contradict the rest.
func (w *world) orders() (out []Order) {
	if !w.chance(25) {
		return nil
	}
	for range 1 + w.rand.IntN(3) {
		side := func() string {
			return pick(w, pick(w, w.hosts...), "disable-server/"+pick(w, w.hosts...), "enable-server-12/"+pick(w, w.hosts...))
		}
		out = append(out, Order{Before: side(), After: side(), Where: "order.yaml:1"})
	}
	return out
}
