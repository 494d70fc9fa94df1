package fix

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// directive is one way to write versions on a line. Its second group is the
// value, and the whole line without it stays as it is.
type directive struct {
	match *lazyregexp.Regexp
	value func(value string, floor tlswire.Version) (string, bool)
}

// change makes the new line; ok is false when the line is not this directive,
// or holds it twice.
func (d directive) change(line string, floor tlswire.Version) (string, bool) {
	at := d.match.FindAllStringSubmatchIndex(line, 2)
	if len(at) != 1 {
		return line, false
	}
	from, to := at[0][4], at[0][5]
	value, ok := d.value(line[from:to], floor)
	if !ok {
		return line, false
	}
	return line[:from] + value + line[to:], true
}

// spelling is how a product writes versions.
type spelling map[tlswire.Version]string

var (
	usual = spelling{
		tlswire.SSL30: "SSLv3", tlswire.TLS10: "TLSv1", tlswire.TLS11: "TLSv1.1", tlswire.TLS12: "TLSv1.2", tlswire.TLS13: "TLSv1.3",
	}
	dotted = spelling{ // MariaDB, HAProxy
		tlswire.SSL30: "SSLv3", tlswire.TLS10: "TLSv1.0", tlswire.TLS11: "TLSv1.1", tlswire.TLS12: "TLSv1.2", tlswire.TLS13: "TLSv1.3",
	}
	lined   = spelling{tlswire.TLS10: "TLSv1_0", tlswire.TLS11: "TLSv1_1", tlswire.TLS12: "TLSv1_2", tlswire.TLS13: "TLSv1_3"}
	goNames = spelling{tlswire.TLS10: "VersionTLS10", tlswire.TLS11: "VersionTLS11", tlswire.TLS12: "VersionTLS12", tlswire.TLS13: "VersionTLS13"}
)

// lowest is the lowest version among words, or zero.
func (sp spelling) lowest(words []string) (low tlswire.Version) {
	for v, name := range sp {
		if slices.Contains(words, name) && (low == 0 || v.Below(low)) {
			low = v
		}
	}
	return low
}

// upTo are the versions from the lowest one on up to the floor that words
// lack: no gap is left, since libraries take a gap for the end.
func (sp spelling) upTo(words []string, floor tlswire.Version) (names []string) {
	low := sp.lowest(words)
	for _, v := range tlswire.StreamVersions {
		name, ok := sp[v]
		if ok && low != 0 && !v.Below(low) && floor.AtLeast(v) && !slices.Contains(words, name) {
			names = append(names, name)
		}
	}
	return names
}

// list adds what is missing to a list of versions; "not" marks one that is
// excluded.
func list(sp spelling, sep, not string) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ':' })
		kept := words
		if not != "" {
			kept = slices.DeleteFunc(slices.Clone(words), func(w string) bool {
				return slices.ContainsFunc(sp.between(tlswire.TLS12, floor), func(n string) bool { return w == not+n })
			})
		}
		more := sp.upTo(kept, floor)
		if len(more) == 0 && len(kept) == len(words) {
			return value, slices.Contains(words, sp[floor])
		}
		if len(kept) == len(words) {
			return value + sep + strings.Join(more, sep), true
		}
		out := append(kept, more...)
		return strings.Join(out, sep), len(out) > 0
	}
}

// between are the names of the versions from lo to hi.
func (sp spelling) between(lo, hi tlswire.Version) (names []string) {
	for v, name := range sp {
		if !v.Below(lo) && !hi.Below(v) {
			names = append(names, name)
		}
	}
	return names
}

// raise replaces an upper bound below the floor.
func raise(sp spelling) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		for v, name := range sp {
			if name == value {
				if v.Below(floor) {
					return sp[floor], true
				}
				return value, true
			}
		}
		return value, false
	}
}

// without takes words for the versions from TLS 1.2 to the floor out of a
// list of what is off.
func without(sp spelling, sep string, empty string) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		off := sp.between(tlswire.TLS12, floor)
		words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
		if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(off, w) }) {
			return value, false
		}
		if sep == ", " { // words of several parts: "DH keySize < 1024"
			words = strings.Split(value, ",")
			for i := range words {
				words[i] = strings.TrimSpace(words[i])
			}
		}
		words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(off, w) })
		if len(words) == 0 {
			return empty, empty != ""
		}
		return strings.Join(words, sep), true
	}
}
