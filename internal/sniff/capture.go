// Package sniff takes packets from a network interface as they pass, and
// gives up the privileges that this needs as soon as it has begun.
//
// On Linux it reads a ring that it shares with the kernel (AF_PACKET with
// TPACKET_V3: packet(7) and Documentation/networking/packet_mmap.rst of the
// kernel), so that a packet costs neither a system call nor a copy. On other
// systems Open fails with ErrUnsupported.
package sniff

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/net/bpf"
)

// Link types of interfaces (https://www.tcpdump.org/linktypes.html).
const (
	LinkEthernet = 1
	LinkWLAN     = 105
	LinkCooked   = 113 // SLL: the kernel has taken the link's header off
	LinkRadiotap = 127
)

// Any names all interfaces together.
const Any = "any"

// The bounds of the ring of one interface, in bytes.
const (
	DefaultRing = 8 << 20
	blockSize   = 1 << 20 // of which packets are handed over together; also bounds a packet
)

// wait is how long Next waits for a packet before it says that there is none.
const wait = 200 * time.Millisecond

// retire is how many milliseconds the kernel waits for more packets before it
// hands over a block that is not full.
const retire = 100

// Errors of Open and Next.
var (
	ErrUnsupported = errors.New("packets cannot be taken from an interface on this system")
	// ErrIdle says that no packet came for a while; the next call may have one.
	ErrIdle = errors.New("no packet")
	// ErrDown ends a capture: the interface went down or is gone.
	ErrDown = errors.New("the interface went down")
)

// Options say how to capture. The zero value takes all that the interface
// receives and sends, but not what is for others.
type Options struct {
	Promiscuous bool // also what is not for this machine
	Ring        int  // bytes of the ring; DefaultRing for zero
	// Filter, if not nil, gives the program that the kernel is to choose
	// packets with, which depends on how they begin. Of LinkCooked the kernel
	// shows it the network's header alone.
	Filter func(link uint16) ([]bpf.RawInstruction, error)
}

// A Packet is one packet as it lies in the ring: valid until the next one.
// A VLAN tag that the network card or the kernel has taken off is not part
// of Data.
type Packet struct {
	Data []byte
	Wire int    // bytes on the wire, without such a tag
	Time int64  // nanoseconds since 1970
	Link uint16 // as in https://www.tcpdump.org/linktypes.html
}

// Stats counts since the capture began.
type Stats struct {
	Received uint64 // passed the filter, the dropped ones included
	Dropped  uint64 // found the ring full
}

// A NoInterfaceError names an interface that does not exist, and those that do.
type NoInterfaceError struct {
	Name string
	Have []string
}

func (e *NoInterfaceError) Error() string {
	return fmt.Sprintf("no interface %q; there are %s", e.Name, strings.Join(append(e.Have, Any), ", "))
}

// noInterface makes the error with the names of this machine's interfaces.
func noInterface(name string) error {
	e := &NoInterfaceError{Name: name}
	all, err := net.Interfaces()
	if err != nil {
		return errors.Join(e, err)
	}
	for _, i := range all {
		e.Have = append(e.Have, i.Name)
	}
	return e
}
