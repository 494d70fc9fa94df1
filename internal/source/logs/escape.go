package logs

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape undoes what nginx does to bytes that would break a log: \x22 in
// its default form, \" and \u001f in its JSON form. What is no escape stays.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			i++
			continue
		}
		n := 0
		if out, n = unescapeOne(out, s[i:]); n == 0 {
			out = append(out, s[i])
			n = 1
		}
		i += n
	}
	return string(out)
}

// unescapeOne appends what the escape at the start of s stands for, and
// gives its length; 0 for none.
func unescapeOne(out []byte, s string) ([]byte, int) {
	switch s[1] {
	case '"', '\\', '/':
		return append(out, s[1]), 2
	case 'b', 'f', 'n', 'r', 't':
		return append(out, ' '), 2 // no user agent needs its control characters
	case 'x':
		if v, ok := hexDigits(s, 2, 2); ok {
			return append(out, byte(v)), 4
		}
	case 'u':
		if v, ok := hexDigits(s, 2, 4); ok {
			return utf8.AppendRune(out, rune(v)), 6
		}
	}
	return out, 0
}

func hexDigits(s string, from, n int) (uint64, bool) {
	if len(s) < from+n {
		return 0, false
	}
	v, err := strconv.ParseUint(s[from:from+n], 16, 32)
	return v, err == nil
}
