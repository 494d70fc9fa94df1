package tlswire

import (
	"slices"
	"testing"
)

func TestOfferedVersions(t *testing.T) {
	for _, c := range []struct {
		name   string
		legacy Version
		list   []Version
		max    Version
		want   []Version
	}{
		{"TLS 1.0", TLS10, nil, TLS10, []Version{TLS10}},
		{"GREASE first", TLS12, []Version{0x0A0A, TLS13, TLS12}, TLS13, []Version{TLS13, TLS12}},
		{"rising", TLS12, []Version{TLS10, TLS13}, TLS13, []Version{TLS10, TLS13}},
		{"draft", TLS12, []Version{0x7f17, TLS12}, 0x7f17, []Version{0x7f17, TLS12}},
		{"the list alone counts", TLS12, []Version{TLS10}, TLS10, []Version{TLS10}},
		{"GREASE alone", TLS12, []Version{0x3A3A}, 0, nil},
		{"legacy 3.4 means TLS 1.2", TLS13, nil, TLS12, []Version{TLS12}},
		{"legacy 3.9 means TLS 1.2", 0x0309, nil, TLS12, []Version{TLS12}},
	} {
		s := ClientHelloSpec{Max: TLS12, LegacyVersion: c.legacy, SupportedVersions: c.list, Suites: []Suite{0x2F}}
		h, err := ReadClientHello(mustBuild(t, &s), nil)
		if got := slices.Collect(h.Versions()); err != nil || h.MaxVersion() != c.max || !slices.Equal(got, c.want) {
			t.Errorf("%s: offers %v, at most %v, %v", c.name, got, h.MaxVersion(), err)
		}
	}
}

func TestGREASELeftOut(t *testing.T) {
	s := ClientHelloSpec{
		Max: TLS13, Suites: []Suite{0xBABA, 0x1301, 0x5600}, Groups: []Group{0x2A2A, GroupX25519},
		Extra: []Extension{{0x7A7A, nil}, {ExtHeartbeat, []byte{1}}, {ExtECH, nil}},
	}
	h, err := ReadClientHello(mustBuild(t, &s), nil)
	if err != nil || !slices.Equal(slices.Collect(h.CipherSuites()), []Suite{0x1301, 0x5600}) ||
		!slices.Equal(h.Groups().Append(nil), []Group{GroupX25519}) || h.Groups().Len() != 2 {
		t.Errorf("%+v, %v", h, err)
	}
	if !h.Fallback() || !h.Heartbeat() || !h.ECH() || h.PostQuantum() {
		t.Error("flags")
	}
	if got, want := JA3String(&h), "771,4865-22016,15-65037-10-43,29,"; got != want {
		t.Errorf("JA3 %s, want %s", got, want)
	}
}

func TestJA4Parts(t *testing.T) {
	for alpn, want := range map[string]string{
		"": "00", "h2": "h2", "http/1.1": "h1", "a": "aa", "\xab": "ab", "\xab\xcd": "ad", "0\xab": "3b", "h-": "6d", "\x0a\x0a": "0a",
	} {
		s := ClientHelloSpec{Max: TLS12, Suites: []Suite{0x2F}, ServerName: "a.example"}
		if alpn != "" {
			s.ALPN = []string{alpn, "other"}
		}
		h, _ := ReadClientHello(mustBuild(t, &s), nil)
		if got := JA4(&h, TransportQUIC); got[:4] != "q12d" || got[8:10] != want {
			t.Errorf("ALPN %q: %s, want %s", alpn, got, want)
		}
	}
	s := ClientHelloSpec{Max: SSL30, Suites: nil}
	h, _ := ReadClientHello(mustBuild(t, &s), nil)
	if got, want := JA4(&h, TransportTCP), "ts3i000000_000000000000_000000000000"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := JA3String(&h); got != "768,,,," {
		t.Errorf("JA3 %s", got)
	}
}

