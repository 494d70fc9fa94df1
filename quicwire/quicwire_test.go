package quicwire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		v        Version
		name     string
		readable bool
	}{
		{V1, "QUIC v1", true},
		{V2, "QUIC v2", true},
		{V2Draft, "QUIC v2 draft", true},
		{Draft29, "QUIC draft 29", true},
		{0xff000017, "QUIC draft 23", true},
		{0xff000022, "QUIC draft 34", true},
		{0xff000016, "QUIC draft 22", true},
		{0xff000015, "QUIC draft 21", false},
		{0x51303436, "gQUIC Q046", false},
		{0x54303531, "gQUIC T051", true},
		{0x54303530, "gQUIC T050", true},
		{0xfaceb002, "QUIC mvfst", true},
		{0xfaceb001, "QUIC mvfst", true},
		{0xfaceb00f, "QUIC 0xFACEB00F", false},
		{0x1a2a3a4a, "QUIC 0x1A2A3A4A", false},
	} {
		if c.v.String() != c.name || c.v.Readable() != c.readable {
			t.Errorf("%08x: %s, readable %v; want %s, %v", uint32(c.v), c.v, c.v.Readable(), c.name, c.readable)
		}
	}
	if !ReservedVersion(0xffffffff).Reserved() || !Version(0x1a2a3a4a).Reserved() || V1.Reserved() || V2.Reserved() {
		t.Error("reserved versions are mistaken")
	}
}

// TestSealOpen: what is written is read, in every version and direction, with
// what may come before and behind it in a datagram.
func TestSealOpen(t *testing.T) {
	id, own, token := []byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte{9}, bytes.Repeat([]byte{7}, 70)
	for _, v := range []Version{V1, V2, V2Draft, Draft29, 0xff000018, 0xff000016, mvfst, googleT050} {
		for _, from := range []Sender{Client, Server} {
			w, err := InitialKeys(v, id, from)
			if err != nil {
				t.Fatal(err)
			}
			r, _ := InitialKeys(v, id, from)
			other, _ := InitialKeys(v, id, 1-from)
			var datagram []byte
			for n := range uint32(3) {
				datagram = w.Seal(datagram, &InitialPacket{
					DCID: id, SCID: own, Token: token, Number: n * 300, Frames: AppendCrypto(nil, uint64(n), []byte("abc")),
				})
			}
			datagram = append(datagram, 0, 0, 0)
			rest := datagram
			for n := range uint64(3) {
				var h Header
				h, rest, err = ParseHeader(rest)
				if err != nil || h.Type != Initial || !bytes.Equal(h.Token, token) {
					t.Fatalf("%s: %+v %v", v, h, err)
				}
				if _, _, err := other.Open(nil, &h); !errors.Is(err, ErrUnprotected) {
					t.Errorf("%s: the other side's keys open it: %v", v, err)
				}
				payload, number, err := r.Open([]byte("x"), &h)
				if err != nil || number != 300*n || payload[0] != 'x' {
					t.Fatalf("%s: packet %d: %v", v, number, err)
				}
				f, _, err := NextFrame(payload[1:])
				if err != nil || f.Type != FrameCrypto || f.Offset != n || string(f.Data) != "abc" {
					t.Errorf("%s: frame %+v %v", v, f, err)
				}
			}
			if _, _, err := ParseHeader(rest); !errors.Is(err, ErrNotLong) {
				t.Errorf("%s: padding of the datagram: %v", v, err)
			}
		}
	}
	if _, err := InitialKeys(0xff000015, id, Client); !errors.Is(err, ErrVersion) {
		t.Errorf("keys of an unknown version: %v", err)
	}
}

