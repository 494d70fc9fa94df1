package knowledge

import (
	"fmt"

	"github.com/tlsready/tlsready/tlswire"
)

// ClientKind is what sort of thing a client is. It decides which record wins
// when one user agent fits several.
type ClientKind string

// The kinds, in the order in which they win.
const (
	KindProbe   ClientKind = "probe"   // health check or monitoring: set apart
	KindScanner ClientKind = "scanner" // looks for weaknesses: set apart
	KindCrawler ClientKind = "crawler" // search engine
	KindApp     ClientKind = "app"     // mail and office programs
	KindDevice  ClientKind = "device"  // phone, printer, terminal
	KindBrowser ClientKind = "browser"
	KindRuntime ClientKind = "runtime" // language or system component that programs use
	KindTool    ClientKind = "tool"
	KindLibrary ClientKind = "library"
	KindOS      ClientKind = "os"
)

var clientKinds = []ClientKind{
	KindProbe, KindScanner, KindCrawler, KindApp, KindDevice, KindBrowser, KindRuntime, KindTool, KindLibrary, KindOS,
}

// UnmarshalText takes the known kinds only.
func (k *ClientKind) UnmarshalText(b []byte) error {
	return oneOf(k, b, "kind", clientKinds...)
}

// SetApart reports whether clients of this kind are listed apart: they are
// nobody's work that could break.
func (k ClientKind) SetApart() bool { return k == KindProbe || k == KindScanner }

// Verdict is what becomes of a client when a server asks for TLS 1.2 or more.
// Empty means that the record alone does not decide it; DecidedBy says what
// does.
type Verdict string

// The verdicts.
const (
	Breaks                 Verdict = "breaks"
	BreaksUnlessConfigured Verdict = "breaks_unless_configured"
	Works                  Verdict = "works"
)

// UnmarshalText takes the known verdicts only.
func (v *Verdict) UnmarshalText(b []byte) error {
	return oneOf(v, b, "verdict", Breaks, BreaksUnlessConfigured, Works)
}

// Client is a program, runtime, library, device or system in a range of
// versions, and what it can offer.
type Client struct {
	Meta
	Kind       ClientKind      `yaml:"kind"`
	Name       string          `yaml:"name"`
	Range      string          `yaml:"range"`       // in words
	Max        tlswire.Version `yaml:"max"`         // highest it can do at all; 0: not known, or see DecidedBy
	DefaultMax tlswire.Version `yaml:"default_max"` // highest it offers untouched; 0: not known, or see DecidedBy
	Min        tlswire.Version `yaml:"min"`         // lowest it offers untouched; 0: not known
	DecidedBy  string          `yaml:"decided_by"`  // what decides where the record alone does not: "Windows", "OpenSSL", "firmware"
	Verdict    Verdict         `yaml:"verdict"`
	Cause      string          `yaml:"cause"` // why it breaks, in the words of Cause.Name
	Fix        string          `yaml:"fix"`
	PQ         string          `yaml:"pq"` // post-quantum group that it offers by default
	Agents     []Agent         `yaml:"agents"`
}

func (c *Client) check() error {
	switch {
	case c.Name == "" || c.Kind == "":
		return fmt.Errorf("needs kind and name")
	case c.Max.Below(c.DefaultMax) && c.Max != 0:
		return fmt.Errorf("offers %s by default but can do only %s", c.DefaultMax, c.Max)
	case c.Verdict == Works && c.DefaultMax.Below(tlswire.TLS12):
		return fmt.Errorf("verdict works, but default_max is %s", c.DefaultMax)
	case c.Verdict == Breaks && c.Max.AtLeast(tlswire.TLS12):
		return fmt.Errorf("verdict breaks, but max is %s", c.Max)
	case (c.Verdict == Breaks || c.Verdict == BreaksUnlessConfigured) != (c.Cause != ""):
		return fmt.Errorf("a client that breaks needs a cause, another has none")
	case c.Verdict == "" && c.DecidedBy == "":
		return fmt.Errorf("without a verdict it needs decided_by")
	}
	return nil
}

// Simulation is a list of recorded client handshakes by their public names.
type Simulation struct {
	Meta
	Meaning string         `yaml:"meaning"`
	Rows    []SimulatedRow `yaml:"rows"`
}

// SimulatedRow is one recorded client and the highest version it offered.
type SimulatedRow struct {
	Name string          `yaml:"name"`
	Max  tlswire.Version `yaml:"max"`
}

// GroupCode is the code point of a post-quantum group.
type GroupCode struct {
	Meta
	Name   string `yaml:"name"`
	Code   uint16 `yaml:"code"`
	Status string `yaml:"status"`
}
