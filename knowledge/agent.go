package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
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

// matches is asked with the place of Token in ua.
func (a *Agent) matches(ua string, at int) bool {
	for _, w := range a.With {
		if !strings.Contains(ua, w) {
			return false
		}
	}
	if slices.ContainsFunc(a.Without, func(w string) bool { return strings.Contains(ua, w) }) {
		return false
	}
	if len(a.Any) > 0 && !slices.ContainsFunc(a.Any, func(w string) bool { return strings.Contains(ua, w) }) {
		return false
	}
	version := ua[at+len(a.Token):]
	if a.Pattern != nil {
		m := a.Pattern.FindStringSubmatch(ua)
		if m == nil {
			return false
		}
		if len(m) > 1 {
			version = m[1]
		}
	}
	return a.inRange(version)
}

func (a *Agent) inRange(version string) bool {
	if len(a.From)+len(a.Below) == 0 {
		return true
	}
	b, ok := leadingBuild(version)
	return ok && b.In(a.From, a.Below)
}

// leadingBuild reads the version that s starts with: 122.0.0.0, 1.7.0_80,
// 10_6_8.
func leadingBuild(s string) (Build, bool) {
	end := 0
	for end < len(s) && (isDigit(s[end]) || s[end] == '.' || s[end] == '_') {
		end++
	}
	if end == 0 || !isDigit(s[0]) {
		return nil, false
	}
	return ParseBuild(s[:end])
}

// agentRule is one line of the table that ClientByAgent walks.
type agentRule struct {
	agent  *Agent
	client *Client
}

// agentTable puts the agents of all clients in order: by kind of client, then
// as they stand in the data.
func agentTable(clients []*Client) []agentRule {
	var t []agentRule
	for _, k := range clientKinds {
		for _, c := range clients {
			if c.Kind != k {
				continue
			}
			for i := range c.Agents {
				t = append(t, agentRule{&c.Agents[i], c})
			}
		}
	}
	return t
}

// maxAgent bounds the work on one agent; real ones stay far below.
const maxAgent = 2048

// ClientByAgent finds the client that sends this user agent. The most
// specific record wins: application over browser over runtime over operating
// system. It is false where the agent tells nothing; a client with an empty
// Verdict is recognised, but its agent does not tell what it can do.
func (b *Base) ClientByAgent(userAgent string) (*Client, bool) {
	ua := userAgent
	if len(ua) > maxAgent {
		ua = ua[:maxAgent]
	}
	if !strings.Contains(ua, " ") && strings.Contains(ua, "+") {
		ua = strings.ReplaceAll(ua, "+", " ") // as IIS writes it
	}
	token, at := "", -1
	for _, r := range b.agents {
		if r.agent.Token != token { // rules for ranges of one program stand together
			token = r.agent.Token
			at = strings.Index(ua, token)
		}
		if at >= 0 && r.agent.matches(ua, at) {
			return r.client, true
		}
	}
	return nil, false
}
