package scan

import (
	"bytes"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// losing drops three of ten datagrams each way, sends some twice and changes
// their order.
func losing(answer func([]byte) [][]byte) func([]byte) [][]byte {
	chance := rand.New(rand.NewPCG(6, 347))
	return func(datagram []byte) (out [][]byte) {
		if chance.IntN(10) < 3 {
			return nil
		}
		for _, d := range answer(datagram) {
			switch n := chance.IntN(10); {
			case n < 3:
			case n == 9:
				out = append(out, d, d)
			default:
				out = append(out, d)
			}
		}
		chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	}
}

// noisy sends what is no answer before each answer.
func noisy(answer func([]byte) [][]byte) func([]byte) [][]byte {
	chance := rand.NewChaCha8([32]byte{1})
	return func(datagram []byte) [][]byte {
		noise := make([]byte, 200)
		chance.Read(noise)
		out := [][]byte{{}, noise, datagram, bytes.Repeat([]byte{0x16}, 13), bytes.Repeat([]byte{0xc0}, 1200)}
		return append(out, answer(datagram)...)
	}
}

func reversed(answer func([]byte) [][]byte) func([]byte) [][]byte {
	return func(datagram []byte) [][]byte {
		out := answer(datagram)
		slices.Reverse(out)
		return out
	}
}

func asIs(answer func([]byte) [][]byte) func([]byte) [][]byte { return answer }

// TestDTLSMisbehaves: whatever happens to the datagrams, the sets are exact.
func TestDTLSMisbehaves(t *testing.T) {
	for name, c := range map[string]struct {
		way    func(func([]byte) [][]byte) func([]byte) [][]byte
		change func(*dtlsServer)
	}{
		"well":         {asIs, func(*dtlsServer) {}},
		"no cookie":    {asIs, func(s *dtlsServer) { s.cookie = nil }},
		"long cookie":  {asIs, func(s *dtlsServer) { s.cookie = bytes.Repeat([]byte{7}, 255) }},
		"fragments":    {asIs, func(s *dtlsServer) { s.fragment = 9 }},
		"wrong order":  {reversed, func(s *dtlsServer) { s.fragment = 100 }},
		"noise":        {noisy, func(*dtlsServer) {}},
		"only 1.0":     {asIs, func(s *dtlsServer) { delete(s.suites, tlswire.DTLS12) }},
		"loss":         {losing, func(*dtlsServer) {}},
		"loss of some": {losing, func(s *dtlsServer) { s.fragment = 500; delete(s.suites, tlswire.DTLS12) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newDTLSServer(t)
			c.change(s)
			got := scanServer(t, "dtls://"+answersUDP(t, c.way(s.answer)), Options{})
			s.truth().checkVersions(t, got, dtlsVersions)
			checkKeys(t, got, "RSA")
		})
	}
}

// TestDTLS13: no server of Debian's has it. One that does names a group first,
// as in TLS (RFC 9147, 5.1).
func TestDTLS13(t *testing.T) {
	s := newDTLSServer(t)
	s.cookie = nil
	s.suites[tlswire.DTLS13] = []tlswire.Suite{0x1301, 0x1303}
	s.groups = []tlswire.Group{tlswire.GroupX25519MLKEM768, tlswire.GroupSecp256r1}
	got := scanServer(t, "dtls://"+answersUDP(t, s.answer), Options{})
	s.truth().checkVersions(t, got, dtlsVersions)
	sameSet(t, "groups", got.Groups, []string{"X25519MLKEM768", "secp256r1"})
}

// TestDTLSChokes: a server that fails on every hello with a certain suite, in
// one version.
func TestDTLSChokes(t *testing.T) {
	for _, in := range []tlswire.Version{tlswire.DTLS10, tlswire.DTLS12} {
		s := newDTLSServer(t)
		s.chokes = func(v tlswire.Version, suite tlswire.Suite) bool { return v == in && suite == 0x0035 }
		got := scanServer(t, "dtls://"+answersUDP(t, s.answer), Options{})
		want := s.truth()
		want[in] = without(want[in], tlswire.Suite(0x0035).String())
		want.checkVersions(t, got, dtlsVersions)
	}
}

// TestDTLSShortHellos: a server that passes over long hellos is asked in short
// ones.
func TestDTLSShortHellos(t *testing.T) {
	s := newDTLSServer(t)
	got := scanServer(t, "dtls://"+answersUDP(t, func(d []byte) [][]byte {
		if len(d) > 300 {
			return nil
		}
		return s.answer(d)
	}), short)
	s.truth().checkVersions(t, got, dtlsVersions)
}

// TestDTLSSilentRefusal: silence is never taken for a "no".
func TestDTLSSilentRefusal(t *testing.T) {
	s := newDTLSServer(t)
	s.mute = true
	delete(s.suites, tlswire.DTLS10)
	got := scanServer(t, "dtls://"+answersUDP(t, s.answer), short)
	neverWrong(t, got, s.truth())
	sameSet(t, "suites", got.Versions[tlswire.DTLS12].Suites, s.truth()[tlswire.DTLS12])
	for _, v := range []tlswire.Version{tlswire.DTLS10, tlswire.DTLS13} {
		if x := got.Versions[v]; x.State != evidence.Unknown || x.Because != "timeout after hello_verify_request" {
			t.Errorf("%s is %s (%s)", v, x.State, x.Because)
		}
	}
	if got.Status != evidence.StatusPartial {
		t.Errorf("status %s", got.Status)
	}
}

// TestNoUDP: what is neither DTLS nor QUIC leaves everything unknown, and the
// record says what was met.
func TestNoUDP(t *testing.T) {
	cookies := byte(0)
	for name, c := range map[string]struct {
		answer     func([]byte) [][]byte
		dtls, quic string
	}{
		"silence": {func([]byte) [][]byte { return nil }, "timeout", "timeout"},
		"echo":    {func(d []byte) [][]byte { return [][]byte{d} }, "timeout after datagrams that are no answer", "timeout after datagrams that are no answer"},
		"text":    {func([]byte) [][]byte { return [][]byte{[]byte("HELLO\r\n")} }, "timeout after datagrams that are no answer", "timeout after datagrams that are no answer"},
		"flood":   {func([]byte) [][]byte { return slices.Repeat([][]byte{{22}}, 300) }, "datagrams without end", "datagrams without end"},
		"a cookie, and another": {func([]byte) [][]byte {
			cookies++
			s := dtlsServer{}
			return s.messages(0, tlswire.AppendHandshake(nil, tlswire.TypeHelloVerifyRequest, []byte{0xfe, 0xff, 1, cookies}))
		}, "timeout after hello_verify_request", "timeout after datagrams that are no answer"},
		"an alert": {func([]byte) [][]byte {
			s := dtlsServer{}
			return s.alert(tlswire.AlertInternalError)
		}, "alert internal_error", "timeout after datagrams that are no answer"},
		"a hello of another version": {func([]byte) [][]byte {
			s := dtlsServer{}
			return s.flight(tlswire.TLS12, 0x002f)
		}, "server_hello with TLS 1.2, which was not offered", "timeout after datagrams that are no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := answersUDP(t, c.answer)
			for scheme, because := range map[string]string{"dtls": c.dtls, "quic": c.quic} {
				got := scanServer(t, scheme+"://"+addr, short)
				allUnknown(t, got)
				if got.Status != evidence.StatusPartial || !strings.Contains(got.Error, because) {
					t.Errorf("%s: status %s: %s", scheme, got.Status, got.Error)
				}
			}
		})
	}
}

