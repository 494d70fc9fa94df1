package audit

import (
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// hexData reads hex: and hex(N): data, with its continuation lines. A line
// that is not hexadecimal ends the value and is read again as itself.
func (x *regLexer) hexData(v *regValue, rest []byte, ln line) (reason string, err error) {
	typ, rest, ok := hexType(rest)
	if !ok {
		x.cut = x.cut || ln.open
		return "hex value of a type that is not known", nil
	}
	var data []byte
	for {
		more, ok := false, false
		data, more, ok = appendHex(data, rest, x.skipValues)
		if !ok {
			x.cut = x.cut || ln.open
			return "hex value that holds something else", nil
		}
		if !more {
			break
		}
		if len(data) > maxSpan {
			return "value over 64 KiB", x.skipContinued()
		}
		ln, err = x.lines.next()
		if err == io.EOF {
			x.cut = true
			return "hex value that does not end", nil
		}
		if err != nil {
			return "", err
		}
		if !isHexLine(ln) {
			x.lines.unread([]line{ln.copied()})
			return "hex value that does not end", nil
		}
		rest = ln.text
	}
	if !x.skipValues {
		x.setHex(v, typ, data)
	}
	return "", nil
}

// hexType reads the ":" or "(N):" after hex.
func hexType(b []byte) (regType, []byte, bool) {
	if rest, ok := bytes.CutPrefix(b, []byte(":")); ok {
		return regBinary, rest, true
	}
	inner, rest, ok := bytes.Cut(b, []byte("):"))
	if !ok || len(inner) < 2 || inner[0] != '(' {
		return 0, nil, false
	}
	n, err := strconv.ParseUint(string(inner[1:]), 16, 32)
	return regType(n), rest, err == nil
}

// appendHex adds the bytes of one line; more says that a backslash carries
// the value on. With skip only the form is looked at.
func appendHex(data, b []byte, skip bool) (out []byte, more, ok bool) {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[len(b)-1] == '\\' {
		more = true
		b = bytes.TrimSpace(b[:len(b)-1])
	} else {
		b = trimComment(b)
	}
	if skip {
		return data, more, true
	}
	for len(b) > 0 {
		part, rest, _ := bytes.Cut(b, []byte(","))
		b = rest
		if part = bytes.TrimSpace(part); len(part) == 0 {
			continue
		}
		n, err := strconv.ParseUint(string(part), 16, 8)
		if err != nil {
			return nil, false, false
		}
		data = append(data, byte(n))
	}
	return data, more, true
}

// isHexLine reports whether a line can carry a hex value on.
func isHexLine(ln line) bool {
	if ln.long {
		return false
	}
	text := bytes.TrimSpace(ln.text)
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		case c == ',', c == '\\', c == ' ', c == '\t':
		case c == ';':
			return true
		default:
			return false
		}
	}
	return len(text) > 0
}

// skipContinued passes over the rest of a value that is too long to keep.
func (x *regLexer) skipContinued() error {
	for {
		ln, err := x.lines.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !isHexLine(ln) {
			x.lines.unread([]line{ln.copied()})
			return nil
		}
		if !bytes.HasSuffix(bytes.TrimSpace(ln.text), []byte(`\`)) {
			return nil
		}
	}
}

// setHex gives v the meaning of its bytes.
func (x *regLexer) setHex(v *regValue, typ regType, data []byte) {
	v.setData(typ, data)
	if x.ansi && isText(typ) { // REGEDIT4 has the ANSI code page here
		v.text = textLines(string(toUTF8(data)))
	}
}

// setData gives v the meaning of its bytes, which the registry keeps in
// little-endian order and UTF-16.
func (v *regValue) setData(typ regType, data []byte) {
	v.typ = typ
	switch {
	case typ == regDWORD && len(data) == 4:
		v.num = uint64(binary.LittleEndian.Uint32(data))
	case typ == regDWORD:
		v.typ = regBinary // a REG_DWORD of another length is not one
	case typ == regQWORD && len(data) == 8:
		v.num = binary.LittleEndian.Uint64(data)
	case isText(typ):
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(data[2*i:])
		}
		v.text = textLines(string(utf16.Decode(units)))
	}
}

func isText(t regType) bool { return t == regSZ || t == regExpandSZ || t == regMultiSZ }

// textLines puts the parts of a REG_MULTI_SZ on lines of their own.
func textLines(s string) string {
	return strings.ReplaceAll(strings.TrimRight(s, "\x00"), "\x00", "\n")
}
