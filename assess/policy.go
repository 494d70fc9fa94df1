package assess

import (
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Policy is the floor that is judged against, and for whom it holds.
type Policy struct {
	Name  string
	Floor tlswire.Version
	// Cloud is set for a policy of Microsoft 365, which has dates and is about
	// pairs with its hosts only: worldwide, gcc, gcc-high, dod, 21vianet.
	Cloud string
	Text  Text
}

// Office365 reports whether the policy is Microsoft's cut-off.
func (p Policy) Office365() bool { return p.Cloud != "" }

// PolicyNames are the names ParsePolicy takes.
func PolicyNames() []string { return []string{"tls12", "tls13", "office365", "office365:CLOUD"} }

// ParsePolicy finds a policy by name: tls12, tls13, office365 or
// office365:gcc-high.
func ParsePolicy(s string) (Policy, error) {
	name, cloud, hasCloud := strings.Cut(s, ":")
	switch {
	case s == "tls12":
		return Policy{Name: s, Floor: tlswire.TLS12, Text: say("TLS 1.0 and 1.1 go off")}, nil
	case s == "tls13":
		return Policy{Name: s, Floor: tlswire.TLS13, Text: say("everything below TLS 1.3 goes off")}, nil
	case name == "office365":
		clouds := knowledge.Clouds()
		if !hasCloud {
			cloud = clouds[0]
		}
		for _, c := range clouds {
			if c == cloud {
				return Policy{
					Name: s, Floor: tlswire.TLS12, Cloud: c,
					Text: say("Microsoft 365 (%s) takes TLS 1.2 and later only", c),
				}, nil
			}
		}
		return Policy{}, fmt.Errorf("cloud %q of policy office365 is not known: use one of %s", cloud, strings.Join(clouds, ", "))
	}
	return Policy{}, fmt.Errorf("policy %q is not known: use one of %s", s, strings.Join(PolicyNames(), ", "))
}
