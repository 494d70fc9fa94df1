package tlswire

import (
	"crypto/tls"
	"strings"
	"testing"
)

func checkTable[T ~uint8 | ~uint16](t *testing.T, what string, table []named[T], byName func(string) (T, bool)) {
	t.Helper()
	seen := map[string]bool{}
	for i, n := range table {
		if i > 0 && n.v <= table[i-1].v {
			t.Errorf("%s: %s stands out of order", what, n.name)
		}
		if seen[n.name] {
			t.Errorf("%s: %s stands twice", what, n.name)
		}
		seen[n.name] = true
		if v, ok := byName(n.name); !ok || v != n.v {
			t.Errorf("%s: %s is read as %v", what, n.name, v)
		}
	}
	if v, ok := byName("none such"); ok {
		t.Errorf("%s: a name made up is read as %v", what, v)
	}
}

func TestTables(t *testing.T) {
	checkTable(t, "groups", groupNames, GroupByName)
	checkTable(t, "schemes", schemeNames, SignatureSchemeByName)
	checkTable(t, "extensions", extensionNames, ExtensionByName)
	checkTable(t, "alerts", alertNames, AlertByName)
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Group(0x11EC).String(), "X25519MLKEM768"},
		{GroupX25519.String(), "x25519"},
		{GroupSecp256r1.String(), "secp256r1"},
		{Group(0xABCD).String(), "0xABCD"},
		{AlertProtocolVersion.String(), "protocol_version"},
		{Alert(200).String(), "0xC8"},
		{AlertFatal.String(), "fatal"},
		{AlertLevel(7).String(), "0x07"},
		{SignatureScheme(0x0804).String(), "rsa_pss_rsae_sha256"},
		{SignatureScheme(0x0A0A).String(), "0x0A0A"},
		{ExtKeyShare.String(), "key_share"},
		{ExtensionType(0x1234).String(), "0x1234"},
		{SSLv2DES192EDE3MD5.String(), "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
		{CipherKind(0x00002F).String(), "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{CipherKind(0x123456).String(), "0x123456"},
		{FormatSSLv2.String(), "sslv2"},
		{FormatDTLS.String(), "dtls"},
		{FormatTLS.String(), "tls"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	for v, want := range map[string]uint16{"0x11EC": 0x11EC, "x448": 0x1E, "ffdhe2048": 0x100} {
		if g, ok := GroupByName(v); !ok || uint16(g) != want {
			t.Errorf("%s is read as %v", v, g)
		}
	}
}

func TestText(t *testing.T) {
	for _, name := range []string{"X25519MLKEM768", "0xABCD"} {
		var g Group
		if err := g.UnmarshalText([]byte(name)); err != nil || g.String() != name {
			t.Errorf("%s: %v, %v", name, g, err)
		}
		if b, _ := g.MarshalText(); string(b) != name {
			t.Errorf("%s is written %s", name, b)
		}
	}
	var s Suite
	if err := s.UnmarshalText([]byte("AES128-SHA")); err != nil || s != 0x2F {
		t.Errorf("%v, %v", s, err)
	}
	if b, _ := s.MarshalText(); string(b) != "TLS_RSA_WITH_AES_128_CBC_SHA" {
		t.Errorf("%s", b)
	}
	var c SignatureScheme
	if err := c.UnmarshalText([]byte("ed25519")); err != nil || c != SchemeEd25519 {
		t.Errorf("%v, %v", c, err)
	}
	for _, u := range []interface{ UnmarshalText([]byte) error }{&s, new(Group), &c} {
		if err := u.UnmarshalText([]byte("none such")); err == nil || !strings.Contains(err.Error(), "none such") {
			t.Errorf("%T: %v", u, err)
		}
	}
}

// Go's names of groups and schemes differ, its numbers must not.
func TestNumbersOfGo(t *testing.T) {
	for g, c := range map[Group]tls.CurveID{
		GroupSecp256r1: tls.CurveP256, GroupSecp384r1: tls.CurveP384, GroupSecp521r1: tls.CurveP521,
		GroupX25519: tls.X25519, GroupX25519MLKEM768: tls.X25519MLKEM768,
		GroupSecP256r1MLKEM768: tls.SecP256r1MLKEM768, GroupSecP384r1MLKEM1024: tls.SecP384r1MLKEM1024,
	} {
		if uint16(g) != uint16(c) {
			t.Errorf("%v is 0x%04X, Go has 0x%04X", g, uint16(g), uint16(c))
		}
	}
	for s, c := range map[SignatureScheme]tls.SignatureScheme{
		RSAWithSHA1: tls.PKCS1WithSHA1, ECDSAWithSHA1: tls.ECDSAWithSHA1, RSAWithSHA256: tls.PKCS1WithSHA256,
		ECDSAWithP256: tls.ECDSAWithP256AndSHA256, ECDSAWithP384: tls.ECDSAWithP384AndSHA384,
		ECDSAWithP521: tls.ECDSAWithP521AndSHA512, RSAPSSRSAESHA256: tls.PSSWithSHA256,
		RSAPSSRSAESHA512: tls.PSSWithSHA512, SchemeEd25519: tls.Ed25519,
	} {
		if uint16(s) != uint16(c) {
			t.Errorf("%v is 0x%04X, Go has 0x%04X", s, uint16(s), uint16(c))
		}
	}
}

func TestGroupKinds(t *testing.T) {
	for g, want := range map[Group][3]bool{ // post-quantum, hybrid, ML-KEM
		GroupX25519: {}, GroupFFDHE2048: {}, 0x0022: {},
		GroupMLKEM768: {true, false, true}, GroupX25519MLKEM768: {true, true, true},
		GroupX25519Kyber768: {true, true, false}, 0x4138: {true, true, false}, 0x11EA: {}, 0x11EF: {},
	} {
		if got := [3]bool{g.PostQuantum(), g.Hybrid(), g.MLKEM()}; got != want {
			t.Errorf("%v: %v, want %v", g, got, want)
		}
	}
	if !GroupFFDHE2048.FiniteField() || GroupX25519.FiniteField() {
		t.Error("FiniteField")
	}
}

func TestIsGREASE(t *testing.T) {
	n := 0
	for v := range 1 << 16 {
		if IsGREASE(uint16(v)) {
			n++
		}
	}
	if n != 16 || !IsGREASE(0x0A0A) || !IsGREASE(0xFAFA) || IsGREASE(0x0A1A) || IsGREASE(0xABAB) {
		t.Errorf("%d GREASE values", n)
	}
}
