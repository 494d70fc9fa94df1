package audit

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// regType is the type of a registry value, by its number in hex(N).
type regType int

const (
	regNone     regType = 0
	regSZ       regType = 1
	regExpandSZ regType = 2
	regBinary   regType = 3
	regDWORD    regType = 4
	regMultiSZ  regType = 7
	regQWORD    regType = 11
)

func (t regType) String() string {
	switch t {
	case regSZ:
		return "REG_SZ"
	case regExpandSZ:
		return "REG_EXPAND_SZ"
	case regBinary:
		return "REG_BINARY"
	case regDWORD:
		return "REG_DWORD"
	case regMultiSZ:
		return "REG_MULTI_SZ"
	case regQWORD:
		return "REG_QWORD"
	}
	return fmt.Sprintf("type %d", int(t))
}

// regValue is one value of a key. Text of a REG_MULTI_SZ has its parts on
// lines of their own.
type regValue struct {
	name   string
	typ    regType
	num    uint64
	text   string
	file   string
	line   int  // 0 in a hive
	remove bool // "name"=-
}

// number gives a REG_DWORD. Windows passes over any other type where it
// expects one, so nothing else counts as a number.
func (v *regValue) number() (uint32, bool) {
	if v == nil || v.remove || v.typ != regDWORD {
		return 0, false
	}
	return uint32(v.num), true
}

// regEntry is a key line, or a value of the key before it.
type regEntry struct {
	line    int
	key     string // as written; empty for a value
	remove  bool   // [-key]
	partial bool   // the line was damaged: the key's values follow, maybe not all
	value   *regValue
}

// regLexer reads a registry export. What it cannot read goes to bad, and
// reading goes on with the next line.
type regLexer struct {
	lines *lineReader
	bad   func(line int, reason string)

	// skipValues is set while the values of the key are of no interest: they
	// are only passed over.
	skipValues bool

	ansi   bool // REGEDIT4: strings in hex are bytes
	headed bool // the header was there
	values int  // values seen, kept or not
	cut    bool // the file ends inside a value or key
}

// Headers of the two formats.
const (
	headerV5 = "Windows Registry Editor Version 5.00"
	headerV4 = "REGEDIT4"
)

// next gives the next key or value, or io.EOF.
func (x *regLexer) next() (regEntry, error) {
	for {
		ln, err := x.lines.next()
		if err != nil {
			return regEntry{}, err
		}
		if ln.long {
			x.bad(ln.no, "line over 1 MiB")
			continue
		}
		e, reason, err := x.entry(ln)
		if err != nil {
			return regEntry{}, err
		}
		if reason != "" {
			x.bad(ln.no, reason)
		}
		if e.key != "" || e.value != nil {
			return e, nil
		}
	}
}

// entry reads what starts on ln. An empty entry without a reason is a line
// that says nothing.
func (x *regLexer) entry(ln line) (e regEntry, reason string, err error) {
	text := bytes.TrimLeft(ln.text, " \t")
	switch {
	case len(text) == 0 || text[0] == ';':
		return e, "", nil
	case text[0] == '[':
		e, reason = keyLine(text, ln.no)
	case text[0] == '"' || text[0] == '@':
		x.values++
		return x.value(text, ln)
	case x.header(text):
		return e, "", nil
	default:
		reason = "not a key, a value or a comment"
	}
	x.cut = x.cut || reason != "" && ln.open
	return e, reason, nil
}

// header recognises a header line, wherever it stands: exports are often
// joined into one file.
func (x *regLexer) header(text []byte) bool {
	switch s := strings.TrimSpace(string(text[:min(len(text), 64)])); {
	case strings.EqualFold(s, headerV5):
		x.ansi = false
	case strings.EqualFold(s, headerV4):
		x.ansi = true
	default:
		return false
	}
	x.headed = true
	return true
}

// keyLine reads [key] and [-key]. Key names can hold "]" and "/", so the last
// bracket closes, as it does for regedit.
func keyLine(text []byte, no int) (regEntry, string) {
	reason := ""
	end := bytes.LastIndexByte(text, ']')
	if end < 0 {
		end, reason = len(text), "key without its closing bracket"
	} else if rest := bytes.TrimSpace(text[end+1:]); len(rest) > 0 && rest[0] != ';' {
		reason = "text after the key"
	}
	key, remove := strings.CutPrefix(string(text[1:end]), "-")
	if key == "" {
		return regEntry{line: no, key: "?", partial: true}, "key without a name"
	}
	return regEntry{line: no, key: key, remove: remove && reason == "", partial: reason != ""}, reason
}

