package tlswire

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// fragment is a piece of a handshake message of DTLS.
func fragment(kind HandshakeType, sequence uint16, length, at int, piece []byte) []byte {
	b := []byte{byte(kind), byte(length >> 16), byte(length >> 8), byte(length), byte(sequence >> 8), byte(sequence)}
	b = append(b, byte(at>>16), byte(at>>8), byte(at), byte(len(piece)>>16), byte(len(piece)>>8), byte(len(piece)))
	return append(b, piece...)
}

// TestDTLSFlight: fragments of any size, in any order, twice and overlapping,
// come out as the messages that they were cut from.
func TestDTLSFlight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	bodies := map[HandshakeType][]byte{TypeServerHello: make([]byte, 70), TypeCertificate: make([]byte, 3000), TypeServerHelloDone: nil}
	var want []byte
	order := []HandshakeType{TypeServerHello, TypeCertificate, TypeServerHelloDone}
	for _, kind := range order {
		for i := range bodies[kind] {
			bodies[kind][i] = byte(r.IntN(256))
		}
		want = AppendHandshake(want, kind, bodies[kind])
	}
	for range 200 {
		var pieces [][]byte
		for i, kind := range order {
			body := bodies[kind]
			for at := 0; at == 0 || at < len(body); {
				n := min(1+r.IntN(500), len(body)-at)
				pieces = append(pieces, fragment(kind, uint16(i+1), len(body), at, body[at:at+n]))
				at += max(1, n-r.IntN(20))
			}
		}
		r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		var f DTLSFlight
		for _, p := range append(pieces, pieces[0]) {
			if err := f.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if got := f.Messages(); !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, want %d", len(got), len(want))
		}
	}
}

// TestDTLSFlightIncomplete: messages count up to the first that lacks
// something, and what contradicts the first fragment is passed over.
func TestDTLSFlightIncomplete(t *testing.T) {
	var f DTLSFlight
	f.Add(fragment(TypeServerHello, 1, 4, 0, []byte("abcd")))
	f.Add(fragment(TypeCertificate, 2, 4, 2, []byte("cd")))
	f.Add(fragment(TypeServerHelloDone, 3, 0, 0, nil))
	if got := f.Messages(); string(got) != "\x02\x00\x00\x04abcd" {
		t.Errorf("messages %q", got)
	}
	for _, bad := range [][]byte{
		fragment(TypeCertificate, 2, 5, 0, []byte("ab")),       // another length
		fragment(TypeServerKeyExchange, 2, 4, 0, []byte("ab")), // another type
		fragment(TypeCertificate, 2, 4, 3, []byte("ab")),       // beyond the end
		fragment(TypeCertificate, 2, 4, 0, []byte("ab"))[:13],  // cut
		fragment(TypeCertificate, 4, 1<<20, 0, []byte("ab")),   // too much
	} {
		if f.Add(bad) == nil {
			t.Errorf("%x is taken", bad)
		}
	}
	f.Add(fragment(TypeCertificate, 2, 4, 0, []byte("ab")))
	if got := f.Messages(); string(got) != "\x02\x00\x00\x04abcd\x0b\x00\x00\x04abcd\x0e\x00\x00\x00" {
		t.Errorf("messages %q", got)
	}
}

func TestDTLSCookie(t *testing.T) {
	for body, want := range map[string]string{
		"\xfe\xff\x03abc": "abc", "\xfe\xff\x00": "", "\xfe\xff\x04abc": "none", "\xfe": "none",
	} {
		var f DTLSFlight
		f.Add(fragment(TypeHelloVerifyRequest, 0, len(body), 0, []byte(body)))
		cookie, ok := f.Cookie()
		if got := string(cookie); ok != (want != "none") || ok && got != want {
			t.Errorf("%q: %q, %v", body, got, ok)
		}
		if len(f.Messages()) > 0 {
			t.Errorf("%q is a message of the flight", body)
		}
	}
}

// FuzzDTLSFlight: whatever comes, memory stays small and what comes out can be
// read.
func FuzzDTLSFlight(f *testing.F) {
	f.Add(fragment(TypeServerHello, 1, 4, 0, []byte("abcd")), fragment(TypeCertificate, 2, 4, 2, []byte("cd")))
	f.Add(fragment(TypeHelloVerifyRequest, 0, 6, 0, []byte("\xfe\xff\x03abc")), []byte{})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var flight DTLSFlight
		flight.Add(first)
		flight.Add(second)
		flight.Cookie()
		if flight.held > maxDTLSFlight || len(flight.messages) > maxDTLSMessages {
			t.Fatalf("%d bytes in %d messages", flight.held, len(flight.messages))
		}
		for rest := flight.Messages(); len(rest) > 0; {
			var err error
			if _, rest, err = ParseHandshake(rest); err != nil {
				t.Fatal(err)
			}
		}
		for rest := first; len(rest) > 0; {
			var err error
			if _, rest, err = ParseDTLSRecord(rest); err != nil {
				break
			}
		}
	})
}
