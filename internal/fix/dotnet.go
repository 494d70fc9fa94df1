package fix

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

const (
	systemDefault = "SystemDefaultTlsVersions"
	strongCrypto  = "SchUseStrongCrypto"
)

// dotnet lets Windows decide for each framework and view of which some
// programs would ask for less than the floor.
func (w *windows) dotnet() {
	for _, s := range w.host.settings {
		if !strings.HasPrefix(s.Layer, dotnetPrefix) || !w.weak(s.Versions) {
			continue
		}
		if s.Effect != evidence.Default && s.Effect != evidence.Pins && s.Effect != evidence.Caps {
			continue
		}
		why := w.T("what some programs ask for ends below %s", w.floor)
		if s.Note != "" {
			why = w.T("%s (%s)", why, w.note(s.Note))
		}
		if w.dotnetCells(s.Where.Path) {
			w.because(s, why)
		}
	}
	// No value may say it, and still all programs of a framework come to less.
	for _, c := range w.host.clients {
		if !strings.HasPrefix(c.Layer, dotnetPrefix) || !w.weak(c.Versions) || len(c.Refs) == 0 || w.has(c.Refs[0]) {
			continue
		}
		if w.dotnetCells(c.Refs[0]) {
			w.fix.Reasons = append(w.fix.Reasons, Reason{
				What: systemDefault + " " + w.show(w.dotnetPrior(c.Refs[0], systemDefault)), Where: c.Because, Path: c.Refs[0], Fact: c.Fact, Sources: w.sources(c.Fact),
				Why: w.T("programs offer at most %s", highest(c.Versions)),
			})
		}
	}
}

// has reports whether a key of HKLM is changed already.
func (w *windows) has(path string) bool {
	return slices.ContainsFunc(w.cells, func(c cell) bool { return strings.EqualFold(c.root+`\`+c.key, path) })
}

// dotnetCells adds both values of a key, unless Windows decides there
// already: then Schannel is at fault.
func (w *windows) dotnetCells(path string) bool {
	key, ok := knownKey(path, dotnetKeys)
	sys := w.dotnetPrior(path, systemDefault)
	if !ok || sys.known == isNumber && sys.n != 0 {
		return false
	}
	w.put(cell{root: "HKLM", key: key, name: systemDefault, want: 1, was: sys})
	w.put(cell{root: "HKLM", key: key, name: strongCrypto, want: 1, was: w.dotnetPrior(path, strongCrypto)})
	return true
}

// dotnetPrior is one of the two values. Audit judges a key only when it sees
// both, so one that it does not report is absent, unless the other is of a
// wrong type and ended the judgement.
func (w *windows) dotnetPrior(path, name string) prior {
	if p := w.prior(dotnetPrefix, path, name); p.known != notKnown {
		return p
	}
	found := false
	for _, s := range w.host.settings {
		if !strings.HasPrefix(s.Layer, dotnetPrefix) || !strings.EqualFold(s.Where.Path, path) {
			continue
		}
		if s.Effect == evidence.Review || strings.HasPrefix(s.Value, name+"=") {
			return prior{}
		}
		found = true
	}
	if found {
		return prior{known: isAbsent}
	}
	return prior{}
}