// TestNobodyOnUDP: a port at which nobody listens is told by the host itself.
func TestNobodyOnUDP(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := c.LocalAddr().String()
	c.Close()
	for _, scheme := range []string{"dtls", "quic"} {
		got := scanServer(t, scheme+"://"+addr, short)
		if got.Status != evidence.StatusUnreachable || got.Error != "refused" || got.Versions != nil {
			t.Errorf("%s: status %s: %s, %d versions", scheme, got.Status, got.Error, len(got.Versions))
		}
	}
}

// TestQUICMisbehaves: whatever happens to the datagrams, the sets are exact.
func TestQUICMisbehaves(t *testing.T) {
	both := []quicwire.Version{quicwire.V1, quicwire.V2}
	for name, c := range map[string]struct {
		way      func(func([]byte) [][]byte) func([]byte) [][]byte
		versions []quicwire.Version
		change   func(*quicServer)
		want     []string
	}{
		"well":        {asIs, both, func(*quicServer) {}, []string{"QUIC v1", "QUIC v2"}},
		"only v2":     {asIs, both[1:], func(*quicServer) {}, []string{"QUIC v2"}},
		"a draft":     {asIs, []quicwire.Version{0xff00001d}, func(*quicServer) {}, []string{"QUIC draft 29"}},
		"no list":     {asIs, both, func(s *quicServer) { s.shy = true }, []string{"QUIC v1"}},
		"no list, v2": {asIs, both[1:], func(s *quicServer) { s.shy = true }, []string{"QUIC v2"}},
		"retry":       {asIs, both, func(s *quicServer) { s.token = []byte("prove it") }, []string{"QUIC v1", "QUIC v2"}},
		"long token":  {asIs, both, func(s *quicServer) { s.token = bytes.Repeat([]byte{9}, maxToken) }, []string{"QUIC v1", "QUIC v2"}},
		"noise":       {noisy, both, func(*quicServer) {}, []string{"QUIC v1", "QUIC v2"}},
		"loss":        {losing, both, func(*quicServer) {}, []string{"QUIC v1", "QUIC v2"}},
		"loss, retry": {losing, both, func(s *quicServer) { s.token = []byte("prove it") }, []string{"QUIC v1", "QUIC v2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newQUICServer(c.versions...)
			c.change(s)
			got := scanAll(t, "quic://"+answersUDP(t, c.way(s.answer)), Options{})
			s.check(t, &got)
			if !strings.HasPrefix(name, "loss") || len(got.servers[0].QUICVersions) != 1 { // the list itself may get lost
				sameSet(t, "versions", got.servers[0].QUICVersions, c.want)
			}
		})
	}
}

