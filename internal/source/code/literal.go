package code

import "bytes"

// literals finds which of a few words stand in a text, without regard to
// case, in one pass that looks at one byte pair of every few (Wu-Manber).
// It is what lets most files go by without being lexed.
type literals struct {
	words [][]byte // lower case
	min   int      // of their lengths
	// shift says how far a byte pair lets us jump; 0 where a word's first
	// min bytes may end.
	shift [1 << 12]uint8
	ends  [1 << 12][]int // words by the pair that their first min bytes end with
}

// minLiteral keeps jumps long.
const minLiteral = 5

func pair(a, b byte) int { return int(fold[a]&63)<<6 | int(fold[b]&63) }

var fold = foldTable()

func foldTable() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] = byte(i) + 'a' - 'A'
		}
	}
	return t
}

func newLiterals(words []string) *literals {
	l := &literals{min: 255}
	for _, w := range words {
		l.words = append(l.words, bytes.ToLower([]byte(w)))
		l.min = min(l.min, len(w))
	}
	for i := range l.shift {
		l.shift[i] = uint8(l.min - 1)
	}
	for n, w := range l.words {
		for i := 1; i < l.min; i++ {
			p := pair(w[i-1], w[i])
			l.shift[p] = min(l.shift[p], uint8(l.min-1-i))
		}
		p := pair(w[l.min-2], w[l.min-1])
		l.ends[p] = append(l.ends[p], n)
	}
	return l
}

// find marks in found the words that text holds, and reports whether any.
func (l *literals) find(text []byte, found []bool) bool {
	if len(l.words) == 0 {
		return false
	}
	hit := false
	for i := l.min - 1; i < len(text); {
		p := pair(text[i-1], text[i])
		if s := l.shift[p]; s > 0 {
			i += int(s)
			continue
		}
		for _, n := range l.ends[p] {
			if !found[n] && hasFolded(text[i-l.min+1:], l.words[n]) {
				found[n], hit = true, true
			}
		}
		i++
	}
	return hit
}

func hasFolded(text, word []byte) bool {
	if len(text) < len(word) {
		return false
	}
	for i, c := range word {
		if fold[text[i]] != c {
			return false
		}
	}
	return true
}
