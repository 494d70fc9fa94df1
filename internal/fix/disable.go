package fix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/tlswire"
)

// Steps of the order of work that take versions away.
const (
	StepDisableServer = "step.disable-server"
	StepDisableClient = "step.disable-client"
)

// PlanDisable makes the changes that take away what is below the floor: on
// each host that is Windows in Schannel, one role a fix, and in each
// configuration that still lets it in. It looks at no gate: only who knows
// that the gates of a host's step are met may hand its fix on. Words are in the
// language l. No I/O; the same report and records give the same bytes.
func PlanDisable(report *assess.Report, records []evidence.Record, floor tlswire.Version, l *lang.Language) []Fix {
	p := newPlanner(report, floor, factSources, l)
	p.listeners, p.declaredBy = listenersOf(records), declaredAt(records)
	var out []Fix
	for _, h := range hostsOf(records) {
		for _, role := range []string{"Server", "Client"} {
			if f, ok := p.schannelOff(h, role); ok {
				out = append(out, f)
			}
		}
	}
	if report != nil {
		out = append(out, p.configurationsOff(report, records)...)
	}
	p.finish(out)
	slices.SortStableFunc(out, func(a, b Fix) int {
		return cmp.Or(strings.Compare(b.Step, a.Step), strings.Compare(a.Folder, b.Folder))
	})
	return out
}

func disableStep(role string) string {
	if strings.EqualFold(role, "client") {
		return StepDisableClient
	}
	return StepDisableServer
}

// takesAway reports whether a fix is one of PlanDisable.
func (f *Fix) takesAway() bool { return f.Step == StepDisableServer || f.Step == StepDisableClient }
