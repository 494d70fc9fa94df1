package tlswire

import (
	"crypto/tls"
	"testing"
)

// touch reads everything a watcher asks of a hello.
func touch(h *ClientHello) (n int) {
	for v := range h.Versions() {
		n += int(v)
	}
	for s := range h.CipherSuites() {
		n += int(s)
	}
	for g := range h.Groups().All() {
		n += int(g)
	}
	for s := range h.SignatureSchemes().All() {
		n += int(s)
	}
	for p := range h.ALPN().All() {
		n += len(p)
	}
	for g, key := range h.KeyShares().All() {
		n += int(g) + len(key)
	}
	for _, b := range []bool{
		h.ExtendedMasterSecret(), h.SecureRenegotiation(), h.SessionTicket(), h.Heartbeat(),
		h.Fallback(), h.ECH(), h.PostQuantum(), h.EncryptThenMAC(), h.Offers(TLS12),
	} {
		if b {
			n++
		}
	}
	return n + int(h.MaxVersion()) + len(h.ServerName()) + len(h.PointFormats()) + h.CertificateSchemes().Len()
}

var sink int

func TestNoAllocations(t *testing.T) {
	up, down := handshake(t, &tls.Config{NextProtos: []string{"h2"}}, &tls.Config{MaxVersion: tls.VersionTLS12})
	cutUp, cutDown := recut(up, 100), recut(down, 100)
	scratch := make([]byte, 1<<16)
	v2, _ := (&SSLv2ClientHelloSpec{Version: TLS10, Kinds: SSLv2Kinds(), Challenge: fill(16, 1)}).Append(nil)
	out := make([]byte, 0, 4096)
	http := []byte("GET / HTTP/1.1")
	if in, ok := Suite(0xC02F).Info(); !ok || in.Min != TLS12 {
		t.Fatal(in)
	}
	for name, f := range map[string]func(){
		"client hello": func() { h, _ := ReadClientHello(up, nil); sink += touch(&h) },
		"in fragments": func() { h, _ := ReadClientHello(cutUp, scratch); sink += touch(&h) },
		"cut":          func() { h, _ := ReadClientHello(up[:len(up)/2], nil); sink += touch(&h) },
		"SSLv2":        func() { h, _ := ReadClientHello(v2, nil); sink += touch(&h) },
		"not TLS":      func() { _, err := ReadClientHello(http, nil); sink += len(err.Error()) },
		"flight": func() {
			f, _ := ReadServerFlight(down, nil)
			k, _ := f.ParseKeyExchange()
			sink += f.Certificate.Len() + int(k.Group) + k.Bits() + len(f.Hello.ALPN()) + int(f.Hello.DowngradeMarker())
		},
		"flight in fragments": func() { f, _ := ReadServerFlight(cutDown, scratch); sink += f.Certificate.Len() },
		"suite":               func() { in, _ := Suite(0xC02F).Info(); sink += in.Bits + len(Suite(0xC030).String()) },
		"fingerprints": func() {
			h, _ := ReadClientHello(up, nil)
			out = AppendJA4(AppendJA3(out[:0], &h), &h, TransportTCP)
		},
	} {
		if n := testing.AllocsPerRun(20, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func benchHello(b *testing.B) []byte {
	up, _ := handshake(b, &tls.Config{NextProtos: []string{"h2", "http/1.1"}}, &tls.Config{NextProtos: []string{"h2"}})
	b.ReportAllocs()
	b.SetBytes(int64(len(firstRecord(up))))
	b.ResetTimer()
	return up
}

func BenchmarkParseClientHello(b *testing.B) {
	up := benchHello(b)
	for b.Loop() {
		h, err := ReadClientHello(up, nil)
		if err != nil {
			b.Fatal(err)
		}
		sink += int(h.MaxVersion()) + len(h.ServerName())
	}
}

func BenchmarkReadServerFlight(b *testing.B) {
	_, down := handshake(b, &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{})
	b.ReportAllocs()
	for b.Loop() {
		f, err := ReadServerFlight(down, nil)
		if err != nil {
			b.Fatal(err)
		}
		sink += f.Certificate.Len()
	}
}

func BenchmarkDetectClientHello(b *testing.B) {
	up := benchHello(b)
	for b.Loop() {
		sink += int(DetectClientHello(up))
	}
}

func BenchmarkJA3(b *testing.B) {
	up := benchHello(b)
	h, _ := ReadClientHello(up, nil)
	for b.Loop() {
		sink += len(JA3(&h))
	}
}

func BenchmarkJA4(b *testing.B) {
	up := benchHello(b)
	h, _ := ReadClientHello(up, nil)
	for b.Loop() {
		sink += len(JA4(&h, TransportTCP))
	}
}
