package knowledge

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// base loads once for all tests; a Base is never changed after Load.
var base = sync.OnceValues(Load)

func mustBase(t testing.TB) *Base {
	t.Helper()
	b, err := base()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLoad(t *testing.T) {
	b := mustBase(t)
	for id, r := range b.ids {
		m := r.meta()
		if m.ID != id {
			t.Errorf("%s is kept under %s", m.ID, id)
		}
		for _, s := range m.Source {
			if !strings.Contains(s, " ") && !strings.Contains(s, "/") {
				t.Errorf("%s: source %q is no citation", id, s)
			}
		}
	}
	for _, s := range b.Sources {
		used := false
		for _, r := range b.ids {
			for _, c := range r.meta().Source {
				used = used || c == s.Citation
			}
		}
		if !used {
			t.Errorf("source %s is cited by no record", s.Key)
		}
	}
}

const meta = "    confidence: confirmed\n    source: [general knowledge]\n"

// TestStrict: whatever is wrong in the data is an error that names the place.
func TestStrict(t *testing.T) {
	client := func(lines string) string {
		return "clients:\n  - id: cli.x\n    kind: tool\n    name: x\n    verdict: works\n" + lines + meta
	}
	step := func(id, after string) string {
		return "  - id: " + id + "\n    phase: one\n    does: it\n    after: [" + after + "]\n" + meta
	}
	for name, c := range map[string]struct{ text, want string }{
		"typo in key":        {client("    defualt_max: TLS 1.2\n"), `data/t.yaml:6: unknown key "defualt_max"`},
		"typo in list key":   {"clints: []\n", `data/t.yaml:1: unknown key "clints"`},
		"nested typo":        {client("    agents:\n      - token: curl/\n        form: '7'\n"), `data/t.yaml:8: unknown key "form"`},
		"key twice":          {client("    range: a\n    range: b\n"), `data/t.yaml:7: key "range" stands twice`},
		"bad version":        {client("    max: TLS 1.4\n"), `data/t.yaml:6: version "TLS 1.4"`},
		"bad kind":           {strings.Replace(client(""), "tool", "toll", 1), `data/t.yaml:3: kind "toll": want probe`},
		"bad verdict":        {strings.Replace(client(""), "works", "wroks", 1), `data/t.yaml:5: verdict "wroks"`},
		"bad regexp":         {client("    agents:\n      - token: curl/\n        pattern: '('\n"), "data/t.yaml:8: error parsing regexp"},
		"bad bound":          {client("    agents:\n      - token: curl/\n        from: 7x\n"), `data/t.yaml:8: build "7x"`},
		"empty range":        {client("    agents:\n      - token: curl/\n        from: 8\n        below: 7\n"), "is not below 7"},
		"short token":        {client("    agents:\n      - token: cu\n"), "too short"},
		"empty value":        {client("    range: ''\n"), "data/t.yaml:6: empty value"},
		"no id":              {"clients:\n  - kind: tool\n    name: x\n" + meta, "data/t.yaml:2: record without id"},
		"no source":          {"clients:\n  - id: a\n    confidence: confirmed\n", "data/t.yaml:2: a: no source"},
		"no confidence":      {"clients:\n  - id: a\n    source: [general knowledge]\n", "data/t.yaml:2: a: no confidence"},
		"bad confidence":     {"clients:\n  - id: a\n    confidence: sure\n", `data/t.yaml:3: confidence "sure"`},
		"unknown source":     {strings.Replace(client(""), "[general knowledge]", "[ms.nothing]", 1), `data/t.yaml:2: cli.x: source "ms.nothing"`},
		"id twice":           {client("") + strings.TrimPrefix(client(""), "clients:\n"), "data/t.yaml:8: id cli.x stands already at data/t.yaml:2"},
		"contradicts itself": {client("    default_max: TLS 1.0\n"), "verdict works, but default_max is TLS 1.0"},
		"unknown cause":      {strings.Replace(client("    cause: bad_luck\n"), "works", "breaks", 1), `cause "bad_luck" is not in the taxonomy`},
		"bad date":           {"milestones:\n  - id: m\n    date: 2020-13\n", `data/t.yaml:3: date "2020-13"`},
		"dates reversed":     {"milestones:\n  - id: m\n    date: 2026-12-31..2026-08-01\n", "ends before it starts"},
		"bad day":            {"endpoints:\n  - id: e\n    ends: soon\n", `data/t.yaml:3: date "soon"`},
		"bad cloud":          {"endpoints:\n  - id: e\n    host: h\n    service: s\n    clouds: [moon]\n" + meta, `cloud "moon"`},
		"list for a value":   {"clients:\n  - id: [a]\n", "data/t.yaml:2: want one value"},
		"value for a list":   {"clients: none\n", "data/t.yaml:1: want a list of clients"},
		"no number":          {"events:\n  - id: e\n    event_id: many\n", `data/t.yaml:3: "many" is no number`},
		"no bool":            {"endpoints:\n  - id: e\n    legacy: yes\n", `data/t.yaml:3: "yes": want true or false`},
		"too large":          {"endpoints:\n  - id: e\n    ports: [70000]\n", "no number of 16 bits"},
		"dangling reference": {"steps:\n" + step("step.a", "step.b"), `step.a: refers to "step.b", which is no record`},
		"cycle":              {"steps:\n" + step("step.a", "step.b") + step("step.b", "step.a"), "waits, over other steps, for itself"},
		"no YAML":            {"clients: [", "data/t.yaml: yaml:"},
		"not a mapping":      {"- a\n", "data/t.yaml:1: want a mapping of lists"},
		"source twice":       {"sources:\n  - {key: a, citation: b c}\n  - {key: a, citation: b c}\n", "data/t.yaml:3: source a stands twice"},
		"name cannot match":  {"products:\n  - id: p\n    name: P\n    names: [Exchange-Server]\n    never: true\n" + meta, `write "exchange server"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"t.yaml": {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

// TestStrictTakes: what is right loads, with sources resolved over files.
func TestStrictTakes(t *testing.T) {
	b, err := load(fstest.MapFS{
		"a.yaml": {Data: []byte("clients:\n  - id: cli.x\n    kind: tool\n    name: x\n    verdict: works\n    confidence: confirmed\n    source: [src]\n")},
		"b.yaml": {Data: []byte("sources:\n  - {key: src, citation: The Book}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Clients[0].Source[0]; got != "The Book" {
		t.Errorf("source %q", got)
	}
}

func TestRecord(t *testing.T) {
	b := mustBase(t)
	if m, ok := b.Record("cli.java.7"); !ok || m.Confidence != Confirmed || len(m.Source) == 0 {
		t.Errorf("cli.java.7: %v %v", m, ok)
	}
	if _, ok := b.Record("cli.nobody"); ok {
		t.Error("found what is not there")
	}
}
