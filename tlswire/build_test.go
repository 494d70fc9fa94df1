package tlswire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func isError(err, want error) bool { return errors.Is(err, want) }

func fill(n int, b byte) []byte { return bytes.Repeat([]byte{b}, n) }

func mustBuild(t testing.TB, s *ClientHelloSpec) []byte {
	t.Helper()
	if s.Random == nil {
		s.Random = fill(32, 7)
	}
	b, err := s.AppendRecords(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuildVersions(t *testing.T) {
	for _, c := range []struct {
		min, max       Version
		record, legacy Version
		offered        []Version
		extensions     bool
	}{
		{SSL30, SSL30, SSL30, SSL30, []Version{SSL30}, false},
		{TLS10, TLS10, TLS10, TLS10, []Version{TLS10}, true},
		{TLS10, TLS12, TLS10, TLS12, []Version{TLS12}, true},
		{TLS13, TLS13, TLS10, TLS12, []Version{TLS13}, true},
		{0, TLS13, TLS10, TLS12, []Version{TLS13}, true},
		{TLS11, TLS13, TLS10, TLS12, []Version{TLS13, TLS12, TLS11}, true},
		{SSL30, TLS13, TLS10, TLS12, []Version{TLS13, TLS12, TLS11, TLS10}, true},
		{0, 0x7f1c, TLS10, TLS12, []Version{0x7f1c}, true},
	} {
		s := ClientHelloSpec{Min: c.min, Max: c.max, Suites: []Suite{0x2F}, ServerName: "a.example"}
		h, err := ReadClientHello(mustBuild(t, &s), nil)
		if err != nil || h.RecordVersion != c.record || h.Version != c.legacy || h.HasExtensions != c.extensions {
			t.Errorf("%v to %v: %+v, %v", c.min, c.max, h, err)
		}
		if got := slices.Collect(h.Versions()); !slices.Equal(got, c.offered) || h.MaxVersion() != c.offered[0] {
			t.Errorf("%v to %v: offers %v", c.min, c.max, got)
		}
	}
}

func randomSpec(r *rand.Rand) ClientHelloSpec {
	blob := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	s := ClientHelloSpec{
		Max: []Version{TLS10, TLS11, TLS12, TLS13}[r.IntN(4)], Random: blob(32), SessionID: blob(r.IntN(33)),
		EmptyKeyShare: r.IntN(2) == 0, ExtendedMasterSecret: r.IntN(2) == 0,
		SecureRenegotiation: r.IntN(2) == 0, SessionTicket: r.IntN(2) == 0,
	}
	for range 1 + r.IntN(200) {
		s.Suites = append(s.Suites, Suite(r.Uint32()))
	}
	for range r.IntN(20) {
		s.Groups = append(s.Groups, Group(r.Uint32()))
		s.Schemes = append(s.Schemes, SignatureScheme(r.Uint32()))
	}
	for range r.IntN(3) {
		s.ALPN = append(s.ALPN, string(blob(1+r.IntN(9))))
		s.KeyShares = append(s.KeyShares, KeyShare{Group(r.Uint32()), blob(r.IntN(1200))})
		s.Extra = append(s.Extra, Extension{ExtensionType(60000 + r.IntN(99)), blob(r.IntN(20))})
	}
	if r.IntN(2) == 0 {
		s.ServerName = "name.example"
	}
	if r.IntN(2) == 0 {
		s.PointFormats = []byte{0, 1}
	}
	return s
}

// What is built is read back the same.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		s := randomSpec(r)
		h, err := ReadClientHello(mustBuild(t, &s), nil)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		var suites []Suite
		for v := range h.Suites.All() {
			suites = append(suites, v)
		}
		var shares []KeyShare
		for g, k := range h.KeyShares().All() {
			shares = append(shares, KeyShare{g, k})
		}
		same := slices.Equal(suites, s.Suites) && slices.Equal(slices.Collect(h.Groups().All()), s.Groups) &&
			slices.Equal(slices.Collect(h.SignatureSchemes().All()), s.Schemes) &&
			slices.Equal(h.ALPN().Strings(), s.ALPN) && string(h.ServerName()) == s.ServerName &&
			bytes.Equal(h.Random, s.Random) && bytes.Equal(h.SessionID, s.SessionID) &&
			bytes.Equal(h.PointFormats(), s.PointFormats) && h.MaxVersion() == s.Max &&
			h.ExtendedMasterSecret() == s.ExtendedMasterSecret && h.SessionTicket() == s.SessionTicket &&
			h.Extensions.Has(ExtRenegotiationInfo) == s.SecureRenegotiation &&
			h.Extensions.Has(ExtKeyShare) == (s.EmptyKeyShare || len(s.KeyShares) > 0) &&
			slices.EqualFunc(shares, s.KeyShares, func(a, b KeyShare) bool {
				return a.Group == b.Group && bytes.Equal(a.Key, b.Key)
			})
		for _, e := range s.Extra {
			same = same && h.Extensions.Has(e.Type)
		}
		if !same {
			t.Fatalf("%+v\nis read as %+v", s, h)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	for _, s := range []ClientHelloSpec{
		{Max: TLS12, Random: fill(31, 0)},
		{Max: TLS12, Random: fill(32, 0), SessionID: fill(256, 0)},
		{Max: TLS12, Random: fill(32, 0), Suites: make([]Suite, 1<<15)},
		{Max: TLS12, Random: fill(32, 0), Groups: make([]Group, 1<<15)},
		{Max: TLS12, Random: fill(32, 0), ALPN: []string{string(fill(256, 'a'))}},
		{Max: TLS12, Random: fill(32, 0), Extra: []Extension{{1, fill(1<<16, 0)}}},
	} {
		if b, err := s.AppendRecords([]byte("x")); err == nil || string(b) != "x" {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
}

func TestPadding(t *testing.T) {
	for _, n := range []int{200, 512, 517} {
		s := ClientHelloSpec{Max: TLS12, Random: fill(32, 0), Suites: []Suite{0x2F}, ServerName: "a.example", PadTo: n}
		m, err := s.AppendMessage([]byte("xx"))
		if err != nil || len(m) != n+2 {
			t.Errorf("%d bytes, want %d, %v", len(m)-2, n, err)
		}
	}
}

// A hello that needs more than one record is cut at the border that TLS sets.
func TestBuildLong(t *testing.T) {
	s := ClientHelloSpec{Max: TLS12, Suites: []Suite{0x2F}, Extra: []Extension{{0xF000, fill(40000, 1)}}}
	b := mustBuild(t, &s)
	r, _, err := ParseRecord(b)
	if err != nil || r.Length != 1<<14 {
		t.Errorf("first record of %d bytes, %v", r.Length, err)
	}
	h, err := ReadClientHello(b, nil)
	if err != nil || !h.Extensions.Has(0xF000) {
		t.Errorf("%v", err)
	}
}

func TestSSLv2RoundTrip(t *testing.T) {
	s := SSLv2ClientHelloSpec{Version: TLS10, Kinds: append(SSLv2Kinds(), 0x00002F, 0x0000FF, 0x005600), Challenge: fill(32, 9)}
	b, err := s.Append(nil)
	if err != nil || DetectClientHello(b) != DetectedSSLv2 || !LooksLikeClientHello(b) {
		t.Fatalf("%x, %v", b, err)
	}
	h, rest, err := ParseSSLv2ClientHello(append(b, "more"...))
	if err != nil || string(rest) != "more" || !slices.Equal(slices.Collect(h.Kinds.All()), s.Kinds) {
		t.Fatalf("%+v, %v", h, err)
	}
	if h.MaxVersion() != TLS10 || !h.OffersSuite(0x2F) || !h.Fallback() || !h.SecureRenegotiation() || h.OffersSuite(0x35) {
		t.Errorf("%+v", h)
	}
	if got := slices.Collect(h.CipherSuites()); !slices.Equal(got, []Suite{0x2F, 0xFF, 0x5600}) {
		t.Errorf("suites %v", got)
	}
	if JA3(&h) != "" || JA4(&h, TransportTCP) != "" {
		t.Error("an SSLv2 hello has no fingerprint")
	}
	for i := range b {
		if _, _, err := ParseSSLv2ClientHello(b[:i]); err != ErrShort {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
	if _, err := (&SSLv2ClientHelloSpec{Version: SSL20, Challenge: fill(8, 0)}).Append(nil); err == nil {
		t.Error("a challenge of 8 bytes passes")
	}
}

func TestSSLv2Server(t *testing.T) {
	body := []byte{4, 0, 1, 0, 2, 0, 3, 0, 6, 0, 16, 'D', 'E', 'R', 7, 0, 0xC0, 1, 0, 0x80}
	body = append(body, fill(16, 5)...)
	b := append([]byte{0x80, byte(len(body))}, body...)
	h, err := ParseSSLv2ServerHello(b)
	if err != nil || string(h.Certificate) != "DER" || h.Kinds.Len() != 2 || h.Kinds.At(0) != SSLv2DES192EDE3MD5 || len(h.ConnectionID) != 16 {
		t.Errorf("%+v, %v", h, err)
	}
	if DetectServerHello(b) != DetectedSSLv2 {
		t.Error("not detected")
	}
	f, err := ReadServerFlight(b, nil)
	if err != nil || !f.HasSSLv2 || !f.Complete() {
		t.Errorf("%+v, %v", f, err)
	}
	for i := range b {
		if _, err := ParseSSLv2ServerHello(b[:i]); err != ErrShort {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
	if c, err := ParseSSLv2Error([]byte{0x80, 3, 0, 0, 1}); err != nil || c != 1 {
		t.Errorf("%d, %v", c, err)
	}
}

func TestDTLSRoundTrip(t *testing.T) {
	s := ClientHelloSpec{Min: DTLS12, Max: DTLS13, DTLS: true, Cookie: fill(20, 3), Random: fill(32, 1), Suites: []Suite{0xC02F}}
	m, err := s.AppendMessage(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := AppendDTLSRecord(nil, ContentHandshake, DTLS10, 5, AppendDTLSHandshake(nil, 1, m))
	r, rest, err := ParseDTLSRecord(b)
	if err != nil || len(rest) > 0 || r.Type != ContentHandshake || r.Version != DTLS10 || r.Epoch != 0 || r.Sequence != 5 {
		t.Fatalf("%+v, %v", r, err)
	}
	hs, _, err := ParseDTLSHandshake(r.Fragment)
	if err != nil || !hs.Whole() || hs.Type != TypeClientHello || hs.Sequence != 1 {
		t.Fatalf("%+v, %v", hs, err)
	}
	h, err := ParseDTLSClientHello(hs.Fragment)
	if err != nil || h.Version != DTLS12 || h.MaxVersion() != DTLS13 || len(h.Cookie) != 20 || h.Suites.At(0) != 0xC02F {
		t.Errorf("%+v, %v", h, err)
	}
	if _, _, err := ParseDTLSRecord([]byte{22, 3, 1, 0, 0}); err != ErrNotTLS {
		t.Errorf("TLS is taken for DTLS: %v", err)
	}
	for i := range b {
		if _, _, err := ParseDTLSRecord(b[:i]); err != ErrShort {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
}
