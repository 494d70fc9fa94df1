//go:build linux

// Delay joins two network devices by a wire of a given length, so that the
// kernel's own TCP meets a round trip without a module for it:
//
//	delay -rtt 40ms far0 far1
//
// makes two TUN devices. Moved into network namespaces and given addresses,
// each hands its packets to the other after half the round trip. Root only.
// It prints "ready" once both are there, and ends with its standard input.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	rtt := flag.Duration("rtt", 40*time.Millisecond, "round trip")
	flag.Parse()
	if err := run(*rtt, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "delay:", err)
		os.Exit(1)
	}
}

func run(rtt time.Duration, names []string) error {
	if len(names) != 2 {
		return fmt.Errorf("want the names of two devices")
	}
	ends := make([]int, len(names))
	for i, name := range names {
		fd, err := tun(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		ends[i] = fd
	}
	go carry(ends[0], ends[1], rtt/2)
	go carry(ends[1], ends[0], rtt/2)
	fmt.Println("ready")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// tun makes a device of bare IP packets (linux/if_tun.h: IFF_TUN, IFF_NO_PI).
func tun(name string) (int, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	var req struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(req.name[:15], name)
	const iffTun, iffNoPI, tunSetIff = 0x0001, 0x1000, 0x400454ca
	req.flags = iffTun | iffNoPI
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&req))); e != 0 {
		return 0, e
	}
	return fd, nil
}

// packet is one on the wire.
type packet struct {
	due   time.Time
	bytes []byte
}

// carry takes packets from one end to the other, in order.
func carry(from, to int, delay time.Duration) {
	wire := make(chan packet, 1<<16)
	go func() {
		for p := range wire {
			time.Sleep(time.Until(p.due))
			syscall.Write(to, p.bytes) // one that the other end has no room for is lost
		}
	}()
	buf := make([]byte, 1<<16)
	for {
		n, err := syscall.Read(from, buf)
		switch {
		case err == syscall.EINTR, err == syscall.EIO: // not up yet
			time.Sleep(time.Millisecond)
		case err != nil:
			return
		default:
			wire <- packet{time.Now().Add(delay), bytes.Clone(buf[:n])}
		}
	}
}
