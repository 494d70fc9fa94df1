package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/text"
	"github.com/tlsready/tlsready/tlswire"
)

// schannelNames are the keys of Schannel whose names are not those of the
// versions.
var schannelNames = map[tlswire.Version]string{tlswire.SSL20: "SSL 2.0", tlswire.SSL30: "SSL 3.0"}

func schannelKey(v tlswire.Version, role string) string {
	name := v.String()
	if other, ok := schannelNames[v]; ok {
		name = other
	}
	return schannelProtocols + name + `\` + role
}

// onWindows reports whether the evidence says that a host is Windows.
func (h *host) onWindows() bool {
	if h.client(layerSchannel) != nil || h.server(layerSchannel) != nil {
		return true
	}
	return slices.ContainsFunc(h.settings, func(s *evidence.Setting) bool { return s.Layer == layerSchannel }) ||
		slices.ContainsFunc(h.products, func(p *evidence.Product) bool {
			return strings.HasPrefix(strings.TrimPrefix(p.Name, "Microsoft "), "Windows")
		})
}

// allows says what the evidence tells of a version in a role of Schannel.
func (h *host) allows(role string, v tlswire.Version) (yes, told bool) {
	if role == "Client" {
		c := h.client(layerSchannel)
		return c != nil && slices.Contains(c.Versions, v), c != nil
	}
	s := h.server(layerSchannel)
	if s == nil || s.Versions[v] == nil || s.Versions[v].State == evidence.Unknown {
		return false, false
	}
	return s.Versions[v].State == evidence.Accepted, true
}

// schannelOff takes the versions below the floor from one role of a host's
// Windows, unless the evidence shows that all of them are off. SSL 2.0 and 3.0
// are touched where they are seen to be on only.
func (p *planner) schannelOff(h *host, role string) (Fix, bool) {
	if h.name == "" || !h.onWindows() {
		return Fix{}, false
	}
	w := &windows{planner: p, host: h, fix: Fix{Host: h.name, Kind: KindWindows, Layer: KindWindows, Step: disableStep(role)}}
	var off []tlswire.Version
	open := false
	for _, v := range []tlswire.Version{tlswire.SSL20, tlswire.SSL30, tlswire.TLS10, tlswire.TLS11, tlswire.TLS12} {
		yes, told := h.allows(role, v)
		if !v.Below(p.floor) || v.Below(tlswire.TLS10) && !yes {
			continue
		}
		open = open || yes || !told
		off = append(off, v)
		w.offCells(role, v)
	}
	if !open {
		return Fix{}, false
	}
	if role == "Client" {
		w.title(text.Say("Turn what is below %s off in the Schannel client on %s", p.floor, clean(h.name)))
	} else {
		w.title(text.Say("Turn what is below %s off in the Schannel server on %s", p.floor, clean(h.name)))
	}
	w.fix.Reasons = []Reason{w.offReason(role, off)}
	w.offNotes(role)
	w.files()
	w.offChecks()
	return w.fix, true
}

// offCells turns one version off in a role; where its values were not seen,
// the way back is that of step.rollback.
func (w *windows) offCells(role string, v tlswire.Version) {
	for _, c := range []cell{{name: "Enabled", want: 0, back: 1}, {name: "DisabledByDefault", want: 1, back: 0}} {
		c.root, c.key, c.hasBack = "HKLM", schannelKey(v, role), true
		c.was = w.schannelPriorOf(v, role, c.name)
		w.put(c)
	}
}

func (w *windows) offReason(role string, off []tlswire.Version) Reason {
	var on []string
	where := ""
	for _, v := range off {
		if yes, _ := w.host.allows(role, v); yes {
			on = append(on, v.String())
		}
	}
	if s := w.host.server(layerSchannel); s != nil && role == "Server" {
		where = s.Because
	} else if c := w.host.client(layerSchannel); c != nil && role == "Client" {
		where = c.Because
	}
	why := w.T("still lets in %s", strings.Join(on, w.T(", ")))
	if len(on) == 0 {
		why = w.T("whether it is off is not to be seen")
	}
	return Reason{
		What: w.wholeRole(role), Where: where, Why: why,
		Fact: schannelFact, Sources: w.sources(schannelFact),
	}
}

// offNotes say what the way back does, and what is touched besides.
func (w *windows) offNotes(role string) {
	w.fix.Notes = append(w.fix.Notes,
		w.T("This takes versions away. Apply it only while the gates of its step in the plan are met."),
		w.T("Schannel decides for every service and program on this machine that uses it."),
		w.T("Restart the machine: services keep what they read when they started (win.schannel.effect-timing)."))
	if yes, _ := w.host.allows(role, w.floor); !yes {
		w.fix.Notes = append(w.fix.Notes, w.T("This role was not seen to do %s: turn that on first, or nothing is left.", w.floor))
	}
	if slices.ContainsFunc(w.cells, cell.guessed) {
		w.fix.Notes = append(w.fix.Notes,
			w.T("Not all former values are in the evidence. For those rollback.reg turns the version on (Enabled=1, DisabledByDefault=0; step.rollback), which may be more than there was. Export first: %s",
				`reg export "HKLM\`+strings.TrimSuffix(schannelProtocols, `\`)+`" before.reg`))
	}
}

// offChecks ask the registry, and the listener as others see it.
func (w *windows) offChecks() {
	f := &w.fix
	f.Check = []string{f.Check[0]}
	for _, group := range byKey(w.cells) {
		f.Check = append(f.Check, fmt.Sprintf(`reg query "HKLM\%s"`, group[0].key))
	}
	if f.Step == StepDisableServer {
		f.Check = append(f.Check, w.asksAny(w.host.name, layerSchannel)[0])
	}
}
