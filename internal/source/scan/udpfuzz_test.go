package scan

import (
	"bytes"
	"testing"

	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// askedUDP is a hello such as a scan asks with over UDP.
func askedUDP(v tlswire.Version) *question {
	h := &host{}
	q := h.question(v, formFull, suitesFor(v))
	q.wants = func(tlswire.Suite) bool { return true }
	return &q
}

// judgeUDP holds what a talk made of datagrams: an acceptance names what was
// offered, and what is sent stays small.
func judgeUDP(t *testing.T, talk talk, q *question, datagrams ...[]byte) {
	for _, d := range datagrams {
		a, _, done := talk.hear(bytes.Clone(d))
		if !done {
			a = talk.end()
		}
		if a.outcome == helloed && a.version>>8 != q.version>>8 {
			t.Fatalf("%s is taken for %s", a.version, q.version)
		}
		if a.outcome == closed || a.outcome == notAsked || a.because(q.version) == "" {
			t.Fatalf("an answer without a reason: %+v", a)
		}
		sent := talk.flight()
		if last := talk.leave(); last != nil {
			sent = append(sent, last)
		}
		for _, d := range sent {
			if len(d) > 1500 {
				t.Fatalf("a datagram of %d bytes", len(d))
			}
		}
	}
}

func FuzzDTLSTalk(f *testing.F) {
	s := dtlsServer{suites: map[tlswire.Version][]tlswire.Suite{tlswire.DTLS12: {0x002f}}, cookie: []byte("abc"), chain: [][]byte{{0x30, 0}}, fragment: 40}
	t := newDTLSTalk(askedUDP(tlswire.DTLS12))
	cookie := s.answer(t.flight()[0])[0]
	for _, d := range s.flight(tlswire.DTLS12, 0x002f) {
		f.Add(cookie, d)
	}
	f.Add(s.alert(tlswire.AlertHandshakeFailure)[0], cookie)
	f.Add(bytes.Join(s.flight(tlswire.DTLS12, 0x002f), nil), bytes.Join(s.flight(tlswire.DTLS10, 0x002f), nil))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, v := range dtlsVersions {
			q := askedUDP(v)
			judgeUDP(t, newDTLSTalk(q), q, first, second)
		}
	})
}

// FuzzQUICTalk: the datagram as it is, and its bytes as the frames of a packet
// that is well made; anybody can make one.
func FuzzQUICTalk(f *testing.F) {
	f.Add(quicwire.AppendVersionNegotiation(nil, []byte{1}, []byte{2}, quicwire.V1))
	f.Add(quicwire.AppendClose(nil, 0x178, "no"))
	s := newQUICServer(quicwire.V1)
	asked := askedUDP(tlswire.TLS13)
	if t, err := newQUICTalk(asked, quicwire.V1); err == nil {
		for _, d := range s.answer(t.flight()[0]) {
			f.Add(d)
		}
		if m, _, err := tlswire.ParseHandshake(t.hello); err == nil {
			if hello, err := tlswire.ParseClientHello(m.Body); err == nil {
				f.Add(s.frames(&hello))
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range []quicwire.Version{quicwire.V1, quicwire.V2} {
			q := askedUDP(tlswire.TLS13)
			talk, err := newQUICTalk(q, v)
			if err != nil {
				t.Fatal(err)
			}
			keys, err := quicwire.InitialKeys(v, talk.dcid, quicwire.Server)
			if err != nil {
				t.Fatal(err)
			}
			packet := keys.Seal(nil, &quicwire.InitialPacket{DCID: talk.scid, SCID: []byte{1}, Frames: b[:min(len(b), 8000)]})
			retry, err := quicwire.AppendRetry(nil, v, talk.dcid, talk.scid, []byte("retry"), b[:min(len(b), 8000)])
			if err != nil {
				t.Fatal(err)
			}
			judgeUDP(t, talk, q, b, packet, retry)
			if talk, err = newQUICTalk(q, v); err == nil {
				judgeUDP(t, talk, q, retry, b)
			}
			newQUICGrease().hear(b)
		}
	})
}
