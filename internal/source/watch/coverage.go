package watch

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// A reason is why a packet could not be used. Counting by number keeps the
// way of a packet free of strings.
type reason uint8

const (
	used reason = iota
	reasonCut
	reasonLink
	reasonNotIP
	reasonFragment
	reasonMalformed
	reasonNotTCP
	reasonTunnel
	reasonEncrypted
	reasonRDP
	reasonCount
	// fragmentKept is no reason to skip: the packet waits for its other parts.
	fragmentKept
)

var reasonTexts = [reasonCount]string{
	reasonCut:       "cut packet: too little captured to find TCP or UDP",
	reasonLink:      "unknown link type",
	reasonNotIP:     "not IP",
	reasonFragment:  "IP fragment that fits no packet",
	reasonMalformed: "malformed packet",
	reasonNotTCP:    "neither TCP nor QUIC nor DTLS",
	reasonTunnel:    "tunnel: not read yet",
	reasonEncrypted: "encrypted tunnel (IPsec, WireGuard): nothing inside can be seen",
	reasonRDP:       "RDP over UDP: not read yet",
}

// A tally is what becomes the coverage record of a file.
type tally struct {
	name        string
	read, used  int
	skipped     [reasonCount]int
	at          [reasonCount]int // the first such packet
	link        uint16           // the first unknown link type
	first, last int64
	cut, cutAt  int // packets that the file cuts short, and the first of them

	evicted       int // connections given up
	noClientHello int
	noServerHello int
	cutHellos     int
	gaps          int    // handshakes with bytes that were not captured
	fragments     int    // packets that never became whole
	alreadyOpen   int    // encrypted connections whose hellos came before the capture
	quicUnread    int    // connections of QUIC of which no hello could be read
	received      uint64 // of a live capture: packets that the filter let through
	dropped       uint64 // and those of them that the kernel dropped
	damage        *evidence.Skip
	failed        string
}

func (t *tally) packet(f *packet) {
	t.read++
	if f.nanos != 0 { // a simple packet of pcapng has no time
		if f.nanos < t.first || t.first == 0 {
			t.first = f.nanos
		}
		if f.nanos > t.last || t.last == 0 {
			t.last = f.nanos
		}
	}
	if f.cut {
		if t.cut == 0 {
			t.cutAt = f.number
		}
		t.cut++
	}
}

func (t *tally) count(r reason, f *packet) {
	if r == used {
		t.used++
		return
	}
	if t.skipped[r] == 0 {
		t.at[r] = f.number
		if r == reasonLink {
			t.link = f.link
		}
	}
	t.skipped[r]++
}

func (t *tally) ref(frame int) string { return t.name + ":" + strconv.Itoa(frame) }

// record writes the coverage record.
func (t *tally) record() *evidence.Coverage {
	c := &evidence.Coverage{Source: source, Input: t.name, Read: t.read, Used: t.used, Failed: t.failed}
	c.First, c.Last = when(t.first), when(t.last)
	for r := used + 1; r < reasonCount; r++ {
		if t.skipped[r] == 0 {
			continue
		}
		text := reasonTexts[r]
		if r == reasonLink {
			text = fmt.Sprintf("%s %d", text, t.link)
		}
		skip := t.skip(t.at[r], t.skipped[r], text)
		skip.NotTLS = r == reasonNotIP || r == reasonNotTCP
		c.Skipped = append(c.Skipped, skip)
	}
	if t.cut > 0 {
		c.Skipped = append(c.Skipped, t.skip(t.cutAt, t.cut, "cut packet: the file holds only a part of it"))
	}
	if t.damage != nil {
		c.Skipped = append(c.Skipped, *t.damage)
	}
	c.Blind = t.blind()
	return c
}

func (t *tally) skip(frame, count int, text string) evidence.Skip {
	s := evidence.Skip{Ref: t.ref(frame), Reason: text}
	if count > 1 {
		s.Count = count
	}
	return s
}

// blind lists what this file cannot show, with the numbers.
func (t *tally) blind() []string {
	var out []string
	add := func(n int, format string) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, n))
		}
	}
	add(t.skipped[reasonTunnel], "packets in tunnels that are not read yet: %d")
	add(t.skipped[reasonEncrypted], "packets in encrypted tunnels (IPsec, WireGuard), inside which nothing can be seen: %d")
	add(t.skipped[reasonRDP], "packets of RDP over UDP, whose handshakes are not read yet: %d")
	add(t.fragments, "IP packets of which fragments are missing in the capture: %d")
	add(t.alreadyOpen, "encrypted connections that were open before the capture began, so that their hellos are not in it: %d")
	add(t.quicUnread, "connections of QUIC whose hellos could not be read, because their first packets are not in the capture or their version is not known: %d")
	add(t.noClientHello, "handshakes without their ClientHello, so that what the client offered is not known: %d")
	add(t.noServerHello, "handshakes without their ServerHello: %d")
	add(t.cutHellos, "hellos that are cut short or malformed: %d")
	add(t.gaps, "handshakes with bytes missing in the capture: %d")
	add(t.evicted, "connections given up to stay within memory: %d")
	if t.dropped > 0 {
		out = append(out, fmt.Sprintf("packets that the kernel dropped because they came faster than they were read: %d of %d", t.dropped, t.received))
	}
	return out
}

// when is a time of a capture, in which zero is "not known".
func when(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}
