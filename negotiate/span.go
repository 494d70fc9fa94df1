package negotiate

import (
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/text"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	rankSSL2  = 1
	rankSSL3  = 2
	rankTLS10 = 3
	rankTLS11 = 4
	rankTLS12 = 5
	rankTLS13 = 6
)

// versionOf is the version of a rank.
func versionOf(rank int) tlswire.Version {
	if rank < 1 || rank > len(tlswire.StreamVersions) {
		return 0
	}
	return tlswire.StreamVersions[rank-1]
}

// span says what is accepted, in words: "TLS 1.2 and up", "TLS 1.0 and TLS 1.1".
func (s *Server) span() text.Text {
	return span(func(r int) bool { return s.versions[r].state == evidence.Accepted })
}

// span says what is offered.
func (c *Client) span() text.Text {
	if c.Implied {
		return text.Say("at most %s", versionOf(c.max))
	}
	return span(func(r int) bool { return c.offers[r] })
}

func span(has func(rank int) bool) text.Text {
	var names []string
	holes, last := 0, 0
	for r := rankSSL2; r <= rankTLS13; r++ {
		if !has(r) {
			continue
		}
		if last > 0 && r != last+1 {
			holes++
		}
		last = r
		names = append(names, versionOf(r).String())
	}
	switch {
	case len(names) == 0:
		return text.Say("nothing")
	case len(names) == 1:
		return text.Say("only %s", names[0])
	case holes == 0 && last == rankTLS13:
		return text.Say("%s and up", names[0])
	case holes == 0 && len(names) > 2:
		return text.Say("%s to %s", names[0], names[len(names)-1])
	}
	return text.List(names)
}