// value reads "name"=data or @=data, which can go on over several lines.
func (x *regLexer) value(text []byte, ln line) (regEntry, string, error) {
	name, rest, ok := valueName(text)
	if !ok {
		x.cut = x.cut || ln.open
		return regEntry{}, "value without a closed name and =", nil
	}
	v := &regValue{name: name, line: ln.no}
	lower := bytes.ToLower(rest[:min(len(rest), 16)])
	var reason string
	var err error
	switch {
	case bytes.HasPrefix(rest, []byte(`"`)):
		reason, err = x.stringData(v, rest[1:], ln)
	case bytes.HasPrefix(lower, []byte("dword:")):
		reason = x.dwordData(v, rest[len("dword:"):], ln)
	case bytes.HasPrefix(lower, []byte("hex")):
		reason, err = x.hexData(v, rest[len("hex"):], ln)
	case string(trimComment(rest)) == "-":
		v.remove = true
	default:
		reason = "value of a type that is not known"
		x.cut = x.cut || ln.open
	}
	if reason != "" || err != nil || x.skipValues {
		return regEntry{}, reason, err
	}
	return regEntry{line: ln.no, value: v}, "", nil
}

// valueName splits `"name"=data`; the name of the default value is empty.
func valueName(text []byte) (name string, data []byte, ok bool) {
	rest := text[1:]
	if text[0] == '"' {
		n, after, closed := unquote(rest)
		if !closed {
			return "", nil, false
		}
		name, rest = n, after
	}
	rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " \t"), []byte("="))
	return name, bytes.TrimLeft(rest, " \t"), ok
}

// stringData reads a REG_SZ after its opening quote. Exports write line breaks
// inside a string as they are, so it can end lines later. One that does not
// end, or not at a line's end, was never closed: then only its first line is
// given up and the others are read again.
func (x *regLexer) stringData(v *regValue, part []byte, ln line) (reason string, err error) {
	v.typ = regSZ
	var whole []byte // the lines before, if the string spans several
	var taken []line
	for closingQuote(part) < 0 {
		if ln.open || len(whole) > maxSpan {
			return x.giveUp(taken, ln)
		}
		whole = append(append(whole, part...), '\n')
		ln, err = x.lines.next()
		if err == io.EOF {
			return x.giveUp(taken, ln)
		}
		if err != nil {
			return "", err
		}
		taken = append(taken, ln.copied())
		part = ln.text
	}
	if len(whole) > 0 {
		part = append(whole, part...)
	}
	s, rest, _ := unquote(part)
	if len(trimComment(rest)) > 0 {
		return x.giveUp(taken, ln)
	}
	v.text = s
	return "", nil
}

// giveUp hands the lines after a string's first back.
func (x *regLexer) giveUp(taken []line, last line) (string, error) {
	x.lines.unread(taken)
	x.cut = x.cut || len(taken) == 0 && last.open
	return "string that does not end", nil
}

// closingQuote finds the first quote that no backslash escapes.
func closingQuote(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			if i+1 < len(b) && (b[i+1] == '\\' || b[i+1] == '"') {
				i++
			}
		case '"':
			return i
		}
	}
	return -1
}

// unquote reads a string up to its closing quote and gives what follows.
func unquote(b []byte) (s string, rest []byte, closed bool) {
	end := closingQuote(b)
	if end < 0 {
		return "", nil, false
	}
	raw, rest := b[:end], b[end+1:]
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw), rest, true
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) && (raw[i+1] == '\\' || raw[i+1] == '"') {
			i++
		}
		out = append(out, raw[i])
	}
	return string(out), rest, true
}

// dwordData reads up to eight digits, as regedit does. Exports write all
// eight, so fewer of them at the very end are a file that was cut.
func (x *regLexer) dwordData(v *regValue, data []byte, ln line) string {
	digits := string(trimComment(data))
	n, err := strconv.ParseUint(digits, 16, 32)
	switch {
	case ln.open && len(digits) < 8:
		x.cut = true
		return "dword that was cut"
	case err != nil || len(digits) > 8:
		return "dword that is no hexadecimal number of 32 bits"
	}
	v.typ, v.num = regDWORD, n
	return ""
}

// trimComment takes spaces and a closing comment off.
func trimComment(b []byte) []byte {
	if i := bytes.IndexByte(b, ';'); i >= 0 {
		b = b[:i]
	}
	return bytes.TrimSpace(b)
}
