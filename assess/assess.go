package assess

import (
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Options say what to judge against.
type Options struct {
	Policy    Policy
	Knowledge *knowledge.Base
	At        time.Time // the day asked for; zero judges as if all announced dates had come
	Today     time.Time // stands in the report when no day was asked for
	Waivers   []Exception
	Owners    []Owner
	Strict    bool // what is at risk, unknown or unread is not ready either
}

// judge holds what all verdicts share.
type judge struct {
	policy     Policy
	base       *knowledge.Base
	at         time.Time
	dir        *directory
	clientBest map[program]tlswire.Version // strongest version agreed on anywhere
	serverBest map[string]sighting         // per server: strongest version agreed on with anyone
	weakOnly   map[string]bool             // sources of which only weak connections were kept
	hellos     *hellos
	sides      *keeper[sideKey, *serverSide]      // what holds for all clients of a server
	programs   *keeper[string, knowledge.Program] // by agent
	groups     map[string]*Group                  // by client
}

// weakOnly names the sources of which some input was read for weak
// connections alone.
func weakOnly(records []evidence.Record) map[string]bool {
	out := map[string]bool{}
	for _, r := range records {
		if c, ok := r.(*evidence.Coverage); ok && c.Below != 0 {
			out[c.Source] = true
		}
	}
	return out
}

// sighting is a version seen, with when and where.
type sighting struct {
	version tlswire.Version
	last    time.Time
	ref     string
}

// Assess joins evidence into the report. Records must be folded: one record
// of a kind for one thing.
func Assess(all *evidence.Set, opt Options) *Report { return judgeSet(all, opt).report }

// judgement is a report with what it was made of.
type judgement struct {
	judge   *judge
	pairs   *pairs
	dropped []evidence.Row // contradict themselves
	report  *Report
}

func judgeSet(all *evidence.Set, opt Options) *judgement {
	policy := opt.Policy.on(opt.At)
	records := all.Others
	j := &judge{policy: policy, base: opt.Knowledge, at: opt.At, dir: newDirectory(all), weakOnly: weakOnly(records), sides: &keeper[sideKey, *serverSide]{}, programs: &keeper[string, knowledge.Program]{}}
	j.hellos = newHellos(j.base, j.dir, records)
	contradicts := contradictory(all.Handshakes)
	dropped := droppedOf(all.Handshakes, contradicts)
	pairs := pairUp(j.dir, all.Handshakes, contradicts)
	j.sight(pairs)
	j.groups = j.groupsOf(pairs)

	r := &Report{
		Schema: evidence.Schema, Policy: policy.Name, PolicyText: policy.Text, Floor: policy.Floor,
		Simulation: j.simulation(),
		Dated:      !opt.At.IsZero(), Settings: []SettingVerdict{}, Coverage: []*evidence.Coverage{},
	}
	day := opt.Today
	if r.Dated {
		day = opt.At
	}
	r.AsOf = day.UTC().Format(time.DateOnly)
	if policy.From.After(day) {
		r.Comes = policy.From.Format(time.DateOnly)
	}
	r.Verdicts = (&bench{j, pairs, opt}).judgeAll()
	r.Days = j.daysOf(pairs, r.Verdicts.apart)
	r.Verdicts.whole = j.judgeAlone(records, pairs)
	for i := range r.Verdicts.whole {
		j.applyPeople(&r.Verdicts.whole[i], opt)
	}
	r.Settings = append(r.Settings, j.judgeSettings(records, opt.Owners)...)
	for _, rec := range records {
		if c, ok := rec.(*evidence.Coverage); ok {
			r.Coverage = append(r.Coverage, c)
		}
	}
	r.Coverage = append(r.Coverage, contradictionCoverage(dropped)...)
	r.Verdicts.sort(r.AsOf)
	r.Summary = summarize(r)
	r.Ready = r.Summary.Breaks+r.Summary.SettingsBreaking == 0
	if opt.Strict {
		r.Ready = r.Ready && r.Summary.AtRisk+r.Summary.Unknown+r.Summary.InputsFailed+r.Summary.InputsPartial == 0
	}
	return &judgement{j, pairs, dropped, r}
}

// sight notes the strongest version each program and each server reached with
// anybody: who did TLS 1.3 once can do it.
func (j *judge) sight(ps *pairs) {
	j.clientBest = map[program]tlswire.Version{}
	j.serverBest = map[string]sighting{}
	for _, m := range ps.members {
		_, _, number := ps.seen.Numbers(int(m.row))
		terms := ps.seen.TermsOf(number)
		if !terms.Negotiated.Known() || ended(terms) {
			continue
		}
		if agent := ps.agents[m.agent]; agent != "" {
			k := program{ps.clients[m.client], agent}
			j.clientBest[k] = stronger(j.clientBest[k], terms.Negotiated)
		}
		server := ps.servers[m.server]
		s := j.serverBest[server]
		if terms.Negotiated.Rank() < s.version.Rank() {
			continue
		}
		h := ps.seen.Row(int(m.row))
		if terms.Negotiated.Rank() > s.version.Rank() || h.Last.After(s.last) {
			s = sighting{version: terms.Negotiated, last: h.Last}
			if refs := h.Refs(); len(refs) > 0 {
				s.ref = refs[0]
			}
			j.serverBest[server] = s
		}
	}
}

// program is one program at one address.
type program struct{ client, agent string }

func summarize(r *Report) Summary {
	s := Summary{Pairs: r.Verdicts.Len()}
	programs, alone := map[program]bool{}, map[string]bool{}
	for _, v := range r.Verdicts.Outlines() {
		switch {
		case v.SetApart != "":
			s.SetApart++
		case v.Waived.holds(r.AsOf):
			s.Waived++
		case v.Verdict == Breaks:
			s.Breaks++
			switch {
			case v.Client == Anyone:
			case v.Server == Anyone:
				alone[v.Client] = true
			default:
				programs[program{v.Client, v.Agent}] = true
			}
		case v.Verdict == AtRisk:
			s.AtRisk++
		case v.Verdict == Unknown:
			s.Unknown++
		default:
			s.OK++
		}
	}
	s.ClientsBreaking = countClients(programs, alone)
	for i := range r.Settings {
		if r.Settings[i].Verdict == SettingBreaks {
			s.SettingsBreaking++
		}
	}
	for _, c := range r.Coverage {
		switch {
		case c.Failed != "":
			s.InputsFailed++
		case c.Lost() && c.Source != "folder":
			s.InputsPartial++
		}
	}
	return s
}

// countClients counts programs that break with a server, and hosts that break
// by their settings and were not counted with one.
func countClients(programs map[program]bool, alone map[string]bool) int {
	n := len(programs)
	for p := range programs {
		delete(alone, p.client)
	}
	return n + len(alone)
}
