package watch

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// What is remembered of a hello must be what would be found in it anew,
// whatever bytes of it change.
func TestOffersRememberedAreTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	message := clientHello(tlswire.TLS12, "www.example", 40, tlswire.TLS13, tlswire.TLS12)
	const head = 5 + 4 // record and message
	var m offers
	for range 200_000 {
		body := append([]byte(nil), message[head:]...)
		for range 1 + r.IntN(2) {
			body[r.IntN(len(body))] = []byte{0, 1, 2, 3, 10, 0x1a, 0x2a, 16, 43, byte(r.Uint32())}[r.IntN(10)]
		}
		h, err := tlswire.ParseClientHello(body)
		if err != nil {
			continue
		}
		if got, want := m.of(&h, tlswire.TransportTCP), offerOf(&h, tlswire.TransportTCP); !reflect.DeepEqual(got, want) {
			t.Fatalf("%x:\nremembered %+v\nanew       %+v", body, got, want)
		}
	}
	if len(m.known) > maxOffers {
		t.Errorf("%d offers are remembered, want %d at most", len(m.known), maxOffers)
	}
}