// TestQUICRefuses: what a server that is there says instead of a hello.
func TestQUICRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		server   *quicServer
		change   func(*quicServer)
		because  string
		versions []string
	}{
		"an alert":         {newQUICServer(quicwire.V1), func(s *quicServer) { s.refuses = 0x178 }, "alert no_application_protocol", []string{"QUIC v1"}},
		"an error":         {newQUICServer(quicwire.V1), func(s *quicServer) { s.refuses = 2 }, "QUIC error CONNECTION_REFUSED", []string{"QUIC v1"}},
		"another version":  {newQUICServer(0x51303530), func(*quicServer) {}, "QUIC v1 is not spoken", []string{"gQUIC Q050"}},
		"an endless token": {newQUICServer(quicwire.V1), func(s *quicServer) { s.token = make([]byte, 1100) }, "timeout", []string{"QUIC v1"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.change(c.server)
			got := scanServer(t, "quic://"+answersUDP(t, c.server.answer), short)
			allUnknown(t, got)
			sameSet(t, "versions", got.QUICVersions, c.versions)
			if x := got.Versions[tlswire.TLS13]; !strings.Contains(x.Because, c.because) {
				t.Errorf("because %q", x.Because)
			}
			if got.Status != evidence.StatusPartial || !strings.Contains(got.Error, c.because) {
				t.Errorf("status %s: %s", got.Status, got.Error)
			}
		})
	}
}
