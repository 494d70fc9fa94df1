package report

import (
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// Levels of SARIF.
const (
	sarifError   = "error"
	sarifWarning = "warning"
	sarifNote    = "note"
)

// Rules that are no cause. The ids of rules never change: who tracks alerts
// tells them apart by it.
const (
	ruleBelowFloor      = "below_the_floor"
	ruleAtRisk          = "at_risk"
	ruleSettingBreaks   = "setting_breaks"
	ruleSettingReview   = "setting_review"
	ruleSettingExposure = "setting_exposure"

	noteFailed  = "tlsready/input_failed"
	notePartial = "tlsready/input_partial"
	noteBlind   = "tlsready/cannot_be_seen"
	noteCut     = "tlsready/results_cut"
)

const (
	projectURI  = "https://github.com/tlsready/tlsready"
	verdictsURI = projectURI + "/blob/main/docs/verdicts.md"
)

// ruleTexts say of each rule what it is, what it means, and what to do.
var ruleTexts = []struct{ id, level, short, full, help string }{
	{
		string(assess.DependsOnLegacyEndpoint), sarifError, "Uses an endpoint for old clients that goes away",
		"The connection goes to an endpoint that its operator keeps for clients without a current TLS version and that ends on an announced or unannounced day.",
		"Bring the client to a current TLS version and point it at the regular endpoint before the legacy one ends.",
	},
	{
		string(assess.PinnedByCode), sarifError, "Pinned to an old TLS version in its code",
		"The program names TLS versions in its code and stays with them, whatever the system it runs on can do.",
		"Remove the pin so that the system decides, or name the versions that the policy asks for; build and deploy again.",
	},
	{
		string(assess.PinnedByConfig), sarifError, "Pinned to an old TLS version by a setting",
		"A setting of the host, the runtime or the server limits TLS to versions below the policy.",
		"Change the setting that the result names, restart what reads it, and look again.",
	},
	{
		string(assess.ProductPrerequisiteMissing), sarifError, "Needs a product update before old versions may go off",
		"The product works without the old TLS versions only from a certain update on, and that update is missing.",
		"Install the update first; old versions must not be switched off before.",
	},
	{
		string(assess.CappedByFrameworkTarget), sarifError, "Built for an old framework that stops short",
		"The program targets a framework version whose default ends below the policy, although the system can do more.",
		"Build for a newer framework target, or set the switches that let the framework follow the system.",
	},
	{
		string(assess.CapableButOff), sarifError, "Could do it, but it is switched off",
		"The software can do what the policy asks for, but it is not enabled.",
		"Enable it as the result describes; no new software is needed.",
	},
	{
		string(assess.Middlebox), sarifError, "Something in between lowers the version",
		"The client is known to offer more than what arrives: a proxy or TLS inspection on the way lowers it.",
		"Find the device between the two sides and update or bypass it.",
	},
	{
		string(assess.Incapable), sarifError, "Cannot do what the policy asks for",
		"One side has no implementation of what the policy asks for.",
		"Update or replace that side, or put something in front of it that can.",
	},
	{
		string(assess.NoCommonCipher), sarifError, "No cipher suite in common",
		"Both sides can do the TLS version, but share no cipher suite that the policy allows.",
		"Enable a current cipher suite on one side that the other has as well.",
	},
	{
		string(assess.NoCommonGroupOrSignature), sarifError, "No key exchange group or signature in common",
		"Both sides can do the TLS version, but share no group or signature algorithm.",
		"Enable a group or signature algorithm that both sides have, or change the certificate's key.",
	},
	{
		string(assess.Reverse), sarifError, "The client itself refuses what the server offers",
		"The server is too old for the client, whoever moves the floor.",
		"Update the server.",
	},
	{
		string(assess.Unidentified), sarifError, "Stays below the policy and is not identified",
		"Nothing is known of this side but its low offer.",
		"Find out which software it is; the result names the command that helps.",
	},
	{
		ruleBelowFloor, sarifError, "Below the policy for a reason not yet known",
		"The connection uses a version below the policy; which side is the limit is not known.",
		"Scan the server and look at the client's settings; then this becomes one of the other rules.",
	},
	{
		ruleAtRisk, sarifWarning, "May break",
		"The connection was seen both below and at the policy, or breaks on a later day only.",
		"Find out what is old on either side before the day comes.",
	},
	{
		ruleSettingBreaks, sarifError, "A setting that keeps TLS below the policy",
		"The value allows only versions below the policy: what obeys it breaks on the day.",
		"Change the value as the result describes.",
	},
	{
		ruleSettingReview, sarifWarning, "A setting that a person must look at",
		"The value decides about TLS versions, but what it comes to cannot be told from it alone.",
		"Look at what the value refers to and judge it by the policy.",
	},
	{
		ruleSettingExposure, sarifNote, "A setting that still lets old versions in",
		"The value allows versions below the policy besides current ones. Nothing breaks by it; it is exposure.",
		"Take the old versions out once nobody uses them.",
	},
}

// ruleIndex finds a rule.
var ruleIndex = func() map[string]int {
	at := map[string]int{}
	for i, t := range ruleTexts {
		at[t.id] = i
	}
	return at
}()

// noticeTexts are the same for what the run itself has to say.
var noticeTexts = []struct{ id, level, short, help string }{
	{noteFailed, sarifError, "An input gave nothing", "Read the reason, put it right and run again: what that input would have shown is missing."},
	{notePartial, sarifWarning, "An input could be used in part only", "Look at the place that is named; what could not be used may have been evidence."},
	{noteBlind, sarifNote, "Something that the inputs cannot show", "Add an input that shows it, if it matters."},
	{noteCut, sarifWarning, "Results were left out", "Use the json or csv format, which hold all of them."},
}

func sarifRules() []sarifRule {
	var out []sarifRule
	for _, t := range ruleTexts {
		out = append(out, sarifRule{
			ID: "tlsready/" + t.id, Name: pascalCase(t.id),
			Short: sarifText{Text: t.short + "."}, Full: sarifText{Text: t.full},
			Help: &sarifText{
				Text:     t.full + " " + t.help,
				Markdown: t.full + "\n\n**What to do.** " + t.help + "\n\n[How a verdict comes about](" + verdictsURI + ")",
			},
			HelpURI: verdictsURI, Default: sarifDefault{t.level},
			Props: map[string]any{"tags": []string{"tls", "compatibility"}, "precision": "high"},
		})
	}
	return out
}

func sarifNotices() []sarifRule {
	var out []sarifRule
	for _, t := range noticeTexts {
		_, name, _ := strings.Cut(t.id, "/")
		text := sarifText{Text: t.short + "."}
		out = append(out, sarifRule{
			ID: t.id, Name: pascalCase(name), Short: text, Full: text, Help: &sarifText{Text: t.help}, Default: sarifDefault{t.level},
		})
	}
	return out
}

// pascalCase writes pinned_by_code as PinnedByCode.
func pascalCase(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "_") {
		b.WriteString(upperFirst(part))
	}
	return b.String()
}
