package scan

import (
	"bytes"
	"encoding/binary"
	"net"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// answersUDP is a server that gives datagrams for each that comes.
func answersUDP(t *testing.T, answer func(datagram []byte) [][]byte) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { c.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 1<<16)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			for _, d := range answer(buf[:n]) {
				c.WriteTo(d, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

// dtlsServer does as much of DTLS as a scan sees.
type dtlsServer struct {
	suites   map[tlswire.Version][]tlswire.Suite
	groups   []tlswire.Group                           // of DTLS 1.3
	cookie   []byte                                    // none is asked for if empty
	fragment int                                       // bytes of a message in one datagram; 0 is all
	mute     bool                                      // sends no alerts
	chokes   func(tlswire.Version, tlswire.Suite) bool // on a hello with that
	chain    [][]byte
	sequence uint64
}

// newDTLSServer has suites whose keys are exchanged by RSA, so that its flight
// is short.
func newDTLSServer(t *testing.T) *dtlsServer {
	r, _ := testCerts(t)
	return &dtlsServer{
		suites: map[tlswire.Version][]tlswire.Suite{tlswire.DTLS10: {0x002f, 0x0035}, tlswire.DTLS12: {0x009c, 0x002f, 0x0035, 0x003c}},
		cookie: []byte("cookie"), chain: r.pair.Certificate,
	}
}

func (s *dtlsServer) truth() truth {
	want := truth{}
	for v, list := range s.suites {
		for _, suite := range list {
			want[v] = append(want[v], suite.String())
		}
	}
	return want
}

func (s *dtlsServer) answer(datagram []byte) [][]byte {
	r, _, err := tlswire.ParseDTLSRecord(datagram)
	if err != nil || r.Type != tlswire.ContentHandshake {
		return nil
	}
	m, _, err := tlswire.ParseDTLSHandshake(r.Fragment)
	if err != nil || m.Type != tlswire.TypeClientHello || !m.Whole() {
		return nil
	}
	hello, err := tlswire.ParseDTLSClientHello(m.Fragment)
	if err != nil {
		return nil
	}
	if !bytes.Equal(hello.Cookie, s.cookie) {
		body := append([]byte{0xfe, 0xff, byte(len(s.cookie))}, s.cookie...)
		return s.messages(0, tlswire.AppendHandshake(nil, tlswire.TypeHelloVerifyRequest, body))
	}
	v := hello.MaxVersion()
	if s.suites[v] == nil {
		return s.alert(tlswire.AlertProtocolVersion)
	}
	offered := slices.Collect(hello.Suites.All())
	suite, ok := firstIn(s.suites[v], offered)
	switch {
	case !ok, s.chokes != nil && slices.ContainsFunc(offered, func(x tlswire.Suite) bool { return s.chokes(v, x) }):
		return s.alert(tlswire.AlertHandshakeFailure)
	case v != tlswire.DTLS13:
		return s.flight(v, suite)
	}
	group, ok := firstIn(s.groups, slices.Collect(hello.Groups().All()))
	if !ok {
		return s.alert(tlswire.AlertHandshakeFailure)
	}
	return s.messages(0, retryRequest(v, suite, group))
}

// firstIn is the first of ours that is offered.
func firstIn[T comparable](ours, offered []T) (first T, ok bool) {
	i := slices.IndexFunc(ours, func(x T) bool { return slices.Contains(offered, x) })
	if i < 0 {
		return first, false
	}
	return ours[i], true
}

// retryRequest is a HelloRetryRequest.
func retryRequest(v tlswire.Version, suite tlswire.Suite, group tlswire.Group) []byte {
	legacy := tlswire.TLS12
	if v == tlswire.DTLS13 {
		legacy = tlswire.DTLS12
	}
	body := append(binary.BigEndian.AppendUint16(nil, uint16(legacy)), retryRandom...)
	body = append(body, 0, byte(suite>>8), byte(suite), 0)
	body = append(body, 0, 12, 0, 43, 0, 2, byte(v>>8), byte(v), 0, 51, 0, 2, byte(group>>8), byte(group))
	return tlswire.AppendHandshake(nil, tlswire.TypeServerHello, body)
}

func (s *dtlsServer) record(kind tlswire.ContentType, fragment []byte) []byte {
	s.sequence++
	return tlswire.AppendDTLSRecord(nil, kind, tlswire.DTLS10, s.sequence, fragment)
}

func (s *dtlsServer) alert(a tlswire.Alert) [][]byte {
	if s.mute {
		return nil
	}
	return [][]byte{s.record(tlswire.ContentAlert, []byte{byte(tlswire.AlertFatal), byte(a)})}
}

func (s *dtlsServer) flight(v tlswire.Version, suite tlswire.Suite) [][]byte {
	hello := append([]byte{byte(v >> 8), byte(v)}, make([]byte, 32)...)
	hello = append(hello, 0, byte(suite>>8), byte(suite), 0)
	var chain []byte
	for _, der := range s.chain {
		chain = append(append(chain, 0, byte(len(der)>>8), byte(len(der))), der...)
	}
	chain = append([]byte{0, byte(len(chain) >> 8), byte(len(chain))}, chain...)
	return s.messages(1,
		tlswire.AppendHandshake(nil, tlswire.TypeServerHello, hello),
		tlswire.AppendHandshake(nil, tlswire.TypeCertificate, chain),
		tlswire.AppendHandshake(nil, tlswire.TypeServerHelloDone, nil))
}

// messages cuts messages into fragments, each in a datagram.
func (s *dtlsServer) messages(number uint16, messages ...[]byte) (out [][]byte) {
	for _, m := range messages {
		head, body := m[:4], m[4:]
		size := max(1, len(body))
		if s.fragment > 0 {
			size = s.fragment
		}
		for at := 0; at == 0 || at < len(body); at += size {
			piece := body[at:min(at+size, len(body))]
			f := binary.BigEndian.AppendUint16(slices.Clone(head), number)
			f = append(f, byte(at>>16), byte(at>>8), byte(at), 0, byte(len(piece)>>8), byte(len(piece)))
			out = append(out, s.record(tlswire.ContentHandshake, append(f, piece...)))
		}
		number++
	}
	return out
}

// quicServer does as much of QUIC as a scan sees.
type quicServer struct {
	versions []quicwire.Version
	suites   []tlswire.Suite
	groups   []tlswire.Group
	token    []byte // asked for by Retry, if there is one
	shy      bool   // keeps silent on versions that it does not have
	refuses  uint64 // an error of the transport, instead of any hello
	hellos   map[string]*quicwire.Stream
	keys     map[string]*quicwire.Keys
}

func newQUICServer(versions ...quicwire.Version) *quicServer {
	return &quicServer{
		versions: versions, hellos: map[string]*quicwire.Stream{}, keys: map[string]*quicwire.Keys{},
		suites: []tlswire.Suite{0x1302, 0x1301}, groups: []tlswire.Group{tlswire.GroupSecp384r1, tlswire.GroupX25519},
	}
}

// check holds a record against the server.
func (s *quicServer) check(t *testing.T, got *scanned) {
	t.Helper()
	r := got.servers[0]
	truth{tlswire.TLS13: {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"}}.checkVersions(t, r, quicTLS)
	sameSet(t, "groups", r.Groups, []string{"secp384r1", "x25519"})
	if o := r.Versions[tlswire.TLS13].Order; o != "server" {
		t.Errorf("order %q", o)
	}
}

func (s *quicServer) answer(datagram []byte) [][]byte {
	h, _, err := quicwire.ParseHeader(datagram)
	switch {
	case err != nil:
		return nil
	case !slices.Contains(s.versions, h.Version):
		if s.shy {
			return nil
		}
		return [][]byte{quicwire.AppendVersionNegotiation(nil, h.SCID, h.DCID, append([]quicwire.Version{0x1a2a3a4a}, s.versions...)...)}
	case h.Type != quicwire.Initial:
		return nil
	case len(s.token) > 0 && len(h.Token) == 0:
		b, err := quicwire.AppendRetry(nil, h.Version, h.DCID, h.SCID, []byte("retry"), s.token)
		if err != nil {
			return nil
		}
		return [][]byte{b}
	}
	id := string(h.SCID) + string(h.DCID)
	if s.hellos[id] == nil {
		s.hellos[id] = &quicwire.Stream{}
		if s.keys[id], err = quicwire.InitialKeys(h.Version, h.DCID, quicwire.Client); err != nil {
			return nil
		}
	}
	payload, number, err := s.keys[id].Open(nil, &h)
	for err == nil && len(payload) > 0 {
		var f quicwire.Frame
		if f, payload, err = quicwire.NextFrame(payload); err == nil && f.Type == quicwire.FrameCrypto {
			s.hellos[id].Add(&f)
		}
	}
	m, _, err := tlswire.ParseHandshake(s.hellos[id].Bytes())
	if err != nil {
		return nil
	}
	hello, err := tlswire.ParseClientHello(m.Body)
	if err != nil {
		return nil
	}
	keys, err := quicwire.InitialKeys(h.Version, h.DCID, quicwire.Server)
	if err != nil {
		return nil
	}
	frames := append(quicwire.AppendACK(nil, number), s.frames(&hello)...)
	return [][]byte{keys.Seal(nil, &quicwire.InitialPacket{DCID: h.SCID, SCID: []byte("served"), Frames: frames, Size: quicwire.MinDatagram})}
}

// retryRandom marks a HelloRetryRequest (RFC 8446, 4.1.3).
var retryRandom = []byte{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// frames hold a HelloRetryRequest, or the reason why there is none.
func (s *quicServer) frames(hello *tlswire.ClientHello) []byte {
	if s.refuses != 0 {
		return quicwire.AppendClose(nil, s.refuses, "no")
	}
	suite, ok := firstIn(s.suites, slices.Collect(hello.Suites.All()))
	group, same := firstIn(s.groups, slices.Collect(hello.Groups().All()))
	if !ok || !same {
		return quicwire.AppendClose(nil, 0x100+uint64(tlswire.AlertHandshakeFailure), "")
	}
	message := retryRequest(tlswire.TLS13, suite, group)
	// In two pieces, the second first.
	frames := quicwire.AppendCrypto(nil, 20, message[20:])
	return quicwire.AppendCrypto(frames, 0, message[:20])
}
