package negotiate

import (
	"cmp"
	"encoding/binary"
	"os"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// call is one connection of a capture: the server's port and the client's
// first hello.
type call struct {
	port  uint16
	hello tlswire.ClientHello
}

// readCalls reads the hellos out of a capture of loopback: Ethernet, IPv4 or
// IPv6, TCP in order, as the recordings of the corpus are.
func readCalls(t testing.TB, file string) []call {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	type flow struct {
		n        int
		src, dst uint16
		data     []byte
	}
	flows := map[[2]uint16]*flow{}
	for b = b[24:]; len(b) >= 16; {
		n := int(binary.LittleEndian.Uint32(b[8:]))
		src, dst, data := tcp(b[16 : 16+n])
		b = b[16+n:]
		if len(data) == 0 {
			continue
		}
		key := [2]uint16{src, dst}
		if flows[key] == nil {
			flows[key] = &flow{n: len(flows), src: src, dst: dst}
		}
		flows[key].data = append(flows[key].data, data...)
	}
	var all []*flow
	for _, f := range flows {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *flow) int { return cmp.Compare(a.n, b.n) })
	var calls []call
	for _, f := range all {
		if h, err := tlswire.ReadClientHello(f.data, nil); err == nil {
			calls = append(calls, call{f.dst, h})
		}
	}
	return calls
}

// tcp is the ports and the data of a frame; no data when it is something else.
func tcp(f []byte) (src, dst uint16, data []byte) {
	if len(f) < 54 {
		return 0, 0, nil
	}
	ip := f[14:]
	switch ip[0] >> 4 {
	case 4:
		ip, data = ip[:binary.BigEndian.Uint16(ip[2:])], nil
		if ip[9] != 6 {
			return 0, 0, nil
		}
		ip = ip[int(ip[0]&15)*4:]
	case 6:
		if ip[6] != 6 {
			return 0, 0, nil
		}
		ip = ip[40 : 40+int(binary.BigEndian.Uint16(ip[4:]))]
	}
	return binary.BigEndian.Uint16(ip), binary.BigEndian.Uint16(ip[2:]), ip[int(ip[12]>>4)*4:]
}
