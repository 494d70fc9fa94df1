package logs

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestJSONTable(t *testing.T) {
	table := newJSONTable("a", "a.b.c", "x.y", "list[]", "deep")
	tests := []struct {
		record string
		want   string // the values, or "!" for no object
	}{
		{`{"a":1,"x":{"y":"two"}}`, "1||two||"},
		{` { "x" : { "z" : { "y" : 0 } , "y" : true } , "list" : [ "first" , "second" ] } `, "||true|first|"},
		// A level may be a dot in a key.
		{`{"a.b.c":"flat"}`, "|flat|||"},
		{`{"a":{"b.c":"half"}}`, `{"b.c":"half"}|half|||`},
		{`{"a.b":{"c":"other half"}}`, "|other half|||"},
		{`{"a":{"b":{"c":1}}}`, `{"b":{"c":1}}|1|||`},
		// The first of several stays; null and empty are there too.
		{`{"a":1,"a":2}`, "1||||"},
		{`{"a":null,"x":{"y":""},"list":[]}`, "null||||"},
		{`{"list":"alone"}`, "|||alone|"},
		{`{"list":[{"y":1}]}`, `|||{"y":1}|`},
		{`{"a":"\",\"x\":{\"y\":1}"}`, `\",\"x\":{\"y\":1}||||`},
		{`{"x":"y"}`, "||||"},
		{`{"y":1,"z":{"x":{"y":2}}}`, "||||"},
		{`{}`, "||||"},
		{`{"deep":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000) + `,"a":1}`, "1||||" + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)},
		{`{"a":1`, "!"},
		{`{"a":tru`, "!"},
		{`{"a":{"b":{"c":1}}`, "!"},
		{`{"a":"1}`, "!"},
		{`{"a":1}}`, "!"},
		{`{"a":1} x`, "!"},
		{`{"a":[}`, "!"},
		{`{"a" 1}`, "!"},
		{`{"a":,"b":1}`, "!"},
		{`["a"]`, "!"},
		{``, "!"},
	}
	values := make([]jsonValue, table.slots)
	for _, tt := range tests {
		got := "!"
		if table.read([]byte(tt.record), values) {
			var parts []string
			for _, v := range values {
				parts = append(parts, string(v.text))
			}
			got = strings.Join(parts, "|")
		}
		if got != tt.want {
			t.Errorf("%.80s: got %.80q, want %.80q", tt.record, got, tt.want)
		}
	}
}

func TestJSONTableAllocatesNothing(t *testing.T) {
	table := newJSONTable("request.tls.version", "request.headers.User-Agent[]", "status")
	values := make([]jsonValue, table.slots)
	record := []byte(`{"request":{"headers":{"Accept":["*/*"],"User-Agent":["a"]},"tls":{"version":769}},"status":200}`)
	if n := testing.AllocsPerRun(100, func() { table.read(record, values) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if string(values[0].text)+string(values[1].text)+string(values[2].text) != "769a200" {
		t.Errorf("values %q", values)
	}
}

func TestElements(t *testing.T) {
	for text, want := range map[string][]string{
		`[1, "b" ,{"c":[2]}]`: {"1", "b", `{"c":[2]}`},
		`[]`:                  nil,
		`{}`:                  {"!"},
		`[1`:                  {"!"},
		`[1 2]`:               {"1", "!"},
	} {
		var got []string
		if !elements([]byte(text), func(v jsonValue) { got = append(got, string(v.text)) }) {
			got = append(got, "!")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAppendUnescaped(t *testing.T) {
	for in, want := range map[string]string{
		`{\"a\":\"b\\\"c\"}`: `{"a":"b\"c"}`, `\u003e\u00e9`: ">é", `\u0022`: " ", `a\nb`: "a b", `\u12`: `\u12`, `end\`: `end\`,
	} {
		if got := string(appendUnescaped(nil, []byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzJSONTable(f *testing.F) {
	f.Add([]byte(`{"a":{"b":{"c":1}},"list":["x",{"y":null}]}`))
	f.Add([]byte(`{"a.b.c":"\"","list":[`))
	table := newJSONTable("a", "a.b.c", "x.y", "list[]")
	values := make([]jsonValue, table.slots)
	f.Fuzz(func(t *testing.T, record []byte) {
		if !table.read(record, values) {
			return
		}
		for _, v := range values {
			if v.kind == jsonAbsent != (v.text == nil) {
				t.Errorf("%q", v)
			}
		}
		elements(record, func(jsonValue) {})
		appendUnescaped(nil, record)
	})
}

func BenchmarkJSONRows(b *testing.B) {
	for _, f := range []*Format{caddyFormat(), traefikFormat(), zeekJSONFormat()} {
		b.Run(f.Name, func(b *testing.B) {
			log := sample(b, f.Name)
			p, err := f.parser(&Options{}, log)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			var r row
			for b.Loop() {
				for line := range bytes.Lines(log) {
					r.reset()
					p.parse(line, &r)
				}
			}
		})
	}
}
