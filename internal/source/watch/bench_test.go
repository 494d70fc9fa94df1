package watch

import (
	"bytes"
	"context"
	"net/netip"
	"testing"

	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// benchCapture is a capture of n handshakes, each followed by bulk bytes of
// application data.
func benchCapture(n, bulk int) []byte {
	c := newCapture()
	hello := clientHello(tlswire.TLS12, "www.example", 200, tlswire.TLS13, tlswire.TLS12)
	flight, last, fin := flight12(3500), clientFinish12(), finish()
	data := appData(min(bulk, 16000))
	for i := range n {
		k := c.connect(443)
		k.addr[0] = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), uint16(1024+i%60000))
		k.open().client(hello).server(flight).client(last).server(fin)
		for sent := 0; sent < bulk; sent += len(data) {
			k.server(data).client(nil)
		}
		k.end(0, flagFIN|flagACK).end(1, flagFIN|flagACK)
	}
	return c.out
}

func benchmark(b *testing.B, n, bulk int) {
	file := benchCapture(n, bulk)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Run(context.Background(), "x", bytes.NewReader(file), Options{}, ignore); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "handshakes/s")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkHandshakes(b *testing.B) { benchmark(b, 5000, 0) }
func BenchmarkBulk(b *testing.B)       { benchmark(b, 20, 2<<20) }

// BenchmarkQUIC reads handshakes of QUIC, whose packets must be opened.
func BenchmarkQUIC(b *testing.B) {
	const n = 2000
	c := newCapture()
	hello, answer := quicHello("www.example", 200), quicAnswer()
	for i := range n {
		q := c.quic(b, quicwire.V1)
		q.addr[0] = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 50000)
		q.udp(0, q.initial(0, crypto(0, hello)))
		q.udp(1, q.initial(1, crypto(0, answer)))
		q.end13()
	}
	b.SetBytes(int64(len(c.out)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Run(context.Background(), "x", bytes.NewReader(c.out), Options{}, ignore); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "handshakes/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPlainUDP reads datagrams that are neither QUIC nor DTLS.
func BenchmarkPlainUDP(b *testing.B) {
	c := newCapture()
	k := c.connect(53)
	for range 20000 {
		k.udp(0, make([]byte, 200))
	}
	b.SetBytes(int64(len(c.out)))
	for b.Loop() {
		if err := Run(context.Background(), "x", bytes.NewReader(c.out), Options{}, ignore); err != nil {
			b.Fatal(err)
		}
	}
}
