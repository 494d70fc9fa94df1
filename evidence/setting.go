package evidence

import (
	"slices"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// Effect is what a configured value does to the versions it is about.
type Effect string

// The effects. None of them holds a floor: assessment compares.
const (
	Pins    Effect = "pins"    // exactly these
	Caps    Effect = "caps"    // at most these
	Floors  Effect = "floors"  // at least these
	Allows  Effect = "allows"  // these besides others
	Blocks  Effect = "blocks"  // never these
	Default Effect = "default" // left to a default, which is these
	Review  Effect = "review"  // a person must look
	None    Effect = "none"
)

// Setting is one configured value that decides a TLS version.
type Setting struct {
	Host     string            `json:"host,omitempty"`
	Role     string            `json:"role,omitempty"`  // client, server, both
	Layer    string            `json:"layer,omitempty"` // schannel, winhttp, wininet, dotnet4-64 ... nginx ... source
	Value    string            `json:"value,omitempty"`
	Effect   Effect            `json:"effect,omitempty"`
	Versions []tlswire.Version `json:"versions,omitempty"`
	Where    Where             `json:"where,omitzero"`
	Rule     string            `json:"rule,omitempty"`
	Fact     string            `json:"fact,omitempty"`
	Note     string            `json:"note,omitempty"`
}

// Kind is KindSetting.
func (*Setting) Kind() Kind { return KindSetting }

// Product is software, with its build, on a host. IP and Owner stand in
// inventories and help to join the host with what was observed.
type Product struct {
	Host    string `json:"host,omitempty"`
	IP      string `json:"ip,omitempty"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Where   Where  `json:"where,omitzero"`
}

// Kind is KindProduct.
func (*Product) Kind() Kind { return KindProduct }

// Skip is one place that was not used, and why. Count is how many such places
// there were when only the first is kept. NotTLS is for what is no loss: a
// request over plain HTTP, a packet that is not TCP.
type Skip struct {
	Ref    string `json:"ref"`
	Reason string `json:"reason"`
	Count  int    `json:"count,omitempty"`
	NotTLS bool   `json:"not_tls,omitempty"`
}

// Coverage says what of one input was looked at and what could not be seen.
type Coverage struct {
	Source  string    `json:"source"`
	Input   string    `json:"input"`
	Read    int       `json:"read"` // lines, packets, values or probes read
	Used    int       `json:"used"` // of these, how many became evidence
	Skipped []Skip    `json:"skipped,omitempty"`
	Failed  string    `json:"failed,omitempty"` // the input as a whole gave nothing: why
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last,omitzero"`
	Blind   []string  `json:"blind,omitempty"` // what this input cannot show
	// Below is set when only connections below this version were kept: whether
	// their clients also do better was there to see, and was not looked at.
	Below tlswire.Version `json:"below,omitempty"`
	// Position is set in a store alone: how far this log was read.
	Position *Position `json:"position,omitempty"`
}

// Kind is KindCoverage.
func (*Coverage) Kind() Kind { return KindCoverage }

// Lost reports whether anything was passed over that may have been evidence.
func (c *Coverage) Lost() bool {
	return slices.ContainsFunc(c.Skipped, func(s Skip) bool { return !s.NotTLS })
}

// MaxSkips is how many skipped places a coverage record keeps one by one;
// further ones only count.
const MaxSkips = 20

// Skip notes a place that could not be used. Memory stays bounded: after
// MaxSkips different reasons or places only the count of the last entry with
// the same reason grows, or that of a closing "and others".
func (c *Coverage) Skip(ref, reason string) {
	for i := range c.Skipped {
		if c.Skipped[i].Reason == reason {
			if c.Skipped[i].Count == 0 {
				c.Skipped[i].Count = 1
			}
			c.Skipped[i].Count++
			return
		}
	}
	if len(c.Skipped) < MaxSkips {
		c.Skipped = append(c.Skipped, Skip{Ref: ref, Reason: reason})
		return
	}
	last := &c.Skipped[len(c.Skipped)-1]
	last.Reason = "and others"
	last.Count = max(last.Count, 1) + 1
}

// Emit takes one record of a stream. An error from it ends the source.
type Emit func(Record) error
