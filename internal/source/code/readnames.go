package code

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// wget takes SSLv2 and SSLv3 as the one version, others as the oldest.
func wget(v *value) []result {
	if strings.HasPrefix(v.text, "SSL") {
		v.effect = evidence.Pins
	} else {
		v.effect = evidence.Floors
	}
	return bound(v)
}

// libtls reads constants that share a prefix.
func libtls(v *value) []result {
	for i := range v.tokens {
		v.tokens[i].text = strings.TrimPrefix(v.tokens[i].text, "TLS_PROTOCOL_")
	}
	return set(v)
}

// netSSLeay finds the version in the number, or in the name of the function.
func netSSLeay(v *value) []result {
	if _, name, ok := strings.Cut(v.text, "CTX_"); ok {
		v.tokens = append(v.tokens, token{text: strings.TrimSuffix(name, "_new")})
	}
	return set(v)
}

var spokenName = lazyregexp.New(`(?i)(SSL|TLS) (\d\.\d)`)

// spoken reads names as Windows writes them.
func spoken(v *value) (out []result) {
	for _, m := range spokenName.FindAllStringSubmatch(v.text, -1) {
		name := strings.ToUpper(m[1]) + " " + m[2]
		switch name {
		case "SSL 2.0":
			name = "SSLv2"
		case "SSL 3.0":
			name = "SSLv3"
		}
		if ver, err := tlswire.ParseVersion(name); err == nil {
			out = append(out, result{v.effect, []tlswire.Version{ver}})
		}
	}
	return out
}

var policyVersion = lazyregexp.New(`(?i)(?:^|[-_]|v)1[-_.]([0-3])(?:[-_]|$)`)

// policy reads the oldest version off the name of a policy of a cloud; a name
// without one has that of the rule. Some stop at TLS 1.2.
func policy(v *value) []result {
	text := strings.Trim(v.text, "\"'")
	oldest := slices.Clone(v.rule.Versions)
	if m := policyVersion.FindStringSubmatch(text); m != nil {
		oldest = []tlswire.Version{tlswire.TLS10 + tlswire.Version(m[1][0]-'0')}
	} else if strings.HasPrefix(strings.ToUpper(text), "SSL") {
		oldest = []tlswire.Version{tlswire.SSL30}
	}
	out := []result{{v.effect, oldest}}
	if stopsAt12.MatchString(text) && !strings.Contains(text, "-TLS13-") {
		out = append(out, result{evidence.Caps, []tlswire.Version{tlswire.TLS12}})
	}
	return out
}

// stopsAt12 are the policies of load balancers without TLS13 in their name,
// and the first two of OpenSearch.
var stopsAt12 = lazyregexp.New(`^ELBSecurityPolicy-|^Policy-Min-TLS-1-[02]-2019-07$`)

// versionRange reads the oldest and the newest version, in this order.
func versionRange(v *value) (out []result) {
	effects := [...]evidence.Effect{evidence.Floors, evidence.Caps}
	for _, t := range v.tokens {
		if m, ok := v.rule.words.meaning(t.text, v.fold); ok && len(out) < len(effects) && len(m.versions) > 0 {
			out = append(out, result{effects[len(out)], m.versions[:1]})
		}
	}
	return out
}

// disabled reads a list of what is off: the versions of the rule that it
// leaves out are on. Only a list that stands there whole can be read.
func disabled(v *value) []result {
	text := strings.TrimSpace(v.text)
	if len(text) < 2 || text[len(text)-1] != '"' || strings.Count(text, `"`) != 2 {
		return nil
	}
	var off []tlswire.Version
	for name := range strings.SplitSeq(strings.Trim(text, `"`), ",") {
		if m, ok := v.rule.words.meaning(strings.TrimSpace(name), false); ok {
			off = append(off, m.versions...)
		}
	}
	on := slices.DeleteFunc(slices.Clone(v.rule.Versions), func(x tlswire.Version) bool { return slices.Contains(off, x) })
	if len(on) == 0 {
		return nil
	}
	return []result{{v.effect, on}}
}
