package config

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// entry is one "name = value" of a simple configuration.
type entry struct {
	section, name, value string
	sep                  string // what stands between them, with its blanks; empty: " = "
	at                   pos
}

// text is how the line is shown in a setting: as it is spelled, so that a fix
// can tell whether it still stands there.
func (e entry) text() string { return e.name + or(e.sep, " = ") + e.value }

// syntax is how a simple configuration is written.
type syntax struct {
	comment   string // characters that begin a comment line
	trailing  string // what, after a blank, begins a comment behind a value
	sections  bool   // [section] lines
	blank     bool   // a blank separates as "=" does
	colon     bool   // ":" separates as "=" does
	continued bool   // a backslash joins the next line
	bare      bool   // a name may stand alone
}

// entries calls fn for each entry. A line that is none is noted and passed
// over.
func (f *file) entries(j *job, s syntax, fn func(entry)) {
	section, held := "", ""
	var at pos
	f.lines(func(no int, text string) bool {
		if len(text) > maxLine || len(held) > maxLine {
			j.skip(f.at(no), "line over %d bytes", maxLine)
			held = ""
			return true
		}
		if held == "" {
			at = f.at(no)
		}
		if cut, ok := strings.CutSuffix(text, `\`); ok && s.continued {
			held += strings.TrimLeft(cut, " \t")
			return true
		}
		line := strings.TrimSpace(text)
		if held != "" {
			line, held = held+line, ""
		}
		switch {
		case line == "" || strings.IndexByte(s.comment, line[0]) >= 0:
		case s.sections && line[0] == '[':
			name, _, ok := strings.Cut(line[1:], "]")
			if !ok {
				j.skip(at, "section without its bracket")
				break
			}
			section = strings.TrimSpace(name)
		default:
			j.cov.Read++
			if e, ok := s.split(line); ok {
				e.section, e.at = section, at
				fn(e)
			} else {
				j.skip(at, "no name and value")
			}
		}
		return j.ctx.Err() == nil
	})
}

// split takes a line apart.
func (s syntax) split(line string) (entry, bool) {
	seps := "="
	if s.colon {
		seps += ":"
	}
	if s.blank {
		seps += " \t"
	}
	i := strings.IndexAny(line, seps)
	if i <= 0 {
		return entry{name: line}, s.bare && i < 0
	}
	name, value, sep := line[:i], strings.TrimSpace(line[i+1:]), ""
	switch after, ok := strings.CutPrefix(value, "="); {
	case line[i] == ':':
		sep = ": "
	case line[i] == '=':
	case ok: // "name = value"
		value = strings.TrimSpace(after)
	default: // "name value"
		sep = " "
	}
	return entry{name: strings.TrimSpace(name), value: s.unquote(value), sep: sep}, true
}

// unquote takes quotes and a comment behind the value off.
func (s syntax) unquote(v string) string {
	if v != "" && (v[0] == '\'' || v[0] == '"') {
		if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
			return v[1 : 1+end]
		}
	}
	if s.trailing != "" {
		for i := range len(v) {
			if v[i] == s.trailing[0] && (i == 0 || v[i-1] == ' ' || v[i-1] == '\t') {
				return strings.TrimSpace(v[:i])
			}
		}
	}
	return v
}

// vocabulary is how a program spells versions.
type vocabulary map[string]tlswire.Version

// list reads versions that stand with any of the separators between them.
func (w vocabulary) list(s, seps string) (vs []tlswire.Version, bad string) {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(seps, r) }) {
		v, ok := w[strings.ToLower(word)]
		if !ok {
			return nil, word
		}
		vs = append(vs, v)
	}
	return sorted(vs), ""
}

// plainWords are the spellings that most programs share.
var plainWords = vocabulary{
	"sslv3": tlswire.SSL30, "tlsv1": tlswire.TLS10, "tlsv1.0": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13,
}

// exactWords are those of programs that know no "TLSv1.0".
var exactWords = vocabulary{"tlsv1": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13}

// bounds are a lower and an upper bound as lines set them.
type bounds struct {
	lo, hi     tlswire.Version
	loAt, hiAt pos
	bad        string
}

// set reads one bound and gives its finding.
func (b *bounds) set(e entry, words vocabulary, low bool) finding {
	f := finding{at: e.at, path: e.section, value: e.text()}
	v, ok := words[strings.ToLower(e.value)]
	switch {
	case !ok:
		f.effect, f.note = evidence.Review, "no version that this program knows"
		b.bad = e.at.String()
	case low:
		b.lo, b.loAt = v, e.at
		f.effect, f.versions = evidence.Floors, []tlswire.Version{v}
	default:
		b.hi, b.hiAt = v, e.at
		f.effect, f.versions = evidence.Caps, []tlswire.Version{v}
	}
	return f
}

// because is the line that decides, or other.
func (b bounds) because(other pos) string {
	switch {
	case b.bad != "":
		return b.bad
	case b.loAt.line != 0:
		return b.loAt.String()
	case b.hiAt.line != 0:
		return b.hiAt.String()
	}
	return other.String()
}

// sum puts the bounds in the place of those of a default.
func (b bounds) sum(deflt sum) sum {
	if b.bad != "" {
		return unknown(b.bad + ": no version that this program knows")
	}
	if b.lo != 0 {
		s := exactly(between(b.lo, 0), b.loAt.String())
		return s.limit(0, b.hi, b.hiAt.String())
	}
	return deflt.limit(0, b.hi, b.hiAt.String())
}

// listFinding is the finding for a list of versions that is all there is.
func listFinding(e entry, words vocabulary, seps string) finding {
	f := finding{at: e.at, path: e.section, value: e.text()}
	vs, bad := words.list(e.value, seps)
	if bad != "" || len(vs) == 0 {
		f.effect, f.note = evidence.Review, "no version that this program knows: "+or(bad, "none named")
		return f
	}
	f.effect, f.versions = evidence.Pins, vs
	return f
}

// sumOf is what such a finding adds up to.
func (f finding) sumOf() sum {
	if f.effect != evidence.Pins {
		return unknown(f.at.String() + ": " + f.note)
	}
	return exactly(f.versions, f.at.String())
}
