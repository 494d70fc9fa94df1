package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	suitePolicy  = software + `Policies\Microsoft\Cryptography\Configuration\SSL\00010002`
	suiteLocal   = `Control\Cryptography\Configuration\Local\SSL\00010002`
	suiteFact    = "win.cipher.policy-key"
	suiteValue   = "Functions"
	curveValue   = "EccCurves"
	maxSuiteText = 1023 // characters that Windows reads of a policy
)

var suitesRule = Rule{
	ID:     "cipher-suites",
	Layer:  "schannel",
	Fact:   suiteFact,
	Yields: "a setting for each list of cipher suites and of groups, that of the policy and that of the machine, with the versions that are left without a suite",
	areas: []area{
		// Optional: few exports hold them, and they seldom decide a version.
		{key: suitePolicy, optional: true},
		{key: system + suiteLocal, optional: true},
	},
	apply: func(m *machine) {
		policy, local := m.reg.ask(suitePolicy, suiteValue), m.reg.ask(m.systemKey(suiteLocal), suiteValue)
		m.suiteSetting(policy, "")
		m.suiteSetting(local, overruled(policy))
		policy, local = m.reg.ask(suitePolicy, curveValue), m.reg.ask(m.systemKey(suiteLocal), curveValue)
		m.curveSetting(policy, "")
		m.curveSetting(local, overruled(policy))
	},
}

// overruled says what keeps the machine's own list from acting.
func overruled(policy answer) string {
	switch {
	case policy.value != nil:
		return "the list of the policy decides"
	case !policy.seen:
		return "a policy comes first, and is not seen"
	}
	return ""
}

// suiteList is a list of cipher suites in order of preference.
type suiteList struct {
	answer
	suites  []tlswire.Suite
	unknown []string
	long    bool
}

// readSuites reads a list in both forms: one text with commas, and one line a
// suite.
func readSuites(a answer) suiteList {
	l := suiteList{answer: a}
	l.long = a.value.typ == regSZ && len(a.value.text) > maxSuiteText
	for _, name := range listed(a.value.text) {
		s, ok := tlswire.SuiteByName(name)
		switch {
		case !ok && strings.HasPrefix(strings.ToUpper(name), "SSL_CK_"): // of SSL 2.0
		case !ok:
			l.unknown = append(l.unknown, name)
		case !slices.Contains(l.suites, s): // the same suite stands once for each curve
			l.suites = append(l.suites, s)
		}
	}
	return l
}

func listed(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// doubtful reports whether what the list leaves out cannot be told for sure.
func (l suiteList) doubtful() bool { return len(l.unknown) > 0 || l.long || len(l.suites) == 0 }

// suites is the list that Schannel goes by, less the ciphers that are
// switched off; nil if that is not known.
func (m *machine) suites() *suiteList {
	a := m.reg.ask(suitePolicy, suiteValue)
	if a.absent() {
		a = m.reg.ask(m.systemKey(suiteLocal), suiteValue)
	}
	if a.value == nil || !isText(a.value.typ) {
		return nil
	}
	l := readSuites(a)
	if l.doubtful() {
		return nil
	}
	l.suites = slices.DeleteFunc(l.suites, m.cipherOff)
	return &l
}

// of are the suites that can run at a version.
func (l *suiteList) of(v tlswire.Version) []tlswire.Suite {
	var out []tlswire.Suite
	for _, s := range l.suites {
		if s.CanRun(v) {
			out = append(out, s)
		}
	}
	return out
}

func suiteNames(suites []tlswire.Suite) []string {
	out := make([]string, len(suites))
	for i, s := range suites {
		out[i] = s.String()
	}
	return out
}

// without are the versions of TLS for which a list has no suite, as far as
// this Windows has them.
func (m *machine) without(l suiteList) []tlswire.Version {
	var out []tlswire.Version
	for _, v := range tlswire.StreamVersions {
		if def, _ := m.schannelDefault("Client", v); v >= tlswire.TLS10 && def != useImpossible && len(l.of(v)) == 0 {
			out = append(out, v)
		}
	}
	return out
}

// suiteSetting reports one list of suites; idle says why it does not act.
func (m *machine) suiteSetting(a answer, idle string) {
	if a.value == nil {
		return
	}
	f := found{role: "both", effect: evidence.None, note: idle}
	if !isText(a.value.typ) {
		f.value, f.effect, f.note = suiteValue, evidence.Review, fmt.Sprintf("%s, but only text is read", a.value.typ)
		m.setting(a, f)
		return
	}
	l := readSuites(a)
	f.value = suiteValue + "=" + short(listed(a.value.text))
	switch {
	case idle != "":
	case len(l.suites) == 0:
		f.effect, f.note = evidence.Review, "lists no cipher suite that is known"
	case len(l.unknown) > 0:
		f.effect, f.note = evidence.Review, "no cipher suites: "+short(l.unknown)
	case l.long:
		f.effect, f.note = evidence.Review, fmt.Sprintf("over %d characters: Windows does not read the rest", maxSuiteText)
	default:
		if f.versions = m.without(l); len(f.versions) > 0 {
			f.effect, f.note = evidence.Blocks, "no suite in the list can run at these versions"
		}
	}
	m.setting(a, f)
}

// short is the first of a list and how many follow.
func short(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return fmt.Sprintf("%s and %d more", list[0], len(list)-1)
}

// curveNames are Schannel's names of groups that differ from IANA's.
var curveNames = map[string]string{
	"curve25519": "x25519", "nistp256": "secp256r1", "nistp384": "secp384r1", "nistp521": "secp521r1",
	"nistp192": "secp192r1", "nistp224": "secp224r1", "x25519_mlkem768": "X25519MLKEM768",
	"secp256r1_mlkem768": "SecP256r1MLKEM768", "secp384r1_mlkem1024": "SecP384r1MLKEM1024",
}

// groups are the names of groups by IANA, and those that are none.
func groups(names []string) (known, unknown []string) {
	for _, n := range names {
		name, ok := curveNames[strings.ToLower(n)]
		if !ok {
			name = n
		}
		if g, ok := tlswire.GroupByName(name); ok {
			known = append(known, g.String())
		} else {
			unknown = append(unknown, n)
		}
	}
	return known, unknown
}

// curveSetting reports one list of groups.
func (m *machine) curveSetting(a answer, idle string) {
	if a.value == nil {
		return
	}
	f := found{role: "both", effect: evidence.None, note: idle}
	known, unknown := groups(listed(a.value.text))
	f.value = curveValue + "=" + strings.Join(known, ",")
	switch {
	case len(unknown) > 0:
		f.note = join(f.note, "groups that are not known: "+short(unknown))
	case len(known) == 0:
		f.value, f.note = curveValue, join(f.note, "names no group")
	}
	m.setting(a, f)
}

// groups are those that Schannel goes by, nil if that is not known.
func (m *machine) groups() []string {
	a := m.reg.ask(suitePolicy, curveValue)
	if a.absent() {
		a = m.reg.ask(m.systemKey(suiteLocal), curveValue)
	}
	if a.value == nil {
		return nil
	}
	known, unknown := groups(listed(a.value.text))
	if len(unknown) > 0 {
		return nil
	}
	return known
}
