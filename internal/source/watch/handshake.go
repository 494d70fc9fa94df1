package watch

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A session is what is known of one connection until its handshake is over.
type session struct {
	t    *tracker
	flow *flow
	key  *flowKey
	half [2]half
	at   moment // of what is being read
	held int    // bytes kept
	over bool   // nothing more is to be learned

	alreadyOpen bool // the connection was encrypted when the capture began
	quic        *quicState
	dtls        *dtlsState
	handshake
}

// transport is what carries the handshake.
func (s *session) transport() tlswire.Transport {
	switch {
	case s.quic != nil:
		return tlswire.TransportQUIC
	case s.dtls != nil:
		return tlswire.TransportDTLS
	}
	return tlswire.TransportTCP
}

// A handshake is what was seen of one handshake.
type handshake struct {
	ev         *evidence.Handshake // nil before any hello
	client     int                 // the direction that the client sends in
	gotClient  bool                // a ClientHello
	gotServer  bool                // a ServerHello
	cut        bool                // a hello is not complete
	retry      bool                // a HelloRetryRequest came
	again      bool                // the server asked for the hello again: a cookie, Retry, Version Negotiation
	sslv2      bool                // the ClientHello has the SSLv2 form
	tls13      bool                // what follows the ServerHello is encrypted
	ref        int                 // the packet in which the first hello ended
	random     [32]byte            // of the ClientHello
	sessionID  [32]byte            // of the ClientHello; zero for none
	suite      tlswire.Suite
	hidden     [2]bool // protected data was sent
	finished   bool    // TLS 1.3: the client sent its Finished
	alertLike  bool    // TLS 1.3: the client sent what has the size of an alert
	closedBy   int     // 1 + the direction that closed first
	sslv2Key   bool    // SSLv2: the client sent its key
	sslv2Ready bool    // SSLv2: and the server answered
}

// smallBuffer is what a session may keep for the next message or connection.
const smallBuffer = 4 << 10

func reuse(b []byte) []byte {
	if cap(b) > smallBuffer {
		return nil
	}
	return b[:0]
}

// reset makes a session ready for another connection, keeping its buffers.
func (s *session) reset() {
	var fresh session
	for d := range s.half {
		h, g := &s.half[d], &fresh.half[d]
		g.msg = reuse(h.msg)
	}
	fresh.t = s.t
	*s = fresh
}

// hold counts bytes that are kept beyond the packet they came in.
func (s *session) hold(n int) { s.held += n; s.t.held += n }

func (s *session) hasHello() bool { return s.ev != nil }

// isClient reports whether d is known to be the client's direction.
func (s *session) isClient(d int) bool { return s.gotClient && s.client == d }

// begin starts the record of a handshake with its first hello.
func (s *session) begin() {
	if s.ev == nil {
		s.ev = &evidence.Handshake{Count: 1, Source: source, First: when(s.at.nanos), Last: when(s.at.nanos)}
		s.ref = s.at.frame
		s.hold(handshakeSize)
	}
	for d := range s.half { // the other side may have been given up
		if h := &s.half[d]; h.mode == modeIgnore {
			h.mode, h.searched = modeSearch, 0
		}
	}
}

// touch notes that the handshake went on.
func (s *session) touch() {
	if s.ev == nil {
		return
	}
	if at := when(s.at.nanos); at.After(s.ev.Last) {
		s.ev.Last = at
	}
}

// clientHello takes a ClientHello. The one after a HelloRetryRequest and one
// that is repeated belong to the handshake that runs; any other begins a new
// one. cut means that not all of it was captured, or that its parts do not
// add up: then it has no fingerprint, and may offer more than it shows. raw is
// the body of the message, of the SSLv2 form the whole record.
func (s *session) clientHello(d int, h *tlswire.ClientHello, cut bool, raw []byte) {
	if s.gotClient && s.client == d && ((s.retry || s.again) && !s.gotServer || s.isRepeat(h)) {
		s.touch()
		return
	}
	if s.flow.udp && s.isOver(h) {
		return
	}
	if s.gotClient || s.gotServer && s.client != d {
		s.finishHandshake()
	}
	if s.ev != nil { // the ServerHello was captured before
		s.ev.First, s.ref = when(s.at.nanos), s.at.frame
	}
	s.begin()
	s.gotClient, s.client, s.sslv2 = true, d, h.Format == tlswire.FormatSSLv2
	s.cut = s.cut || cut
	copy(s.random[:], h.Random)
	copy(s.sessionID[:], h.SessionID)
	s.touch()
	s.offer(h, cut)
	if show := s.t.opt.Hello; show != nil && !cut && !s.flow.udp {
		if h.Format != tlswire.FormatSSLv2 {
			msg := tlswire.AppendHandshake(nil, tlswire.TypeClientHello, raw)
			raw = tlswire.AppendRecord(nil, tlswire.ContentHandshake, h.RecordVersion, msg)
		}
		show(s.t.tally.ref(s.at.frame), h, raw)
	}
}

func (s *session) isRepeat(h *tlswire.ClientHello) bool {
	return len(h.Random) <= len(s.random) && string(h.Random) == string(s.random[:len(h.Random)])
}

// offer writes down what the client offered.
func (s *session) offer(h *tlswire.ClientHello, cut bool) {
	ev, o := s.ev, s.t.offers.of(h, s.transport())
	// A hello that is cut before supported_versions says nothing of TLS 1.3,
	// unless its legacy version is one that no TLS 1.3 client writes.
	if !cut || h.Extensions.Has(tlswire.ExtSupportedVersions) || h.Version < tlswire.TLS12 {
		ev.Offered, ev.OfferedMax = slices.Clone(o.versions), o.max
	}
	ev.Fallback, ev.ECH = o.fallback, o.ech
	if name := h.ServerName(); len(name) > 0 {
		ev.Server.Name = printable(name)
	}
	if !cut {
		ev.Client.JA3, ev.Client.JA4 = o.ja3, o.ja4
	}
	if s.t.opt.Clients && !cut {
		s.profile(h)
	}
	if ev.Protocol == "" {
		ev.Protocol = o.protocol
	}
}

