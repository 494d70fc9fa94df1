package sniff

import (
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"
)

// linkType is how the packets of an interface begin. Of most kinds the kernel
// takes the header off and tells in other words what it said, which is as good
// for us and the same for all: those packets have an SLL header.
func linkType(name string) (uint16, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq(name)
	if err != nil {
		return 0, err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFHWADDR, req); err != nil {
		return 0, os.NewSyscallError("link type", err)
	}
	return linkOf(req.Uint16()), nil // the address begins with its family: ARPHRD_
}

func linkOf(hardware uint16) uint16 {
	switch hardware {
	case unix.ARPHRD_ETHER, unix.ARPHRD_LOOPBACK:
		return LinkEthernet
	case unix.ARPHRD_IEEE80211:
		return LinkWLAN
	case unix.ARPHRD_IEEE80211_RADIOTAP:
		return LinkRadiotap
	}
	return LinkCooked
}

// sllHeader is the length of an SLL header
// (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
const sllHeader = 16

// cooked writes an SLL header into the bytes that were left free for it.
func cooked(b []byte, from sender) {
	binary.BigEndian.PutUint16(b, uint16(from.kind))
	binary.BigEndian.PutUint16(b[2:], from.hardware)
	clear(b[4:14]) // the address of the sender
	binary.NativeEndian.PutUint16(b[14:], from.protocol)
}
