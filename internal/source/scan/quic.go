package scan

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// quicProtocols are offered by ALPN, without which no QUIC server goes on
// (RFC 9001, 8.1): HTTP/3, DNS, SMB and those of tests.
var quicProtocols = []string{"h3", "doq", "smb", "h3-29", "hq-interop", "doq-i11"}

// contactQUIC finds a version of QUIC in which the server answers a hello. It
// reports false when nobody is there.
func (h *host) contactQUIC(ctx context.Context) bool {
	if !h.listQUIC(ctx) {
		return false
	}
	v := h.versions[tlswire.TLS13]
	for range maxQUICTries {
		next := h.nextQUIC()
		if next == quicwire.Negotiation {
			break
		}
		h.quic, h.quicTried = next, append(h.quicTried, next)
		if !h.knock(ctx, v.version, formFull) {
			return false
		}
		last := v.asked[len(v.asked)-1].answer
		if last.speaks() || last.outcome == notTLS && len(h.quicVersions) == 0 {
			h.learnQUIC(h.quic)
			break
		}
	}
	return true
}

// maxQUICTries is how many versions of QUIC are asked in: silence takes the
// whole time each.
const maxQUICTries = 2

// listQUIC asks for a version that never will be, to which a server answers
// with those that it has (RFC 9000, 6.1). It may keep silent as well.
func (h *host) listQUIC(ctx context.Context) bool {
	t := newQUICGrease()
	a := h.apart(ctx, t)
	if a.absent() {
		sleep(ctx, 4*firstPause)
		a = h.apart(ctx, t)
	}
	if a.absent() {
		h.dead = &a
		return false
	}
	h.learnQUIC(t.versions...)
	if len(h.quicVersions) > 0 && !slices.ContainsFunc(h.quicVersions, quicwire.Version.Readable) {
		h.note(fmt.Sprintf("none of its versions of QUIC is known here: %s", h.quicVersions[0]))
	}
	return true
}

// maxQUICVersions bounds what is kept of a server's list. Those in use had
// fewer than ten.
const maxQUICVersions = 32

// learnQUIC keeps versions that the server has.
func (h *host) learnQUIC(versions ...quicwire.Version) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, v := range versions {
		if !v.Reserved() && !slices.Contains(h.quicVersions, v) && len(h.quicVersions) < maxQUICVersions {
			h.quicVersions = append(h.quicVersions, v)
		}
	}
}

// nextQUIC is the version to ask in next: 1 or 2 if the server has them, else
// any that can be spoken. Without a list the two are tried. One that has none
// of these is asked in version 1, to hear what it says to it.
func (h *host) nextQUIC() quicwire.Version {
	all := []quicwire.Version{quicwire.V1, quicwire.V2}
	if len(h.quicVersions) > 0 {
		all = slices.DeleteFunc(slices.Concat(all, h.quicVersions), func(v quicwire.Version) bool {
			return !v.Readable() || !slices.Contains(h.quicVersions, v)
		})
	}
	if len(all) == 0 {
		all = []quicwire.Version{quicwire.V1}
	}
	for _, v := range all {
		if !slices.Contains(h.quicTried, v) {
			return v
		}
	}
	return quicwire.Negotiation
}

// apart is one exchange with no other at the same time.
func (h *host) apart(ctx context.Context, t talk) answer {
	h.pace.enter(ctx, true)
	defer h.pace.leave(true)
	h.wait(ctx)
	return h.probeUDP(ctx, t)
}

// quicGrease asks in a reserved version.
type quicGrease struct {
	dcid, scid []byte
	packet     []byte
	versions   []quicwire.Version
}

func newQUICGrease() *quicGrease {
	g := &quicGrease{dcid: random(8), scid: random(8)}
	v := quicwire.ReservedVersion(binary.BigEndian.Uint32(random(4)))
	g.packet = binary.BigEndian.AppendUint32([]byte{0xc0}, uint32(v))
	g.packet = append(append(g.packet, byte(len(g.dcid))), g.dcid...)
	g.packet = append(append(g.packet, byte(len(g.scid))), g.scid...)
	g.packet = append(g.packet, make([]byte, quicwire.MinDatagram-len(g.packet))...)
	rand.Read(g.packet[7+len(g.dcid)+len(g.scid):])
	return g
}

func (g *quicGrease) flight() [][]byte { return [][]byte{g.packet} }
func (g *quicGrease) leave() []byte    { return nil }
func (g *quicGrease) end() answer      { return answer{outcome: timedOut} }

func (g *quicGrease) hear(datagram []byte) (a answer, again, done bool) {
	h, _, err := quicwire.ParseHeader(datagram)
	if err != nil || h.Type != quicwire.VersionNegotiation || !bytes.Equal(h.DCID, g.scid) || !bytes.Equal(h.SCID, g.dcid) {
		return a, false, false
	}
	g.versions = slices.Collect(h.Versions())
	return a, false, true
}

// quicTalk is one connection of QUIC, as far as the hellos.
type quicTalk struct {
	q          *question
	version    quicwire.Version
	dcid, scid []byte // where to send to, and where we are
	token      []byte
	hello      []byte
	client     *quicwire.Keys
	server     *quicwire.Keys
	number     uint32
	crypto     quicwire.Stream
	retried    bool
	peer       []byte             // the server's connection id, once it answered
	others     []quicwire.Version // that the server has instead
}

