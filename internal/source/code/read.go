package code

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// result is what a value does.
type result struct {
	effect   evidence.Effect
	versions []tlswire.Version
}

// value is a match with everything a reader may need.
type value struct {
	rule   *Rule
	effect evidence.Effect // of the rule, or chosen by the key
	text   string
	tokens []token
	added  bool // to what was set before
	fold   bool
}

// A reader decides what a value does. None means: nothing that can be told.
type reader func(v *value) []result

// readSet is how a value is read if the rule does not say.
const readSet = "set"

// The ways to read a value.
var readers = map[string]reader{
	readSet:     set,          // all versions named are on, no others
	"bound":     bound,        // the first version named is a limit
	"each":      each,         // the effect of the rule, about all versions named
	"fixed":     fixed,        // the versions of the rule
	"perl":      perl,         // SSLv23:!SSLv3
	"gnutls":    gnutls,       // NORMAL:-VERS-ALL:+VERS-TLS1.2
	"libcurl":   libcurl,      // CURL_SSLVERSION_X | CURL_SSLVERSION_MAX_Y
	"curl":      curl,         // curl --tlsv1.0 --tls-max 1.2
	"wget":      wget,         // wget --secure-protocol=TLSv1
	"libtls":    libtls,       // TLS_PROTOCOL_TLSv1_0 | TLS_PROTOCOL_TLSv1_2
	"netssleay": netSSLeay,    // CTX_tlsv1_new
	"range":     versionRange, // {TLS_1_0, TLS_1_2}
	"spoken":    spoken,       // TLS 1.0, as in names of registry keys
	"policy":    policy,       // ELBSecurityPolicy-TLS13-1-2-2021-06
	"disabled":  disabled,     // a list of what is off
}

// named are the versions that a value names, apart from those it takes away.
func (v *value) named() (on, off []tlswire.Version, m meaning) {
	for _, t := range v.tokens {
		w, ok := v.rule.words.meaning(t.text, v.fold)
		if !ok {
			continue
		}
		if t.negated {
			off = append(off, w.versions...)
			continue
		}
		on = append(on, w.versions...)
		m.any = m.any || w.any
		m.lowest = m.lowest || w.lowest
	}
	return tidy(on), tidy(off), m
}

func tidy(vs []tlswire.Version) []tlswire.Version {
	slices.SortFunc(vs, func(a, b tlswire.Version) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(a, b))
	})
	return slices.Compact(vs)
}

func set(v *value) []result {
	on, off, _ := v.named()
	var out []result
	switch {
	case len(off) > 0 && v.effect == evidence.Blocks: // all but these
		return exactly(off)
	case len(off) > 0:
		out = append(out, result{evidence.Blocks, off})
	}
	switch {
	case len(on) == 0:
		return out
	case v.added:
		return append(out, result{evidence.Allows, on})
	case v.effect == evidence.Blocks, v.effect == evidence.Allows, v.effect == evidence.Review:
		return append(out, result{v.effect, on})
	}
	return append(out, exactly(on)...)
}

// withdrawn reports whether RFC 7568 or RFC 8996 took a version back.
func withdrawn(v tlswire.Version) bool { return v.Below(tlswire.TLS12) }

// exactly is what a whole set of versions does. One version is a pin, and so
// are several that all are withdrawn. Any other set is an allowance of each,
// with a cap if it stops short of the newest version.
func exactly(vs []tlswire.Version) []result {
	newest := vs[len(vs)-1]
	if len(vs) == 1 || withdrawn(newest) {
		return []result{{evidence.Pins, vs}}
	}
	out := []result{{evidence.Allows, vs}}
	if newest.Rank() < tlswire.TLS13.Rank() {
		out = append(out, result{evidence.Caps, vs[len(vs)-1:]})
	}
	return out
}

// bound takes the first version named. The oldest that a library has, as a
// minimum, allows whatever that is.
func bound(v *value) []result {
	// The whole text comes first: a version such as 1.0 is no word of code.
	whole := token{text: strings.Trim(v.text, "\"'`: ")}
	for _, t := range append([]token{whole}, v.tokens...) {
		m, ok := v.rule.words.meaning(t.text, v.fold)
		switch {
		case !ok:
		case len(m.versions) > 0 && v.effect == evidence.Pins:
			return exactly(tidy(slices.Clone(m.versions)))
		case len(m.versions) > 0:
			return []result{{v.effect, m.versions[:1]}}
		case m.lowest && v.effect == evidence.Floors:
			return []result{{evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}}}
		default:
			return nil
		}
	}
	return nil
}