func TestServerHelloForms(t *testing.T) {
	body := append([]byte{3, 3}, fill(32, 1)...)
	body = append(body, 0, 0xC0, 0x2F, 0)
	h, err := ParseServerHello(body)
	if err != nil || h.Suite != 0xC02F || h.HasExtensions || h.NegotiatedVersion() != TLS12 || h.SelectedGroup() != 0 || h.DowngradeMarker() != 0 {
		t.Errorf("without extensions: %+v, %v", h, err)
	}
	for i := range body {
		if _, err := ParseServerHello(body[:i]); err != ErrShort {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
	draft := append([]byte{0x7f, 18}, fill(32, 1)...)
	draft = append(draft, 0x13, 1, 0, 8, 0, 51, 0, 4, 0, 29, 0, 0)
	h, err = ParseServerHello(draft)
	if err != nil || h.Suite != 0x1301 || h.NegotiatedVersion().Rank() != TLS13.Rank() || h.SelectedGroup() != GroupX25519 {
		t.Errorf("draft 18: %+v, %v", h, err)
	}
	if _, err := ParseServerHello(append(body, 0, 0, 9)); !isError(err, ErrMalformed) {
		t.Errorf("trailing bytes: %v", err)
	}
}

func TestServerKeyExchange(t *testing.T) {
	p := append([]byte{0, 0x0f}, fill(126, 0xff)...) // 1012 bits behind a leading zero
	dh := writer{}
	dh.vec(2, p)
	dh.vec(2, []byte{2})
	dh.vec(2, fill(128, 3))
	signed := append(slices.Clone(dh.b), 4, 1, 0, 2, 9, 9)
	k, err := ParseServerKeyExchange(signed, 0x0033, TLS12)
	if err != nil || k.Bits() != 1012 || k.Scheme != RSAWithSHA256 || len(k.Signature) != 2 {
		t.Errorf("DHE: %d bits, %v, %v", k.Bits(), k.Scheme, err)
	}
	if k, err = ParseServerKeyExchange(dh.b, 0x0018, TLS10); err != nil || k.Bits() != 1012 || k.Signature != nil {
		t.Errorf("anonymous: %+v, %v", k, err)
	}
	if k, err = ParseServerKeyExchange([]byte{0, 1, 'h'}, 0x008C, TLS12); err != nil || string(k.Hint) != "h" {
		t.Errorf("PSK: %+v, %v", k, err)
	}
	if k, err = ParseServerKeyExchange([]byte{0, 0, 3, 0, 29, 1, 4}, 0xC035, TLS12); err != nil || k.Group != GroupX25519 {
		t.Errorf("ECDHE_PSK: %+v, %v", k, err)
	}
	for _, b := range [][]byte{{1}, {3, 0}, {3, 0, 23, 9, 4}} {
		if _, err = ParseServerKeyExchange(b, 0xC02F, TLS12); err == nil {
			t.Errorf("%x passes", b)
		}
	}
	if _, err = ParseServerKeyExchange(signed, 0x1301, TLS13); !isError(err, ErrMalformed) {
		t.Errorf("TLS 1.3 has none: %v", err)
	}
}

func TestCertificateForms(t *testing.T) {
	for v, body := range map[Version][]byte{
		TLS12: {0, 0, 9, 0, 0, 3, 'o', 'n', 'e', 0, 0, 0},
		TLS13: {0, 0, 0, 14, 0, 0, 3, 'o', 'n', 'e', 0, 1, 7, 0, 0, 0, 0, 0},
	} {
		certs, err := ParseCertificate(body, v)
		if err != nil || certs.Len() != 2 || string(certs.Leaf()) != "one" {
			t.Errorf("%v: %d certificates, %v", v, certs.Len(), err)
		}
		if certs, err = ParseCertificate(body[:len(body)-1], v); err != ErrShort || string(certs.Leaf()) != "one" {
			t.Errorf("%v, cut: %v", v, err)
		}
	}
	if certs, err := ParseCertificate([]byte{0, 0, 0}, TLS12); err != nil || certs.Len() != 0 || certs.Leaf() != nil {
		t.Errorf("an empty chain: %v", err)
	}
}
