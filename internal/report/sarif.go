package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

var sarifFormat = Format{Name: "sarif", Extension: ".sarif", Render: renderSARIF}

// GitHub rejects a run with more results than this. What is worst comes
// first, so that the rest is what is cut.
const mostSarifResults = 25_000

// mostNotices bounds what is said about the inputs.
const mostNotices = 1000

// renderSARIF writes a SARIF 2.1.0 log as GitHub code scanning takes it. What
// is fine, not known or set apart is no result.
func renderSARIF(w io.Writer, r *assess.Report, opt Options) error {
	places := newSarifPlaces(opt.Root)
	results, left := sarifResults(r, places)
	notices := sarifNotifications(r, places)
	if left > 0 {
		notices = append(notices, sarifNotification{
			Descriptor: sarifID{noteCut}, Level: sarifWarning,
			Message: sarifText{Text: plural(left, "result was", "results were") + " left out: code scanning takes no more than " +
				number(mostSarifResults) + ". The json and csv formats have all."},
		})
	}
	log := sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{newSarifRun(r, opt, results, notices)},
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(log); err != nil {
		return fmt.Errorf("the report as SARIF: %w", err)
	}
	return write(w, "SARIF", bytes.NewBuffer(escapeUnprintable(raw.Bytes())))
}

func newSarifRun(r *assess.Report, opt Options, results []sarifResult, notices []sarifNotification) sarifRun {
	var c cleaner
	policy := c.name(r.Policy)
	driver := sarifDriver{
		Name: "tlsready", Version: c.name(opt.Version), InformationURI: projectURI, Language: "en-US",
		Rules: sarifRules(), Notifications: sarifNotices(),
	}
	if semantic.MatchString(opt.Version) {
		driver.SemanticVersion = strings.TrimPrefix(opt.Version, "v")
	}
	return sarifRun{
		Tool: sarifTool{driver},
		// The id keeps the alerts of several policies apart.
		Automation: sarifAutomation{
			ID:          "tlsready/" + escapeSlash(policy) + "/",
			Description: sarifText{Text: "TLS readiness for the policy " + policy + "."},
		},
		Invocations: []sarifInvocation{{Successful: anythingRead(r), Notifications: notices}},
		BaseIDs: map[string]sarifArtifact{sourceRoot: {Description: &sarifText{
			Text: "The folder that was checked: the top of the repository.",
		}}},
		ColumnKind: "utf16CodeUnits",
		Results:    results,
		Properties: map[string]any{"policy": policy, "as_of": c.name(r.AsOf), "ready": r.Ready},
	}
}

var semantic = lazyregexp.New(`^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+][0-9A-Za-z.+-]+)?$`)

// anythingRead reports whether some input could be looked at.
func anythingRead(r *assess.Report) bool {
	inputs := orderedInputs(cleaner{}, r)
	return len(inputs) == 0 || slices.ContainsFunc(inputs, func(in *evidence.Coverage) bool { return in.Failed == "" })
}

// finding is a result to be made, if there is room for it.
type finding struct {
	rule, level string
	waived      bool
	make        func() sarifResult
}

// findings lists what breaks or may break, the worst first.
func findings(r *assess.Report, places sarifPlaces) []finding {
	var out []finding
	needed := words{}.needed(r)
	for e := range entries(r) {
		if e.SetApart != "" {
			continue
		}
		switch e.Verdict.Verdict {
		case assess.Breaks, assess.AtRisk:
			level := sarifError
			if e.Verdict.Verdict == assess.AtRisk {
				level = sarifWarning
			}
			out = append(out, finding{pairRule(e.Verdict), level, e.kind == kindWaived, func() sarifResult { return sarifPair(e, places, needed) }})
		}
	}
	settings := slices.Clone(r.Settings)
	slices.SortStableFunc(settings, compareSettings)
	for _, s := range settings {
		k := settingRank(s.Verdict)
		out = append(out, finding{
			rule:  [...]string{ruleSettingBreaks, ruleSettingReview, ruleSettingExposure}[k],
			level: [...]string{sarifError, sarifWarning, sarifNote}[k],
			make:  func() sarifResult { return sarifSetting(s, places) },
		})
	}
	slices.SortStableFunc(out, func(a, b finding) int {
		return cmp.Or(cmpTrueFirst(!a.waived, !b.waived), cmp.Compare(levelRank(a.level), levelRank(b.level)))
	})
	return out
}

func levelRank(level string) int {
	return slices.Index([]string{sarifError, sarifWarning, sarifNote}, level)
}

// sarifResults makes the results there is room for, and counts the others.
func sarifResults(r *assess.Report, places sarifPlaces) (out []sarifResult, left int) {
	all := findings(r, places)
	left = max(0, len(all)-mostSarifResults)
	out = make([]sarifResult, 0, len(all)-left)
	for _, f := range all[:len(all)-left] {
		res := f.make()
		res.RuleID, res.RuleIndex, res.Level = "tlsready/"+f.rule, ruleIndex[f.rule], f.level
		out = append(out, res)
	}
	numberFingerprints(out)
	return out, left
}

// pairRule is the cause, or what stands in for one.
func pairRule(v assess.Verdict) string {
	if _, ok := ruleIndex[string(v.Cause)]; ok {
		return string(v.Cause)
	}
	if v.Verdict == assess.AtRisk {
		return ruleAtRisk
	}
	return ruleBelowFloor
}

