package assess

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
)

// Simulation says what parties of a report would agree on, today and once only
// what the policy allows is left on. It works when it is asked, since a report
// shows few of its parties. A nil one knows nothing.
type Simulation struct {
	judge *judge
	known func() []knownClient
}

type knownClient struct {
	program string
	*negotiate.Client
}

// Meeting is what the known clients come to with one server. Clients of which
// it cannot be told are in Known alone.
type Meeting struct {
	Known, Today, Then int    // clients in all, and those that agree
	Lost               []Lost // agree today and fail then, by their program
}

// Lost are the versions and settings of one program that drop out.
type Lost struct {
	Program string
	Clients int
}

func (j *judge) simulation() *Simulation {
	return &Simulation{judge: j, known: sync.OnceValue(func() (out []knownClient) {
		for _, k := range j.base.KnownClients {
			p := KnownProfile(k)
			out = append(out, knownClient{cmp.Or(k.Name, k.Title()), p.Compile()})
		}
		return out
	})}
}

// Server is what the known clients come to with a server, by its scan or else
// by its configuration; false without either.
func (s *Simulation) Server(party evidence.Party) (m Meeting, ok bool) {
	if s == nil {
		return m, false
	}
	today, then, ok := s.profiles(party)
	if !ok {
		return m, false
	}
	lost := map[string]int{}
	for _, c := range s.known() {
		m.Known++
		before, after := negotiate.Agree(c.Client, today).Outcome, negotiate.Agree(c.Client, then).Outcome
		if before == negotiate.Agrees {
			m.Today++
		}
		if after == negotiate.Agrees {
			m.Then++
		}
		if before == negotiate.Agrees && after == negotiate.Fails {
			lost[c.program]++
		}
	}
	for program, n := range lost {
		m.Lost = append(m.Lost, Lost{program, n})
	}
	slices.SortFunc(m.Lost, func(a, b Lost) int {
		return cmp.Or(cmp.Compare(b.Clients, a.Clients), strings.Compare(a.Program, b.Program))
	})
	return m, true
}

// Pair is what the client of a verdict would agree on with its server once the
// policy is in force, by its hello and by what is known of the server; false
// where one of them is not known.
func (s *Simulation) Pair(v *Verdict) (r negotiate.Result, ok bool) {
	if s == nil || v.Client == Anyone || v.Server == Anyone {
		return r, false
	}
	_, then, ok := s.profiles(v.ServerParty)
	if !ok {
		return r, false
	}
	hellos := s.judge.hellos.of(v.Client, &v.ClientParty)
	for i, c := range hellos {
		x := negotiate.Agree(negotiate.FromClient(c).Compile(), then)
		if i > 0 && (x.Outcome != r.Outcome || x.Version != r.Version) {
			return r, false // the fingerprint is that of several, which differ
		}
		r = x
	}
	return r, len(hellos) > 0 && r.Outcome != negotiate.Unknown
}

// profiles are a server as it is and as the policy leaves it.
func (s *Simulation) profiles(party evidence.Party) (today, then *negotiate.Server, ok bool) {
	records := s.judge.dir.scans(party)
	if h := s.judge.dir.hostOf(party); len(records) == 0 && h != nil {
		for _, d := range h.servers {
			if d.Port == party.Port && d.Port != 0 {
				records = append(records, d)
			}
		}
	}
	if len(records) != 1 { // several addresses may differ
		return nil, nil, false
	}
	p := negotiate.FromServer(records[0])
	return p.Compile(), s.judge.policy.restrict(p).Compile(), true
}

// KnownProfile is a client of the knowledge base as negotiation takes it.
func KnownProfile(k *knowledge.KnownClient) negotiate.ClientProfile {
	var p negotiate.ClientProfile
	refuses := KnownRefusals(k)
	if h := k.Hello.Parse(); h != nil {
		p = negotiate.FromHello(k.Title(), h, refuses)
	} else {
		p = negotiate.FromClient(k.Evidence())
		_, whole := k.Offers()
		p.Name, p.Refuses, p.Implied = k.Title(), refuses, !whole
	}
	p.Capable = k.Max
	switch k.SetBy {
	case knowledge.SetByCode:
		p.WhyLow = negotiate.PinnedByCode
	case knowledge.SetByConfig:
		p.WhyLow = negotiate.PinnedByConfig
	}
	return p
}

// KnownRefusals are those of a known client as every record writes them.
func KnownRefusals(k *knowledge.KnownClient) evidence.Refusals {
	r := evidence.Refusals{
		Lowest: k.Refuses.Below, DHBits: k.Refuses.DHBits, DHMost: k.Refuses.DHMost, RSABits: k.Refuses.RSABits,
		LegacySignatures: k.Refuses.SHA1, SHA1Certificates: k.Refuses.SHA1, NeedsEMS: k.Refuses.EMS, Because: k.ID,
	}
	if r.Lowest.Below(k.Min) || r.Lowest == 0 {
		r.Lowest = k.Min
	}
	return r
}