func TestFrames(t *testing.T) {
	payload := []byte{byte(FramePing), 0, 0, 0, byte(FrameACKECN), 9, 1, 1, 2, 3, 4, 5, 6, 7}
	payload = AppendACK(payload, 70000)
	payload = AppendClose(payload, 0x128, "no")
	payload = append(payload, byte(FrameCloseByUs), 12, 0)
	var types []FrameType
	for len(payload) > 0 {
		f, rest, err := NextFrame(payload)
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := f.Alert(); ok != (f.Type == FrameClose) || ok && (a != 0x28 || string(f.Data) != "no") {
			t.Errorf("alert %d %v of %+v", a, ok, f)
		}
		types, payload = append(types, f.Type), rest
	}
	if want := []FrameType{FramePing, FramePadding, FrameACKECN, FrameACK, FrameClose, FrameCloseByUs}; !slices.Equal(types, want) {
		t.Errorf("frames %v, want %v", types, want)
	}
	for _, bad := range []struct {
		b    []byte
		want error
	}{
		{[]byte{0x0a, 1}, ErrMalformed},                                  // STREAM
		{[]byte{byte(FrameCrypto), 0, 5, 1}, ErrShort},                   // more than is there
		{[]byte{byte(FrameACK), 0, 0, 0xff}, ErrShort},                   // half a number
		{[]byte{byte(FrameACK), 0, 0, 0xbf, 255, 255, 255, 0}, ErrShort}, // a billion ranges
	} {
		if _, _, err := NextFrame(bad.b); !errors.Is(err, bad.want) {
			t.Errorf("%x: %v, want %v", bad.b, err, bad.want)
		}
	}
	if f := (Frame{Type: FrameClose, Code: 0x0a}); f.CodeName() != "PROTOCOL_VIOLATION" {
		t.Errorf("code 0x0a is %q", f.CodeName())
	}
}

// TestStream: pieces of any size, in any order, twice and overlapping, come
// out as what was cut.
func TestStream(t *testing.T) {
	want := make([]byte, 5000)
	for i := range want {
		want[i] = byte(rand.N(256))
	}
	for range 200 {
		var frames []Frame
		for from := 0; from < len(want); {
			n := min(1+rand.N(700), len(want)-from)
			frames = append(frames, Frame{Offset: uint64(from), Data: want[from : from+n]})
			from += max(1, n-rand.N(3)) // now and then overlapping
			if from+2 >= len(want) && n > 2 {
				frames = append(frames, Frame{Offset: uint64(len(want) - 3), Data: want[len(want)-3:]})
				break
			}
		}
		rand.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
		var s Stream
		for i := range frames {
			if err := s.Add(&frames[i]); err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(want, s.Bytes()) {
				t.Fatal("a wrong prefix")
			}
		}
		if !bytes.Equal(s.Bytes(), want) || s.Gap() {
			t.Fatalf("%d bytes of %d, gap %v", len(s.Bytes()), len(want), s.Gap())
		}
	}
}

// TestStreamBounds: whatever offsets are claimed, memory stays small, and
// what was first keeps its place.
func TestStreamBounds(t *testing.T) {
	var s Stream
	for _, f := range []Frame{{Offset: 1 << 61, Data: []byte{1}}, {Offset: MaxCrypto, Data: []byte{1}}} {
		if err := s.Add(&f); !errors.Is(err, ErrTooMuch) {
			t.Errorf("offset %d: %v", f.Offset, err)
		}
	}
	var err error
	for at := uint64(0); err == nil; at += 2 {
		err = s.Add(&Frame{Offset: at, Data: []byte{1}})
	}
	if !errors.Is(err, ErrTooMuch) || len(s.spans) != maxSpans {
		t.Errorf("%d pieces, %v", len(s.spans), err)
	}
	s.Reset()
	s.Add(&Frame{Data: []byte("first")})
	s.Add(&Frame{Data: []byte("second")})
	if got := string(s.Bytes()); got != "firstd" {
		t.Errorf("overlap gives %q", got)
	}
}

