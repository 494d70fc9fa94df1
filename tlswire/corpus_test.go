package tlswire

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The corpora are not part of the project; they lie beside its checkout.
const (
	corpusPcap    = "../../shared/corpus/pcap"
	corpusClients = "../../shared/corpus/clients"
)

type segment struct {
	seq  uint32
	data []byte
}

// direction names one direction of a TCP connection: "client port server port".
func direction(src netip.Addr, sport uint16, dst netip.Addr, dport uint16) string {
	return fmt.Sprintf("%v %d %v %d", src, sport, dst, dport)
}

// walkPcap gives the TCP segments of a classic pcap file by direction: just
// enough to reach the hellos of a corpus. Any other file gives nothing.
func walkPcap(b []byte) map[string][]segment {
	flows := map[string][]segment{}
	if len(b) < 24 || binary.LittleEndian.Uint32(b) != 0xa1b2c3d4 {
		return flows
	}
	link := binary.LittleEndian.Uint32(b[20:])
	for b = b[24:]; len(b) >= 16; {
		n := int(binary.LittleEndian.Uint32(b[8:]))
		if n > len(b)-16 {
			break
		}
		if key, s, ok := tcpOf(ipOf(b[16:16+n], link)); ok {
			flows[key] = append(flows[key], s)
		}
		b = b[16+n:]
	}
	return flows
}

func ipOf(p []byte, link uint32) []byte {
	skip := map[uint32]int{0: 4, 1: 14, 12: 0, 101: 0, 113: 16, 276: 20}
	n, ok := skip[link]
	if !ok || len(p) < n+20 {
		return nil
	}
	if link == 1 && p[12] == 0x81 && p[13] == 0 {
		n += 4
	}
	return p[n:]
}

func tcpOf(p []byte) (key string, s segment, ok bool) {
	var src, dst netip.Addr
	switch {
	case len(p) >= 40 && p[0]>>4 == 4 && p[9] == 6 && be16(p[6:])&0x3fff == 0:
		src, _ = netip.AddrFromSlice(p[12:16])
		dst, _ = netip.AddrFromSlice(p[16:20])
		if n := int(be16(p[2:])); n >= 20 && n < len(p) {
			p = p[:n]
		}
		p = p[min(int(p[0]&15)*4, len(p)):]
	case len(p) >= 60 && p[0]>>4 == 6 && p[6] == 6:
		src, _ = netip.AddrFromSlice(p[8:24])
		dst, _ = netip.AddrFromSlice(p[24:40])
		p = p[40:min(40+int(be16(p[4:])), len(p))]
	}
	if len(p) < 20 || int(p[12]>>4)*4 >= len(p) {
		return "", s, false
	}
	s = segment{binary.BigEndian.Uint32(p[4:]), p[int(p[12]>>4)*4:]}
	return direction(src, be16(p), dst, be16(p[2:])), s, true
}

// stream puts segments in order and drops what was sent again.
func stream(segs []segment) []byte {
	slices.SortStableFunc(segs, func(a, b segment) int { return cmp.Compare(int32(a.seq-segs[0].seq), int32(b.seq-segs[0].seq)) })
	var out []byte
	next := segs[0].seq
	for _, s := range segs {
		gap := int32(next - s.seq)
		if gap < 0 {
			break
		}
		if int(gap) < len(s.data) {
			out = append(out, s.data[gap:]...)
			next = s.seq + uint32(len(s.data))
		}
	}
	return out
}

// hellosOf is the ClientHello of each direction that has one, also behind
// what STARTTLS and proxies send before.
func hellosOf(segs []segment) (h ClientHello, found bool) {
	b := stream(slices.Clone(segs))
	for i := range b {
		if LooksLikeClientHello(b[i:]) {
			h, err := ReadClientHello(b[i:], nil)
			return h, err == nil
		}
	}
	return h, false
}

// rows reads a TSV file by the names of its columns.
func rows(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		t.Skipf("NOT CHECKED: the corpus is absent: %s", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var head []string
	var all []map[string]string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		cells := strings.Split(sc.Text(), "\t")
		if head == nil {
			head = cells
			continue
		}
		row := map[string]string{}
		for i, c := range cells {
			row[head[i]] = c
		}
		all = append(all, row)
	}
	return all
}

