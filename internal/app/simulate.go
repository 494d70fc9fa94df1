package app

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
	"github.com/tlsready/tlsready/tlswire"
)

// SimulateOptions say who meets whom.
type SimulateOptions struct {
	Knowledge *knowledge.Base
	Policy    string          // adds a server that does what this policy allows
	Floor     tlswire.Version // servers lose what lies below; 0 leaves them
	Known     bool            // the known clients besides those of the evidence
	Client    string          // only clients with this in their name, in any case
}

// Parties are the clients and servers of evidence and knowledge, ready to be
// compared, each under a name of its own and in the order of the names.
func Parties(records []evidence.Record, opt SimulateOptions) (clients []*negotiate.Client, servers []*negotiate.Server, err error) {
	var cs []negotiate.ClientProfile
	var ss []negotiate.ServerProfile
	for _, r := range records {
		switch r := r.(type) {
		case *evidence.Client:
			p := negotiate.FromClient(r)
			recognise(&p, r, opt.Knowledge)
			cs = append(cs, p)
		case *evidence.Server:
			if !r.OverUDP() { // the clients are those of TCP
				ss = append(ss, negotiate.FromServer(r))
			}
		}
	}
	if opt.Known {
		for _, k := range opt.Knowledge.KnownClients {
			cs = append(cs, assess.KnownProfile(k))
		}
	}
	if opt.Policy != "" {
		p, err := policyServer(opt.Knowledge, opt.Policy)
		if err != nil {
			return nil, nil, err
		}
		ss = append(ss, p)
	}
	cs = slices.DeleteFunc(cs, func(p negotiate.ClientProfile) bool {
		return !strings.Contains(strings.ToLower(p.Name), strings.ToLower(opt.Client))
	})
	slices.SortStableFunc(cs, func(a, b negotiate.ClientProfile) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	slices.SortStableFunc(ss, func(a, b negotiate.ServerProfile) int { return cmp.Compare(a.Name, b.Name) })
	var seen names
	for _, p := range cs {
		p.Name = seen.once(p.Name)
		clients = append(clients, p.Compile())
	}
	seen = names{}
	for _, p := range ss {
		p.Name = seen.once(p.Name)
		servers = append(servers, p.WithFloor(opt.Floor).Compile())
	}
	return clients, servers, nil
}

// names gives each party a name of its own: several programs may share an
// address, several addresses a name.
type names map[string]int

func (n *names) once(name string) string {
	if *n == nil {
		*n = names{}
	}
	(*n)[name]++
	if k := (*n)[name]; k > 1 {
		return fmt.Sprintf("%s #%d", name, k)
	}
	return name
}

// recognise gives a captured hello what all known clients with its fingerprint
// have in common: what they refuse, and the highest they can do.
func recognise(p *negotiate.ClientProfile, c *evidence.Client, base *knowledge.Base) {
	if c.Basis != evidence.Observed || c.Refuses != nil {
		return
	}
	same := base.KnownByFingerprint(c.Client.JA3, c.Client.JA4)
	if len(same) == 0 {
		return
	}
	first := assess.KnownRefusals(same[0])
	refuses, capable := first, same[0].Max
	for _, k := range same[1:] {
		r := assess.KnownRefusals(k)
		if r.Because = first.Because; r != first {
			refuses = evidence.Refusals{}
		}
		if k.Max != same[0].Max {
			capable = 0
		}
	}
	p.Refuses, p.Capable = refuses, capable
}

// policyServer is a server that does what a policy allows, and no more. Where
// a policy names no suites or groups, they are not known.
func policyServer(base *knowledge.Base, name string) (negotiate.ServerProfile, error) {
	p, err := policyRules(base, name)
	if err != nil {
		return negotiate.ServerProfile{}, err
	}
	s := negotiate.ServerProfile{Name: "policy " + name, Groups: p.Groups}
	if len(p.RequireGroups) > 0 {
		s.Groups = p.RequireGroups
	}
	for _, v := range tlswire.StreamVersions {
		x := negotiate.VersionProfile{Version: v, State: evidence.Rejected}
		allowed := v.AtLeast(p.Min) && (len(p.Allow) == 0 || slices.Contains(p.Allow, v)) && !slices.Contains(p.MustNot, v)
		if allowed {
			x.State = evidence.Accepted
		}
		switch {
		case allowed && v == tlswire.TLS13:
			x.Suites = suitesOf(p.TLS13)
		case allowed && v == tlswire.TLS12:
			x.Suites = suitesOf(p.TLS12)
		}
		if p.ServerOrder != nil {
			x.ServerOrder = negotiate.No
			if *p.ServerOrder {
				x.ServerOrder = negotiate.Yes
			}
		}
		s.Versions = append(s.Versions, x)
	}
	return s, nil
}

// policyRules are the rules behind a name, or those of a file.
func policyRules(base *knowledge.Base, arg string) (*knowledge.Policy, error) {
	judged, err := Policy(base, arg)
	if err != nil {
		return nil, err
	}
	plain, _, _ := strings.Cut(arg, ":") // the clouds of a policy differ in dates
	if p, ok := base.PolicyByName(plain); ok && judged.Fact == p.ID {
		return p, nil
	}
	text, err := os.ReadFile(arg)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return knowledge.ReadPolicy(arg, text)
}

func suitesOf(names []string) (out []tlswire.Suite) {
	for _, n := range names {
		if s, ok := tlswire.SuiteByName(n); ok {
			out = append(out, s)
		}
	}
	return out
}
