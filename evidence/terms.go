package evidence

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tlsready/tlsready/tlswire"
)

// Terms are what a handshake came to, without who, when and how often. An
// estate has few different ones, so that the rows of a Table share them.
type Terms struct {
	Protocol                          string
	Offered                           []tlswire.Version
	OfferedMax, Negotiated, Downgrade tlswire.Version
	Suite, Group, ALPN                string
	Fallback, ECH                     bool
	Outcome                           Outcome
	Alert                             *Alert
	Source                            string
}

// termsKey is the terms as one value that can be compared.
type termsKey struct {
	protocol, offered, suite, group, alpn, source string
	outcome                                       Outcome
	alert                                         Alert
	hasAlert, fallback, ech                       bool
	offeredMax, negotiated, downgrade             tlswire.Version
}

func keyOfTerms(h *Handshake) termsKey {
	k := termsKey{
		protocol: h.Protocol, suite: h.Suite, group: h.Group, alpn: h.ALPN, source: h.Source, outcome: h.Outcome,
		fallback: h.Fallback, ech: h.ECH, offeredMax: h.OfferedMax, negotiated: h.Negotiated, downgrade: h.Downgrade,
	}
	if len(h.Offered) > 0 {
		var b []byte
		for _, v := range h.Offered {
			b = append(b, byte(v>>8), byte(v))
		}
		k.offered = string(b)
	}
	if h.Alert != nil {
		k.alert, k.hasAlert = *h.Alert, true
	}
	return k
}

func termsOf(h *Handshake) Terms {
	return Terms{
		Protocol: h.Protocol, Offered: h.Offered, OfferedMax: h.OfferedMax, Negotiated: h.Negotiated, Downgrade: h.Downgrade,
		Suite: h.Suite, Group: h.Group, ALPN: h.ALPN, Fallback: h.Fallback, ECH: h.ECH, Outcome: h.Outcome, Alert: h.Alert, Source: h.Source,
	}
}

// apply gives a handshake these terms.
func (t *Terms) apply(h *Handshake) {
	h.Protocol, h.Offered, h.OfferedMax, h.Negotiated, h.Downgrade = t.Protocol, t.Offered, t.OfferedMax, t.Negotiated, t.Downgrade
	h.Suite, h.Group, h.ALPN, h.Fallback, h.ECH, h.Outcome, h.Alert, h.Source = t.Suite, t.Group, t.ALPN, t.Fallback, t.ECH, t.Outcome, t.Alert, t.Source
}

// compareTerms is the order of records that differ in nothing else. Numbers
// stand in it as they are spelled.
func compareTerms(a, b *Terms) int {
	var alertA, alertB Alert
	if a.Alert != nil {
		alertA = *a.Alert
	}
	if b.Alert != nil {
		alertB = *b.Alert
	}
	return cmp.Or(
		cmp.Compare(a.Protocol, b.Protocol),
		compareSpelled(int(a.Negotiated), int(b.Negotiated)), compareSpelled(int(a.OfferedMax), int(b.OfferedMax)),
		compareOffered(a.Offered, b.Offered),
		cmp.Compare(a.Suite, b.Suite), cmp.Compare(a.Group, b.Group), cmp.Compare(a.ALPN, b.ALPN),
		cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Source, b.Source),
		cmp.Compare(alertA.From, alertB.From), cmp.Compare(alertA.Name, alertB.Name),
		cmp.Compare(strconv.FormatBool(a.Alert != nil), strconv.FormatBool(b.Alert != nil)),
		compareSpelled(int(a.Downgrade), int(b.Downgrade)),
		cmp.Compare(strconv.FormatBool(a.Fallback), strconv.FormatBool(b.Fallback)),
		cmp.Compare(strconv.FormatBool(a.ECH), strconv.FormatBool(b.ECH)),
	)
}

func compareOffered(a, b []tlswire.Version) int {
	return slices.CompareFunc(a, b, func(x, y tlswire.Version) int { return compareSpelled(int(x), int(y)) })
}

func compareSpelled(a, b int) int {
	if a == b {
		return 0
	}
	return cmp.Compare(strconv.Itoa(a), strconv.Itoa(b))
}

// compareParties is the order of records by their parties.
func compareParties(a, b *Party) int {
	switch {
	case a.Name != b.Name:
		return cmp.Compare(a.Name, b.Name)
	case a.IP != b.IP:
		return cmp.Compare(a.IP, b.IP)
	case a.Port != b.Port:
		return compareSpelled(int(a.Port), int(b.Port))
	case a.UserAgent != b.UserAgent:
		return cmp.Compare(a.UserAgent, b.UserAgent)
	case a.Identity != b.Identity:
		return cmp.Compare(a.Identity, b.Identity)
	case a.JA3 != b.JA3:
		return cmp.Compare(a.JA3, b.JA3)
	}
	return cmp.Compare(a.JA4, b.JA4)
}
