package main

import "encoding/binary"

func (c *conn) add(dir int, flags byte, data []byte) {
	p := packet{dir: dir, flags: flags, seq: c.seq[dir], ack: c.seq[1-dir], data: data}
	if flags&ack == 0 {
		p.ack = 0
	}
	c.packets = append(c.packets, p)
	c.seq[dir] += uint32(len(data))
	if flags&(syn|fin) != 0 {
		c.seq[dir]++
	}
}

func (c *conn) begin() {
	c.add(0, syn, nil)
	c.add(1, syn|ack, nil)
	c.add(0, ack, nil)
}

func (c *conn) end() {
	c.add(0, fin|ack, nil)
	c.add(1, fin|ack, nil)
	c.add(0, ack, nil)
}

// send cuts data into segments of at most size bytes; every second is
// acknowledged.
func (c *conn) send(dir int, data []byte, size int) {
	for n := 1; len(data) > 0; n++ {
		part := data[:min(len(data), size)]
		data = data[len(part):]
		c.add(dir, psh|ack, part)
		if n%2 == 0 || len(data) == 0 {
			c.add(1-dir, ack, nil)
		}
	}
}

// handshake plans the packets of a recorded connection, with what is fresh in
// it.
func (g *generator) handshake(c *conn, t *template, name string) {
	c.begin()
	c.bulk = 0
	if t.outcome == "completed" {
		c.bulk = g.bulk
	}
	var fresh [2][32]byte
	for d := range fresh {
		for i := 0; i < 32; i += 8 {
			binary.LittleEndian.PutUint64(fresh[d][i:], g.rng.Uint64())
		}
	}
	size := mss
	if g.rng.IntN(50) == 0 {
		size = 200 + g.rng.IntN(400) // a narrow path: hellos over several segments
	}
	total := 0
	for _, w := range t.writes {
		total += len(w.data)
	}
	if cap(c.arena) < total {
		c.arena = make([]byte, 0, total)
	}
	for i, w := range t.writes {
		from := len(c.arena)
		c.arena = append(c.arena, w.data...)
		data := c.arena[from:]
		for _, p := range t.randoms {
			if p.write == i {
				copy(data[p.at:p.at+p.size], fresh[p.dir][:])
			}
		}
		for _, p := range t.names {
			if p.write == i {
				copy(data[p.at:], name[1:5])
			}
		}
		c.send(w.dir, data, size)
	}
	g.disturb(c)
	switch {
	case t.reset:
		c.add(1, rst|ack, nil)
	case t.outcome == "refused":
		c.add(1, fin|ack, nil)
		c.add(0, fin|ack, nil)
		c.add(1, ack, nil)
	case c.bulk == 0:
		c.end()
	}
}

// disturb sends, in one connection of 50, a segment twice, and in another
// lets two segments of one side change places.
func (g *generator) disturb(c *conn) {
	const first = 3
	at := first + g.rng.IntN(len(c.packets)-first)
	switch p := c.packets; g.rng.IntN(50) {
	case 0:
		c.packets = append(p, packet{})
		copy(c.packets[at+1:], p[at:])
	case 1:
		if at+1 < len(p) && p[at].dir == p[at+1].dir {
			p[at], p[at+1] = p[at+1], p[at]
		}
	}
}

// middle plans a connection of which the capture shows the end only.
func (g *generator) middle(c *conn, t *template) {
	for _, w := range t.writes[len(t.writes)/2:] {
		if w.data[0] == 23 {
			c.send(w.dir, w.data, mss)
		}
	}
	c.end()
}

// plain plans a connection without TLS.
func (g *generator) plain(c *conn) {
	c.begin()
	c.send(0, []byte(request), mss)
	c.send(1, plainAnswer, mss)
	c.end()
}

var plainAnswer = append([]byte("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"), make([]byte, 4000)...)

// bulkRecord is one record of application data, as TLS 1.2 and 1.3 send it.
var bulkRecord = func() []byte {
	const size = 16<<10 + 17
	b := append([]byte{23, 3, 3, size >> 8, size & 0xff}, make([]byte, size)...)
	x := uint64(88172645463325252)
	for i := 5; i < len(b); i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x)
	}
	return b
}()

// more plans the next record of a download, and the end behind the last.
func (g *generator) more(c *conn) bool {
	if c.bulk <= 0 {
		return false
	}
	c.packets, c.next = c.packets[:0], 0
	c.send(1, bulkRecord, mss)
	if c.bulk -= len(bulkRecord); c.bulk <= 0 {
		c.end()
	}
	return true
}

// write writes a packet as Ethernet, IPv4 and TCP.
func (g *generator) write(c *conn, p *packet) {
	g.micros += 1 + int64(g.rng.Uint32()%16)
	h := g.head[:]
	length := 14 + 20 + 20 + len(p.data)
	le := binary.LittleEndian
	le.PutUint32(h, uint32(g.micros/1000000))
	le.PutUint32(h[4:], uint32(g.micros%1000000))
	le.PutUint32(h[8:], uint32(length))
	le.PutUint32(h[12:], uint32(length))
	e := h[16:]
	copy(e, []byte{2, 0, 0, 0, 0, byte(1 - p.dir), 2, 0, 0, 0, 0, byte(p.dir), 8, 0})
	ip, be := e[14:], binary.BigEndian
	copy(ip, []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0})
	be.PutUint16(ip[2:], uint16(length-14))
	copy(ip[12:], c.addr[p.dir][:])
	copy(ip[16:], c.addr[1-p.dir][:])
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(be.Uint16(ip[i:]))
	}
	be.PutUint16(ip[10:], ^uint16(sum+sum>>16))
	tcp := ip[20:]
	be.PutUint16(tcp, c.port[p.dir])
	be.PutUint16(tcp[2:], c.port[1-p.dir])
	be.PutUint32(tcp[4:], p.seq)
	be.PutUint32(tcp[8:], p.ack)
	copy(tcp[12:], []byte{5 << 4, p.flags, 0xff, 0xff, 0, 0, 0, 0})
	g.out.Write(h)
	g.out.Write(p.data)
}
