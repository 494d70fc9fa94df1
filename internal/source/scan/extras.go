package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// protocols are those of ALPN that are asked for: IANA's, less those that no
// server answers over TCP, in the order of their frequency.
var protocols = []string{
	"h2", "http/1.1", "http/1.0", "acme-tls/1", "imap", "pop3", "ftp", "managesieve", "xmpp-client", "xmpp-server",
	"mqtt", "dot", "postgresql", "tds/8.0", "nntp", "irc", "stun.turn", "ntske/1", "grpc-exp", "spdy/3.1",
}

// extras asks in one hello for what is answered in clear text below TLS 1.3.
type extras struct{ alpn, rare bool }

func (x extras) add(protocols []string) func(*tlswire.ClientHelloSpec) {
	return func(s *tlswire.ClientHelloSpec) {
		s.SessionTicket = true
		s.Extra = append(s.Extra, tlswire.Extension{Type: tlswire.ExtStatusRequest, Data: []byte{1, 0, 0, 0, 0}})
		if x.alpn {
			s.ALPN = protocols
		}
		if x.rare {
			s.Extra = append(s.Extra, tlswire.Extension{Type: tlswire.ExtHeartbeat, Data: []byte{1}})
			s.Compression = []byte{deflate, lzs, 0}
		}
	}
}

// Compression methods (RFC 3749, 2; RFC 3943, 3).
const (
	deflate = 1
	lzs     = 64
)

func compressionName(method byte) string {
	switch method {
	case 0:
		return evidence.NotDone
	case deflate:
		return "DEFLATE"
	case lzs:
		return "LZS"
	}
	return "" // was not offered
}

// askExtras asks for all at once; a server that does not bear that is asked
// without ALPN, of which it may take nothing that we know, and then without
// what is rare.
func (h *host) askExtras(ctx context.Context) {
	v := h.best(tlswire.TLS10, tlswire.TLS12)
	if v == nil || !v.bearsExtensions() {
		return
	}
	for _, x := range []extras{{alpn: true, rare: true}, {rare: true}, {}} {
		q := h.known(v)
		if x.alpn {
			q.row, q.opens = alpnRow, 1
		}
		q.also = x.add(protocols)
		q.wants = func(tlswire.Suite) bool { return true }
		if q.form == form255 && len(q.bytes()) > maxBytes {
			continue
		}
		a := h.askFact(ctx, q)
		if !a.accepts(v.version) {
			if !a.refuses(v.version) {
				return
			}
			continue
		}
		h.learned(func(f *evidence.Facts) { x.read(f, &a) })
		if x.alpn {
			h.drainALPN(ctx, q, a.said.alpn)
		}
		return
	}
}

// alpnRow is the row of questions about protocols.
const alpnRow = "protocols"

// read takes the facts from the answer.
func (x extras) read(f *evidence.Facts, a *answer) {
	if x.rare {
		f.Compression = compressionName(a.said.compression)
		f.Heartbeat = evidence.NotDone
		if a.said.heartbeat != "" {
			f.Heartbeat = a.said.heartbeat
		}
	}
	if !a.said.ticket {
		f.SessionTickets = evidence.NotDone
	}
	if len(a.said.stapled) > 0 {
		f.Stapling, f.OCSP = evidence.Say(true), readOCSP(a.said.stapled)
	} else if a.whole && len(a.chain) > 0 {
		f.Stapling = evidence.Say(false)
	}
}

// drainALPN finds the protocols like the suites. A server without any ignores
// the extension; one that knows none of those left may refuse them.
func (h *host) drainALPN(ctx context.Context, q question, first string) {
	defer h.dropAhead(alpnRow)
	found, rest := []string{}, protocols
	q.wants, q.opens = nil, 1
	put := func(list []string) answer {
		q := q
		q.also = func(s *tlswire.ClientHelloSpec) { s.ALPN = list }
		return h.askFact(ctx, q)
	}
	var early chan answer // to the question after the next, if the guess was right
	var guessed string
	defer func() {
		if early != nil {
			<-early
		}
	}()
	for took := first; took != ""; {
		if !slices.Contains(rest, took) {
			break // which was not offered
		}
		found = append(found, took)
		rest = without(slices.Clone(rest), took)
		var a answer
		switch next := usuallyNext[took]; {
		case early != nil && guessed == took:
			a, early = <-early, nil
		case next != "" && slices.Contains(rest, next) && h.isFar():
			early, guessed = make(chan answer, 1), next
			after := without(slices.Clone(rest), next)
			go func() { early <- put(after) }()
			a = put(rest)
		default:
			a = put(rest)
		}
		if !a.accepts(q.version) && a.alert != tlswire.AlertNoApplicationProtocol {
			return // half a list would read as the whole
		}
		took = a.said.alpn
	}
	h.learned(func(f *evidence.Facts) { f.ALPN = found })
}

// usuallyNext is which protocol servers have besides another: those of the web.
var usuallyNext = map[string]string{"h2": "http/1.1", "http/1.1": "http/1.0"}
