package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// mostNames is how many programs are named that share a fingerprint.
const mostNames = 3

// knownName names the programs that a hello may be of, by its fingerprint.
func knownName(known []*knowledge.KnownClient) string {
	if len(known) == 1 {
		return known[0].Title()
	}
	var names []string
	for _, k := range known {
		if !slices.Contains(names, k.Name) {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	if len(names) > mostNames {
		names = append(names[:mostNames], "another")
	}
	return strings.Join(names, " or ")
}

// knownCause is the cause that all programs of a fingerprint have in common.
// One fingerprint is often that of many: where they differ, nothing is said.
func (c *clientSide) knownCause(floor tlswire.Version) (finding, bool) {
	if len(c.programs) == 0 {
		return finding{}, false
	}
	first := c.programs[0].Readiness(floor)
	switch first {
	case knowledge.Incapable, knowledge.CapableButOff, knowledge.PinnedByCode, knowledge.PinnedByConfig:
	default:
		return finding{}, false
	}
	f := finding{cause: Cause(first)}
	for i, k := range c.programs {
		if k.Readiness(floor) != first {
			return finding{}, false
		}
		if i < mostNames {
			f.because = append(f.because, k.ID)
		}
		if k.Fix != "" && len(f.fix) == 0 {
			f.fix = Texts{told(k.Fix)}
		}
		f.contradicts = append(f.contradicts, contradictions(c.base, k.Client)...)
	}
	return f, true
}