// TestHeaders: what else comes with a long header, and what is none.
func TestHeaders(t *testing.T) {
	vn := AppendVersionNegotiation(nil, []byte{1}, []byte{2, 2}, V2, V1, 0x1a2a3a4a)
	h, _, err := ParseHeader(vn)
	if err != nil || h.Type != VersionNegotiation || !slices.Equal(slices.Collect(h.Versions()), []Version{V2, V1, 0x1a2a3a4a}) {
		t.Errorf("Version Negotiation: %+v %v", h, err)
	}
	for name, c := range map[string]struct {
		b    []byte
		kind PacketType
		want error
	}{
		"short header":     {[]byte{0x40, 1, 2, 3}, 0, ErrNotLong},
		"nothing":          {nil, 0, ErrShort},
		"cut version":      {[]byte{0xc0, 0, 0}, 0, ErrShort},
		"cut id":           {[]byte{0xc0, 0, 0, 0, 1, 8, 1}, 0, ErrShort},
		"long id":          {append([]byte{0xc0, 0, 0, 0, 1, 21}, make([]byte, 40)...), 0, ErrMalformed},
		"length too long":  {[]byte{0xc0, 0, 0, 0, 1, 0, 0, 0, 0x40, 0xff, 1}, 0, ErrShort},
		"0-RTT":            {[]byte{0xd0, 0, 0, 0, 1, 0, 0, 1, 9}, ZeroRTT, nil},
		"Handshake":        {[]byte{0xe0, 0, 0, 0, 1, 0, 0, 1, 9}, Handshake, nil},
		"Handshake of v2":  {[]byte{0xf0, 0x6b, 0x33, 0x43, 0xcf, 0, 0, 1, 9}, Handshake, nil},
		"0-RTT of v2":      {[]byte{0xe0, 0x6b, 0x33, 0x43, 0xcf, 0, 0, 1, 9}, ZeroRTT, nil},
		"an unknown one":   {[]byte{0xc0, 1, 2, 3, 4, 1, 9, 1, 8, 77}, Unreadable, nil},
		"Retry without":    {[]byte{0xf0, 0, 0, 0, 1, 0, 0, 1, 2, 3}, 0, ErrShort},
		"an empty Initial": {[]byte{0xc0, 0, 0, 0, 1, 0, 0, 0, 0}, Initial, nil},
	} {
		h, _, err := ParseHeader(c.b)
		if !errors.Is(err, c.want) || err == nil && h.Type != c.kind {
			t.Errorf("%s: %s %v, want %s %v", name, h.Type, err, c.kind, c.want)
		}
	}
	keys, _ := InitialKeys(V1, []byte{1}, Client)
	empty, _, _ := ParseHeader([]byte{0xc0, 0, 0, 0, 1, 0, 0, 0, 0})
	if _, _, err := keys.Open(nil, &empty); !errors.Is(err, ErrShort) {
		t.Errorf("an empty Initial opens: %v", err)
	}
}

// TestPacketNumber: the end of a number is completed by what came before
// (RFC 9000, A.3 gives the first row).
func TestPacketNumber(t *testing.T) {
	for _, c := range []struct {
		largest, end uint64
		size         int
		want         uint64
	}{
		{0xa82f30ea, 0x9b32, 2, 0xa82f9b32},
		{254, 0, 1, 256},
		{256, 255, 1, 255},
		{0, 2, 4, 2},
	} {
		if got := (&Keys{next: c.largest + 1}).whole(c.end, c.size); got != c.want {
			t.Errorf("%x after %x: %x, want %x", c.end, c.largest, got, c.want)
		}
	}
}

func TestTransportParameters(t *testing.T) {
	ext, data := TransportParameters(V1, []byte{0xaa, 0xbb})
	if ext != 0x39 || !bytes.HasSuffix(data, []byte{0x0f, 2, 0xaa, 0xbb}) {
		t.Errorf("%x %x", ext, data)
	}
	if ext, _ := TransportParameters(Draft29, nil); ext != 0xffa5 {
		t.Errorf("draft 29: %x", ext)
	}
}

// FuzzDatagram: any datagram is read to its end, or not, without harm; what
// the keys open is theirs.
func FuzzDatagram(f *testing.F) {
	for _, c := range appendixA {
		f.Add(unhex(f, c.server), unhex(f, sampleID))
		f.Add(unhex(f, c.retry), unhex(f, sampleID))
	}
	f.Add(AppendVersionNegotiation(nil, []byte{1}, []byte{2}, V1), []byte{1})
	f.Fuzz(func(t *testing.T, datagram, id []byte) {
		for range 100 {
			h, rest, err := ParseHeader(datagram)
			if err != nil {
				return
			}
			for range h.Versions() {
			}
			h.Authentic(id)
			if k, err := InitialKeys(h.Version, id, Server); err == nil {
				if payload, _, err := k.Open(nil, &h); err == nil && len(payload) > len(datagram) {
					t.Fatal("more out than in")
				}
			}
			if len(rest) >= len(datagram) {
				t.Fatal("no progress")
			}
			datagram = rest
		}
	})
}

// FuzzFrames: any payload is read to its end, or not, within bounds.
func FuzzFrames(f *testing.F) {
	f.Add(unhex(f, sampleClient))
	f.Add(unhex(f, sampleServer))
	f.Add(AppendClose(AppendACK(nil, 3), 0x178, "x"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var s Stream
		for len(payload) > 0 {
			frame, rest, err := NextFrame(payload)
			if err != nil {
				break
			}
			if len(rest) >= len(payload) {
				t.Fatal("no progress")
			}
			frame.Alert()
			frame.CodeName()
			if frame.Type == FrameCrypto {
				s.Add(&frame)
			}
			payload = rest
		}
		if len(s.Bytes()) > MaxCrypto || len(s.spans) > maxSpans {
			t.Fatalf("%d bytes in %d pieces", len(s.Bytes()), len(s.spans))
		}
	})
}
