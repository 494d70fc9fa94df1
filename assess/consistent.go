package assess

import (
	"fmt"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// consistent sorts out handshakes whose suite never existed in the version
// they claim (GCM below TLS 1.2): they are reported and not counted.
func consistent(records []evidence.Record) (kept, dropped []*evidence.Handshake) {
	for _, r := range records {
		if h, ok := r.(*evidence.Handshake); !ok {
			continue
		} else if contradiction(h) == "" {
			kept = append(kept, h)
		} else {
			dropped = append(dropped, h)
		}
	}
	return kept, dropped
}

// contradictionCoverage says of what was dropped where it stands and why.
func contradictionCoverage(dropped []*evidence.Handshake) []*evidence.Coverage {
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
		if len(h.Refs) > 0 {
			ref = h.Refs[0]
		}
		c.Skip(ref, contradiction(h))
	}
	return out
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
