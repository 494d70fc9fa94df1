package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// A generator writes the packets of connections in turn.
type generator struct {
	conns, open, bulk int
	clients, servers  int
	rng               *rand.Rand
	templates         map[pair][]*template
	out, truth        *bufio.Writer
	micros            int64
	made              int // connections begun
	port              uint16
	head              [16 + 14 + 20 + 20]byte
	live              []*conn
	spare             []*conn
}

const (
	mss   = 1460
	start = 1772445600 * 1000000 // 2026-03-02 10:00 UTC
)

// TCP flags.
const (
	fin = 1
	syn = 2
	rst = 4
	psh = 8
	ack = 16
)

// A packet is one that a connection has yet to send.
type packet struct {
	dir   int
	flags byte
	seq   uint32
	ack   uint32
	data  []byte
}

// A conn is a connection that is being written.
type conn struct {
	addr    [2][4]byte
	port    [2]uint16
	packets []packet
	next    int
	seq     [2]uint32
	arena   []byte
	bulk    int // bytes of application data to come
}

// capture writes the whole file.
func (g *generator) capture() {
	head := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	head = append(head, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0)
	g.out.Write(head)
	g.micros, g.port = start, 1024
	for len(g.live) > 0 || g.made < g.conns {
		for len(g.live) < g.open && g.made < g.conns {
			g.live = append(g.live, g.connection())
		}
		i := g.rng.IntN(len(g.live))
		c := g.live[i]
		if c.next == len(c.packets) && !g.more(c) {
			g.live[i] = g.live[len(g.live)-1]
			g.live = g.live[:len(g.live)-1]
			g.spare = append(g.spare, c)
			continue
		}
		g.write(c, &c.packets[c.next])
		c.next++
	}
}

// connection begins the next connection: one in 200 is seen from its middle
// on, one in 200 is plain text; these come besides.
func (g *generator) connection() *conn {
	c := &conn{}
	if n := len(g.spare); n > 0 {
		c, g.spare = g.spare[n-1], g.spare[:n-1]
		*c = conn{packets: c.packets[:0], arena: c.arena[:0]}
	}
	var t *template
	var cn, sn int
	for t == nil {
		cn, sn = g.rng.IntN(g.clients), g.rng.IntN(g.servers)
		if list := g.templates[pair{cn % len(clients()), sn % len(servers())}]; list != nil {
			t = list[g.rng.IntN(len(list))]
		}
	}
	if g.port++; g.port < 1024 {
		g.port = 1024
	}
	c.addr = [2][4]byte{{10, byte(cn >> 16), byte(cn >> 8), byte(cn)}, {198, 18, byte(sn >> 8), byte(sn)}}
	c.port = [2]uint16{g.port, 443}
	c.seq = [2]uint32{g.rng.Uint32(), g.rng.Uint32()}
	name := fmt.Sprintf("s%04d.bench.example", sn)
	switch kind := g.rng.IntN(200); {
	case kind == 0 && t.outcome == "completed":
		c.addr[0][0] = 11 // addresses of their own: nothing else is known of them
		g.say("midstream", c, "", &template{})
		g.middle(c, t)
	case kind == 1:
		c.addr[0][0] = 12
		g.say("plain", c, "", &template{})
		g.plain(c)
	default:
		g.made++
		g.say("tls", c, name, t)
		g.handshake(c, t, name)
	}
	return c
}

func (g *generator) say(kind string, c *conn, name string, t *template) {
	fmt.Fprintf(g.truth, "%s\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%t\t%s\n", kind, dotted(c.addr[0]), c.port[0], dotted(c.addr[1]), c.port[1],
		name, t.offered, t.negotiated, t.suite, t.outcome, t.resumed, t.limited)
}

func dotted(a [4]byte) string { return fmt.Sprintf("%d.%d.%d.%d", a[0], a[1], a[2], a[3]) }
