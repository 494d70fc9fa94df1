package knowledge

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Title names the client as tables show it: program and version, the system,
// the setting.
func (k *KnownClient) Title() string {
	s := strings.TrimSpace(k.Name + " " + k.Version)
	for _, part := range []string{k.System, k.Setting} {
		if part != "" {
			s += ", " + part
		}
	}
	return s
}

// Offers is the versions that the client offers, lowest first. whole tells
// that these are all. Otherwise only the highest is known, as in a hello
// without supported_versions, and lower ones may be meant; empty and not
// whole means that nothing is known.
func (k *KnownClient) Offers() (list []tlswire.Version, whole bool) {
	highest := k.DefaultMax
	if h := k.Hello.Parse(); h != nil {
		if h.Extensions.Has(tlswire.ExtSupportedVersions) {
			list = slices.SortedFunc(h.Versions(), func(a, b tlswire.Version) int { return cmp.Compare(a.Rank(), b.Rank()) })
			return list, true
		}
		highest = h.MaxVersion()
	}
	switch {
	case highest == 0:
		return nil, false
	case k.Min == 0:
		return []tlswire.Version{highest}, false
	}
	for _, v := range []tlswire.Version{tlswire.SSL20, tlswire.SSL30, tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
		if v.AtLeast(k.Min) && !highest.Below(v) {
			list = append(list, v)
		}
	}
	return list, true
}

// Highest is the highest version that the client offers; 0 when not known.
func (k *KnownClient) Highest() tlswire.Version {
	list, _ := k.Offers()
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1]
}

// Readiness is how a client stands to a floor. The words of those that fail
// are the causes of the taxonomy (Cause.Name).
type Readiness string

// How a client may stand to a floor.
const (
	Able           Readiness = "able"             // offers it
	Incapable      Readiness = "incapable"        // cannot at all
	CapableButOff  Readiness = "capable_but_off"  // can, but its maker ships it switched off
	PinnedByCode   Readiness = "pinned_by_code"   // can, and would, but its own code names lower versions
	PinnedByConfig Readiness = "pinned_by_config" // can, and would, but a setting names lower versions
	Unsure         Readiness = "unknown"          // not known
)

// Readiness tells whether the client offers a version of at least floor and,
// if not, what keeps it below.
func (k *KnownClient) Readiness(floor tlswire.Version) Readiness {
	offered := k.Highest()
	switch {
	case offered != 0 && offered.AtLeast(floor):
		return Able
	case k.Max == 0:
		return Unsure
	case k.Max.Below(floor):
		return Incapable
	case offered == 0:
		return Unsure
	case k.Setting == "" || k.DefaultMax.Below(floor) && !offered.Below(k.DefaultMax):
		return CapableButOff
	case k.SetBy == SetByCode:
		return PinnedByCode
	}
	return PinnedByConfig
}

// Evidence is the client as a record of the basis "known". Its versions are
// those of Offers. Each call gives a new record.
func (k *KnownClient) Evidence() *evidence.Client {
	list, _ := k.Offers()
	r := &evidence.Client{
		Client:   evidence.Party{Name: k.Title()},
		Versions: list,
		Basis:    evidence.Known,
		Layer:    layerName(cmp.Or(k.Library, k.Name)),
		Fact:     k.ID,
		Source:   "knowledge",
	}
	h := k.Hello.Parse()
	if h == nil {
		r.Suites, r.Groups = names(slices.Values(k.Suites)), names(slices.Values(k.Groups))
		r.SignatureAlgorithms, r.Extensions = names(slices.Values(k.SignatureAlgorithms)), slices.Clone(k.Extensions)
		return r
	}
	r.Client.JA3, r.Client.JA4 = k.Fingerprints()
	r.Suites, r.Groups = names(h.CipherSuites()), names(h.Groups().All())
	r.SignatureAlgorithms = names(h.SignatureSchemes().All())
	for e := range h.Extensions.All() {
		if !tlswire.IsGREASE(uint16(e)) {
			r.Extensions = append(r.Extensions, e.String())
		}
	}
	return r
}

// names are code points by name, in order, without GREASE.
func names[T interface {
	~uint16
	String() string
}](all iter.Seq[T]) []string {
	var out []string
	for v := range all {
		if !tlswire.IsGREASE(uint16(v)) {
			out = append(out, v.String())
		}
	}
	return out
}

// layerName is the first word of a library's name, in small letters.
func layerName(s string) string {
	first, _, _ := strings.Cut(s, " ")
	return strings.ToLower(first)
}
