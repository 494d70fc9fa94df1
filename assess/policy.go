package assess

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Policy is what is judged against, and for whom and from when it holds.
type Policy struct {
	Name  string
	Floor tlswire.Version // the lowest version it leaves
	// Cloud is set for a policy of Microsoft 365, which has dates and is about
	// pairs with its hosts only: worldwide, gcc, gcc-high, dod, 21vianet.
	Cloud string
	Text  Text
	Fact  string    // the record of the knowledge base; "" of a user's own
	From  time.Time // the day it comes into force; zero: it always was
	Later []Policy  // what it asks from later days on, in their order
	asks  asks
}

// Office365 reports whether the policy is Microsoft's cut-off.
func (p Policy) Office365() bool { return p.Cloud != "" }

// PolicyNames are the names ParsePolicy takes.
func PolicyNames(base *knowledge.Base) []string { return append(base.PolicyNames(), "office365:CLOUD") }

// ParsePolicy finds a policy by name: tls12, pci-dss-4, office365 or
// office365:gcc-high.
func ParsePolicy(base *knowledge.Base, s string) (Policy, error) {
	name, cloud, hasCloud := strings.Cut(s, ":")
	known, ok := base.PolicyByName(name)
	if !ok || !slices.Contains(known.Names, strings.ToLower(name)) || (hasCloud && name != "office365") {
		return Policy{}, fmt.Errorf("policy %q is not known: use one of %s, or a file", s, strings.Join(PolicyNames(base), ", "))
	}
	p := NewPolicy(known).named(s)
	if name != "office365" {
		return p, nil
	}
	clouds := knowledge.Clouds()
	if !hasCloud {
		cloud = clouds[0]
	}
	if !slices.Contains(clouds, cloud) {
		return Policy{}, fmt.Errorf("cloud %q of policy office365 is not known: use one of %s", cloud, strings.Join(clouds, ", "))
	}
	p.Cloud, p.Text = cloud, say("Microsoft 365 (%s) takes TLS 1.2 and later only", cloud)
	return p, nil
}

// NewPolicy makes a policy of the rules in data, the knowledge base's or a
// user's own.
func NewPolicy(k *knowledge.Policy) Policy {
	p := Policy{Name: k.Name, Floor: k.Min, Text: told(k.Summary), Fact: k.ID, From: k.From.Until, asks: newAsks(k)}
	if k.Summary == "" {
		p.Text = Verbatim(k.Name)
	}
	last := p
	for _, stage := range k.Later {
		next := last
		next.From, next.Later = stage.From.Until, nil
		if stage.Min.Known() {
			next.Floor = stage.Min
		}
		if stage.RequireGroups != nil {
			next.asks.oneOf = stage.RequireGroups
		}
		if stage.Summary != "" {
			next.Text = told(stage.Summary)
		}
		p.Later = append(p.Later, next)
		last = next
	}
	return p
}

// named is the policy under the name that somebody typed.
func (p Policy) named(name string) Policy {
	p.Name, p.Later = name, slices.Clone(p.Later)
	for i := range p.Later {
		p.Later[i].Name = name
	}
	return p
}

// on is the policy as it stands on a day, and what comes after it. The zero
// day is the day by which all announced dates have come.
func (p Policy) on(day time.Time) Policy {
	now := p
	for i, stage := range p.Later {
		if !day.IsZero() && day.Before(stage.From) {
			break
		}
		now = stage
		now.Later = p.Later[i+1:]
	}
	return now
}
