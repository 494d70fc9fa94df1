// Command peer reads the ClientHellos of a capture with gopacket and its
// reassembly package, as a program would that uses them as they come, and
// prints a line for each: the usual way to do in Go what tlsready watch does
// with code of its own. It is a module by itself, so that the dependency is
// none of tlsready's.
//
//	peer capture.pcap
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/gopacket/gopacket/reassembly"
)

func main() {
	log.SetFlags(0)
	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	if err := run(os.Args[1], out); err != nil {
		log.Fatal("peer: ", err)
	}
	if err := out.Flush(); err != nil {
		log.Fatal("peer: ", err)
	}
}

// at is the time of a packet, which the reassembler asks for.
type at gopacket.CaptureInfo

func (c *at) GetCaptureInfo() gopacket.CaptureInfo { return gopacket.CaptureInfo(*c) }

func run(name string, out io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := pcapgo.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return err
	}
	assembler := reassembly.NewAssembler(reassembly.NewStreamPool(factory{out}))
	var eth layers.Ethernet
	var ip4 layers.IPv4
	var ip6 layers.IPv6
	var tcp layers.TCP
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &eth, &ip4, &ip6, &tcp)
	parser.IgnoreUnsupported = true
	var found []gopacket.LayerType
	for {
		data, info, err := r.ZeroCopyReadPacketData()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if parser.DecodeLayers(data, &found) != nil {
			continue
		}
		var flow gopacket.Flow
		for _, layer := range found {
			switch layer {
			case layers.LayerTypeIPv4:
				flow = ip4.NetworkFlow()
			case layers.LayerTypeIPv6:
				flow = ip6.NetworkFlow()
			case layers.LayerTypeTCP:
				assembler.AssembleWithContext(flow, &tcp, (*at)(&info))
			}
		}
	}
	assembler.FlushAll()
	return nil
}

type factory struct{ out io.Writer }

func (f factory) New(network, transport gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	return &stream{out: f.out, network: network, transport: transport}
}

// maxHello is how much of a direction is kept until its hello is whole.
const maxHello = 16 << 10

// A stream is one connection.
type stream struct {
	out                io.Writer
	network, transport gopacket.Flow
	side               [2]side
}

type side struct {
	start []byte
	done  bool
}

// Accept takes all segments: whether a connection was seen from its start is
// not asked.
func (s *stream) Accept(_ *layers.TCP, _ gopacket.CaptureInfo, _ reassembly.TCPFlowDirection, _ reassembly.Sequence, start *bool, _ reassembly.AssemblerContext) bool {
	*start = true
	return true
}

// ReassembledSG takes bytes in order.
func (s *stream) ReassembledSG(sg reassembly.ScatterGather, _ reassembly.AssemblerContext) {
	dir, _, _, _ := sg.Info()
	d := 0
	if dir == reassembly.TCPDirServerToClient {
		d = 1
	}
	h := &s.side[d]
	if h.done {
		return
	}
	n, _ := sg.Lengths()
	h.start = append(h.start, sg.Fetch(n)...)
	body, whole := message(h.start)
	if !whole && len(h.start) < maxHello && (len(h.start) == 0 || h.start[0] == 22) {
		return
	}
	h.done, h.start = true, nil
	if whole {
		s.print(d, body)
	}
}

// ReassemblyComplete lets go of the connection.
func (s *stream) ReassemblyComplete(reassembly.AssemblerContext) bool { return true }

// message is the first handshake message of a stream of records.
func message(b []byte) ([]byte, bool) {
	var content []byte
	for len(b) >= 5 && b[0] == 22 && b[1] == 3 {
		n := int(binary.BigEndian.Uint16(b[3:]))
		part := b[5:min(5+n, len(b))]
		if content == nil {
			content = part
		} else {
			content = append(content[:len(content):len(content)], part...)
		}
		if len(content) >= 4 {
			size := int(content[1])<<16 | int(content[2])<<8 | int(content[3])
			if len(content) >= 4+size {
				return content[:4+size], true
			}
		}
		b = b[5+len(part):]
		if len(part) < n {
			break
		}
	}
	return nil, false
}

// print prints who speaks, the kind of the message, its version and that of
// supported_versions, the suites and the server's name.
func (s *stream) print(d int, m []byte) {
	network, transport := s.network, s.transport
	if d == 1 {
		network, transport = network.Reverse(), transport.Reverse()
	}
	switch m[0] {
	case 1:
		version, suites, supported, name := clientHello(m[4:])
		fmt.Fprintf(s.out, "client %s %s %x %x %x %s\n", network, transport, version, supported, suites, name)
	case 2:
		if len(m) >= 6 {
			fmt.Fprintf(s.out, "server %s %s %x\n", network, transport, m[4:6])
		}
	}
}

// vector cuts off a vector behind a length of n bytes.
func vector(b []byte, n int) (v, rest []byte) {
	if len(b) < n {
		return nil, nil
	}
	size := 0
	for _, c := range b[:n] {
		size = size<<8 | int(c)
	}
	b = b[n:]
	size = min(size, len(b))
	return b[:size], b[size:]
}

func clientHello(b []byte) (version, suites, supported, name []byte) {
	if len(b) < 34 {
		return
	}
	version, b = b[:2], b[34:]
	_, b = vector(b, 1)
	suites, b = vector(b, 2)
	_, b = vector(b, 1)
	b, _ = vector(b, 2)
	for len(b) >= 4 {
		kind := binary.BigEndian.Uint16(b)
		var data []byte
		data, b = vector(b[2:], 2)
		switch {
		case kind == 0 && len(data) > 5:
			name = data[5:]
		case kind == 43 && len(data) > 1:
			supported = data[1:]
		}
	}
	return
}
