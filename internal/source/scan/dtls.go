package scan

import (
	"bytes"
	"context"
	"fmt"

	"github.com/tlsready/tlsready/tlswire"
)

// maxCookies is how many cookies are followed: a server may change its secret
// between two (RFC 6347, 4.2.1), but not without end.
const maxCookies = 3

// dtlsTalk is one connection of DTLS, as far as the server's first flight.
type dtlsTalk struct {
	q        *question
	spec     tlswire.ClientHelloSpec
	sequence uint64 // of our next record
	cookies  uint16 // that were followed, and so the number of our hello
	flights  tlswire.DTLSFlight
	heard    bool // a cookie or more
}

func newDTLSTalk(q *question) *dtlsTalk {
	t := &dtlsTalk{q: q, spec: q.helloUDP()}
	t.spec.DTLS = true
	return t
}

// flight is the hello in one datagram: servers that keep no state before the
// cookie do not put fragments together (RFC 6347, 4.2.1).
func (t *dtlsTalk) flight() [][]byte {
	message, err := t.spec.AppendMessage(nil)
	if err != nil {
		return nil
	}
	fragment := tlswire.AppendDTLSHandshake(nil, t.cookies, message)
	return [][]byte{t.record(tlswire.ContentHandshake, fragment)}
}

// record numbers its records on, also for what is sent again. Before the
// server spoke it carries the version that all know, as clients do.
func (t *dtlsTalk) record(kind tlswire.ContentType, fragment []byte) []byte {
	v := tlswire.DTLS10
	if t.heard && t.q.version != tlswire.DTLS10 {
		v = tlswire.DTLS12 // of DTLS 1.3 too (RFC 9147, 4)
	}
	b := tlswire.AppendDTLSRecord(nil, kind, v, t.sequence, fragment)
	t.sequence++
	return b
}

// leave ends the connection with an alert, so that the server does not send
// its flight again. One that sent none has no connection to end, and
// gnutls-serv hangs on an alert then.
func (t *dtlsTalk) leave() []byte {
	if len(t.messages()) == 0 {
		return nil
	}
	return t.record(tlswire.ContentAlert, []byte{byte(tlswire.AlertFatal), byte(tlswire.AlertUserCanceled)})
}

func (t *dtlsTalk) hear(datagram []byte) (a answer, again, done bool) {
	for len(datagram) > 0 {
		r, rest, err := tlswire.ParseDTLSRecord(datagram)
		if err != nil {
			return a, again, false
		}
		datagram = rest
		if r.Epoch > 0 {
			continue
		}
		switch r.Type {
		case tlswire.ContentAlert:
			level, alert, err := tlswire.ParseAlert(r.Fragment)
			if err == nil && level == tlswire.AlertFatal {
				return answer{outcome: alerted, alert: alert}, false, true
			}
		case tlswire.ContentHandshake:
			if len(r.Fragment) > 0 && tlswire.HandshakeType(r.Fragment[0]) == tlswire.TypeClientHello {
				continue // an echo
			}
			var fresh bool
			if a, fresh, done = t.handshake(r.Fragment); done {
				return a, false, true
			}
			again = again || fresh
		}
	}
	return a, again, false
}

// handshake takes the content of one record. fresh reports a cookie that is
// to be sent.
func (t *dtlsTalk) handshake(fragment []byte) (a answer, fresh, done bool) {
	if len(fragment) > 0 && tlswire.HandshakeType(fragment[0]) == tlswire.TypeHelloVerifyRequest {
		return a, t.verify(fragment), false
	}
	if t.flights.Add(fragment) != nil {
		return a, false, false // the next one sent may be whole
	}
	if messages := t.messages(); len(messages) > 0 {
		t.heard = true
		a, done = parseAnswer(asStream(messages), t.q, false)
	}
	return a, false, done
}

// messages are those of the server's flight that are there, from its hello on:
// what overtook the hello waits for it.
func (t *dtlsTalk) messages() []byte {
	m := t.flights.Messages()
	if len(m) > 0 && tlswire.HandshakeType(m[0]) != tlswire.TypeServerHello {
		return nil
	}
	return m
}

// verify takes the cookie of a HelloVerifyRequest. The one that was sent
// already comes again when the hello before it was sent twice.
func (t *dtlsTalk) verify(fragment []byte) bool {
	var f tlswire.DTLSFlight
	if f.Add(fragment) != nil {
		return false
	}
	cookie, ok := f.Cookie()
	if !ok || t.cookies >= maxCookies || t.cookies > 0 && bytes.Equal(cookie, t.spec.Cookie) {
		return false
	}
	t.spec.Cookie, t.heard = bytes.Clone(cookie), true
	t.cookies++
	return true
}

// end makes do with a hello whose certificates never came whole.
func (t *dtlsTalk) end() answer {
	if messages := t.messages(); len(messages) > 0 {
		if a, _ := parseAnswer(asStream(messages), t.q, true); a.speaks() {
			return a
		}
		return answer{outcome: timedOut, detail: "timeout within an answer"}
	}
	if t.cookies > 0 {
		return answer{outcome: timedOut, detail: "timeout after hello_verify_request"}
	}
	return answer{outcome: timedOut}
}

// contactDTLS asks for each version, the likely first, and in short hellos
// where long ones bring no answer.
func (h *host) contactDTLS(ctx context.Context) bool {
	for _, f := range []form{formFull, form255} {
		for _, n := range []tlswire.Version{tlswire.DTLS12, tlswire.DTLS10} {
			if !h.knock(ctx, n, f) {
				return false
			}
		}
		if h.form = f; h.answered() {
			break
		}
	}
	if h.form == form255 && h.anyControl() {
		h.note(fmt.Sprintf("answers only hellos with %s", h.form))
	}
	return h.knock(ctx, tlswire.DTLS13, h.form)
}

func (h *host) probeDTLS(ctx context.Context, q *question) answer {
	return h.probeUDP(ctx, newDTLSTalk(q))
}
