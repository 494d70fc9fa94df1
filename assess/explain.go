package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// Explanation is the chain behind the verdicts that fit a question.
type Explanation struct {
	Schema int     `json:"schema"`
	Policy string  `json:"policy"`
	AsOf   string  `json:"as_of"`
	Chains []Chain `json:"explained"`
	// More is how many verdicts fit besides those explained.
	More int `json:"more,omitempty"`
	// Breaks is set when one of all that fit breaks and is not waived.
	Breaks bool `json:"breaks"`
}

// Chain is one verdict and what led to it, in the order of the reasoning.
type Chain struct {
	Verdict Verdict `json:"verdict"`
	Steps   []Step  `json:"steps"`
}

// Step is one thing concluded, and from what.
type Step struct {
	// About is what kind of thing is concluded: identity, seen, client, server,
	// setting, product, fact, policy, verdict, contradiction, waiver, owner, next.
	About  string   `json:"about"`
	Says   Text     `json:"says"`
	Source string   `json:"source,omitempty"` // of the record: iis, pcap, scan ...
	Refs   []string `json:"refs,omitempty"`   // file:line or file:packet
	Fact   string   `json:"fact,omitempty"`   // id in the knowledge base
	Cites  []string `json:"cites,omitempty"`  // documents the fact rests on
	// Confidence is observed, declared, known or inferred of evidence, and
	// confirmed, reported or unconfirmed of a fact.
	Confidence string `json:"confidence,omitempty"`
}

// mostChains is how many verdicts are explained at one time.
const mostChains = 20

// NoMatchError is the answer to a question about a party that the evidence
// does not know.
type NoMatchError struct {
	Party  string
	Nearby []string // names that are spelled like it
}

func (e *NoMatchError) Error() string {
	s := fmt.Sprintf("nothing in the evidence is called %q", e.Party)
	if len(e.Nearby) > 0 {
		s += "; did you mean " + strings.Join(e.Nearby, " or ") + "?"
	}
	return s
}

// Explain judges, and gives the chain behind each verdict of a client and a
// server. Parties are names, addresses, host:port, networks or patterns with
// *. Without a server, all verdicts are explained that the one party has a
// part in, whichever.
func Explain(all *evidence.Set, opt Options, client, server string) (*Explanation, error) {
	work := judgeSet(all, opt)
	r := work.report
	out := &Explanation{Schema: r.Schema, Policy: r.Policy, AsOf: r.AsOf, Chains: []Chain{}}
	var known []string
	for _, o := range r.Verdicts.Outlines() {
		known = append(known, o.Client, o.Server)
		if !o.about(client, server) {
			continue
		}
		whole := o.Whole()
		v := &whole
		out.Breaks = out.Breaks || (v.Verdict == Breaks && v.SetApart == "" && !v.Waived.holds(r.AsOf))
		if len(out.Chains) == mostChains {
			out.More++
			continue
		}
		out.Chains = append(out.Chains, Chain{whole, work.chain(v, work.pairs.find(v.Client, v.Server, o.Agent))})
	}
	if len(out.Chains) == 0 {
		return nil, noMatch(&r.Verdicts, known, client, server)
	}
	return out, nil
}

// about reports whether a verdict is about the parties asked for.
func (v *Outline) about(client, server string) bool {
	from, to := v.Parties()
	isClient := means(client, v.Client, from)
	if server == "" {
		return isClient || means(client, v.Server, to)
	}
	return isClient && means(server, v.Server, to)
}

// means reports whether somebody who types arg means this party.
func means(arg, id string, p *evidence.Party) bool {
	arg = asTyped(arg)
	if arg == Anyone {
		return true
	}
	if id == Anyone {
		return false
	}
	host := hostOfID(id)
	for _, s := range []string{id, host, p.IP, p.Name, p.Identity} {
		if s != "" && strings.EqualFold(arg, s) {
			return true
		}
	}
	if label, _, ok := strings.Cut(host, "."); ok && !isAddress(host) && arg == label {
		return true // the bare name of a full one
	}
	return strings.ContainsAny(arg, "*/") && matchesParty(arg, id, p.IP)
}

// asTyped takes off what belongs to a URL: https://a.example/x is a.example.
func asTyped(arg string) string {
	if _, rest, ok := strings.Cut(arg, "://"); ok {
		arg, _, _ = strings.Cut(rest, "/")
	}
	arg = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(arg), "."))
	if strings.HasPrefix(arg, "[") && strings.HasSuffix(arg, "]") {
		arg = strings.Trim(arg, "[]")
	}
	return arg
}

// noMatch says which of the two parties nobody knows, or that the two never
// met.
func noMatch(vs *Verdicts, known []string, client, server string) error {
	found := func(arg string) bool {
		for _, o := range vs.Outlines() {
			if from, to := o.Parties(); means(arg, o.Client, from) || means(arg, o.Server, to) {
				return true
			}
		}
		return false
	}
	for _, arg := range []string{client, server} {
		if arg != "" && !found(arg) {
			return &NoMatchError{arg, nearest(asTyped(arg), known)}
		}
	}
	if server != "" {
		return fmt.Errorf("%s and %s were not seen together: tlsready explain %s shows whom it was seen with", client, server, client)
	}
	return &NoMatchError{Party: client}
}

// mostNearby is how many names are offered instead of one that nobody knows.
const mostNearby = 3

// nearest are the names spelled most like one, the nearest first.
func nearest(arg string, known []string) []string {
	type candidate struct {
		name string
		far  int
	}
	var found []candidate
	seen := map[string]bool{Anyone: true}
	for _, k := range known {
		if seen[k] {
			continue
		}
		seen[k] = true
		far := min(distance(arg, k), distance(arg, hostOfID(k)))
		if strings.Contains(k, arg) && len(arg) > 2 {
			far = 1
		}
		if far <= 1+len(arg)/3 {
			found = append(found, candidate{k, far})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), strings.Compare(a.name, b.name))
	})
	var out []string
	for _, c := range found[:min(len(found), mostNearby)] {
		out = append(out, c.name)
	}
	return out
}

// mostSpelled bounds the names that are compared letter by letter, in bytes.
const mostSpelled = 100

// distance is how many letters must be changed, added or taken out to make one
// name of the other (Levenshtein).
func distance(a, b string) int {
	if len(a) > mostSpelled || len(b) > mostSpelled {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
