package watch

import (
	"iter"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// maxProfiles bounds how many hellos are told apart; further ones are given
// out each time they come.
const maxProfiles = 1 << 16

// profile gives out what a hello offers, once for each client and fingerprint.
func (s *session) profile(h *tlswire.ClientHello) {
	t, ev := s.t, s.ev
	ip := address(&s.key[s.client])
	key := ip + " " + ev.Client.JA3 + " " + ev.Client.JA4
	if t.profiles[key] || t.emitErr != nil {
		return
	}
	if t.profiles == nil {
		t.profiles = map[string]bool{}
	}
	if len(t.profiles) < maxProfiles {
		t.profiles[key] = true
	}
	t.emitErr = t.emit(clientOf(h, evidence.Party{IP: ip, JA3: ev.Client.JA3, JA4: ev.Client.JA4}, t.tally.ref(s.at.frame)))
}

// clientOf is a hello as a record.
func clientOf(h *tlswire.ClientHello, client evidence.Party, ref string) *evidence.Client {
	c := &evidence.Client{
		Client: client, Basis: evidence.Observed, Source: source, Refs: []string{ref},
		Suites: names(h.CipherSuites()), Groups: names(h.Groups().All()), SignatureAlgorithms: names(h.SignatureSchemes().All()),
		Extensions: names(types(h)), KeyShares: names(shares(h)),
	}
	for v := range h.Versions() {
		c.Versions = append(c.Versions, v)
	}
	return c
}

func types(h *tlswire.ClientHello) iter.Seq[tlswire.ExtensionType] {
	return func(yield func(tlswire.ExtensionType) bool) {
		for t := range h.Extensions.All() {
			if !yield(t) {
				return
			}
		}
	}
}

func shares(h *tlswire.ClientHello) iter.Seq[tlswire.Group] {
	return func(yield func(tlswire.Group) bool) {
		for g := range h.KeyShares().All() {
			if !yield(g) {
				return
			}
		}
	}
}

// names are code points by name, in order, without GREASE.
func names[T interface {
	~uint16
	String() string
}](all iter.Seq[T]) []string {
	var out []string
	for x := range all {
		if !tlswire.IsGREASE(uint16(x)) {
			out = append(out, x.String())
		}
	}
	return out
}
