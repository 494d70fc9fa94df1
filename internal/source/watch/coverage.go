package watch

import (
	"fmt"
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
	reasonQUIC
	reasonDTLS
	reasonCount
)

var reasonTexts = [reasonCount]string{
	reasonCut:       "cut packet: too little captured to find TCP",
	reasonLink:      "unknown link type",
	reasonNotIP:     "not IP",
	reasonFragment:  "IP fragment: not read yet",
	reasonMalformed: "malformed packet",
	reasonNotTCP:    "not TCP",
	reasonTunnel:    "tunnel: not read yet",
	reasonQUIC:      "QUIC: not read yet",
	reasonDTLS:      "DTLS: not read yet",
}

// A tally is what becomes the coverage record of a file.
type tally struct {
	name        string
	read, used  int
	skipped     [reasonCount]int
	at          [reasonCount]int // the first such packet
	link        uint16           // the first unknown link type
	cut         int              // packets of which only a part was captured
	first, last int64

	flows, evicted      int
	handshakes          int
	noClientHello       int
	noServerHello       int
	cutHellos           int
	gaps                int // connections with bytes that were not captured
	alreadyOpen         int // encrypted connections whose hellos came before the capture
	damage              []evidence.Skip
	failed              string
	heldDropped, unread int
}

func (t *tally) packet(f *frame) {
	if t.read == 0 {
		t.first, t.last = f.nanos, f.nanos
	}
	t.read++
	if f.nanos != 0 {
		if f.nanos < t.first || t.first == 0 {
			t.first = f.nanos
		}
		t.last = max(t.last, f.nanos)
	}
	if f.cut {
		t.damage = append(t.damage, evidence.Skip{Ref: t.ref(f.number), Reason: "cut packet: the file ends inside it"})
	}
}

func (t *tally) count(r reason, f *frame) {
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

func (t *tally) ref(frame int) string { return fmt.Sprintf("%s:%d", t.name, frame) }

// record writes the coverage record.
func (t *tally) record() *evidence.Coverage {
	c := &evidence.Coverage{Source: source, Input: t.name, Read: t.read, Used: t.used, Failed: t.failed}
	if t.read > 0 && t.first != 0 {
		c.First, c.Last = when(t.first), when(t.last)
	}
	for r := used + 1; r < reasonCount; r++ {
		if t.skipped[r] == 0 {
			continue
		}
		text := reasonTexts[r]
		if r == reasonLink {
			text = fmt.Sprintf("%s %d", text, t.link)
		}
		s := evidence.Skip{Ref: t.ref(t.at[r]), Reason: text}
		if t.skipped[r] > 1 {
			s.Count = t.skipped[r]
		}
		c.Skipped = append(c.Skipped, s)
	}
	c.Skipped = append(c.Skipped, t.damage...)
	c.Blind = t.blind()
	return c
}

// blind lists what this file cannot show, with the numbers.
func (t *tally) blind() []string {
	var out []string
	add := func(n int, format string) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, n))
		}
	}
	add(t.skipped[reasonQUIC], "%d packets of QUIC: the handshakes inside are not read yet")
	add(t.skipped[reasonDTLS], "%d packets of DTLS: the handshakes inside are not read yet")
	add(t.skipped[reasonTunnel], "%d packets in tunnels: what is inside is not read yet")
	add(t.skipped[reasonFragment], "%d IP fragments: what is inside is not read yet")
	add(t.alreadyOpen, "%d encrypted connections were open before the capture began: their hellos are not in it")
	add(t.noClientHello, "%d handshakes without their ClientHello: what the client offered is not known")
	add(t.noServerHello, "%d handshakes without their ServerHello")
	add(t.cutHellos, "%d hellos are cut short or malformed")
	add(t.gaps, "%d connections have segments missing where a handshake stood")
	add(t.evicted, "%d connections were given up to stay within memory")
	return out
}

func when(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }
