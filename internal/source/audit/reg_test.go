package audit

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
)

// lex gives all that a lexer sees, one item a line.
func lex(t *testing.T, in string) []string {
	t.Helper()
	var out []string
	x := &regLexer{lines: newLineReader(context.Background(), bufio.NewReader(strings.NewReader(in)))}
	x.bad = func(line int, reason string) { out = append(out, fmt.Sprintf("%d bad: %s", line, reason)) }
	for {
		e, err := x.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch v := e.value; {
		case v == nil && e.remove:
			out = append(out, fmt.Sprintf("%d remove %s", e.line, e.key))
		case v == nil:
			out = append(out, fmt.Sprintf("%d key %s", e.line, e.key))
		case v.remove:
			out = append(out, fmt.Sprintf("%d %q removed", e.line, v.name))
		case v.typ == regDWORD || v.typ == regQWORD:
			out = append(out, fmt.Sprintf("%d %q %s %#x", e.line, v.name, v.typ, v.num))
		default:
			out = append(out, fmt.Sprintf("%d %q %s %q", e.line, v.name, v.typ, v.text))
		}
	}
	if x.cut {
		out = append(out, "cut")
	}
	return out
}

func TestLexer(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"key", "[HKEY_LOCAL_MACHINE\\A]\r\n", []string{`1 key HKEY_LOCAL_MACHINE\A`}},
		{"slash in key", `[HKLM\Ciphers\Triple DES 168/168]`, []string{`1 key HKLM\Ciphers\Triple DES 168/168`}},
		{"bracket in key", "[HKLM\\a]b[c]\n", []string{`1 key HKLM\a]b[c`}},
		{"comment after key", "[HKLM\\a] ; note\n", []string{`1 key HKLM\a`}},
		{"key not closed", "[HKLM\\a\n\"v\"=dword:00000001\n", []string{"1 bad: key without its closing bracket", `1 key HKLM\a`, `2 "v" REG_DWORD 0x1`}},
		{"key deleted", `[-HKEY_LOCAL_MACHINE\A]`, []string{`1 remove HKEY_LOCAL_MACHINE\A`}},
		{"value deleted", `"x"=-`, []string{`1 "x" removed`}},
		{"default value", `@="d"`, []string{`1 "" REG_SZ "d"`}},
		{"default value deleted", `@=- ; gone`, []string{`1 "" removed`}},
		{"escapes", `"a\\b\"c"="C:\\x\\ \"q\" 5;6"`, []string{`1 "a\\b\"c" REG_SZ "C:\\x\\ \"q\" 5;6"`}},
		{"equals in name", `"a=b"="c=d"`, []string{`1 "a=b" REG_SZ "c=d"`}},
		{"spaces around =", `  "a" = dword:0000000A ; ten`, []string{`1 "a" REG_DWORD 0xa`}},
		{"dword", `"a"=dword:ffffffff`, []string{`1 "a" REG_DWORD 0xffffffff`}},
		{"dword by hand", "\"a\"=dword:1\n", []string{`1 "a" REG_DWORD 0x1`}},
		{"dword upper case", "\"a\"=DWORD:00000800\n", []string{`1 "a" REG_DWORD 0x800`}},
		{"dword cut", `"a"=dword:0000`, []string{"1 bad: dword that was cut", "cut"}},
		{"dword of nine digits", "\"a\"=dword:000000001\n", []string{`1 bad: dword that is no hexadecimal number of 32 bits`}},
		{"dword of letters", "\"a\"=dword:xyz\n", []string{`1 bad: dword that is no hexadecimal number of 32 bits`}},
		{"hex", `"a"=hex:01,02`, []string{`1 "a" REG_BINARY ""`}},
		{"hex dword", `"a"=hex(4):a0,0a,00,00`, []string{`1 "a" REG_DWORD 0xaa0`}},
		{"short hex dword", `"a"=hex(4):a0,0a`, []string{`1 "a" REG_BINARY ""`}},
		{"qword", `"a"=hex(b):01,00,00,00,00,00,00,00`, []string{`1 "a" REG_QWORD 0x1`}},
		{"continued", "\"a\"=hex(7):41,00,\\\r\n  00,00,42,00,00,\\\r\n  00,00,00\r\n\"b\"=\"c\"", []string{`1 "a" REG_MULTI_SZ "A\nB"`, `4 "b" REG_SZ "c"`}},
		{"expand", `"a"=hex(2):25,00,41,00,25,00,00,00`, []string{`1 "a" REG_EXPAND_SZ "%A%"`}},
		{"ansi hex", "REGEDIT4\n\"a\"=hex(2):25,41,25,00", []string{`2 "a" REG_EXPAND_SZ "%A%"`}},
		{"continuation broken off", "\"a\"=hex:01,\\\n[HKLM\\b]\n", []string{"1 bad: hex value that does not end", `2 key HKLM\b`}},
		{"continuation cut", "\"a\"=hex:01,\\\n  02,\\", []string{"1 bad: hex value that does not end", "cut"}},
		{"hex of letters", "\"a\"=hex:0g\n", []string{"1 bad: hex value that holds something else"}},
		{"hex of no type", "\"a\"=hex(:01\n", []string{"1 bad: hex value of a type that is not known"}},
		{"string over lines", "\"a\"=\"x\n\ny\"\n\"b\"=\"c\"", []string{`1 "a" REG_SZ "x\n\ny"`, `4 "b" REG_SZ "c"`}},
		{"string not closed", "\"a\"=\"x\n\"b\"=dword:00000001\n", []string{"1 bad: string that does not end", `2 "b" REG_DWORD 0x1`}},
		{"string not closed at key", "\"a\"=\"x\n[HKLM\\b]\n\"b\"=\"c\"\n", []string{"1 bad: string that does not end", `2 key HKLM\b`, `3 "b" REG_SZ "c"`}},
		{"string cut", "\"a\"=\"x", []string{"1 bad: string that does not end", "cut"}},
		{"name not closed", "\"a=dword:1\n", []string{"1 bad: value without a closed name and ="}},
		{"unknown type", "\"a\"=qword:1\n", []string{"1 bad: value of a type that is not known"}},
		{"comments", "; one\n\n  ;two\n", nil},
		{"garbage", "hello\n[HKLM\\a]\n", []string{"1 bad: not a key, a value or a comment", `2 key HKLM\a`}},
		{"joined files", "REGEDIT4\n\n[HKLM\\a]\n\ufeffWindows Registry Editor Version 5.00\n", []string{`3 key HKLM\a`}},
		{"empty", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lex(t, c.in); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestLexerPassesOver(t *testing.T) {
	in := "[HKLM\\a]\n\"s\"=\"x\n[HKLM\\not a key]\"\n\"h\"=hex:01,\\\n  02\n[HKLM\\b]\n"
	x := &regLexer{lines: newLineReader(context.Background(), bufio.NewReader(strings.NewReader(in))), skipValues: true}
	x.bad = func(line int, reason string) { t.Errorf("line %d: %s", line, reason) }
	var keys []string
	for {
		e, err := x.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, e.key)
	}
	if got := strings.Join(keys, " "); got != `HKLM\a HKLM\b` || x.values != 2 {
		t.Errorf("keys %s, %d values", got, x.values)
	}
}

func TestHugeLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	in := "[HKLM\\a]\n\"l\"=\"" + long + "\"\n\"b\"=dword:00000001\n\"h\"=hex:" + strings.Repeat("00,", maxSpan/2) + "\\\n" +
		strings.Repeat("  00,00,00,00,00,00,00,00,00,00,00,00,\\\n", 9000) + "  00\n\"c\"=dword:00000002\n"
	got := lex(t, in)
	want := []string{`1 key HKLM\a`, "2 bad: line over 1 MiB", `3 "b" REG_DWORD 0x1`, "4 bad: value over 64 KiB", `9006 "c" REG_DWORD 0x2`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestStringThatNeverEnds(t *testing.T) {
	in := "\"a\"=\"x\n" + strings.Repeat("[HKLM\\k]\n", 20000)
	if got := lex(t, in); len(got) != 20001 || got[0] != "1 bad: string that does not end" {
		t.Errorf("%d items, first %q", len(got), got[0])
	}
}

// utf16Bytes is s in UTF-16 of either order, as regedit saves it.
func utf16Bytes(s string, bom, big bool) string {
	if bom {
		s = "\ufeff" + s
	}
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			u = u<<8 | u>>8
		}
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	text := "Windows Registry Editor Version 5.00\r\n\r\n[HKLM\\Müller €😀]\r\n" + strings.Repeat("\"ä\"=\"ß😀\"\r\n", 20000)
	want := lex(t, text)
	for name, in := range map[string]string{
		"UTF-8 with BOM":     "\ufeff" + text,
		"UTF-16LE":           utf16Bytes(text, true, false),
		"UTF-16LE, no BOM":   utf16Bytes(text, false, false),
		"UTF-16BE":           utf16Bytes(text, true, true),
		"UTF-16BE, no BOM":   utf16Bytes(text, false, true),
		"LF instead of CRLF": strings.ReplaceAll(text, "\r\n", "\n"),
	} {
		if got := lex(t, in); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d items, want %d; starts %q", name, len(got), len(want), got[:min(len(got), 2)])
		}
	}
	if got := lex(t, "[HKLM\\M\xfcller \x80]\n"); !reflect.DeepEqual(got, []string{`1 key HKLM\Müller €`}) {
		t.Errorf("ANSI: %q", got)
	}
	half := utf16Bytes("[HKLM\\a]\n[HKLM\\b]", true, false)
	want = []string{`1 key HKLM\a`, "2 bad: key without its closing bracket", "2 key HKLM\\b\ufffd", "cut"}
	if got := lex(t, half[:len(half)-1]); !reflect.DeepEqual(got, want) {
		t.Errorf("half a character: %q", got)
	}
}

func FuzzLexer(f *testing.F) {
	f.Add([]byte("REGEDIT4\n[HKLM\\a]\n\"a\"=hex(7):41,00,\\\n 00\n@=\"x\ny\"\n\"b\"=-\n"))
	f.Add([]byte(utf16Bytes("Windows Registry Editor Version 5.00\r\n[-HKEY_USERS\\S-1\\a]\r\n\"d\"=dword:00000a00\r\n", true, false)))
	f.Fuzz(func(t *testing.T, in []byte) {
		x := &regLexer{lines: newLineReader(t.Context(), bufio.NewReader(strings.NewReader(string(in))))}
		bad := 0
		x.bad = func(int, string) { bad++ }
		reg := newRegistry(newWanted(allAreas(Rules)))
		var key *regKey
		items, last := 0, 0
		for {
			e, err := x.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e.line < last {
				t.Fatalf("line %d after line %d", e.line, last)
			}
			last = e.line
			if items++; e.value == nil {
				key = reg.open(e)
			} else if key != nil {
				reg.put(key, e.value)
			}
		}
		if lines := x.lines.no; items > 2*lines+bad {
			t.Fatalf("%d items from %d lines", items, lines)
		}
		reg.activeSet()
	})
}