func each(v *value) []result {
	on, off, _ := v.named()
	if v.added || len(on) == 0 {
		on = tidy(append(on, off...))
	}
	if len(on) == 0 {
		return nil
	}
	return []result{{v.effect, on}}
}

func fixed(v *value) []result { return []result{{v.effect, v.rule.Versions}} }

// perl reads the list of IO::Socket::SSL: a flexible name with versions taken
// away, or the one version to be used.
func perl(v *value) []result {
	on, off, m := v.named()
	var out []result
	if len(off) > 0 {
		out = append(out, result{evidence.Blocks, off})
	}
	if !m.any && len(on) > 0 {
		out = append(out, exactly(on)...)
	}
	return out
}

var priority = lazyregexp.New(`([-+!]?)VERS-(TLS-ALL|ALL|SSL3\.0|TLS1\.[0-3])`)

// gnutls reads a priority string: versions are added to or taken from those
// of the keyword, and -VERS-ALL or NONE starts from nothing.
func gnutls(v *value) []result {
	on, off := map[string]bool{}, map[string]bool{}
	empty := strings.Contains(v.text, "NONE")
	for _, m := range priority.FindAllStringSubmatch(v.text, -1) {
		switch name, minus := m[2], m[1] == "-" || m[1] == "!"; {
		case strings.HasSuffix(name, "ALL") && minus:
			empty = true
			clear(on)
		case strings.HasSuffix(name, "ALL"):
			for _, n := range []string{"TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"} {
				on[n] = true
			}
		case minus:
			off[name] = true
			delete(on, name)
		default:
			on[name] = true
			delete(off, name)
		}
	}
	var out []result
	if vs := v.rule.words.all(off); len(vs) > 0 && !empty {
		out = append(out, result{evidence.Blocks, vs})
	}
	vs := v.rule.words.all(on)
	switch {
	case len(vs) == 0:
	case empty:
		out = append(out, exactly(vs)...)
	default:
		out = append(out, result{evidence.Allows, vs})
	}
	return out
}

func (w *Words) all(names map[string]bool) (vs []tlswire.Version) {
	for n := range names {
		vs = append(vs, w.exact[n].versions...)
	}
	return tidy(vs)
}

// libcurl reads CURL_SSLVERSION_ constants: those with MAX_ are caps, the
// others minimums, but for SSLv2 and SSLv3, which pin.
func libcurl(v *value) (out []result) {
	for _, t := range v.tokens {
		name, ok := strings.CutPrefix(strings.TrimPrefix(t.text, "CURL_"), "SSLVERSION_")
		if !ok && !isNumber(t.text) {
			continue
		}
		effect := evidence.Floors
		if rest, isMax := strings.CutPrefix(name, "MAX_"); isMax {
			name, effect = rest, evidence.Caps
		} else if strings.HasPrefix(name, "SSLv") {
			effect = evidence.Pins
		}
		if m, ok := v.rule.words.meaning(name, false); ok && len(m.versions) > 0 {
			out = append(out, result{effect, m.versions})
		}
	}
	return out
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

var curlFlag = lazyregexp.New(`(?:^|[\s"'])(--tls-max[\s"',=]+(?:1\.[0-3]|default)|--tlsv1\.[0-3]|--tlsv1|--sslv[23]|-[123])(?:$|[\s"',;)])`)

// curl reads the options of a command line. Without --tls-max a version is a
// minimum; -2 and -3 are SSL, which current versions refuse.
func curl(v *value) (out []result) {
	text := v.text
	for {
		m := curlFlag.FindStringSubmatchIndex(text)
		if m == nil {
			return out
		}
		flag := text[m[2]:m[3]]
		text = text[m[3]:]
		effect := evidence.Floors
		switch {
		case strings.HasPrefix(flag, "--tls-max"):
			effect = evidence.Caps
			flag = flag[len(flag)-3:]
		case strings.HasPrefix(flag, "--ssl"), flag == "-2", flag == "-3":
			effect = evidence.Pins
		}
		if mean, ok := v.rule.words.meaning(strings.TrimLeft(flag, "-"), false); ok && len(mean.versions) > 0 {
			out = append(out, result{effect, mean.versions})
		}
	}
}
