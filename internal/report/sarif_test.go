package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const path = "testdata/schema/sarif-2.1.0.json"
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSARIFSchema checks each report against the schema and against what
// GitHub asks beyond it.
func TestSARIFSchema(t *testing.T) {
	schema := sarifSchema(t)
	all := fixtures()
	all["injection"] = injection()
	for name, r := range all {
		out := render(t, "sarif", r, Options{Version: "v1.2.3"})
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var log sarifLog
		if err := json.Unmarshal([]byte(out), &log); err != nil {
			t.Fatal(err)
		}
		githubTakes(t, name, log)
	}
	if err := schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}); err == nil {
		t.Error("the schema takes a run without a tool: it checks nothing")
	}
}

// githubTakes checks the limits and the required fields of code scanning.
func githubTakes(t *testing.T, name string, log sarifLog) {
	t.Helper()
	run := log.Runs[0]
	if len(log.Runs) != 1 || len(run.Results) > 25_000 {
		t.Errorf("%s: %d runs, %d results", name, len(log.Runs), len(run.Results))
	}
	seen := map[string]bool{}
	for _, res := range run.Results {
		switch {
		case res.Message.Text == "":
			t.Errorf("%s: a result without a message", name)
		case run.Tool.Driver.Rules[res.RuleIndex].ID != res.RuleID:
			t.Errorf("%s: rule %s has index %d", name, res.RuleID, res.RuleIndex)
		case len(res.Locations) != 1 || len(res.Related) > 99:
			t.Errorf("%s: %d locations: GitHub wants one", name, len(res.Locations))
		case res.Suppressions == nil:
			t.Errorf("%s: whether it is suppressed is not said", name)
		}
		at := res.Locations[0].Physical
		checkURI(t, name, at.Artifact.URI)
		if at.Region == nil || at.Region.StartLine < 1 || at.Artifact.BaseID != sourceRoot {
			t.Errorf("%s: location %+v", name, at)
		}
		hash := res.Fingerprints["primaryLocationLineHash"]
		if id := res.RuleID + hash; hash == "" || seen[id] {
			t.Errorf("%s: fingerprint %q is missing or given twice", name, hash)
		} else {
			seen[id] = true
		}
	}
	for _, rule := range run.Tool.Driver.Rules {
		if len(rule.ID) > 255 || len(rule.Short.Text) > 1024 || len(rule.Full.Text) > 1024 || rule.Help.Text == "" || rule.Short.Text == "" {
			t.Errorf("rule %s does not keep to the limits", rule.ID)
		}
	}
}

var unescaped = regexp.MustCompile(`[^A-Za-z0-9._~!$&'()*+,;=@%/-]`)

func checkURI(t *testing.T, name, uri string) {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(uri, "/") || unescaped.MatchString(uri) || strings.Contains(uri, "..") {
		t.Errorf("%s: %q is no relative address: %v", name, uri, err)
	}
}

func TestSARIFPlaces(t *testing.T) {
	p := newSarifPlaces("/srv/repo/")
	for file, want := range map[string]string{
		"web01.reg":                   "web01.reg",
		"src/Billing/Startup.cs":      "src/Billing/Startup.cs",
		`src\Billing\Start up.cs`:     "src/Billing/Start%20up.cs",
		"/srv/repo/a/b.conf":          "a/b.conf",
		"/srv/repository/b.conf":      "srv/repository/b.conf",
		"/etc/nginx/nginx.conf":       "etc/nginx/nginx.conf",
		`C:\inetpub\web.config`:       "inetpub/web.config",
		`\\srv\share\x.log`:           "srv/share/x.log",
		"../../x.conf":                "x.conf",
		"./a//b":                      "a/b",
		"a:b/c#d?e%f.conf":            "a%3Ab/c%23d%3Fe%25f.conf",
		"日本.conf":                     "%E6%97%A5%E6%9C%AC.conf",
		"x\x1b[2J\xff":                "x%1B%5B2J%EF%BF%BD",
		"":                            "unnamed",
		`odd\name/with slash/file`:    "odd%5Cname/with%20slash/file",
		"javascript:alert(1)//x.conf": "javascript%3Aalert%281%29/x.conf",
	} {
		if got := p.artifact(file).URI; got != want {
			t.Errorf("%q: %q, want %q", file, got, want)
		}
	}
}

