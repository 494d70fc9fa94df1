package knowledge

import (
	"fmt"
	"strings"
)

// Build is a dotted version or build number, compared number by number:
// 15.1.1415.2, 1.8.0_261, "Version 15.1 (Build 1466.3)".
type Build []uint32

// maxParts bounds what a hostile string can make ParseBuild keep.
const maxParts = 8

// ParseBuild reads the numbers of s in order. What stands between them does
// not matter, save that a letter behind the first number ends the build
// ("16.0.1-beta3" is 16.0.1), unless the word "Build" does, as Exchange
// prints it. The second result is false when s holds no number.
func ParseBuild(s string) (Build, bool) {
	b := make(Build, 0, 4)
	for i := 0; i < len(s) && len(b) < maxParts; {
		c := s[i]
		switch {
		case isDigit(c):
			var x uint64
			for ; i < len(s) && isDigit(s[i]); i++ {
				if x < 1<<32 {
					x = x*10 + uint64(s[i]-'0')
				}
			}
			b = append(b, uint32(min(x, 1<<32-1)))
		case len(b) > 0 && isLetter(c):
			if !strings.HasPrefix(s[i:], "Build") && !strings.HasPrefix(s[i:], "build") {
				return b, true
			}
			i += len("Build")
		default:
			i++
		}
	}
	return b, len(b) > 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// Compare is -1, 0 or 1. A part that one side lacks counts as 0, so that 3.4
// equals 3.4.0.
func (b Build) Compare(o Build) int {
	for i := range max(len(b), len(o)) {
		x, y := b.part(i), o.part(i)
		if x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return 0
}

func (b Build) part(i int) uint32 {
	if i < len(b) {
		return b[i]
	}
	return 0
}

// Last is the last n parts of b.
func (b Build) Last(n int) Build {
	if len(b) <= n {
		return b
	}
	return b[len(b)-n:]
}

// HasPrefix reports whether b starts with the parts of p.
func (b Build) HasPrefix(p Build) bool {
	if len(p) > len(b) {
		return false
	}
	for i := range p {
		if b[i] != p[i] {
			return false
		}
	}
	return true
}

// In reports whether b is at least from and less than below; an empty bound
// does not bind.
func (b Build) In(from, below Build) bool {
	return (len(from) == 0 || b.Compare(from) >= 0) && (len(below) == 0 || b.Compare(below) < 0)
}

// String joins the parts with dots.
func (b Build) String() string {
	s := make([]string, len(b))
	for i, p := range b {
		s[i] = fmt.Sprint(p)
	}
	return strings.Join(s, ".")
}

// MarshalText is String.
func (b Build) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads digits joined by dots or underscores and nothing else:
// in data a stray letter is a mistake.
func (b *Build) UnmarshalText(t []byte) error {
	for _, c := range t {
		if !isDigit(c) && c != '.' && c != '_' {
			return fmt.Errorf("build %q: want numbers joined by dots", t)
		}
	}
	p, ok := ParseBuild(string(t))
	if !ok {
		return fmt.Errorf("build %q holds no number", t)
	}
	*b = p
	return nil
}