func sarifPair(e entry, places sarifPlaces, needed string) sarifResult {
	raw := e.Verdict
	v := cleaner{}.verdict(raw)
	res := sarifResult{Suppressions: []sarifSuppression{}}
	res.Locations, res.Related = places.pair(raw)
	if e.kind == kindWaived {
		res.Suppressions = append(res.Suppressions, sarifSuppression{"external", "accepted", "waived " + words{}.waiver(v.Waived)})
	}
	text := words{}.client(v) + " -> " + words{}.server(v) + ": " + sentence(cmp.Or(v.Why.String(), words{}.outcome(e.kind)))
	for _, more := range []string{words{}.fault(v, needed), labelledText("Breaks on ", v.BreaksOn), labelledText("Fix: ", numbered(v.Fix.Strings(), " ")), labelledText("To find out more: ", v.Next.String())} {
		if more != "" {
			text += " " + sentence(more)
		}
	}
	res.Message.Text = noLinks(text)
	res.Fingerprints = fingerprint("pair", raw.Client, raw.Server, raw.Protocol, raw.Software, raw.Layer)
	res.Properties = map[string]any{}
	for name, s := range map[string]string{
		"client": v.Client, "server": v.Server, "protocol": v.Protocol, "limited_by": string(v.LimitedBy),
		"confidence": string(v.Confidence), "owner": v.Owner, "contact": v.Contact, "breaks_on": v.BreaksOn, "software": v.Software,
	} {
		if s != "" {
			res.Properties[name] = s
		}
	}
	if v.Count > 0 {
		res.Properties["count"] = v.Count
	}
	return res
}

func sarifSetting(raw assess.SettingVerdict, places sarifPlaces) sarifResult {
	s := cleaner{}.setting(raw)
	text := sentence(strings.TrimSpace(cmp.Or(s.Host, "(no host)")+" "+s.Layer) + ": " + cmp.Or(s.Why.String(), words{}.setting(s.Verdict)))
	for _, more := range []string{labelledText("Value: ", s.Value), labelledText("Fix: ", numbered(s.Fix.Strings(), " "))} {
		if more != "" {
			text += " " + sentence(more)
		}
	}
	return sarifResult{
		Message: sarifText{Text: noLinks(text)}, Locations: places.setting(raw), Suppressions: []sarifSuppression{},
		// Without the line, which moves whenever something above it is edited.
		Fingerprints: fingerprint("setting", raw.Host, raw.Role, raw.Layer, raw.Value, places.artifact(raw.Where.File).URI, raw.Where.Path),
		Properties:   settingProperties(s),
	}
}

// settingProperties are what a program may want beside the text.
func settingProperties(s assess.SettingVerdict) map[string]any {
	out := map[string]any{"host": s.Host, "layer": s.Layer, "effect": string(s.Effect)}
	for name, value := range map[string]string{"rule": s.Rule, "fact": s.Fact, "confidence": s.Confidence} {
		if value != "" {
			out[name] = value
		}
	}
	if len(s.Sources) > 0 {
		out["sources"] = s.Sources
	}
	return out
}

func labelledText(label, s string) string {
	if s == "" {
		return ""
	}
	return label + s
}

var placeholder = lazyregexp.New(`\{([0-9]+)\}`)

// noLinks keeps text from evidence from being read as a link or as a
// placeholder, which messages of SARIF may hold.
func noLinks(s string) string {
	return placeholder.ReplaceAllString(strings.ReplaceAll(s, "](", "] ("), "{ $1 }")
}

// fingerprint knows a result again in the next run. GitHub looks at the first
// name only; the second is the whole.
func fingerprint(parts ...string) map[string]string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	all := hex.EncodeToString(sum[:])
	return map[string]string{"primaryLocationLineHash": all[:16], "tlsready/v1": all}
}

// numberFingerprints tells apart results that look the same, by their order.
func numberFingerprints(in []sarifResult) {
	seen := map[string]int{}
	for _, res := range in {
		key := res.RuleID + res.Fingerprints["tlsready/v1"]
		seen[key]++
		for name := range res.Fingerprints {
			res.Fingerprints[name] += ":" + strconv.Itoa(seen[key])
		}
	}
}

// sarifNotifications say what could not be looked at.
func sarifNotifications(r *assess.Report, places sarifPlaces) []sarifNotification {
	var out []sarifNotification
	for _, raw := range r.Coverage {
		if raw == nil || raw.Source == passedOver {
			continue
		}
		in := cleaner{}.coverage(raw)
		var at []sarifLocation
		if raw.Input != "" && raw.Input != "-" {
			at = []sarifLocation{{Physical: sarifPhysical{Artifact: places.artifact(raw.Input)}}}
		}
		say := func(id, level, text string) {
			out = append(out, sarifNotification{sarifID{id}, level, sarifText{Text: noLinks(sentence(text))}, at})
		}
		if in.Failed != "" {
			say(noteFailed, sarifError, inputName(in)+": "+in.Failed)
		}
		if in.Lost() {
			first := in.Skipped[slices.IndexFunc(in.Skipped, func(s evidence.Skip) bool { return !s.NotTLS })]
			say(notePartial, sarifWarning, inputName(in)+": passed over "+plural(skips(in), "place", "places")+", first "+first.Ref+": "+first.Reason)
		}
		for _, s := range in.Blind {
			say(noteBlind, sarifNote, inputName(in)+": "+s)
		}
	}
	slices.SortStableFunc(out, func(a, b sarifNotification) int {
		return cmp.Or(cmp.Compare(levelRank(a.Level), levelRank(b.Level)), cmp.Compare(a.Message.Text, b.Message.Text))
	})
	return out[:min(len(out), mostNotices)]
}
