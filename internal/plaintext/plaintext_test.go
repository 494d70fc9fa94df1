package plaintext

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func encode(s string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	text := strings.Repeat("\"Enabled\"=dword:00000001 größer 鍵 🔑\r\n", 2000)
	for name, order := range map[string]interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for _, mark := range []bool{true, false} {
			raw := encode(text, order, mark)
			if got := Order(raw[:min(len(raw), 600)]); got != binary.ByteOrder(order) {
				t.Errorf("%s, mark %v: order %v", name, mark, got)
			}
			if got := string(Whole(raw)); got != text {
				t.Errorf("%s, mark %v: whole text differs", name, mark)
			}
			for how, r := range map[string]io.Reader{
				"at once": strings.NewReader(string(raw)), "by bytes": iotest.OneByteReader(strings.NewReader(string(raw))),
			} {
				if got, err := io.ReadAll(NewReader(r, order)); err != nil || string(got) != text {
					t.Errorf("%s, mark %v, %s: %v, %d bytes of %d", name, mark, how, err, len(got), len(text))
				}
			}
		}
	}
}

func TestNotUTF16(t *testing.T) {
	for _, s := range []string{"", "a", "plain text\n", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\xef\xbb\xbfwith a mark", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"} {
		if o := Order([]byte(s)); o != nil {
			t.Errorf("%q was taken for UTF-16 %v", s, o)
		}
		if got := string(Whole([]byte(s))); got != strings.TrimPrefix(s, "\xef\xbb\xbf") {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(encode("a\U0001f511", binary.LittleEndian, true))
	f.Add([]byte{0xff, 0xfe, 0x3d, 0xd8})
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := io.ReadAll(NewReader(iotest.HalfReader(strings.NewReader(string(raw))), binary.LittleEndian))
		if err != nil {
			t.Fatal(err)
		}
		want := AppendUTF8(nil, raw, binary.LittleEndian)
		if len(raw)%2 == 1 {
			want = append(want, "\uFFFD"...)
		}
		if string(got) != string(want) {
			t.Errorf("%x: by pieces %q, at once %q", raw, got, want)
		}
	})
}
