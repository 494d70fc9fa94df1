package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Rule reads some keys of the registry and says what they do to the TLS
// versions of a host.
type Rule struct {
	ID     string
	Layer  string // of the settings it emits; "" if it emits none
	Fact   string // knowledge record that says how the values act; "" if it emits no settings
	Yields string // what it emits, in words

	areas []area // the keys it reads: no other key is kept while reading
	apply func(*machine)
}

// Rules are all rules, in the order in which they run. A new rule is one
// variable of this package and one line here.
var Rules = []Rule{
	windowsRule,
	dotnetRule,
	exchangeRule,
	sqlRule,
	adfsRule,
	uninstallRule,
	failingRule,
	updatesRule,
	schannelRule,
	suitesRule,
	ciphersRule,
	fipsRule,
	renegotiationRule,
	keySizeRule,
	eventLoggingRule,
	winhttpRule,
	wininetRule,
	dotnet4Rule,
	dotnet2Rule,
}

// area is a key that a rule reads.
type area struct {
	key      string   // control sets and users as in regPath.canon
	tree     bool     // all keys below it, too
	children []string // of each key right below it these values
	starts   string   // only of keys below it whose names start so
	leaf     string   // of the key of this name below each of them
	optional bool     // nothing is missing if the file does not cover it
	wow      bool     // of 32-bit programs on 64-bit Windows
	export   string   // key to export so that even its absence shows; default is key
	file     string   // name for that export
}

func allAreas(rules []Rule) []area {
	var out []area
	for _, r := range rules {
		out = append(out, r.areas...)
	}
	return out
}

// blindAreas says which keys of the rules were not seen, and what would show
// them.
func (m *machine) blindAreas(rules []Rule) {
	for _, r := range rules {
		var keys, ways []string
		for _, a := range r.areas {
			if a.optional || a.wow && m.os.bits == 32 || m.covers(a) {
				continue
			}
			keys = append(keys, a.key)
			if way := a.wayToSee(m.origin); !slices.Contains(ways, way) {
				ways = append(ways, way)
			}
		}
		if len(keys) > 0 {
			m.blind("%s: %s: %s; to see it: %s", r.ID, notSeen[m.origin], strings.Join(keys, ", "), strings.Join(ways, "; "))
		}
	}
}

// notSeen says where a key is missing.
var notSeen = map[origin]string{
	fromExport: "not in this export", fromHives: "not in these hives", fromSystem: "could not be read",
}

// wayToSee is what a person would do to bring an area in.
func (a area) wayToSee(o origin) string {
	switch key := strings.ToLower(a.key); {
	case o == fromExport:
		return fmt.Sprintf(`reg export "%s" %s`, cmp.Or(a.export, a.key), a.file)
	case o == fromSystem:
		return "run as administrator"
	case strings.HasPrefix(key, anyUser):
		return `read Users\NAME\NTUSER.DAT with them`
	case strings.HasPrefix(key, controlSet):
		return `read Windows\System32\config\SYSTEM with them`
	}
	return `read Windows\System32\config\SOFTWARE with them`
}

// blindLayers says which layers were left alone for want of Schannel.
func (m *machine) blindLayers() {
	if len(m.waiting) > 0 {
		m.blind("not judged, because they rest on the Schannel client: %s", strings.Join(m.waiting, ", "))
	}
}

// covers reports whether the file shows what is in a, be it nothing.
func (m *machine) covers(a area) bool {
	lower := strings.ToLower(a.key)
	if rest, ok := strings.CutPrefix(lower, anyUser); ok {
		return slices.ContainsFunc(m.reg.users, func(user string) bool { return m.reg.covered(user+rest) != nil })
	}
	if rest, ok := strings.CutPrefix(lower, controlSet); ok {
		lower = m.reg.activeSet() + rest
	}
	return m.reg.covered(lower) != nil
}
