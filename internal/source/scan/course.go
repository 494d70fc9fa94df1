package scan

import (
	"slices"
	"sync"

	"github.com/tlsready/tlsready/tlswire"
)

// A course is an order in which servers are known to name what they accept. A
// wrong one costs some connections and changes nothing of what is found.
type course[T comparable] []T

// next is what comes after what was found, if that is how the course begins;
// suits leaves out what this server cannot have.
func (c course[T]) next(found, rest []T, suits func(T) bool) []T {
	var here []T
	for _, x := range c {
		if slices.Contains(found, x) || slices.Contains(rest, x) && suits(x) {
			here = append(here, x)
		}
	}
	if len(found) == 0 || len(here) <= len(found) || !slices.Equal(here[:len(found)], found) {
		return nil
	}
	return here[len(found):]
}

// suiteCourses are those of the defaults of widespread servers: what
// "openssl ciphers -s -tls1_2 DEFAULT" prints (OpenSSL 3.0), and HIGH; Go's
// crypto/tls (cipher_suites.go, cipherSuitesPreferenceOrder); and the suites of
// GnuTLS's NORMAL ("gnutls-cli --list"), which it takes in the client's order.
var suiteCourses = sync.OnceValue(func() []course[tlswire.Suite] {
	openssl := course[tlswire.Suite]{
		0x1302, 0x1303, 0x1301,
		0xC02C, 0xC030, 0x009F, 0xCCA9, 0xCCA8, 0xCCAA, 0xC02B, 0xC02F, 0x009E, 0xC024, 0xC028, 0x006B, 0xC023, 0xC027, 0x0067,
		0xC00A, 0xC014, 0x0039, 0xC009, 0xC013, 0x0033, 0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F,
	}
	golang := course[tlswire.Suite]{
		0x1301, 0x1302, 0x1303,
		0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC009, 0xC013, 0xC00A, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035,
		0xC012, 0x000A, 0xC023, 0xC027, 0x003C, 0xC007, 0xC011, 0x0005,
	}
	gnutls := append(slices.Clone(openssl), 0x1304, 0xC0AD, 0xC0AC, 0xC09D, 0xC09C, 0xC09F, 0xC09E)
	gnutls = slices.DeleteFunc(gnutls, func(s tlswire.Suite) bool {
		in, _ := s.Info()
		return in.MAC == "SHA384" && !in.AEAD || in.MAC == "SHA256" && !in.AEAD && in.Min == tlswire.TLS12
	})
	all := []course[tlswire.Suite]{withoutDHE(openssl), openssl, golang}
	for _, set := range [][]tlswire.Suite{withoutDHE(openssl), openssl, gnutls, golang} {
		all = append(all, inOurOrder(set))
	}
	return all
})

func withoutDHE(c course[tlswire.Suite]) course[tlswire.Suite] {
	return slices.DeleteFunc(slices.Clone(c), byDH)
}

// inOurOrder is what a server with these suites names that leaves the order to
// the client.
func inOurOrder(set []tlswire.Suite) (c course[tlswire.Suite]) {
	for _, v := range []tlswire.Version{tlswire.TLS13, tlswire.TLS12} {
		for _, s := range suitesFor(v) {
			if slices.Contains(set, s) {
				c = append(c, s)
			}
		}
	}
	return c
}

// groupCourses are those of OpenSSL 3.0, of GnuTLS and of servers that take the
// client's order, with and without hybrids.
var groupCourses = sync.OnceValue(func() []course[tlswire.Group] {
	all := groupsFor(tlswire.TLS13)
	openssl := course[tlswire.Group]{0x001D, 0x0017, 0x001E, 0x0019, 0x0018, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104}
	var ours, hybrid course[tlswire.Group]
	for _, g := range all {
		if slices.Contains(openssl, g) {
			ours = append(ours, g)
		}
		if slices.Contains(openssl[:5], g) && g != tlswire.GroupX448 || g == tlswire.GroupX25519MLKEM768 {
			hybrid = append(hybrid, g)
		}
	}
	return []course[tlswire.Group]{openssl, ours, hybrid, {0x001D, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104}}
})

// guessSuites is what the server will name next: as in a version that is known
// already, which is sure, else as servers do.
func (h *host) guessSuites(found, rest []tlswire.Suite) (next []tlswire.Suite, sure bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.courses {
		if next := c.next(found, rest, func(tlswire.Suite) bool { return true }); next != nil {
			return next, true
		}
	}
	suits := func(s tlswire.Suite) bool {
		in, _ := s.Info()
		return in.Auth == tlswire.AuthAny || h.seenAuth[in.Auth]
	}
	for _, c := range suiteCourses() {
		if next := c.next(found, rest, suits); next != nil {
			return next, false
		}
	}
	return nil, false
}

func guessGroups(found, rest []tlswire.Group) (next []tlswire.Group, sure bool) {
	for _, c := range groupCourses() {
		if next := c.next(found, rest, func(tlswire.Group) bool { return true }); next != nil {
			return next, false
		}
	}
	return nil, false
}

// learnCourse keeps the order that was found in one version for the others.
func (h *host) learnCourse(suites []tlswire.Suite) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.courses = append(h.courses, slices.Clone(suites))
}