// printable keeps a name from the wire from spoiling records and terminals.
func printable(b []byte) string {
	const longest = 255
	if len(b) <= longest && isPrintable(b) {
		return string(b)
	}
	s := strings.ToValidUTF8(string(b[:min(len(b), longest)]), "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, s)
}

// isPrintable reports whether b is ASCII without control characters, as nearly
// all names are.
func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// serverHello takes a ServerHello or a HelloRetryRequest.
func (s *session) serverHello(d int, h *tlswire.ServerHello, cut bool) {
	if s.isClient(d) {
		return
	}
	if h.HelloRetryRequest() && !s.gotServer {
		s.begin()
		s.retry, s.client = true, 1-d
		s.negotiate(h)
		s.touch()
		return
	}
	if s.gotServer {
		if s.gotClient { // sent twice; a renegotiation would begin with the client
			return
		}
		s.finishHandshake()
	}
	s.begin()
	s.gotServer, s.client = true, 1-d
	s.cut = s.cut || cut
	s.touch()
	s.negotiate(h)
}

// draftKeyShare is the number of key_share in the drafts of TLS 1.3 before 23.
const draftKeyShare tlswire.ExtensionType = 40

// negotiate writes down what the server picked.
func (s *session) negotiate(h *tlswire.ServerHello) {
	ev := s.ev
	_, isNew := h.Extensions.Get(tlswire.ExtSupportedVersions)
	ev.Negotiated = h.NegotiatedVersion()
	s.tls13 = isNew || ev.Negotiated.AtLeast(tlswire.TLS13)
	if s.cut && !isNew && ev.Negotiated == tlswire.TLS12 {
		ev.Negotiated = 0 // what would say TLS 1.3 is missing
	}
	ev.Downgrade = h.DowngradeMarker()
	ev.Resumed = s.resumes(h)
	ev.ALPN = printable(h.ALPN())
	if s.suite = h.Suite; s.suite != 0 {
		ev.Suite = s.suite.String()
	}
	g := h.SelectedGroup()
	if share, ok := h.Extensions.Get(draftKeyShare); ok && g == 0 && ev.Negotiated>>8 == 0x7f && len(share) >= 2 {
		g = tlswire.Group(uint16(share[0])<<8 | uint16(share[1]))
	}
	if g != 0 {
		ev.Group = g.String()
	}
}

// resumes reports whether a ServerHello takes up an earlier session: by a
// pre-shared key in TLS 1.3 (RFC 8446, 4.2.11), before by giving back the
// session id that the client sent (RFC 5246, 7.4.1.3; RFC 5077, 3.4).
func (s *session) resumes(h *tlswire.ServerHello) bool {
	if s.tls13 {
		return h.Extensions.Has(tlswire.ExtPreSharedKey)
	}
	var id [32]byte
	copy(id[:], h.SessionID)
	return s.gotClient && id == s.sessionID && id != [32]byte{}
}

// keyExchange takes the ServerKeyExchange, which names the group before
// TLS 1.3.
func (s *session) keyExchange(d int, body []byte) {
	if !s.gotServer || s.client == d {
		return
	}
	k, _ := tlswire.ParseServerKeyExchange(body, s.suite, s.ev.Negotiated)
	if k.Group != 0 {
		s.ev.Group = k.Group.String()
	}
}

// finishHandshake gives out the handshake and makes room for another on the
// same connection.
func (s *session) finishHandshake() {
	if s.ev == nil {
		return
	}
	s.judge()
	s.complete()
	t := s.t
	if t.emitErr == nil {
		t.emitErr = t.emit(s.ev)
	}
	s.handshake = handshake{}
	s.hold(-handshakeSize)
	for d := range s.half {
		s.half[d].ccs = false
	}
}

// complete fills in what is known of the parties, and counts what is not.
func (s *session) complete() {
	ev, t := s.ev, &s.t.tally
	client, server := &s.key[s.client], &s.key[1-s.client]
	ev.Client.IP, ev.Client.Port = address(client), client.port
	if h := &s.half[s.client]; h.prefix > 0 {
		ev.Client.Name = proxiedClient(h.head[:h.headN])
	}
	ev.Server.IP, ev.Server.Port = address(server), server.port
	ev.Refs = []string{t.ref(s.ref)}
	ev.Protocol = s.protocol()
	for _, c := range []struct {
		yes bool
		n   *int
	}{
		{!s.gotClient, &t.noClientHello},
		{!s.gotServer && !s.retry && ev.Outcome != evidence.Refused, &t.noServerHello},
		{s.cut, &t.cutHellos},
		{s.half[0].lost || s.half[1].lost, &t.gaps},
	} {
		if c.yes {
			*c.n++
		}
	}
}

func address(e *endpoint) string { return netip.AddrFrom16(e.bytes()).Unmap().String() }

// end gives out what is known when the connection is over.
func (s *session) end() {
	for d := range s.half {
		s.jumpAll(d)
		s.cutMessage(d)
		s.cutDatagrams(d)
	}
	switch {
	case s.ev != nil:
	case s.alreadyOpen:
		s.t.tally.alreadyOpen++
	case s.quic != nil && !s.quic.late:
		s.t.tally.quicUnread++
	}
	s.finishHandshake()
}
