package knowledge

import (
	"fmt"
	"regexp"
)

// Agent is one way to recognise a client by its HTTP user agent. All that is
// given must hold. The literal Token is looked for first, since most agents
// are not the one in question; only then the rest costs anything.
type Agent struct {
	Token   string   `yaml:"token"`   // literal, case as written
	With    []string `yaml:"with"`    // further literals, all of them
	Any     []string `yaml:"any"`     // further literals, at least one of them
	Without []string `yaml:"without"` // literals that rule it out
	Pattern *Pattern `yaml:"pattern"` // its first group, if any, is the version
	From    Build    `yaml:"from"`    // version right behind Token, or the group of Pattern
	Below   Build    `yaml:"below"`
	Example string   `yaml:"example"` // an agent that must be recognised so
}

// Pattern is a regular expression in data.
type Pattern struct{ *regexp.Regexp }

// UnmarshalText compiles it.
func (p *Pattern) UnmarshalText(b []byte) error {
	re, err := regexp.Compile(string(b))
	if err != nil {
		return err
	}
	p.Regexp = re
	return nil
}

func (a *Agent) check() error {
	switch {
	case len(a.Token) < 3 && a.Pattern == nil:
		return fmt.Errorf("agent token %q is too short to tell anything", a.Token)
	case len(a.From)+len(a.Below) > 0 && a.From.Compare(a.Below) >= 0 && len(a.Below) > 0:
		return fmt.Errorf("agent %q: from %s is not below %s", a.Token, a.From, a.Below)
	}
	return nil
}

// numbers is the version that s starts with: 122.0.0.0, 1.7.0_80, 10_6_8.
func numbers(s string) string {
	end := 0
	for end < len(s) && (isDigit(s[end]) || s[end] == '.' || s[end] == '_') {
		end++
	}
	if end == 0 || !isDigit(s[0]) {
		return ""
	}
	return s[:end]
}

// leadingBuild reads the version that s starts with.
func leadingBuild(s string) (Build, bool) {
	n := numbers(s)
	if n == "" {
		return nil, false
	}
	return ParseBuild(n)
}

// ClientByAgent finds the client that sends this user agent. The most
// specific record wins: application over browser over runtime over operating
// system. It is false where the agent tells nothing; a client with an empty
// Verdict is recognised, but its agent does not tell what it can do.
func (b *Base) ClientByAgent(userAgent string) (*Client, bool) {
	l := lookup{agents: b.agents}
	l.read(userAgent)
	product, _ := l.part(b.agents.products)
	c := l.client(product)
	return c, c != nil
}