func TestCorpusFingerprints(t *testing.T) {
	files := map[string]map[string][]segment{}
	seen := map[string]bool{}
	rowsTCP, found, ja3, ja4, ja3s := 0, 0, 0, 0, 0
	for _, row := range rows(t, corpusPcap+"/truth.tsv") {
		name := row["file"]
		if _, ok := files[name]; !ok {
			b, err := os.ReadFile(filepath.Join(corpusPcap, name))
			if err != nil {
				t.Fatal(err)
			}
			files[name] = walkPcap(b)
		}
		client, _ := netip.ParseAddr(row["client"])
		server, _ := netip.ParseAddr(row["server"])
		key := fmt.Sprintf("%v %s %v %s", client, row["cport"], server, row["sport"])
		if row["proto"] != "tcp" || row["n_client_hello"] == "0" || seen[name+key] || row["idx"] != "0" {
			continue
		}
		seen[name+key] = true
		rowsTCP++
		segs := files[name][key]
		if len(segs) == 0 {
			continue
		}
		h, ok := hellosOf(segs)
		if !ok {
			continue
		}
		found++
		for _, c := range []struct {
			what, got, want string
			n               *int
		}{{"JA3", JA3(&h), row["ja3"], &ja3}, {"JA4", JA4(&h, TransportTCP), row["ja4"], &ja4}} {
			if c.want == "" || c.got == c.want {
				*c.n++
			} else {
				t.Logf("%s %s: %s %s, want %s", name, key, c.what, c.got, c.want)
			}
		}
		ja3s += compareJA3S(t, files[name], row, name)
	}
	t.Logf("%d TCP rows, %d hellos found, JA3 %d, JA4 %d, JA3S %d the same", rowsTCP, found, ja3, ja4, ja3s)
	// The files that this walk cannot read (pcapng, tunnels, rare links) are
	// for the packet reader's own tests.
	if found < 800 || ja3 < found-1 || ja4 < found-1 {
		t.Errorf("too few agree")
	}
}

// compareJA3S counts the server hellos that agree.
func compareJA3S(t *testing.T, flows map[string][]segment, row map[string]string, name string) int {
	server, _ := netip.ParseAddr(row["server"])
	client, _ := netip.ParseAddr(row["client"])
	segs := flows[fmt.Sprintf("%v %s %v %s", server, row["sport"], client, row["cport"])]
	if row["ja3s"] == "" || row["hrr"] == "1" || len(segs) == 0 {
		return 0
	}
	b := stream(slices.Clone(segs))
	for i := range b {
		if DetectServerHello(b[i:]) == DetectedTLS {
			f, err := ReadServerFlight(b[i:], nil)
			if got := JA3S(&f.Hello); f.HasHello && got == row["ja3s"] {
				return 1
			} else {
				t.Logf("%s: JA3S %s, want %s, %v, %x", name, got, row["ja3s"], err, b[i:min(i+120, len(b))])
			}
			break
		}
	}
	return 0
}

func TestCorpusClients(t *testing.T) {
	names := map[Version]string{SSL30: "3.0", TLS10: "1.0", TLS11: "1.1", TLS12: "1.2", TLS13: "1.3"}
	for _, row := range rows(t, corpusClients+"/CLIENTS.tsv") {
		b, err := os.ReadFile(filepath.Join(corpusClients, row["pcap"]))
		if err != nil {
			continue // a client without a capture here
		}
		var best Version
		prints := map[string]bool{"-": true}
		for _, segs := range walkPcap(b) {
			h, ok := hellosOf(segs)
			if !ok {
				continue
			}
			if v := h.MaxVersion(); v.Rank() > best.Rank() {
				best = v
			}
			prints[JA3(&h)], prints[JA4(&h, TransportTCP)] = true, true
		}
		// The list has the JA4 of two clients over signature_algorithms_cert
		// too; the method takes signature_algorithms alone.
		withCert := row["client"] == "java17-httpclient" || row["client"] == "go126-max12"
		ja3, _, _ := strings.Cut(row["ja3"], " ")
		ja4, _, _ := strings.Cut(row["ja4"], " ")
		if row["offered_max"] != "varies" && names[best] != row["offered_max"] || !prints[ja3] || !prints[ja4] && !withCert {
			t.Errorf("%s: offers %v, want %s; JA3 %s, JA4 %s, have %q", row["client"], best, row["offered_max"],
				ja3, ja4, slices.Collect(maps.Keys(prints)))
		}
	}
}
