package knowledge

import (
	"fmt"
	"strings"
)

// AgentClass is what sort of thing sends a user agent.
type AgentClass string

// The classes. A class that is empty is not known.
const (
	ClassProbe   AgentClass = "probe"   // health check or monitoring: set apart
	ClassScanner AgentClass = "scanner" // looks for weaknesses: set apart
	ClassBot     AgentClass = "bot"     // search engine, link preview, archive
	ClassMail    AgentClass = "mail"    // mail and calendar program
	ClassSync    AgentClass = "sync"    // mobile device that synchronises mail
	ClassApp     AgentClass = "app"     // another program with a user before it
	ClassDevice  AgentClass = "device"  // phone, printer, terminal
	ClassBrowser AgentClass = "browser"
	ClassService AgentClass = "service" // part of a system or of a cloud, without a user before it
	ClassLibrary AgentClass = "library" // runtime or library: the program behind it is not named
)

var agentClasses = []AgentClass{
	ClassProbe, ClassScanner, ClassBot, ClassMail, ClassSync, ClassApp, ClassDevice, ClassBrowser, ClassService, ClassLibrary,
}

// UnmarshalText takes the known classes only.
func (c *AgentClass) UnmarshalText(b []byte) error { return oneOf(c, b, "class", agentClasses...) }

// AgentName is one line of the table that gives names to what user agents
// say: a program, the runtime whose TLS it uses, or an operating system. The
// first line that fits wins. All that is given must hold.
type AgentName struct {
	Meta
	Name    string     `yaml:"name"`
	Class   AgentClass `yaml:"class"` // of programs only
	Tokens  []string   `yaml:"tokens"`
	Place   agentPlace `yaml:"place"`
	Inside  bool       `yaml:"inside"`  // tokens may begin within a word
	With    []string   `yaml:"with"`    // further literals, all of them
	Any     []string   `yaml:"any"`     // further literals, at least one of them
	Without []string   `yaml:"without"` // literals that rule it out
	From    Build      `yaml:"from"`    // range of versions that it fits
	Below   Build      `yaml:"below"`

	// The version stands right behind the token, or behind the first of Behind
	// that is there. It is not shown where it is Frozen: fixed by the maker, or
	// no version at all.
	Behind   []string       `yaml:"behind"`
	Frozen   bool           `yaml:"frozen"`
	Padding  string         `yaml:"padding"` // filler behind the numbers that are true
	Releases []AgentRelease `yaml:"releases"`

	Client   string         `yaml:"client"` // id of the Client, where the token alone tells it
	Examples []AgentExample `yaml:"examples"`
}

// AgentRelease is the name that the maker gives to a range of versions.
type AgentRelease struct {
	From  Build  `yaml:"from"`
	Below Build  `yaml:"below"`
	Name  string `yaml:"name"`
}

// AgentExample is an agent that must be read as it says.
type AgentExample struct {
	Agent string `yaml:"agent"`
	Is    string `yaml:"is"` // Program.String
}

// agentPlace is where in an agent a token counts: at its start, where it is
// all of it, or (empty) anywhere.
type agentPlace string

const (
	startOfAgent agentPlace = "start"
	wholeAgent   agentPlace = "whole"
)

// UnmarshalText takes the known places only.
func (p *agentPlace) UnmarshalText(b []byte) error {
	return oneOf(p, b, "place", startOfAgent, wholeAgent)
}

func (n *AgentName) check() error {
	switch {
	case n.Name == "" || len(n.Tokens) == 0:
		return fmt.Errorf("needs name and tokens")
	case len(n.Examples) == 0:
		return fmt.Errorf("needs an example")
	case n.Frozen && (len(n.Releases) > 0 || n.Padding != ""):
		return fmt.Errorf("has a frozen version, yet reads it")
	case len(n.From) > 0 && len(n.Below) > 0 && n.From.Compare(n.Below) >= 0:
		return fmt.Errorf("from %s is not below %s", n.From, n.Below)
	}
	for _, t := range n.Tokens {
		if len(t) < 3 {
			return fmt.Errorf("token %q is too short to tell anything", t)
		}
	}
	for _, e := range n.Examples {
		if e.Agent == "" || e.Is == "" {
			return fmt.Errorf("an example needs agent and is")
		}
	}
	return nil
}

// version takes the version out of ua; at is where the token ends.
func (n *AgentName) version(ua string, at int, behind func(i int) int) string {
	if len(n.Behind) > 0 {
		at = -1
		for i, b := range n.Behind {
			if p := behind(i); p >= 0 {
				at = p + len(b)
				break
			}
		}
		if at < 0 {
			return ""
		}
	}
	v := leadingVersion(ua[at:])
	return strings.TrimSuffix(v, n.Padding)
}

// release is the maker's name for a version, or empty.
func (n *AgentName) release(version string) string {
	if len(n.Releases) == 0 {
		return ""
	}
	b, ok := ParseBuild(version)
	if !ok {
		return ""
	}
	for _, r := range n.Releases {
		if b.In(r.From, r.Below) {
			return r.Name
		}
	}
	return ""
}

// maxVersion bounds what is taken for a version; real ones stay below.
const maxVersion = 32

// leadingVersion reads the version that s begins with, as it is printed:
// digits first, save one separator and one "v" before them.
func leadingVersion(s string) string {
	if s != "" && (s[0] == '/' || s[0] == ' ') {
		s = s[1:]
	}
	if len(s) > 1 && s[0]|0x20 == 'v' {
		s = s[1:]
	}
	if s == "" || !isDigit(s[0]) {
		return ""
	}
	end := 0
	for end < len(s) && isVersionByte(s, end) {
		if end == maxVersion {
			return ""
		}
		end++
	}
	for end > 0 && !isWordByte(s[end-1]) {
		end--
	}
	return s[:end]
}

// isVersionByte: "-" belongs to a version only before a digit, so that
// 3.10.0-1160 is one and 7.0-EAS is 7.0.
func isVersionByte(s string, i int) bool {
	switch c := s[i]; c {
	case '.', '_':
		return true
	case '-':
		return i+1 < len(s) && isDigit(s[i+1])
	default:
		return isWordByte(c)
	}
}
