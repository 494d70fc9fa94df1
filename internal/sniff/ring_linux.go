package sniff

import (
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A ring is the memory that the kernel shares. It is a number of blocks, each
// of which belongs either to the kernel or to the reader; within a block,
// packets follow one another.
type ring struct {
	mem    []byte
	blocks int
	block  int  // being read, or the next to be
	ours   bool // the block is being read
	at     uint32
	left   uint32 // packets of the block
	room   uint32 // bytes to leave free before a packet, at most sllHeader
}

// sender is what the kernel tells of a packet besides its bytes.
type sender struct {
	index    int // of the interface
	kind     uint8
	hardware uint16
	protocol uint16 // an EtherType, in the network's byte order
}

func (r *ring) open(fd, size int) error {
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return os.NewSyscallError("TPACKET_V3", err)
	}
	if size <= 0 {
		size = DefaultRing
	}
	const frame = 2048 // the kernel wants to know one, and does not use it
	r.blocks = max(2, size/blockSize)
	req := unix.TpacketReq3{
		Block_size: blockSize, Block_nr: uint32(r.blocks),
		Frame_size: frame, Frame_nr: uint32(r.blocks * (blockSize / frame)),
		Retire_blk_tov: retire,
	}
	if err := unix.SetsockoptTpacketReq3(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &req); err != nil {
		return os.NewSyscallError("ring", err)
	}
	var err error
	r.mem, err = unix.Mmap(fd, 0, r.blocks*blockSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return os.NewSyscallError("mmap", err)
}

func (r *ring) close() {
	if r.mem != nil {
		unix.Munmap(r.mem)
		r.mem = nil
	}
}

// header is that of the block being read.
func (r *ring) header() *unix.TpacketHdrV1 {
	desc := (*unix.TpacketBlockDesc)(unsafe.Pointer(&r.mem[r.block*blockSize]))
	return (*unix.TpacketHdrV1)(unsafe.Pointer(&desc.Hdr))
}

// next gives the next packet, if there is one. The packet before it, and with
// the last one of a block the block, goes back to the kernel.
func (r *ring) next() (Packet, sender, bool) {
	for {
		if r.ours && r.left > 0 {
			p, from := r.packet()
			return p, from, true
		}
		head := r.header()
		if r.ours {
			atomic.StoreUint32(&head.Block_status, unix.TP_STATUS_KERNEL)
			r.ours, r.block = false, (r.block+1)%r.blocks
			head = r.header()
		}
		if atomic.LoadUint32(&head.Block_status)&unix.TP_STATUS_USER == 0 {
			return Packet{}, sender{}, false
		}
		r.ours, r.at, r.left = true, head.Offset_to_first_pkt, head.Num_pkts
	}
}

// packet reads the packet at r.at and moves on. The kernel leaves 16 bytes and
// more between its own header and a packet without the link's.
func (r *ring) packet() (Packet, sender) {
	block := r.mem[r.block*blockSize : (r.block+1)*blockSize : (r.block+1)*blockSize]
	b := block[r.at:]
	h := (*unix.Tpacket3Hdr)(unsafe.Pointer(&b[0]))
	addr := (*unix.RawSockaddrLinklayer)(unsafe.Pointer(&b[unix.SizeofTpacket3Hdr]))
	p := Packet{
		Data: b[uint32(h.Mac)-r.room : uint32(h.Mac)+h.Snaplen],
		Wire: int(h.Len + r.room),
		Time: int64(h.Sec)*1e9 + int64(h.Nsec),
	}
	from := sender{int(addr.Ifindex), addr.Pkttype, addr.Hatype, addr.Protocol}
	r.at += h.Next_offset
	r.left--
	return p, from
}
