package code

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A Rule is one record of rules.yaml.
type Rule struct {
	ID        string   `yaml:"id"`
	Languages []string `yaml:"languages"`
	// Needs are words of which a file must hold one, before anything else is
	// looked at. Case is nothing.
	Needs []string `yaml:"needs"`
	// Match is a regular expression over the text without its comments. What
	// it finds ends where the value begins, unless it has a group "v", which
	// then is the value. A group "key" chooses among Keys; a group "add" that
	// is not empty says that the value is added to what was set before.
	Match string `yaml:"match"`
	// In is where the match must begin: code, string, comment, any.
	In string `yaml:"in"`
	// Until is how far the value reaches: match, arg, args, expr, line,
	// string. Empty is match if Match has a group "v", else expr.
	Until string `yaml:"until"`
	// Within, a regular expression, must match somewhere in the value.
	Within string `yaml:"within"`
	// Unless, a regular expression, must not match what stands before on the
	// line.
	Unless string `yaml:"unless"`
	// Never, a regular expression, must not match in the match itself.
	Never string `yaml:"never"`
	// Read is how the value is read; a name of readers.
	Read  string `yaml:"read"`
	Words string `yaml:"words"` // the list that names the versions
	// Effect is what the value does; Keys give it by the group "key".
	Effect   evidence.Effect            `yaml:"effect"`
	Keys     map[string]evidence.Effect `yaml:"keys"`
	Versions []tlswire.Version          `yaml:"versions"` // if the value has none
	Role     string                     `yaml:"role"`

	// Fact is the id of a record of the facts that the rule stands on, if any.
	Fact string `yaml:"fact"`
	// Confidence is confirmed (read in the maker's own document, source or
	// data, or measured), reported (read elsewhere, or read in part) or
	// unconfirmed.
	Confidence string   `yaml:"confidence"`
	Source     []string `yaml:"source"` // documents: page:URL, repo:OWNER/NAME PATH
	// Basis is where in them it stands and what it says, in our words, with
	// the release that was read. A confirmed rule has one.
	Basis string `yaml:"basis"`
	Note  string `yaml:"note"`

	Bad  []Case `yaml:"bad"`
	Good []Case `yaml:"good"`

	match, within, unless, never *regexp.Regexp
	value, key, add              int // groups; 0 if there is none
	words                        *Words
	read                         reader
}

// A Case is a piece of code with what it must give: for each record its
// effect and versions, such as "caps TLS 1.1". A good case without any must
// give nothing that breaks or exposes anything where TLS 1.2 is the floor.
type Case struct {
	Language string   `yaml:"language"` // the rule's first, if empty
	Code     string   `yaml:"code"`
	Want     []string `yaml:"want"`
	About    string   `yaml:"about"` // why the case is there
}

// Words are the spellings of versions in one language or library.
type Words struct {
	Name string `yaml:"name"`
	// Words give each spelling its versions, joined with "+"; "any" leaves
	// them to the library or system, "lowest" takes the oldest it has.
	Words map[string]string `yaml:"words"`
	// Bits are the versions of each bit of a number.
	Bits map[uint64]tlswire.Version `yaml:"bits"`

	exact, folded map[string]meaning
}

// meaning is what one spelling stands for.
type meaning struct {
	versions []tlswire.Version
	any      bool
	lowest   bool
}

// Example is a line that the rule finds.
func (r *Rule) Example() string { return r.Bad[0].Code }

// Effects are what findings of the rule do, as its bad cases show.
func (r *Rule) Effects() []evidence.Effect {
	var out []evidence.Effect
	for _, c := range r.Bad {
		for _, want := range c.Want {
			effect, _, _ := strings.Cut(want, " ")
			if e := evidence.Effect(effect); !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}
