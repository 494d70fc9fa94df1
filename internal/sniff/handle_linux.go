package sniff

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A Handle is an open capture. It is for one goroutine.
type Handle struct {
	name    string
	fd      int
	index   int // of the interface; 0 for all
	link    uint16
	cooked  bool // the kernel has taken the link's header off
	loop    int  // index of the loopback interface
	ring    ring
	counted Stats
}

// Open begins to capture. It needs the capability CAP_NET_RAW; without, the
// error is os.ErrPermission.
func Open(name string, opt Options) (*Handle, error) {
	h := &Handle{name: name, fd: -1}
	if name != Any {
		i, err := net.InterfaceByName(name)
		if err != nil {
			return nil, noInterface(name)
		}
		if h.index = i.Index; i.Flags&net.FlagUp == 0 {
			return nil, fmt.Errorf("%s is down: ip link set %s up", name, name)
		}
	}
	if lo, err := net.InterfaceByName("lo"); err == nil {
		h.loop = lo.Index
	}
	if err := h.open(opt); err != nil {
		h.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return h, nil
}

// open makes the socket. It is bound last: before, no packet comes in, none
// that the filter would keep out either.
func (h *Handle) open(opt Options) error {
	h.link = LinkCooked
	var err error
	if h.index != 0 {
		if h.link, err = linkType(h.name); err != nil {
			return err
		}
	}
	h.cooked = h.link == LinkCooked
	kind := unix.SOCK_RAW
	if h.cooked {
		kind, h.ring.room = unix.SOCK_DGRAM, sllHeader
	}
	if h.fd, err = unix.Socket(unix.AF_PACKET, kind|unix.SOCK_CLOEXEC, 0); err != nil {
		return os.NewSyscallError("socket", err)
	}
	if opt.Filter != nil {
		if err := attach(h.fd, h.link, opt.Filter); err != nil {
			return err
		}
	}
	if err := h.ring.open(h.fd, opt.Ring); err != nil {
		return err
	}
	if err := unix.Bind(h.fd, &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_ALL), Ifindex: h.index}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	if opt.Promiscuous && h.index != 0 {
		return h.promiscuous()
	}
	return nil
}

// promiscuous asks for packets that are for others. It ends with the socket.
func (h *Handle) promiscuous() error {
	err := unix.SetsockoptPacketMreq(h.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP,
		&unix.PacketMreq{Ifindex: int32(h.index), Type: unix.PACKET_MR_PROMISC})
	return os.NewSyscallError("promiscuous mode", err)
}

func attach(fd int, link uint16, of func(uint16) ([]bpf.RawInstruction, error)) error {
	filter, err := of(link)
	if err != nil {
		return err
	}
	code := make([]unix.SockFilter, len(filter))
	for i, ins := range filter {
		code[i] = unix.SockFilter{Code: ins.Op, Jt: ins.Jt, Jf: ins.Jf, K: ins.K}
	}
	if len(code) == 0 {
		return errors.New("the filter is empty")
	}
	err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]})
	if errors.Is(err, unix.EINVAL) {
		return errors.New("the kernel does not take the filter: it is no valid program")
	}
	return os.NewSyscallError("filter", err)
}

func networkOrder(n uint16) uint16 { return n<<8 | n>>8 }

// Name is the interface's.
func (h *Handle) Name() string { return h.name }

// Next gives the next packet. It waits a moment and then returns ErrIdle.
func (h *Handle) Next() (Packet, error) {
	for {
		p, from, ok := h.ring.next()
		switch {
		case !ok:
			if err := h.wait(); err != nil {
				return Packet{}, err
			}
		case from.kind == unix.PACKET_OUTGOING && from.index == h.loop && h.loop != 0:
			// What goes over loopback passes twice, out and in.
		default:
			p.Link = h.link
			if h.cooked {
				cooked(p.Data, from)
			}
			return p, nil
		}
	}
}

// wait returns when there is a block to read, or else an error.
func (h *Handle) wait() error {
	fds := []unix.PollFd{{Fd: int32(h.fd), Events: unix.POLLIN | unix.POLLERR}}
	n, err := unix.Poll(fds, int(wait.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR) || err == nil && n == 0:
		return ErrIdle
	case err != nil:
		return os.NewSyscallError("poll", err)
	case fds[0].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) == 0:
		return nil
	}
	code, err := unix.GetsockoptInt(h.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && code == 0 {
		return ErrIdle
	}
	if err == nil {
		err = unix.Errno(code)
	}
	if errors.Is(err, unix.ENETDOWN) || errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENODEV) {
		return ErrDown
	}
	return os.NewSyscallError("capture", err)
}

// Stats asks the kernel what came in and what it dropped.
func (h *Handle) Stats() (Stats, error) {
	s, err := unix.GetsockoptTpacketStatsV3(h.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return h.counted, os.NewSyscallError("statistics", err)
	}
	h.counted.Received += uint64(s.Packets) // reading sets the kernel's counters to zero
	h.counted.Dropped += uint64(s.Drops)
	return h.counted, nil
}

// Close ends the capture.
func (h *Handle) Close() error {
	h.ring.close()
	if h.fd < 0 {
		return nil
	}
	err := unix.Close(h.fd)
	h.fd = -1
	return err
}
