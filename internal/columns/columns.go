// Package columns fits text into the columns of a terminal or a text file:
// how many a string takes, and how it is cut and wrapped to so many. Letters
// of East Asia take two.
package columns

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wide are the ranges that take two columns (Unicode East Asian Width W and
// F, in the blocks that names come from, and pictographs).
var wide = [...][2]rune{
	{0x1100, 0x115f},
	{0x231a, 0x231b},
	{0x2329, 0x232a},
	{0x23e9, 0x23ec},
	{0x23f0, 0x23f0},
	{0x23f3, 0x23f3},
	{0x25fd, 0x25fe},
	{0x2614, 0x2615},
	{0x2648, 0x2653},
	{0x267f, 0x267f},
	{0x2693, 0x2693},
	{0x26a1, 0x26a1},
	{0x26aa, 0x26ab},
	{0x26bd, 0x26be},
	{0x26c4, 0x26c5},
	{0x26ce, 0x26ce},
	{0x26d4, 0x26d4},
	{0x26ea, 0x26ea},
	{0x26f2, 0x26f3},
	{0x26f5, 0x26f5},
	{0x26fa, 0x26fa},
	{0x26fd, 0x26fd},
	{0x2705, 0x2705},
	{0x270a, 0x270b},
	{0x2728, 0x2728},
	{0x274c, 0x274c},
	{0x274e, 0x274e},
	{0x2753, 0x2755},
	{0x2757, 0x2757},
	{0x2795, 0x2797},
	{0x27b0, 0x27b0},
	{0x27bf, 0x27bf},
	{0x2b1b, 0x2b1c},
	{0x2b50, 0x2b50},
	{0x2b55, 0x2b55},
	{0x2e80, 0x303e},
	{0x3041, 0x4dbf},
	{0x4e00, 0xa4cf},
	{0xa960, 0xa97f},
	{0xac00, 0xd7a3},
	{0xf900, 0xfaff},
	{0xfe10, 0xfe19},
	{0xfe30, 0xfe6f},
	{0xff00, 0xff60},
	{0xffe0, 0xffe6},
	{0x16fe0, 0x18d08},
	{0x1aff0, 0x1b2fb},
	{0x1f004, 0x1f004},
	{0x1f0cf, 0x1f0cf},
	{0x1f18e, 0x1f18e},
	{0x1f191, 0x1f19a},
	{0x1f200, 0x1f320},
	{0x1f32d, 0x1f64f},
	{0x1f680, 0x1f6ff},
	{0x1f7e0, 0x1f7f0},
	{0x1f900, 0x1faff},
	{0x20000, 0x3fffd},
}

func runeWidth(c rune) int {
	if c < 0x300 {
		return 1
	}
	if unicode.In(c, unicode.Mn, unicode.Me) {
		return 0
	}
	for _, r := range wide {
		if c >= r[0] && c <= r[1] {
			return 2
		}
	}
	return 1
}

// Width counts the columns of s. Colours take none; they are the only
// escapes that are known here.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if l := escapeLen(s[i:]); l > 0 {
			i += l
			continue
		}
		c, l := utf8.DecodeRuneInString(s[i:])
		n += runeWidth(c)
		i += l
	}
	return n
}

// escapeLen is the length of the colour escape that s starts with.
func escapeLen(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	return strings.IndexByte(s, 'm') + 1
}

// Head and tail are the longest start and end of s that fit n columns.
func Head(s string, n int) string {
	for i, c := range s {
		if n -= runeWidth(c); n < 0 {
			return s[:i]
		}
	}
	return s
}

func tail(s string, n int) string {
	for i := len(s); i > 0; {
		c, l := utf8.DecodeLastRuneInString(s[:i])
		if n -= runeWidth(c); n < 0 {
			return s[i:]
		}
		i -= l
	}
	return s
}

// MiddleCut shortens s to n columns but keeps both ends: of a host name the
// label and the domain.
func MiddleCut(s string, n int, dots string) string {
	if Width(s) <= n {
		return s
	}
	room := max(0, n-Width(dots))
	end := room / 2
	return Head(s, room-end) + dots + tail(s, end)
}

// EndCut shortens s to n columns.
func EndCut(s string, n int, dots string) string {
	if Width(s) <= n {
		return s
	}
	return strings.TrimRight(Head(s, max(0, n-Width(dots))), " ") + dots
}

// Wrap breaks s at spaces into lines of at most n columns. A path that is too
// long breaks after a separator, any other word loses its middle: a host name torn in two would read as two hosts.
func Wrap(s string, n int, dots string) []string {
	return WrapPieces(s, n, dots, func(word string) []string { return []string{word} })
}

// WrapPieces is Wrap for text whose words have pieces that a line may end
// after, with nothing between them.
func WrapPieces(s string, n int, dots string, pieces func(word string) []string) []string {
	var lines []string
	line, have := "", 0
	put := func(part, before string) {
		w := Width(part)
		switch {
		case line == "":
			line, have = part, w
		case have+len(before)+w <= n:
			line, have = line+before+part, have+len(before)+w
		default:
			lines = append(lines, line)
			line, have = part, w
		}
	}
	for _, word := range strings.Fields(s) {
		before := " "
		for _, piece := range pieces(word) {
			for _, part := range fitWord(piece, n, dots) {
				put(part, before)
				before = " " // a long path goes on as before
			}
			before = ""
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Signs that begin no line, and signs that end none.
const (
	notFirst = "。，、：；！？）」』％…·"
	notLast  = "（「『"
)

// Breakable divides a word where a line of East Asian text may break: beside
// every wide sign, but not before a closing or after an opening one.
func Breakable(word string) []string {
	var out []string
	start := 0
	last := rune(0)
	for i, c := range word {
		if i > start && (runeWidth(c) == 2 || runeWidth(last) == 2) &&
			!strings.ContainsRune(notFirst, c) && !strings.ContainsRune(notLast, last) {
			out = append(out, word[start:i])
			start = i
		}
		last = c
	}
	return append(out, word[start:])
}

// fitWord gives the pieces of one word, none wider than n.
func fitWord(word string, n int, dots string) []string {
	if Width(word) <= n {
		return []string{word}
	}
	var out []string
	for rest := word; rest != ""; {
		if Width(rest) <= n {
			return append(out, rest)
		}
		cut := strings.LastIndexAny(Head(rest, n), `\/,;&?=`) + 1
		if cut < n/3 {
			return append(out, MiddleCut(rest, n, dots))
		}
		out = append(out, rest[:cut])
		rest = rest[cut:]
	}
	return out
}
