package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// limits reports whether a setting, by itself, keeps its layer below the
// floor: a pin or cap that ends below it, or a block of everything above.
func limits(s *evidence.Setting, floor tlswire.Version) bool {
	switch s.Effect {
	case evidence.Pins, evidence.Caps:
		return highest(s.Versions).Below(floor)
	case evidence.Blocks:
		return slices.Contains(s.Versions, floor)
	}
	return false
}

// pin finds the explicit setting that keeps a role of the host below the
// floor; one found in source code comes first.
func (h *host) pin(role string, layers []string, floor tlswire.Version) *evidence.Setting {
	if h == nil {
		return nil
	}
	var found *evidence.Setting
	for _, s := range h.settings {
		if (s.Role != role && s.Role != "both") || !hasLayer(layers, s.Layer) || !limits(s, floor) {
			continue
		}
		if s.Layer == "source" {
			return s
		}
		if found == nil {
			found = s
		}
	}
	return found
}

// hasLayer reports whether a layer is one of those that matter; nil is all.
func hasLayer(layers []string, layer string) bool {
	return layers == nil || layer == "source" || slices.Contains(layers, layer)
}

func pinFinding(s *evidence.Setting, floor tlswire.Version) finding {
	cause := PinnedByConfig
	if s.Layer == "source" {
		cause = PinnedByCode
	}
	return finding{
		cause:   cause,
		fix:     Texts{settingFix(s, floor)},
		because: nonEmpty(placeOf(s.Where), s.Fact),
	}
}

// settingFix says what to write where a value keeps a layer below the floor.
func settingFix(s *evidence.Setting, floor tlswire.Version) Text {
	place := placeOf(s.Where)
	if strings.HasPrefix(s.Where.Path, "HK") {
		place = s.Where.Path // where to write, not where it was read
	}
	onHost := s.Host != ""
	switch {
	case s.Layer == "schannel" && onHost:
		return say("On %s set Enabled=1 and DisabledByDefault=0 for %s (%s), then restart it", s.Host, floor, place)
	case s.Layer == "schannel":
		return say("Set Enabled=1 and DisabledByDefault=0 for %s (%s), then restart it", floor, place)
	case s.Layer == "winhttp" && onHost:
		return say("On %s set DefaultSecureProtocols to 0xA00 (TLS 1.1 and 1.2) in both registry views (%s)", s.Host, place)
	case s.Layer == "winhttp":
		return say("Set DefaultSecureProtocols to 0xA00 (TLS 1.1 and 1.2) in both registry views (%s)", place)
	case s.Layer == "wininet" && onHost:
		return say("On %s set SecureProtocols to 0xA00 or tick TLS 1.2 in Internet Options (%s)", s.Host, place)
	case s.Layer == "wininet":
		return say("Set SecureProtocols to 0xA00 or tick TLS 1.2 in Internet Options (%s)", place)
	case strings.HasPrefix(s.Layer, "dotnet") && onHost:
		return say("On %s set SystemDefaultTlsVersions=1 and SchUseStrongCrypto=1 (%s)", s.Host, place)
	case strings.HasPrefix(s.Layer, "dotnet"):
		return say("Set SystemDefaultTlsVersions=1 and SchUseStrongCrypto=1 (%s)", place)
	case onHost:
		return say("On %s change %s (%s) so that %s is allowed", s.Host, s.Value, place, floor)
	}
	return say("Change %s (%s) so that %s is allowed", s.Value, place, floor)
}

// declaredFinding is for a host whose settings add up to less than the floor
// without any one of them pinning it: it could, but it is off.
func declaredFinding(base *knowledge.Base, fact, because, layer string, floor tlswire.Version) finding {
	f := finding{cause: CapableButOff, because: nonEmpty(because, fact), contradicts: contradictions(base, fact)}
	switch layer {
	case "winhttp":
		f.fix = Texts{say("Install KB3140245, set DefaultSecureProtocols to 0xA00 in both registry views, and write the Schannel TLS 1.2 Client keys")}
		f.because = append(f.because, "win.winhttp.key")
	case "schannel":
		f.fix = Texts{say("Write the Schannel keys for %s (Enabled=1, DisabledByDefault=0) and restart", floor)}
		f.because = append(f.because, "win.schannel.truth-table")
	default:
		f.fix = Texts{say("Turn %s on in %s", floor, layer)}
	}
	return f
}

// belowGate is the host's product, if any, that must be updated before TLS
// 1.0 and 1.1 may go.
func (h *host) belowGate(base *knowledge.Base) (finding, bool) {
	if h == nil {
		return finding{}, false
	}
	for _, p := range h.products {
		if f, ok := productFinding(base, p); ok && f.cause != Unidentified {
			return f, true
		}
	}
	return finding{}, false
}

// placeOf is "file:line", or what of it is known.
func placeOf(w evidence.Where) string {
	switch {
	case w.File != "" && w.Line > 0:
		return fmt.Sprintf("%s:%d", w.File, w.Line)
	case w.File != "":
		return w.File
	}
	return w.Path
}

func nonEmpty(ss ...string) []string {
	return slices.DeleteFunc(ss, func(s string) bool { return s == "" })
}

// toldAll tells what there is to tell.
func toldAll(ss ...string) Texts {
	var out Texts
	for _, s := range nonEmpty(ss...) {
		out = append(out, told(s))
	}
	return out
}
