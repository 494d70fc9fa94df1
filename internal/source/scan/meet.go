package scan

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// ticketWait is how long a server is heard that ends neither the connection
// nor sends a ticket.
const ticketWait = time.Second

// meetNew completes handshakes of TLS 1.3, where all but the ServerHello is
// encrypted: one for the certificate and what comes with it, one more to go on
// with its session. The groups are those of crypto/tls; without one in common
// nothing is known.
func (h *host) meetNew(ctx context.Context) *meeting {
	m := meeting{offer: protocols}
	err := h.meet(ctx, &m)
	if isAlert(err, tlswire.AlertNoApplicationProtocol) {
		m.offer = nil
		err = h.meet(ctx, &m)
	}
	if err != nil {
		m.failed = err
		return &m
	}
	h.learned(func(*evidence.Facts) { h.learnChain(m.chain) })
	h.resumeNew(ctx, &m)
	return &m
}

// toldNew takes what a server tells that does TLS 1.3 alone, which names its
// protocols only where they are encrypted.
func (h *host) toldNew(ctx context.Context) {
	m := h.met
	switch {
	case m == nil:
	case m.failed != nil:
		if len(h.chains) == 0 {
			h.note("certificate not seen: " + m.failed.Error())
		}
	case h.best(tlswire.SSL30, tlswire.TLS12) == nil:
		h.learned(m.staple)
		if m.offer != nil {
			h.drainNewALPN(ctx, m)
		}
	}
}

// meeting is one handshake: what it offers, and what it saw.
type meeting struct {
	offer  []string
	failed error

	mu      sync.Mutex
	session *tls.ClientSessionState // a ticket that came, or the one to go on with
	chain   [][]byte
	took    string // of the offer
	stapled []byte
	resumed bool
	ended   bool // the server had nothing to add
	cut     bool // it did not wait to be told that no more will come
	listens bool // does not tell it so
}

func (m *meeting) staple(f *evidence.Facts) {
	if len(m.stapled) > 0 {
		f.Stapling, f.OCSP = evidence.Say(true), readOCSP(m.stapled)
	} else {
		f.Stapling = evidence.Say(false)
	}
}

// Get and Put make a meeting the cache of its own session.
func (m *meeting) Get(string) (*tls.ClientSessionState, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.session, m.session != nil
}

// Put keeps a ticket.
func (m *meeting) Put(_ string, s *tls.ClientSessionState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.session = s
}

// meet makes one handshake. It verifies nothing: what is asked is what the
// server shows, and no data follow.
func (h *host) meet(ctx context.Context, m *meeting) error {
	h.pace.enter(ctx, false)
	defer h.pace.leave(false)
	h.wait(ctx)
	ctx, cancel := context.WithTimeout(ctx, h.patience())
	defer cancel()
	h.factual.Add(1)
	conn, err := h.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	c := tls.Client(conn, &tls.Config{
		MinVersion: tls.VersionTLS13, ServerName: h.sni, InsecureSkipVerify: true, NextProtos: m.offer, ClientSessionCache: m,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			for _, der := range raw[:min(len(raw), maxChain)] {
				m.chain = append(m.chain, slices.Clone(der))
			}
			return nil
		},
	})
	if err := c.HandshakeContext(ctx); err != nil {
		return err
	}
	state := c.ConnectionState()
	m.took, m.stapled, m.resumed = state.NegotiatedProtocol, slices.Clone(state.OCSPResponse), state.DidResume
	m.ended, m.cut = m.hear(c)
	return nil
}

// hear waits for a ticket, which comes after the handshake. A server that was
// told that no more will come ends the connection when it has none; one that
// had ended it by then resets it, and whether a ticket was lost is not known.
func (m *meeting) hear(c *tls.Conn) (ended, cut bool) {
	if m.resumed {
		return false, false
	}
	if !m.listens && c.CloseWrite() != nil {
		return false, true
	}
	c.SetReadDeadline(time.Now().Add(ticketWait))
	for range 8 { // a read ends with each ticket, or with data that nobody asked for
		if _, there := m.Get(""); there {
			return false, false
		}
		if _, err := c.Read(make([]byte, 512)); err != nil {
			return errors.Is(err, io.EOF), readOutcome(err).outcome == reset
		}
	}
	return false, false
}

// resumeNew goes on with the session that a meeting left.
func (h *host) resumeNew(ctx context.Context, first *meeting) {
	if first.session == nil && first.cut {
		again := meeting{offer: first.offer, listens: true}
		if h.meet(ctx, &again) == nil {
			first.session, first.ended = again.session, again.ended
		}
	}
	if first.session == nil {
		if first.ended {
			h.learned(func(f *evidence.Facts) { f.PSK = evidence.NotDone })
		}
		return
	}
	m := meeting{offer: first.offer, session: first.session}
	if h.meet(ctx, &m) == nil {
		h.learned(func(f *evidence.Facts) { f.PSK = wentOn(m.resumed) })
	}
}

// drainNewALPN is drainALPN where the answer is encrypted.
func (h *host) drainNewALPN(ctx context.Context, first *meeting) {
	found, rest := []string{}, first.offer
	for took := first.took; took != ""; {
		if !slices.Contains(rest, took) {
			break
		}
		found = append(found, took)
		rest = without(slices.Clone(rest), took)
		m := meeting{offer: rest}
		if err := h.meet(ctx, &m); err != nil && !isAlert(err, tlswire.AlertNoApplicationProtocol) {
			return
		}
		took = m.took
	}
	h.learned(func(f *evidence.Facts) { f.ALPN = found })
}

// isAlert reports whether the server ended it with this alert, of which
// crypto/tls gives away no more than the text.
func isAlert(err error, a tlswire.Alert) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() == tls.AlertError(a).Error()
}
