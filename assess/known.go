package assess

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// contradictions are the disagreements of sources about what was relied on,
// one line each.
func contradictions(base *knowledge.Base, ids ...string) []string {
	var out []string
	for _, id := range ids {
		if id == "" {
			continue
		}
		for _, c := range base.ContradictionsAbout(id) {
			out = append(out, c.String())
		}
	}
	return out
}

// productFinding says whether a product on a host must be updated, replaced
// or looked at before TLS 1.0 and 1.1 may go.
func productFinding(base *knowledge.Base, p *evidence.Product) (finding, bool) {
	known, j := base.ProductFor(p.Name, p.Version)
	if !j.Gate() {
		return finding{}, false
	}
	f := finding{
		cause:   ProductPrerequisiteMissing,
		because: nonEmpty(placeOf(p.Where), j.Fact),
	}
	for _, c := range j.About {
		f.contradicts = append(f.contradicts, c.String())
	}
	switch j.Disable {
	case knowledge.Cannot:
		f.cause = Incapable
		f.fix = toldAll(j.Fix)
	case knowledge.UnknownBuild:
		f.cause = Unidentified
		f.fix = Texts{say("Find out the build of %s on %s: it decides", p.Name, p.Host)}
	default:
		name := p.Name
		if known != nil {
			name = strings.TrimSpace(known.Name + " " + known.Version)
		}
		f.fix = append(Texts{say("Update %s on %s to %s first; keep TLS 1.0 and 1.1 on until then", name, p.Host, j.Needs)}, toldAll(j.Fix)...)
	}
	return f, true
}

// isDevice is for products that call others rather than being called.
func isDevice(base *knowledge.Base, p *evidence.Product) bool {
	known, _ := base.ProductFor(p.Name, p.Version)
	if known == nil {
		return false
	}
	return strings.HasPrefix(known.ID, "prod.device.") || strings.HasPrefix(known.ID, "prod.client.")
}
