package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

var junitFormat = Format{Name: "junit", Extension: ".xml", Render: renderJUnit}

// The elements of JUnit that both Jenkins and GitLab read. Times and stamps
// are left out: nothing here took time, and two runs must compare equal.
type junitReport struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Tests   int          `xml:"tests,attr"`
	Fails   int          `xml:"failures,attr"`
	Errors  int          `xml:"errors,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name    string      `xml:"name,attr"`
	Tests   int         `xml:"tests,attr"`
	Fails   int         `xml:"failures,attr"`
	Errors  int         `xml:"errors,attr"`
	Skipped int         `xml:"skipped,attr"`
	Cases   []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Skipped *junitNote `xml:"skipped"`
	Error   *junitNote `xml:"error"`
	Failure *junitNote `xml:"failure"`
	Out     string     `xml:"system-out,omitempty"`
}

// junitNote is why a case did not pass.
type junitNote struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// renderJUnit writes a suite a server, one of settings and one of inputs.
func renderJUnit(w io.Writer, r *assess.Report, _ Options) error {
	doc := junitReport{Name: "tlsready " + cleaner{}.name(r.Policy), Suites: junitServers(r)}
	for _, s := range []junitSuite{junitSettings(r), junitInputs(r)} {
		if len(s.Cases) > 0 {
			doc.Suites = append(doc.Suites, s)
		}
	}
	for i := range doc.Suites {
		s := &doc.Suites[i]
		s.finish()
		doc.Tests, doc.Fails, doc.Errors = doc.Tests+s.Tests, doc.Fails+s.Fails, doc.Errors+s.Errors
	}
	var buf bytes.Buffer
	buf.WriteString(xml.Header)
	enc := xml.NewEncoder(&buf)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("the report as JUnit XML: %w", err)
	}
	buf.WriteByte('\n')
	return write(w, "JUnit", &buf)
}

// finish counts the cases, and numbers those of one name: GitLab takes cases
// of one name for one case.
func (s *junitSuite) finish() {
	seen := map[string]int{}
	for i := range s.Cases {
		c := &s.Cases[i]
		c.Class = s.Name
		if seen[c.Name]++; seen[c.Name] > 1 {
			c.Name = fmt.Sprintf("%s (%d)", c.Name, seen[c.Name])
		}
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Fails++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

func junitServers(r *assess.Report) []junitSuite {
	var out []junitSuite
	var c cleaner
	at := map[string]int{}
	needed := c.needed(r)
	for e := range entries(r) {
		e.Verdict = c.verdict(e.Verdict)
		name := c.server(e.Verdict)
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, junitSuite{Name: name})
		}
		out[i].Cases = append(out[i].Cases, junitPair(c.words, e, needed))
	}
	slices.SortFunc(out, func(a, b junitSuite) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// junitPair makes a case of a verdict. What is at risk passes, and says so:
// it never turns an answer. What is not known, waived or set apart is skipped.
func junitPair(w words, e entry, needed string) junitCase {
	c := junitCase{Name: w.client(e.Verdict)}
	if e.Software != "" {
		c.Name += ", " + e.Software
	}
	why := cmp.Or(e.Why.String(), w.outcome(e.kind))
	switch e.kind {
	case kindBreaks:
		c.Failure = &junitNote{why, cmp.Or(string(e.Cause), "breaks"), junitDetails(w, e.Verdict, needed)}
	case kindRisk:
		c.Out = "at risk: " + why + "\n" + junitDetails(w, e.Verdict, needed)
	case kindUnknown:
		note := "not known: " + why
		if !e.Next.IsZero() {
			note += "; find out with: " + e.Next.String()
		}
		c.Skipped = &junitNote{Message: note}
	case kindWaived:
		c.Skipped = &junitNote{Message: "waived " + w.waiver(e.Waived) + "; " + why}
	case kindApart:
		c.Skipped = &junitNote{Message: "set apart: " + w.apart(e.SetApart) + "; " + why}
	}
	return c
}

// junitDetails is the whole story in lines.
func junitDetails(w words, v assess.Verdict, needed string) string {
	var owner string
	if v.Owner+v.Contact != "" {
		owner = strings.TrimSpace(v.Owner + " " + v.Contact)
	}
	var b strings.Builder
	line := func(label, s string) {
		if s != "" {
			b.WriteString(label + s + "\n")
		}
	}
	line("", w.Sentence(w.fault(v, needed)))
	line("Breaks on: ", v.BreaksOn)
	line("Fix: ", numbered(v.Fix.Strings(), "\n     "))
	line("To find out more: ", v.Next.String())
	line("Owner: ", owner)
	line("Because of: ", strings.Join(v.Because, "; "))
	line("Sources disagree: ", strings.Join(v.Contradicts, "; "))
	return b.String()
}

func junitSettings(r *assess.Report) junitSuite {
	var w words
	suite := junitSuite{Name: "settings"}
	for _, s := range orderedSettings(cleaner{}, r) {
		c := junitCase{Name: strings.Join(strings.Fields(strings.Join(
			[]string{cmp.Or(s.Host, "(no host)"), s.Layer, s.Role, place(s.Where), s.Value}, " ")), " ")}
		text := strings.TrimSpace(place(s.Where) + "\n" + w.effect(s.Effect, s.Versions) + "\n")
		if len(s.Fix) > 0 {
			text += "\nFix: " + numbered(s.Fix.Strings(), "\n     ")
		}
		switch settingKind(s.Verdict) {
		case kindBreaks:
			c.Failure = &junitNote{cmp.Or(s.Why.String(), w.setting(s.Verdict)), "setting_breaks", text + "\n"}
		case kindUnknown:
			c.Skipped = &junitNote{Message: w.setting(s.Verdict) + ": " + s.Why.String()}
		default:
			c.Out = s.Why.String() + "\n" + text + "\n"
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

// orderedSettings are the settings, cleaned and in the usual order, one by
// one: programs keep track of each place.
func orderedSettings(c cleaner, r *assess.Report) []assess.SettingVerdict {
	out := make([]assess.SettingVerdict, len(r.Settings))
	for i, s := range r.Settings {
		out[i] = c.setting(s)
	}
	slices.SortStableFunc(out, compareSettings)
	return out
}

func junitInputs(r *assess.Report) junitSuite {
	suite := junitSuite{Name: "inputs"}
	for _, in := range orderedInputs(cleaner{}, r) {
		c := junitCase{Name: inputName(in) + ", " + in.Source}
		switch {
		case in.Failed != "":
			c.Error = &junitNote{Message: in.Failed, Type: "input_failed"}
		case in.Lost():
			c.Out = "could be used in part only:\n"
			for _, s := range in.Skipped {
				c.Out += s.Ref + ": " + s.Reason + " (" + plural(max(1, s.Count), "time", "times") + ")\n"
			}
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}
