package assess

import (
	"fmt"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// consistent sorts out handshakes whose suite never existed in the version
// they claim (GCM below TLS 1.2): they are reported and not counted.
func consistent(records []evidence.Record) (kept []*evidence.Handshake, dropped []*evidence.Coverage) {
	bySource := map[string]*evidence.Coverage{}
	for _, r := range records {
		h, ok := r.(*evidence.Handshake)
		if !ok {
			continue
		}
		reason := contradiction(h)
		if reason == "" {
			kept = append(kept, h)
			continue
		}
		c := bySource[h.Source]
		if c == nil {
			c = &evidence.Coverage{Source: h.Source, Input: "records that contradict themselves"}
			bySource[h.Source] = c
			dropped = append(dropped, c)
		}
		c.Read += h.Count
		ref := h.Source
		if len(h.Refs) > 0 {
			ref = h.Refs[0]
		}
		c.Skip(ref, reason)
	}
	return kept, dropped
}

func contradiction(h *evidence.Handshake) string {
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
