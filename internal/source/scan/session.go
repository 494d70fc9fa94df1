package scan

import (
	"bytes"
	"context"
	"net"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// resumeOld finds whether sessions below TLS 1.3 go on, by their id and by a
// ticket: a session is made and asked for again. Three connections mostly
// do for both: the second one, which names the id, asks for a ticket as well.
// It reports false when that did not go well: then little is known.
func (h *host) resumeOld(ctx context.Context, v *version, suites []tlswire.Suite) bool {
	if !v.bearsExtensions() || len(suites) == 0 {
		return false
	}
	var id []byte
	if len(v.by.answer.said.sessionID) > 0 {
		a, ok := h.session(ctx, v, suites, nil, nil, false)
		if !ok {
			return false
		}
		id = a.id
	}
	if len(id) == 0 { // RFC 5246, 7.4.1.3: it will not be kept
		h.learned(func(f *evidence.Facts) { f.SessionIDs = evidence.NotDone })
	}
	b, ok := h.session(ctx, v, suites, id, nil, true)
	if !ok {
		return false
	}
	if len(id) > 0 {
		h.learned(func(f *evidence.Facts) { f.SessionIDs = wentOn(b.resumed) })
	}
	if b.resumed && len(b.ticket) == 0 { // some give none to a session that goes on
		if b, ok = h.session(ctx, v, suites, nil, nil, true); !ok {
			return false
		}
	}
	if len(b.ticket) == 0 {
		return true
	}
	// Any id will do here: the server repeats it when it takes the ticket.
	c, ok := h.session(ctx, v, suites, random(32), b.ticket, true)
	if ok {
		h.learned(func(f *evidence.Facts) { f.SessionTickets = wentOn(c.resumed) })
	}
	return ok
}

// resumeFound is resumeOld with the suites that were found.
func (h *host) resumeFound(ctx context.Context) {
	v := h.best(tlswire.TLS10, tlswire.TLS12)
	if v == nil || h.resumed {
		return
	}
	suites := completable(append(h.known(v).suites, v.suites...))
	h.resumeOld(ctx, v, suites[:min(len(suites), 8)])
}

func wentOn(resumed bool) string {
	if resumed {
		return evidence.Resumed
	}
	return evidence.Issued
}

// session is what came of one that was asked for.
type session struct {
	resumed bool // the server went on with the one that was named
	id      []byte
	ticket  []byte
}

// session makes one connection that names a session, or none, and ends its
// handshake. It reports false when that did not go well: then nothing is known.
func (h *host) session(ctx context.Context, v *version, suites []tlswire.Suite, id, ticket []byte, asksTicket bool) (session, bool) {
	q := v.by.question
	q.wants, q.suites, q.groups, q.row, q.opens = nil, suites, popularGroups, "", 0
	q.also = func(s *tlswire.ClientHelloSpec) {
		s.ExtendedMasterSecret = false // which would change the keys
		s.SessionID = id
		if asksTicket {
			s.Extra = append(s.Extra, tlswire.Extension{Type: tlswire.ExtSessionTicket, Data: ticket})
		}
	}
	hello := q.bytes()
	if ctx.Err() != nil || q.form == form255 && len(hello) > maxBytes+len(id)+len(ticket) {
		return session{}, false
	}
	h.pace.enter(ctx, false)
	defer h.pace.leave(false)
	h.wait(ctx)
	ctx, cancel := context.WithTimeout(ctx, h.patience())
	defer cancel()
	h.factual.Add(1)
	conn, err := h.open(ctx)
	if err != nil {
		return session{}, false
	}
	defer conn.Close()
	d := dialog{conn: conn, q: &q, hello: hello}
	s, err := d.run()
	return s, err == nil
}

// dialog is a handshake below TLS 1.3, to its end.
type dialog struct {
	conn       net.Conn
	q          *question
	hello      []byte // with its record header, of one record
	transcript []byte
}

const recordHeader = 5

func (d *dialog) run() (session, error) {
	if _, err := d.conn.Write(d.hello); err != nil {
		return session{}, err
	}
	stream, f, err := d.read(func(f *tlswire.ServerFlight) bool { return f.Done || f.ChangeCipherSpec })
	if err != nil {
		return session{}, err
	}
	a := d.q.judge(&f)
	if !a.accepts(d.q.version) {
		return session{}, errStuck
	}
	s := session{id: a.said.sessionID, ticket: bytes.Clone(f.SessionTicket()), resumed: !f.Done}
	if s.resumed {
		return s, nil
	}
	d.transcript = append(slices.Clone(d.hello[recordHeader:]), messages(stream)...)
	if f, err = d.finish(&f); err != nil {
		return session{}, err
	}
	s.ticket = bytes.Clone(f.SessionTicket())
	return s, nil
}

// finish sends the client's half, and reads the server's end.
func (d *dialog) finish(f *tlswire.ServerFlight) (end tlswire.ServerFlight, err error) {
	v := d.q.version
	in, _ := f.Hello.Suite.Info()
	premaster, body, err := exchange(v, f)
	if err != nil {
		return end, err
	}
	clientRandom, serverRandom := d.hello[recordHeader+6:][:32], f.Hello.Random
	master := prf(v, in, premaster, "master secret", slices.Concat(clientRandom, serverRandom), 48)
	keys, err := newSealer(v, in, master, clientRandom, serverRandom)
	if err != nil {
		return end, err
	}
	var exchanged []byte
	if f.CertificateRequest { // we have none to show; most servers only ask
		exchanged = tlswire.AppendHandshake(nil, tlswire.TypeCertificate, []byte{0, 0, 0})
	}
	exchanged = tlswire.AppendHandshake(exchanged, tlswire.TypeClientKeyExchange, body)
	d.transcript = append(d.transcript, exchanged...)
	check := prf(v, in, master, "client finished", digest(v, in, d.transcript), 12)
	finished, err := keys.record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.TypeFinished, check))
	if err != nil {
		return end, err
	}
	out := tlswire.AppendRecord(nil, tlswire.ContentHandshake, v, exchanged)
	out = tlswire.AppendRecord(out, tlswire.ContentChangeCipherSpec, v, []byte{1})
	if _, err = d.conn.Write(append(out, finished...)); err != nil {
		return end, err
	}
	if _, end, err = d.read(func(f *tlswire.ServerFlight) bool { return f.ChangeCipherSpec }); err != nil {
		return end, err
	}
	// Without this OpenSSL forgets the session.
	bye, err := keys.record(tlswire.ContentAlert, []byte{byte(tlswire.AlertWarning), byte(tlswire.AlertCloseNotify)})
	if err == nil {
		_, err = d.conn.Write(bye)
	}
	return end, err
}

// read takes records until stop is content.
func (d *dialog) read(stop func(*tlswire.ServerFlight) bool) (stream []byte, f tlswire.ServerFlight, err error) {
	buf := make([]byte, 8<<10)
	for len(stream) < maxAnswer {
		n, err := d.conn.Read(buf)
		stream = append(stream, buf[:n]...)
		if f, _ = tlswire.ReadServerFlight(stream, nil); stop(&f) {
			return stream, f, nil
		}
		if err != nil {
			return stream, f, err
		}
		if f.HasAlert && f.AlertLevel == tlswire.AlertFatal {
			break
		}
	}
	return stream, f, errStuck
}

// messages are the handshake messages of a stream in clear text, without
// their records.
func messages(stream []byte) (out []byte) {
	var r tlswire.MessageReader
	r.Reset(stream)
	for !r.AtEnd() {
		m, err := r.Next()
		if err != nil {
			break
		}
		if m.Type == tlswire.ContentHandshake && !m.Encrypted {
			out = tlswire.AppendHandshake(out, m.Handshake.Type, m.Handshake.Body)
		}
	}
	return out
}
