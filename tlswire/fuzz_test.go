package tlswire

import (
	"crypto/tls"
	"testing"
)

// chopped gives the input cut into records of the size in its first byte,
// too, so that the assembling of messages is reached.
func chopped(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	var out []byte
	for n := 1 + int(b[0]); len(b) > 0; {
		k := min(n, len(b))
		out = AppendRecord(out, ContentHandshake, TLS12, b[:k])
		b = b[k:]
	}
	return out
}

func seeds(f *testing.F) (up, down []byte) {
	up, down = handshake(f, &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{})
	up13, down13 := handshake(f, &tls.Config{}, &tls.Config{})
	for _, b := range [][]byte{up, down, up13, down13, up[5:], down[5:], up13[9:], recut(up, 3), {}} {
		f.Add(b)
	}
	return up, down
}

func FuzzClientHello(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, in := range [][]byte{b, chopped(b)} {
			h, err := ReadClientHello(in, nil)
			touch(&h)
			JA3(&h)
			JA4(&h, TransportTCP)
			if err == nil && len(in) > 11 && !LooksLikeClientHello(in) && h.RecordVersion <= 0x0304 && h.Version>>8 == 3 &&
				h.Suites.Len() > 0 && len(h.Compression) > 0 {
				t.Errorf("a hello is read where none is detected: %x", in)
			}
		}
		h, _ := ParseClientHello(b)
		touch(&h)
		h, _ = ParseDTLSClientHello(b)
		touch(&h)
	})
}

func FuzzServerHello(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, in := range [][]byte{b, chopped(b)} {
			fl, _ := ReadServerFlight(in, nil)
			fl.ParseKeyExchange()
			fl.Complete()
			DetectServerHello(in)
		}
		h, _ := ParseServerHello(b)
		h.NegotiatedVersion()
		h.SelectedGroup()
		h.ALPN()
		h.DowngradeMarker()
		JA3S(&h)
	})
}

func FuzzRecord(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, rest, err := ParseRecord(b)
		if err == nil && recordHeader+len(r.Fragment)+len(rest) != len(b) {
			t.Errorf("%d bytes: fragment %d, rest %d", len(b), len(r.Fragment), len(rest))
		}
		// What a stream says must not depend on where it was cut before.
		m := MessageReader{}
		m.Reset(b)
		whole := 0
		for {
			before := m.Offset()
			if _, err := m.Next(); err != nil {
				break
			}
			if whole++; whole > len(b)+1 || m.Offset() < before {
				t.Fatal("no progress")
			}
		}
		ParseAlert(b)
		ParseHandshake(b)
		ParseDTLSRecord(b)
		ParseDTLSHandshake(b)
	})
}

func FuzzCertificate(f *testing.F) {
	f.Add([]byte{0, 0, 6, 0, 0, 3, 1, 2, 3}, uint16(TLS12))
	f.Add([]byte{0, 0, 0, 8, 0, 0, 3, 1, 2, 3, 0, 0}, uint16(TLS13))
	f.Fuzz(func(t *testing.T, b []byte, v uint16) {
		certs, err := ParseCertificate(b, Version(v))
		total := 0
		for der := range certs.All() {
			total += len(der)
		}
		if total > len(b) || err == nil && certs.Len() > 0 && certs.Leaf() == nil {
			t.Errorf("%d bytes of certificates in %d", total, len(b))
		}
	})
}

func FuzzServerKeyExchange(f *testing.F) {
	f.Add([]byte{3, 0, 23, 1, 4, 4, 3, 0, 1, 0}, uint16(0xC02F), uint16(TLS12))
	f.Add([]byte{0, 1, 7, 0, 1, 2, 0, 1, 3, 0, 1, 0}, uint16(0x0033), uint16(TLS10))
	f.Fuzz(func(t *testing.T, b []byte, s, v uint16) {
		k, _ := ParseServerKeyExchange(b, Suite(s), Version(v))
		if k.Bits() > 8*len(b) {
			t.Errorf("%d bits in %d bytes", k.Bits(), len(b))
		}
	})
}

func FuzzSSLv2(f *testing.F) {
	b, _ := (&SSLv2ClientHelloSpec{Version: SSL20, Kinds: SSLv2Kinds(), Challenge: fill(16, 1)}).Append(nil)
	f.Add(b)
	f.Add([]byte{0x80, 13, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 2, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, rest, err := ParseSSLv2ClientHello(b)
		touch(&h)
		if err == nil && len(rest) >= len(b) {
			t.Error("no progress")
		}
		if DetectClientHello(b) == DetectedSSLv2 && err != nil && err != ErrShort {
			t.Errorf("detected, but %v: %x", err, b)
		}
		ParseSSLv2ServerHello(b)
		ParseSSLv2Error(b)
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"ECDHE-RSA-AES256-SHA", "0xABCD", "x25519", "_P256"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, ok := SuiteByName(s); ok {
			if w, ok := SuiteByName(v.String()); !ok || w != v {
				t.Errorf("%q is %v, which is %v", s, v, w)
			}
		}
		GroupByName(s)
		SignatureSchemeByName(s)
		AlertByName(s)
	})
}
