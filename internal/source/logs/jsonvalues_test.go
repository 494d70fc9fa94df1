package logs

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// cutJSON gives what the splitter makes of a text: records with the lines
// they begin on, and "!" for what is passed over.
func cutJSON(t *testing.T, r io.Reader) []string {
	t.Helper()
	j := newJSONValues(r)
	var out []string
	for {
		rec, _, err := j.next()
		switch {
		case err == nil:
			out = append(out, fmt.Sprintf("%d %s", j.line(), strings.Join(strings.Fields(string(rec)), "")))
		case errors.Is(err, errBadRecord):
			out = append(out, fmt.Sprintf("%d !", j.line()))
		case errors.Is(err, io.EOF):
			return out
		default:
			t.Fatal(err)
		}
	}
}

func TestJSONValues(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"{\"a\":1}\n{\"a\":2}\n", []string{`1 {"a":1}`, `2 {"a":2}`}},
		{`{"a":1}{"a":2}`, []string{`1 {"a":1}`, `1 {"a":2}`}},
		{"[\n {\"a\": \"}\\\"{\"},\n {\n \"b\": {}\n }\n]\n", []string{`2 {"a":"}\"{"}`, `3 {"b":{}}`}},
		{"{ \"Records\" : [ {\"a\":1},\n{\"a\":2} ] }\n", []string{`1 {"a":1}`, `2 {"a":2}`}},
		{"{\"value\":[{\"a\":1}],\"next\":\"x\"}\n{\"a\":2}", []string{`1 {"a":1}`, `1 !`, `2 {"a":2}`}},
		{"\xef\xbb\xbf{\"a\":1}", []string{`1 {"a":1}`}},
		// A row that was cut costs itself only.
		{"{\"a\":\"cut\n{\"a\":2}\n{\"a\":3}\n", []string{"1 !", `2 {"a":2}`, `3 {"a":3}`}},
		{"{\"a\":1}\n{\"a\":", []string{`1 {"a":1}`, "2 !"}},
		{"garbage\n{\"a\":1}", []string{"1 !", `2 {"a":1}`}},
		{"", nil},
		{"{\"a\\", []string{"1 !"}},
	}
	for _, tt := range tests {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(tt.text), "bytes": iotest.OneByteReader(strings.NewReader(tt.text))} {
			if got := cutJSON(t, r); !slices.Equal(got, tt.want) {
				t.Errorf("%s %q: %q, want %q", name, tt.text, got, tt.want)
			}
		}
	}
}

// Whoever writes nothing but open braces must not be read again and again.
func TestJSONValuesNeverGoBack(t *testing.T) {
	for _, line := range []string{"{\n", " {\n", `{"`, "[", `{"a":"` + "\n"} {
		n := 3 * maxValue / len(line)
		j := newJSONValues(strings.NewReader(strings.Repeat(line, n)))
		steps := 0
		for ; ; steps++ {
			if _, _, err := j.next(); errors.Is(err, io.EOF) {
				break
			}
		}
		if steps > n+1 || len(j.buf) > 4*maxValue {
			t.Errorf("%q: %d steps, %d bytes of buffer", line, steps, len(j.buf))
		}
	}
}
