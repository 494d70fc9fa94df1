package pcapfilter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// packet is one of the frames that filters are tried on.
type packet struct {
	name string
	data []byte
}

func be(ns ...uint16) []byte {
	var b []byte
	for _, n := range ns {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func frame(kind uint16, body []byte) []byte {
	return join(make([]byte, 12), be(kind), body, make([]byte, 40))
}

func ip4(src, dst string, proto byte, offset uint16, options int, body []byte) []byte {
	head := 20 + options
	b := join([]byte{0x40 | byte(head/4), 0}, be(uint16(head+len(body)), 1, offset), []byte{64, proto}, be(0),
		netip.MustParseAddr(src).AsSlice(), netip.MustParseAddr(dst).AsSlice(), make([]byte, options))
	return append(b, body...)
}

func ip6(src, dst string, next byte, body []byte) []byte {
	return join([]byte{0x60, 0, 0, 0}, be(uint16(len(body))), []byte{next, 64},
		netip.MustParseAddr(src).AsSlice(), netip.MustParseAddr(dst).AsSlice(), body)
}

func ports(src, dst uint16) []byte { return join(be(src, dst), make([]byte, 16)) }

func packets() []packet {
	const a, b, c = "192.0.2.7", "198.51.100.9", "10.1.2.3"
	const a6, b6 = "2001:db8::7", "2001:db8:1::9"
	tcp := ip4(a, b, 6, 0, 0, ports(50000, 443))
	return []packet{
		{"tcp 443", frame(0x800, tcp)},
		{"tcp 443, the answer", frame(0x800, ip4(b, a, 6, 0, 0, ports(443, 50000)))},
		{"tcp 8443 with options", frame(0x800, ip4(c, b, 6, 0, 12, ports(50001, 8443)))},
		{"tcp 25", frame(0x800, ip4(a, c, 6, 0x4000, 0, ports(50002, 25)))},
		{"udp 443", frame(0x800, ip4(a, b, 17, 0, 0, ports(50000, 443)))},
		{"sctp 443", frame(0x800, ip4(a, b, 132, 0, 0, ports(50000, 443)))},
		{"icmp", frame(0x800, ip4(a, b, 1, 0, 0, ports(50000, 443)))},
		{"first fragment", frame(0x800, ip4(a, b, 6, 0x2000, 0, ports(50000, 443)))},
		{"later fragment", frame(0x800, ip4(a, b, 6, 0x00b9, 0, ports(50000, 443)))},
		{"tcp over IPv6", frame(0x86dd, ip6(a6, b6, 6, ports(50000, 443)))},
		{"udp over IPv6", frame(0x86dd, ip6(b6, a6, 17, ports(53, 50000)))},
		{"fragment of IPv6", frame(0x86dd, ip6(a6, b6, 44, join([]byte{6, 0, 0, 1, 0, 0, 0, 1}, ports(50000, 443))))},
		{"arp", frame(0x806, join(be(1, 0x800), []byte{6, 4}, be(1), make([]byte, 6), netip.MustParseAddr(a).AsSlice(), make([]byte, 6), netip.MustParseAddr(c).AsSlice()))},
		{"in vlan 7", frame(0x8100, join(be(0x2007, 0x800), tcp))},
		{"in vlan 8, IPv6", frame(0x8100, join(be(8, 0x86dd), ip6(a6, b6, 6, ports(50000, 443))))},
		{"in a service's vlan 7", frame(0x88a8, join(be(7, 0x800), tcp))},
		{"something else", frame(0x88cc, make([]byte, 50))},
	}
}

var expressions = []string{
	"", "tcp", "udp", "ip", "ip6", "not ip", "port 443", "tcp port 443", "udp port 443", "src port 443", "dst port 443",
	"tcp dst port 443 or 8443", "port 443 or port 25", "port 443 or 25", "tcp portrange 8000-9000", "portrange 9000-8000",
	"host 192.0.2.7", "src host 192.0.2.7", "src 192.0.2.7", "dst 192.0.2.7", "ip src 192.0.2.7", "ip host 192.0.2.7", "host 192.0.2.7 or 10.1.2.3",
	"host 2001:db8::7", "src 2001:db8::7", "ip6 host 2001:db8::7", "net 2001:db8::/32", "net 2001:db8:1::/48", "dst net 2001:db8::/33",
	"net 192.0.2.0/24", "src net 192.0.0.0/8 or dst net 10.0.0.0/8", "net 0.0.0.0/0", "net 10.1.2.3", "ip net 10.0.0.0/9",
	"tcp and not port 443", "not ( tcp and port 443 )", "not(tcp and port 443)", "!tcp", "!(port 443 || port 25) && ip",
	"tcp or udp and port 443", "port 443 and host 192.0.2.7 or host 10.1.2.3", "host 10.1.2.3 or host 192.0.2.7 and port 25",
	"tcp port https", "not not tcp", "vlan", "vlan 7", "vlan and tcp", "vlan 7 and host 192.0.2.7", "vlan 8 and tcp port 443", "tcp or vlan",
	"not vlan", "vlan and ip6", "tcp port 443 or (vlan and tcp port 443)", "vlan and not tcp",
}

// TestAgainstTcpdump compares what each filter lets through with what tcpdump
// does.
func TestAgainstTcpdump(t *testing.T) {
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against tcpdump")
	}
	tcpdump, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Fatal("tcpdump is missing: apt-get install tcpdump, or set TLSREADY_NO_SERVERS=1")
	}
	file := filepath.Join(t.TempDir(), "packets.pcap")
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	for _, n := range []uint32{2 | 4<<16, 0, 0, 1 << 18, 1} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	all := packets()
	for i, p := range all {
		for _, n := range []uint32{uint32(i + 1), 0, uint32(len(p.data)), uint32(len(p.data))} {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
		b = append(b, p.data...)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, expr := range expressions {
		out, err := exec.Command(tcpdump, "-r", file, "-Z", "root", "-w", "-", expr).Output()
		if err != nil {
			t.Errorf("tcpdump %q: %v", expr, err)
			continue
		}
		through := map[uint32]bool{} // by their times
		for rest := out[24:]; len(rest) >= 16; rest = rest[16+binary.LittleEndian.Uint32(rest[8:]):] {
			through[binary.LittleEndian.Uint32(rest)] = true
		}
		vm := machine(t, expr)
		for i, p := range all {
			got, err := vm.Run(p.data)
			if err != nil || got > 0 != through[uint32(i+1)] {
				t.Errorf("%q, %s: %v %v, tcpdump %v", expr, p.name, got > 0, err, through[uint32(i+1)])
			}
		}
	}
}

func machine(t *testing.T, expr string) *bpf.VM {
	t.Helper()
	code, err := Compile(expr, Ethernet)
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	vm, err := bpf.NewVM(code)
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	return vm
}

// TestFarJumps wants a filter of many terms to be a program all the same.
func TestFarJumps(t *testing.T) {
	expr := "tcp port 1"
	for range 60 {
		expr += " or port 2"
	}
	expr += " or udp port 443"
	vm := machine(t, expr)
	for _, p := range packets() {
		n, err := vm.Run(p.data)
		if want := p.name == "udp 443"; err != nil || n > 0 != want {
			t.Errorf("%s: %v %v", p.name, n > 0, err)
		}
	}
	if _, err := Compile(expr+strings.Repeat(" or port 3", 200), Ethernet); err == nil {
		t.Error("a program longer than the kernel takes")
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, tt := range []struct{ expr, word, reason string }{
		{"icmp", "icmp", "not known here"},
		{"192.0.2.7", "192.0.2.7", "not known here"},
		{"ip 192.0.2.7", "192.0.2.7", "not known here"},
		{"tcp[13] & 2 != 0", "tcp[13]", "not known here"},
		{"ether host 00:00:00:00:00:01", "ether", "not known here"},
		{"port 443 or icmp", "icmp", "not known here"},
		{"host www.example", "www.example", "names are not looked up"},
		{"port 70000", "70000", "want a port"},
		{"port", "", "want a test"},
		{"tcp and", "", "want a test"},
		{"(tcp", "", "a ) is missing"},
		{"tcp)", ")", "not known here"},
		{"tcp host 192.0.2.7", "192.0.2.7", "goes with port"},
		{"ip port 443", "443", "has no ports"},
		{"ip6 host 192.0.2.7", "192.0.2.7", "want an address"},
		{"net 192.0.2.7/24", "192.0.2.7/24", "want a network"},
		{"portrange 80", "80", "want two ports"},
		{"vlan 5000", "5000", "VLAN"},
		{"vlan and vlan", "vlan", "only one"},
		{strings.Repeat("(", 100) + "tcp", "(", "too many"},
	} {
		_, err := Compile(tt.expr, Ethernet)
		var wrong *SyntaxError
		if !errors.As(err, &wrong) || wrong.Word != tt.word || !strings.Contains(wrong.Reason, tt.reason) {
			t.Errorf("%q: %v", tt.expr, err)
		}
	}
}

func TestParseProgram(t *testing.T) {
	got, err := Parse(strings.NewReader("4\n40 0 0 12\n21 0 1 34525\n6 0 0 262144\n6 0 0 0\n"))
	if err != nil || len(got) != 4 || got[1] != (bpf.RawInstruction{Op: 21, Jf: 1, K: 34525}) {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "x", "0\n", "2\n6 0 0 0\n", "1\n6 0 0 0\n6 0 0 0\n", "1\n6 0 300 0\n", "5000\n"} {
		if _, err := Parse(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// FuzzCompile wants every expression to be refused or to be a program that
// the kernel could take and that ends, in each layout.
func FuzzCompile(f *testing.F) {
	for _, expr := range expressions {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		for _, l := range []Layout{Ethernet, KernelEthernet, KernelCooked} {
			code, err := Compile(expr, l)
			if err != nil {
				continue
			}
			if _, err := bpf.Assemble(code); err != nil || len(code) > maxInstructions {
				t.Fatalf("%q: %d instructions: %v", expr, len(code), err)
			}
			if l != Ethernet {
				continue
			}
			vm, err := bpf.NewVM(code)
			if err != nil {
				t.Fatalf("%q: %v", expr, err)
			}
			for _, p := range packets() {
				for n := 14; n < len(p.data); n += 7 {
					if _, err := vm.Run(p.data[:n]); err != nil {
						t.Fatalf("%q, %s: %v", expr, p.name, err)
					}
				}
			}
		}
	})
}

// FuzzParse wants no program but a bounded one.
func FuzzParse(f *testing.F) {
	f.Add("1\n6 0 0 0\n")
	f.Fuzz(func(t *testing.T, s string) {
		if code, err := Parse(strings.NewReader(s)); err == nil && (len(code) == 0 || len(code) > maxInstructions) {
			t.Errorf("%d instructions", len(code))
		}
	})
}