func newQUICTalk(q *question, v quicwire.Version) (*quicTalk, error) {
	t := &quicTalk{q: q, version: v, dcid: random(8), scid: random(8)}
	s := q.helloUDP()
	s.ALPN = quicProtocols
	ext, data := quicwire.TransportParameters(v, t.scid)
	s.Extra = append(s.Extra, tlswire.Extension{Type: tlswire.ExtensionType(ext), Data: data})
	var err error
	if t.hello, err = s.AppendMessage(nil); err != nil {
		return nil, err
	}
	return t, t.derive()
}

func (t *quicTalk) end() answer { return answer{outcome: timedOut} }

// derive makes the keys that belong to the connection id being sent to.
func (t *quicTalk) derive() (err error) {
	if t.client, err = quicwire.InitialKeys(t.version, t.dcid, quicwire.Client); err == nil {
		t.server, err = quicwire.InitialKeys(t.version, t.dcid, quicwire.Server)
	}
	return err
}

func (t *quicTalk) flight() [][]byte {
	// What one datagram holds besides header, token, tag and frame header.
	room := max(quicwire.MinDatagram-80-len(t.token), 200)
	var out [][]byte
	for at := 0; at < len(t.hello); at += room {
		piece := t.hello[at:min(at+room, len(t.hello))]
		out = append(out, t.seal(quicwire.AppendCrypto(nil, uint64(at), piece)))
	}
	return out
}

func (t *quicTalk) seal(frames []byte) []byte {
	p := &quicwire.InitialPacket{
		DCID: t.dcid, SCID: t.scid, Token: t.token, Number: t.number, Frames: frames, Size: quicwire.MinDatagram,
	}
	t.number++
	return t.client.Seal(nil, p)
}

// leave closes the connection, so that the server neither keeps it nor sends
// its part again.
func (t *quicTalk) leave() []byte {
	if t.peer == nil {
		return nil
	}
	t.dcid = t.peer
	return t.seal(quicwire.AppendClose(nil, 0, ""))
}

func (t *quicTalk) hear(datagram []byte) (a answer, again, done bool) {
	for len(datagram) > 0 {
		h, rest, err := quicwire.ParseHeader(datagram)
		if err != nil || !bytes.Equal(h.DCID, t.scid) {
			return a, again, false // not for us, or what no hello is in
		}
		datagram = rest
		switch h.Type {
		case quicwire.VersionNegotiation:
			if bytes.Equal(h.SCID, t.dcid) && !slices.Contains(slices.Collect(h.Versions()), t.version) {
				t.others = slices.Collect(h.Versions())
				return answer{outcome: notTLS, detail: t.version.String() + " is not spoken"}, false, true
			}
		case quicwire.Retry:
			if again = t.retry(&h); !again {
				continue
			}
		case quicwire.Initial:
			if a, done = t.initial(&h); done {
				return a, false, true
			}
		}
	}
	return a, again, false
}

// maxToken is the longest token that is sent back: hello and token have to go
// into datagrams of 1200 bytes.
const maxToken = 900

// retry follows a Retry, once (RFC 9000, 17.2.5.2).
func (t *quicTalk) retry(h *quicwire.Header) bool {
	if t.retried || t.peer != nil || len(h.Token) == 0 || len(h.Token) > maxToken || !h.Authentic(t.dcid) {
		return false
	}
	t.retried, t.token, t.dcid = true, bytes.Clone(h.Token), bytes.Clone(h.SCID)
	return t.derive() == nil
}

// initial reads the frames of one packet.
func (t *quicTalk) initial(h *quicwire.Header) (answer, bool) {
	payload, _, err := t.server.Open(nil, h)
	if err != nil {
		return answer{}, false
	}
	t.peer = bytes.Clone(h.SCID)
	for len(payload) > 0 {
		var f quicwire.Frame
		if f, payload, err = quicwire.NextFrame(payload); err != nil {
			return answer{}, false
		}
		switch f.Type {
		case quicwire.FrameCrypto:
			t.crypto.Add(&f) // beyond the bound there is no hello
		case quicwire.FrameClose, quicwire.FrameCloseByUs:
			return quicClosed(&f), true
		}
	}
	messages := t.crypto.Bytes()
	if len(messages) == 0 {
		return answer{}, false
	}
	return parseAnswer(asStream(messages), t.q, false)
}

// quicClosed is a connection that the server closed: for an alert of TLS, or
// for reasons of its own.
func quicClosed(f *quicwire.Frame) answer {
	if alert, ok := f.Alert(); ok {
		return answer{outcome: alerted, alert: tlswire.Alert(alert)}
	}
	name := f.CodeName()
	if name == "" {
		name = fmt.Sprintf("0x%x", f.Code)
	}
	return answer{outcome: notTLS, detail: "QUIC error " + name}
}

func (h *host) probeQUIC(ctx context.Context, q *question) answer {
	t, err := newQUICTalk(q, h.quic)
	if err != nil {
		return answer{outcome: notAsked}
	}
	a := h.probeUDP(ctx, t)
	h.learnQUIC(t.others...)
	return a
}