func TestFileRefs(t *testing.T) {
	got := fileRefs([]string{
		"u_ex260302_x.log:118", "fact cli.outlook.2010", "scan of mail.example:25 at 2026-03-01", "con.mail-opportunistic",
		"/etc/nginx/nginx.conf:12", "-:4", "u_ex260302_x.log:118", `C:\logs\a.log:7`, "x:99999999999999999999",
	})
	want := []evidence.Where{{File: "/etc/nginx/nginx.conf", Line: 12}, {File: "u_ex260302_x.log", Line: 118}, {File: `C:\logs\a.log`, Line: 7}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func resultsOf(r *assess.Report) []sarifResult {
	out, _ := sarifResults(r, newSarifPlaces(""))
	return out
}

// TestSARIFFingerprints: a result is known again when its line has moved and
// when others came before it, and a cause has its rule.
func TestSARIFFingerprints(t *testing.T) {
	hashes := func(r *assess.Report) map[string]string {
		out := map[string]string{}
		for _, res := range resultsOf(r) {
			out[res.RuleID+" "+res.Message.Text] = res.Fingerprints["primaryLocationLineHash"]
		}
		return out
	}
	before := hashes(mixed())
	r := mixed()
	for i := range r.Settings {
		r.Settings[i].Where.Line += 7
	}
	list := append([]assess.Verdict{oldOutlook("new.example", "mail.example")}, listOf(r)...)
	for i := range list {
		list[i].Count *= 2
		list[i].Because = append([]string{"u_ex260401_x.log:2"}, list[i].Because...)
	}
	r.Verdicts = assess.Listed(list...)
	after := hashes(r)
	for id, hash := range before {
		if after[id] != hash {
			t.Errorf("%s: %s became %s", id, hash, after[id])
		}
	}
}

func TestSARIFResults(t *testing.T) {
	levels := func(r *assess.Report) string {
		var out []string
		for _, res := range resultsOf(r) {
			id := strings.TrimPrefix(res.RuleID, "tlsready/") + "=" + res.Level
			if len(res.Suppressions) > 0 {
				id += " suppressed: " + res.Suppressions[0].Justification
			}
			out = append(out, id)
		}
		return strings.Join(out, "\n")
	}
	for name, want := range map[string]string{
		"mixed": "incapable=error\ncapable_but_off=error\ncapable_but_off=error\nunidentified=error\nincapable=error\n" +
			"setting_breaks=error\nat_risk=warning\nsetting_review=warning\nsetting_exposure=note",
		"dated": "capable_but_off=warning\ndepends_on_legacy_endpoint=warning",
		"waived": "capable_but_off=error\npinned_by_config=error\n" +
			"capable_but_off=error suppressed: waived by Plant engineering until 2026-09-30: the vendor delivers in August",
		"ready": "", "unknown": "",
	} {
		if got := levels(fixtures()[name]); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestSARIFCut: what is too much is cut at the end, and said.
func TestSARIFCut(t *testing.T) {
	out := render(t, "sarif", many(26_000), Options{})
	if !strings.Contains(out, "1,000 results were left out") {
		t.Error("the log does not say that results are missing")
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	if n := len(log.Runs[0].Results); n != mostSarifResults {
		t.Errorf("%d results", n)
	}
	githubTakes(t, "many", log)
}

// TestEveryCauseHasARule: and the text of no rule is used twice.
func TestEveryCauseHasARule(t *testing.T) {
	texts := map[string]string{}
	for _, r := range ruleTexts {
		if texts[r.short] != "" {
			t.Errorf("%s says what %s says", r.id, texts[r.short])
		}
		texts[r.short] = r.id
	}
	for _, c := range allCauses {
		if got := pairRule(assess.Verdict{Cause: c, Verdict: assess.AtRisk}); got != string(c) {
			t.Errorf("%s has the rule %s", c, got)
		}
	}
}

// TestSARIFMessages: evidence makes no link and no placeholder.
func TestSARIFMessages(t *testing.T) {
	for _, res := range resultsOf(injection()) {
		if strings.Contains(res.Message.Text, "](") || strings.Contains(res.Message.Text, "{0}") {
			t.Errorf("message %q", res.Message.Text)
		}
	}
}
