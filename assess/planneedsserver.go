package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// needsAsServer follows from what others find here.
func (b *planner) needsAsServer(h *planHost) {
	takes, weak := h.takesFloor(b.floor), h.takesWeak(b.floor)
	switch takes {
	case surelyNot:
		b.need(stepEnableServer, h, say("does not accept %s yet", b.floor))
	case nothingTells:
		b.need(stepScan, h, say("whether it accepts %s is not known", b.floor))
	}
	for v := range concat(h.asServer, h.alone) {
		if v.Verdict == Breaks && v.LimitedBy == ServerSide && v.Layer != "" && takes != surely {
			b.need(stepEnableServer, h, v.Whole().Why)
		}
	}
	if len(h.scans) == 0 {
		b.need(stepScan, h, say("never scanned"))
	}
	if weak == surelyNot || b.opt.Policy.Office365() {
		return
	}
	why := say("still accepts less than %s", b.floor)
	if weak == nothingTells {
		why = say("whether it still accepts less than %s is not known", b.floor)
	}
	b.need(stepDisableServer, h, why)
	b.need(stepVerify, h, Text{})
	if len(h.sources) == 0 {
		b.need(stepEvidence, h, say("no log or capture shows who connects to it"))
	}
	if !b.windowOf(h).gate(h.name, h.spans).Met {
		b.need(stepObserve, h, say("not watched for a whole business cycle yet"))
	}
	if suite := weakSuite(h.scans); suite != "" {
		b.need(stepHarden, h, say("still accepts %s", suite))
	}
}

// windowOf is the window that the owner asks for, else that of the plan.
func (b *planner) windowOf(h *planHost) Window {
	if h.window != "" {
		if w, err := ParseWindow(h.window); err == nil {
			return w
		}
	}
	return b.window
}

// weakSuite names a suite that any policy has dropped: RC4 (RFC 7465), single
// and triple DES, NULL, EXPORT and anonymous ones (RFC 9325 section 4.1).
func weakSuite(scans []*evidence.Server) string {
	var found []string
	for _, s := range scans {
		for _, st := range s.Versions {
			for _, suite := range st.Suites {
				for _, mark := range []string{"_RC4_", "_3DES_", "_DES_", "_NULL_", "_EXPORT_", "_anon_"} {
					if strings.Contains(suite, mark) {
						found = append(found, suite)
					}
				}
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// needsOfClientRole: a server is a client too, and its client role goes off
// last.
func (b *planner) needsOfClientRole(h *planHost) {
	switch h.offersWeak(b.floor) {
	case surely:
		b.need(stepDisableClient, h, say("its own client role still offers less than %s", b.floor))
	case nothingTells:
		if b.get(stepDisableServer, h) != nil && h.isWindowsServer() {
			b.need(stepDisableClient, h, say("a server is a client too: what its client role offers is not known"))
		}
	}
}

// isWindowsServer reports whether a server of Microsoft's runs here.
func (h *planHost) isWindowsServer() bool {
	return slices.ContainsFunc(h.products, func(p installed) bool {
		return p.known != nil && p.known.Vendor == "Microsoft" && !p.isClientProduct() || strings.Contains(p.Name, "Windows Server")
	})
}
