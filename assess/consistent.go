package assess

import (
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// contradictory tells, by their numbers, which terms contradict themselves: a
// suite that never existed in the version they claim (GCM below TLS 1.2).
// Handshakes with them are reported and not counted.
func contradictory(seen *evidence.Table) []bool {
	out := make([]bool, seen.Terms())
	for i := range out {
		out[i] = contradiction(seen.TermsOf(uint32(i))) != ""
	}
	return out
}

// droppedOf are the handshakes with such terms.
func droppedOf(seen *evidence.Table, contradicts []bool) []evidence.Row {
	if !slices.Contains(contradicts, true) {
		return nil
	}
	var out []evidence.Row
	for i := range seen.Len() {
		if _, _, terms := seen.Numbers(i); contradicts[terms] {
			out = append(out, seen.Row(i))
		}
	}
	return out
}

// contradictionCoverage says of what was dropped where it stands and why.
func contradictionCoverage(dropped []evidence.Row) []*evidence.Coverage {
	var out []*evidence.Coverage
	bySource := map[string]*evidence.Coverage{}
	for _, h := range dropped {
		c := bySource[h.Source]
		if c == nil {
			c = &evidence.Coverage{Source: h.Source, Input: "records that contradict themselves"}
			bySource[h.Source] = c
			out = append(out, c)
		}
		c.Read += h.Count
		ref := h.Source
		if refs := h.Refs(); len(refs) > 0 {
			ref = refs[0]
		}
		c.Skip(ref, contradiction(h.Terms))
	}
	return out
}

func contradiction(h *evidence.Terms) string {
	suite, ok := tlswire.SuiteByName(h.Suite)
	if !ok || !h.Negotiated.Known() {
		return ""
	}
	info, ok := suite.Info()
	if !ok || h.Negotiated.Rank() >= info.Min.Rank() {
		return ""
	}
	return fmt.Sprintf("says %s with %s, which needs %s", h.Negotiated, h.Suite, info.Min)
}
