package watch

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func TestWholeRecord(t *testing.T) {
	c := newCapture()
	c.connect(443).open().plain12("www.example")
	got := one(t, c)
	at := func(n int) time.Time {
		return time.Date(2026, 3, 2, 10, 0, 0, n*1000*1000, time.UTC)
	}
	want := &evidence.Handshake{
		Protocol: "https",
		Client: evidence.Party{
			IP: "192.0.2.7", Port: 50000,
			JA3: got.Client.JA3, JA4: got.Client.JA4,
		},
		Server:  evidence.Party{IP: "198.51.100.9", Port: 443, Name: "www.example"},
		Offered: []tlswire.Version{tlswire.TLS12}, OfferedMax: tlswire.TLS12, Negotiated: tlswire.TLS12,
		Suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Group: "secp256r1",
		Outcome: evidence.Completed, Count: 1, First: at(4), Last: at(9), Source: "pcap", Refs: []string{"t.pcap:4"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(got.Client.JA3) != 32 || !strings.HasPrefix(got.Client.JA4, "t12d0301") {
		t.Errorf("fingerprints %q %q", got.Client.JA3, got.Client.JA4)
	}
}

func TestOutcomes(t *testing.T) {
	hello12 := clientHello(tlswire.TLS12, "a.example", 0)
	hello10 := clientHello(tlswire.TLS10, "a.example", 0)
	hello13 := clientHello(tlswire.TLS12, "a.example", 0, 0x0a0a, tlswire.TLS13, tlswire.TLS12)
	server13 := join(serverHello(tlswire.TLS13, 0x1301, ""), record(20, []byte{1}), appData(900))
	for _, tt := range []struct {
		name string
		play func(*talker)
		want string // negotiated, outcome, alert
	}{
		{"completed 1.2", func(k *talker) { k.plain12("a.example") }, "TLS 1.2 completed"},
		{"resumed", func(k *talker) {
			k.client(hello12).server(join(serverHello(tlswire.TLS12, 0xC02F, ""), finish())).client(finish())
		}, "TLS 1.2 completed"},
		{"completed 1.3", func(k *talker) { k.client(hello13).server(server13).client(join(record(20, []byte{1}), appData(53))) }, "TLS 1.3 completed"},
		{"1.3, the client rejects the certificate", func(k *talker) {
			k.client(hello13).server(server13).client(join(record(20, []byte{1}), appData(19))).end(0, flagFIN|flagACK)
		}, "TLS 1.3 aborted"},
		{"retry", func(k *talker) {
			k.client(hello13).server(helloRetry()).client(join(record(20, []byte{1}), hello13)).server(server13).client(appData(53))
		}, "TLS 1.3 completed"},
		{"server refuses", func(k *talker) {
			k.client(hello10).server(alertRecord(tlswire.AlertFatal, tlswire.AlertProtocolVersion)).end(1, flagFIN|flagACK)
		}, "- refused server protocol_version"},
		{"reset after the hello", func(k *talker) { k.client(hello10).end(1, flagRST) }, "- refused"},
		{"close after the hello", func(k *talker) { k.client(hello10).end(1, flagFIN|flagACK) }, "- refused"},
		{"close_notify after the hello", func(k *talker) {
			k.client(hello10).server(alertRecord(tlswire.AlertWarning, tlswire.AlertCloseNotify)).end(1, flagFIN|flagACK)
		}, "- refused"},
		{"something else in answer", func(k *talker) {
			k.client(hello10).server([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")).end(1, flagFIN|flagACK)
		}, "- refused"},
		{"client gives up", func(k *talker) { k.client(hello10).end(0, flagFIN|flagACK).end(1, flagFIN|flagACK) }, "- unfinished"},
		{"no answer", func(k *talker) { k.client(hello10) }, "- unfinished"},
		{"client alert", func(k *talker) {
			k.client(hello12).server(flight12(2000)).client(alertRecord(tlswire.AlertFatal, tlswire.AlertUnknownCA))
		}, "TLS 1.2 aborted client unknown_ca"},
		{"client resets after the server's hello", func(k *talker) { k.client(hello12).server(flight12(2000)).end(0, flagRST) }, "TLS 1.2 aborted"},
		{"a warning is not the end", func(k *talker) {
			k.client(hello12).server(alertRecord(tlswire.AlertWarning, tlswire.AlertUnrecognizedName)).server(flight12(100)).client(clientFinish12()).server(finish())
		}, "TLS 1.2 completed"},
		{"the capture ends", func(k *talker) { k.client(hello12).server(flight12(2000)) }, "TLS 1.2 unfinished"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			tt.play(c.connect(443).open())
			h := one(t, c)
			if got := summary(h); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if h.OfferedMax == 0 || h.Refs[0] != "t.pcap:4" {
				t.Errorf("offered %v, refs %v", h.OfferedMax, h.Refs)
			}
		})
	}
}

func summary(h *evidence.Handshake) string {
	s := "-"
	if h.Negotiated != 0 {
		s = h.Negotiated.String()
	}
	s += " " + string(h.Outcome)
	if h.Alert != nil {
		s += " " + h.Alert.From + " " + h.Alert.Name
	}
	return s
}

// TestAnyOrder sends one handshake in small segments that overlap, repeat and
// change places: the outcome must not depend on it.
func TestAnyOrder(t *testing.T) {
	hello, flight := clientHello(tlswire.TLS12, "a.example", 1700), flight12(3000)
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := newCapture()
		k := c.connect(443).open()
		for _, part := range []struct {
			who  int
			data []byte
		}{{0, hello}, {1, flight}, {0, clientFinish12()}, {1, finish()}} {
			shuffled(r, k, part.who, part.data)
		}
		h := one(t, c)
		if got := summary(h) + " " + h.Group + " " + h.Server.Name; got != "TLS 1.2 completed secp256r1 a.example" {
			t.Fatalf("seed %d: %s", seed, got)
		}
	}
}

// shuffled sends data in segments in any order.
func shuffled(r *rand.Rand, k *talker, who int, data []byte) {
	type piece struct{ from, to int }
	var pieces []piece
	for at := 0; at < len(data); {
		to := min(len(data), at+1+r.IntN(400))
		pieces = append(pieces, piece{max(0, at-r.IntN(50)), to})
		if r.IntN(5) == 0 {
			pieces = append(pieces, piece{at, to})
		}
		at = to
	}
	r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	for _, p := range pieces {
		k.send(who, flagACK, k.seq[who]+uint32(p.from), data[p.from:p.to])
	}
	k.seq[who] += uint32(len(data))
}

func TestHelloByteByByte(t *testing.T) {
	c := newCapture()
	c.connect(443).open().say(0, clientHello(tlswire.TLS12, "tiny.example", 0), 1).say(1, flight12(50), 1).client(clientFinish12()).server(finish())
	if h := one(t, c); h.Server.Name != "tiny.example" || h.Outcome != evidence.Completed || h.Client.JA4 == "" {
		t.Errorf("%+v", h)
	}
}

func TestHelloOverRecords(t *testing.T) {
	whole := clientHello(tlswire.TLS12, "split.example", 300)[5:]
	var b []byte
	for len(whole) > 0 {
		n := min(7, len(whole))
		b = append(b, record(tlswire.ContentHandshake, whole[:n])...)
		whole = whole[n:]
	}
	c := newCapture()
	c.connect(443).open().client(b).server(flight12(50))
	if h := one(t, c); h.Server.Name != "split.example" {
		t.Errorf("%+v", h)
	}
}

func TestPrefixes(t *testing.T) {
	for _, tt := range []struct {
		port  uint16
		talk  []string // server and client in turn, a server first
		proto string
	}{
		{25, []string{"220 mx ESMTP\r\n", "EHLO c\r\n", "250-mx\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "220 go\r\n"}, "smtp"},
		{10025, []string{"220 mx ESMTP\r\n", "EHLO c\r\n", "250 STARTTLS\r\n", "STARTTLS\r\n", "220 go\r\n"}, "smtp"},
		{2121, []string{"220 files\r\n", "AUTH TLS\r\n", "234 go\r\n"}, "ftp"},
		{1143, []string{"* OK ready\r\n", "a STARTTLS\r\n", "a OK\r\n"}, "imap"},
		{1110, []string{"+OK ready\r\n", "STLS\r\n", "+OK\r\n"}, "pop3"},
		{5432, []string{"", "\x00\x00\x00\x08\x04\xd2\x16\x2f", "S"}, "postgres"},
		{15432, []string{"", "\x00\x00\x00\x08\x04\xd2\x16\x2f", "S"}, "postgres"},
		{9000, []string{"", "<?xml version='1.0'?><stream:stream>", "<?xml?><proceed/>"}, "xmpp"},
		{13306, []string{"J\x00\x00\x00\x0a8.0.33\x00", " \x00\x00\x01\x85\xae\xff\x00"}, "mysql"},
		{4000, []string{"", "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x0b\x00\x00\x00", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x00\x00\x00\x02\x00\x08\x00\x01\x00\x00\x00"}, "rdp"},
		{3128, []string{"", "CONNECT a.example:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}, "tls"},
		{1080, []string{"", "\x05\x01\x00", "\x05\x00", "\x05\x01\x00\x01\x01\x02\x03\x04\x01\xbb", "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"}, "tls"},
		{443, []string{"", "PROXY TCP4 203.0.113.5 198.51.100.9 1234 443\r\n"}, "https"},
		{443, []string{"", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x05\xc6\x33\x64\x09\x04\xd2\x01\xbb"}, "https"},
		{1080, []string{"", "\x04\x01\x01\xbb\x01\x02\x03\x04user\x00", "\x00\x5a\x00\x00\x00\x00\x00\x00"}, "tls"},
		{10389, []string{"", "\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037", "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"}, "ldap"},
		{11433, []string{"", "\x12\x01\x00\x2f\x00\x00\x00\x00" + strings.Repeat("\x00", 39), "\x04\x01\x00\x2b\x00\x00\x01\x00" + strings.Repeat("\x00", 35)}, "tds"},
		{16667, []string{"", "CAP LS 302\r\n", ":irc CAP * LS :tls\r\n", "STARTTLS\r\n", ":irc 670 * :go\r\n"}, "irc"},
		{16667, []string{"", "STARTTLS\r\n", ":irc 670 * :go\r\n"}, "irc"},
		{1119, []string{"200 news ready\r\n", "STARTTLS\r\n", "382 go\r\n"}, "nntp"},
		{1119, []string{"201 news, no posting\r\n", "STARTTLS\r\n", "382 go\r\n"}, "nntp"},
		{14190, []string{"\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n", "STARTTLS\r\n", "OK\r\n"}, "sieve"},
		{10024, []string{"220 mx LMTP\r\n", "LHLO c\r\n", "250 STARTTLS\r\n", "STARTTLS\r\n", "220 go\r\n"}, "lmtp"},
		{993, nil, "imap"},
		{4444, nil, "tls"},
	} {
		t.Run(fmt.Sprint(tt.proto, tt.port), func(t *testing.T) {
			c := newCapture()
			k := c.connect(tt.port).open()
			for i, line := range tt.talk {
				k.say(1-i%2, []byte(line), 1460)
			}
			k.plain12("a.example")
			if h := one(t, c); h.Protocol != tt.proto || summary(h) != "TLS 1.2 completed" {
				t.Errorf("%s %s, want %s", h.Protocol, summary(h), tt.proto)
			}
		})
	}
}

// TestPlainTCP asks that what is no TLS leaves no handshake: the start of
// other protocols, and the middle of encrypted connections, backwards too.
func TestPlainTCP(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	for name, talk := range map[string][2][]byte{
		"HTTP":                             {[]byte("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\n\r\nhello")},
		"SSH":                              {[]byte("SSH-2.0-client\r\n"), []byte("SSH-2.0-server\r\n")},
		"SMTP":                             {[]byte("EHLO c\r\nMAIL FROM:<>\r\n"), []byte("220 mx\r\n250 mx\r\n250 ok\r\n")},
		"noise":                            {noise(70000), noise(90000)},
		"SSLv2-like":                       {append([]byte{0x80, 0x2e, 1, 0, 2}, noise(60)...), noise(10)},
		"midstream":                        {join(appData(900), appData(100)), join(appData(16000), appData(3000))},
		"a part of a record, then records": {append(noise(500), appData(800)...), append(noise(700), appData(900)...)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, opened := range []bool{true, false} {
				c := newCapture()
				k := c.connect(443)
				if opened {
					k.open()
				}
				k.client(talk[0]).server(talk[1]).end(0, flagFIN|flagACK).end(1, flagRST)
				if hs, _ := run(t, c.out); len(hs) != 0 {
					t.Errorf("opened %v: %+v", opened, hs[0])
				}
			}
		})
	}
}

// TestPROXY has a balancer name the client before the hello: that client is
// who offers. The addresses stay those of the connection.
func TestPROXY(t *testing.T) {
	v2 := "\r\n\r\n\x00\r\nQUIT\n"
	long := "2001:0db8:1111:2222:3333:4444:5555:6666"
	six := netip.MustParseAddr(long).AsSlice()
	for _, tt := range []struct{ header, want string }{
		{"PROXY TCP4 203.0.113.5 198.51.100.9 1234 443\r\n", "203.0.113.5"},
		{"PROXY TCP6 2001:db8::5 2001:db8::9 1234 443\r\n", "2001:db8::5"},
		{"PROXY TCP6 " + long + " " + long + " 1234 443\r\n", "2001:db8:1111:2222:3333:4444:5555:6666"},
		{v2 + "\x21\x11\x00\x0c\xcb\x00\x71\x05\xc6\x33\x64\x09\x04\xd2\x01\xbb", "203.0.113.5"},
		{v2 + "\x21\x21\x00\x24" + string(six) + string(six) + "\x04\xd2\x01\xbb", "2001:db8:1111:2222:3333:4444:5555:6666"},
		// A check of the balancer itself, and what cannot be read.
		{v2 + "\x20\x00\x00\x00", ""},
		{v2 + "\x21\x11\x00\x01\xcb", ""},
		{"PROXY UNKNOWN\r\n", ""},
		{"PROXY TCP4 many words here\r\n", ""},
	} {
		c := newCapture()
		c.connect(443).open().client([]byte(tt.header)).plain12("a.example")
		if h := one(t, c); h.Client.Name != tt.want || h.Client.IP != "192.0.2.7" || h.Outcome != evidence.Completed {
			t.Errorf("%q: %+v", tt.header, h.Client)
		}
	}
}

// TestPrefixInTheSameSegment has the hello behind plain text.
func TestPrefixInTheSameSegment(t *testing.T) {
	c := newCapture()
	hello := clientHello(tlswire.TLS11, "", 0)
	c.connect(443).open().client(join([]byte("PROXY TCP4 203.0.113.5 198.51.100.9 1234 443\r\n"), hello)).server(flight12(9))
	if h := one(t, c); h.OfferedMax != tlswire.TLS11 {
		t.Errorf("%+v", h)
	}
}

func TestSSLv2Hello(t *testing.T) {
	body := join([]byte{1, 3, 1, 0, 6, 0, 0, 0, 16}, []byte{0, 0, 0x2F, 7, 0, 0xC0}, bytes.Repeat([]byte{9}, 16))
	hello := append([]byte{0x80, byte(len(body))}, body...)
	c := newCapture()
	c.connect(443).open().client(hello).server(join(serverHello(tlswire.TLS10, 0x002F, ""), message(11, 800), message(14, 0))).
		client(clientFinish12()).server(finish())
	h := one(t, c)
	if summary(h) != "TLS 1.0 completed" || h.OfferedMax != tlswire.TLS10 || h.Client.JA3 != "" || h.Client.JA4 != "" {
		t.Errorf("%+v", h)
	}
}

func TestServerOnly(t *testing.T) {
	c := newCapture()
	c.connect(50001).server(flight12(500))
	h := one(t, c)
	if h.Server.Port != 50001 || h.Negotiated != tlswire.TLS12 || h.Offered != nil || h.OfferedMax != 0 || h.Refs[0] != "t.pcap:1" {
		t.Errorf("%+v", h)
	}
}

// TestDirection has the client on port 443: ports say nothing of who calls.
func TestDirection(t *testing.T) {
	c := newCapture()
	k := c.connect(51000)
	k.addr[0] = netip.MustParseAddrPort("[2001:db8::1]:443")
	k.addr[1] = netip.MustParseAddrPort("[2001:db8::2]:51000")
	k.plain12("a.example") // no SYN either
	h := one(t, c)
	if h.Client.IP != "2001:db8::1" || h.Client.Port != 443 || h.Server.Port != 51000 || h.Outcome != evidence.Completed {
		t.Errorf("%+v", h)
	}
}

// TestSynAckTwice has two SYN-ACKs with different numbers, of which the
// connection uses the second.
func TestSynAckTwice(t *testing.T) {
	c := newCapture()
	k := c.connect(443)
	k.send(0, flagSYN, k.seq[0], nil)
	k.seq[0]++
	k.send(1, flagSYN|flagACK, 900000000, nil)
	k.send(1, flagSYN|flagACK, 7000, nil)
	k.seq[1]++
	k.plain12("a.example")
	if h := one(t, c); summary(h) != "TLS 1.2 completed" {
		t.Error(summary(h))
	}
}

// TestEarlyData has the hello in the SYN (RFC 7413), in the acknowledgement
// that ends TCP's handshake, and without a SYN.
func TestEarlyData(t *testing.T) {
	hello := clientHello(tlswire.TLS12, "a.example", 0)
	for name, play := range map[string]func(*talker){
		"in the SYN": func(k *talker) {
			k.send(0, flagSYN, k.seq[0], hello)
			k.seq[0] += 1 + uint32(len(hello))
			k.send(1, flagSYN|flagACK, k.seq[1], nil)
			k.seq[1]++
		},
		"in the SYN, of which the server takes nothing": func(k *talker) {
			k.send(0, flagSYN, k.seq[0], hello[:40])
			k.seq[0]++
			k.send(1, flagSYN|flagACK, k.seq[1], nil)
			k.seq[1]++
			k.client(hello)
		},
		"in the acknowledgement": func(k *talker) {
			k.send(0, flagSYN, k.seq[0], nil)
			k.seq[0]++
			k.send(1, flagSYN|flagACK, k.seq[1], nil)
			k.seq[1]++
			k.client(hello)
		},
		"the SYN-ACK alone": func(k *talker) {
			k.send(1, flagSYN|flagACK, k.seq[1], nil)
			k.seq[1]++
			k.client(hello)
		},
		"the SYN after the hello": func(k *talker) {
			seq := k.seq[0]
			k.seq[0]++
			k.client(hello)
			k.send(0, flagSYN, seq, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCapture()
			k := c.connect(443)
			play(k)
			k.server(flight12(100)).client(clientFinish12()).server(finish())
			if h := one(t, c); summary(h) != "TLS 1.2 completed" || h.Server.Name != "a.example" || h.Client.JA4 == "" {
				t.Errorf("%s %+v", summary(h), h)
			}
		})
	}
}

func TestSamePortsAgain(t *testing.T) {
	c := newCapture()
	k := c.connect(443).open().client(clientHello(tlswire.TLS10, "", 0)).end(1, flagRST)
	k.seq = [2]uint32{500, 600}
	k.open().plain12("second.example")
	hs, _ := run(t, c.out)
	if len(hs) != 2 || hs[0].Outcome != evidence.Refused || hs[1].Server.Name != "second.example" {
		t.Errorf("%+v", hs)
	}
}

// TestHoles loses a part of the server's certificate, by a missing segment or
// by a short snap length: what follows must still be understood.
func TestHoles(t *testing.T) {
	t.Run("segment", func(t *testing.T) {
		c := newCapture()
		k := c.connect(443).open().client(clientHello(tlswire.TLS12, "a.example", 0))
		flight := flight12(6000)
		k.server(flight[:1460])
		k.seq[1] += 1460 // never captured
		k.server(flight[2920:]).client(clientFinish12()).server(finish())
		if h := one(t, c); summary(h)+h.Group != "TLS 1.2 completedsecp256r1" {
			t.Error(summary(h), h.Group)
		}
	})
	t.Run("snap length", func(t *testing.T) {
		c := newCapture()
		k := c.connect(443).open()
		k.snap = 400
		k.plain12("a.example")
		if h := one(t, c); summary(h) != "TLS 1.2 completed" {
			t.Error(summary(h))
		}
	})
	t.Run("cut hello", func(t *testing.T) {
		c := newCapture()
		k := c.connect(443).open()
		k.snap = 120
		k.client(clientHello(tlswire.TLS12, "a.example", 900, tlswire.TLS13))
		hs, cov := run(t, c.out)
		if len(hs) != 1 || hs[0].OfferedMax != 0 || hs[0].Client.JA4 != "" || !strings.Contains(fmt.Sprint(cov.Blind), "cut short or malformed: 1") {
			t.Errorf("%+v %+v", hs, cov)
		}
	})
}

func TestDowngradeAndFallback(t *testing.T) {
	hello := clientHello(tlswire.TLS11, "a.example", 0)
	hello = bytes.Replace(hello, []byte{0xC0, 0x2F}, []byte{0x56, 0x00}, 1)
	c := newCapture()
	c.connect(443).open().client(hello).server(serverHello(tlswire.TLS11, 0x002F, "DOWNGRD\x00"))
	if h := one(t, c); !h.Fallback || h.Downgrade != tlswire.TLS12 {
		t.Errorf("%+v", h)
	}
}

// TestTwoHandshakes has a second hello in clear text on one connection.
func TestTwoHandshakes(t *testing.T) {
	second := clientHello(tlswire.TLS12, "two.example", 0)
	copy(second[11:], bytes.Repeat([]byte{7}, 32))
	c := newCapture()
	c.connect(443).open().client(clientHello(tlswire.TLS12, "one.example", 0)).server(flight12(100)).client(second).server(flight12(100))
	hs, _ := run(t, c.out)
	if len(hs) != 2 || hs[0].Server.Name != "one.example" || hs[1].Server.Name != "two.example" || hs[1].Negotiated != tlswire.TLS12 {
		t.Errorf("%+v", hs)
	}
}

func TestLinks(t *testing.T) {
	eth := func(kind ...byte) func([]byte) []byte {
		return func(ip []byte) []byte { return join(make([]byte, 12), kind, ip) }
	}
	for _, tt := range []struct {
		name string
		link uint32
		wrap func([]byte) []byte
	}{
		{"vlan", 1, eth(0x81, 0, 0, 9, 8, 0)},
		{"qinq", 1, eth(0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 8, 0)},
		{"mpls", 1, eth(0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64)},
		{"pppoe", 1, eth(0x88, 0x64, 0x11, 0, 0, 1, 0, 0, 0, 0x21)},
		{"sgt", 1, eth(0x89, 0x09, 1, 1, 0, 1, 0, 2, 8, 0)},
		{"snap", 1, eth(0, 80, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0)},
		{"raw", 101, func(ip []byte) []byte { return ip }},
		{"ipv4", 228, func(ip []byte) []byte { return ip }},
		{"null", 0, func(ip []byte) []byte { return join([]byte{2, 0, 0, 0}, ip) }},
		{"loop", 108, func(ip []byte) []byte { return join([]byte{0, 0, 0, 2}, ip) }},
		{"sll", 113, func(ip []byte) []byte { return join(make([]byte, 14), []byte{8, 0}, ip) }},
		{"sll2", 276, func(ip []byte) []byte { return join([]byte{8, 0}, make([]byte, 18), ip) }},
		{"ppp", 9, func(ip []byte) []byte { return join([]byte{0xff, 3, 0, 0x21}, ip) }},
		{"gre", 101, func(ip []byte) []byte { return outer(47, join([]byte{0, 0, 8, 0}, ip)) }},
		{"erspan", 101, func(ip []byte) []byte {
			return outer(47, join([]byte{0x10, 0, 0x88, 0xbe, 0, 0, 0, 1}, make([]byte, 8), eth(8, 0)(ip)))
		}},
		{"ipip", 101, func(ip []byte) []byte { return outer(4, ip) }},
		{"vxlan", 101, func(ip []byte) []byte {
			return outer(17, join(udp(4789), []byte{8, 0, 0, 0, 0, 0, 9, 0}, eth(8, 0)(ip)))
		}},
		{"geneve", 101, func(ip []byte) []byte {
			return outer(17, join(udp(6081), []byte{1, 0, 8, 0, 0, 0, 9, 0, 1, 2, 3, 4}, ip))
		}},
		{"gre with checksum and key", 101, func(ip []byte) []byte { return outer(47, join([]byte{0xa0, 0, 8, 0}, make([]byte, 8), ip)) }},
		{"gre bridging", 101, func(ip []byte) []byte { return outer(47, join([]byte{0, 0, 0x65, 0x58}, eth(8, 0)(ip))) }},
		{"erspan 3", 101, func(ip []byte) []byte {
			return outer(47, join([]byte{0x10, 0, 0x22, 0xeb, 0, 0, 0, 1}, make([]byte, 12), eth(8, 0)(ip)))
		}},
		{"erspan 3 with a subheader", 101, func(ip []byte) []byte {
			return outer(47, join([]byte{0x10, 0, 0x22, 0xeb, 0, 0, 0, 1}, make([]byte, 11), []byte{1}, make([]byte, 8), eth(8, 0)(ip)))
		}},
		{"erspan 1", 101, func(ip []byte) []byte { return outer(47, join([]byte{0, 0, 0x88, 0xbe}, eth(8, 0)(ip))) }},
		{"pppoe over qinq", 1, eth(0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0, 0, 0x21)},
		{"pppoe link", 51, func(ip []byte) []byte { return join([]byte{0x11, 0, 0, 1, 0, 0, 0, 0x21}, ip) }},
		{"ppp compressed", 9, func(ip []byte) []byte { return join([]byte{0x21}, ip) }},
		{"sgt over vlan", 1, eth(0x81, 0, 0, 9, 0x89, 0x09, 1, 1, 0, 1, 0, 2, 8, 0)},
		{"mpls pseudowire", 1, func(ip []byte) []byte {
			return eth(0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64, 0, 0, 0, 0)(eth(8, 0)(ip))
		}},
		{"sll vlan", 113, func(ip []byte) []byte { return join(make([]byte, 14), []byte{0x81, 0, 0, 7, 8, 0}, ip) }},
		{"vxlan gpe", 101, func(ip []byte) []byte {
			return outer(17, join(udp(4790), []byte{0x0c, 0, 0, 1, 0, 0, 9, 0}, ip))
		}},
		{"geneve bridging", 101, func(ip []byte) []byte {
			return outer(17, join(udp(6081), []byte{0, 0, 0x65, 0x58, 0, 0, 9, 0}, eth(8, 0)(ip)))
		}},
		{"gre in ipv6 in vxlan", 101, func(ip []byte) []byte {
			gre := join([]byte{0, 0, 8, 0}, ip)
			v6 := join([]byte{0x60, 0, 0, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(gre))), []byte{47, 64}, make([]byte, 32), gre)
			return outer(17, join(udp(4789), []byte{8, 0, 0, 0, 0, 0, 9, 0}, eth(0x86, 0xdd)(v6)))
		}},
		{"teredo", 101, func(ip []byte) []byte {
			v6 := join([]byte{0x60, 0, 0, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(ip))), []byte{4, 64}, make([]byte, 32), ip)
			return outer(17, join(udp(3544), []byte{0, 1, 0, 0}, make([]byte, 9), []byte{0, 0, 1, 2, 3, 4, 5, 6}, v6))
		}},
		{"capwap, bridged", 101, func(ip []byte) []byte {
			return outer(17, join(udp(5247), []byte{0, 0x10, 0, 0, 0, 0, 0, 0}, eth(8, 0)(ip)))
		}},
		{"capwap, 802.11", 101, func(ip []byte) []byte {
			return outer(17, join(udp(5247), []byte{0, 0x10, 0x03, 0, 0, 0, 0, 0}, []byte{0x88, 1}, make([]byte, 24), []byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, ip))
		}},
		{"802.11", 105, func(ip []byte) []byte {
			return join([]byte{0x08, 1}, make([]byte, 22), []byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, ip)
		}},
		{"radiotap", 127, func(ip []byte) []byte {
			return join([]byte{0, 0, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{0x88, 1}, make([]byte, 24), []byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, ip)
		}},
		{"pptp", 101, func(ip []byte) []byte {
			return outer(47, join([]byte{0x30, 0x81, 0x88, 0x0b}, make([]byte, 12), []byte{0xff, 3, 0, 0x21}, ip))
		}},
		{"l2tp", 101, func(ip []byte) []byte {
			return outer(17, join(udp(1701), []byte{0x4a, 2, 0, 99, 0, 1, 0, 2, 0, 0, 0, 0, 0, 2, 9, 9, 0xff, 3, 0, 0x21}, ip))
		}},
		{"ipsec authentication", 101, func(ip []byte) []byte { return outer(51, join([]byte{4, 1}, make([]byte, 10), ip)) }},
		{"nflog", 239, func(ip []byte) []byte {
			return join([]byte{2, 0, 0, 0}, []byte{8, 0, 1, 0, 8, 0, 0, 0}, []byte{5, 0, 10, 0, 'e', 0, 0, 0}, le16(4+len(ip)), []byte{9, 0}, ip)
		}},
		{"gtp", 101, func(ip []byte) []byte {
			return outer(17, join(udp(2152), []byte{0x34, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0}, ip))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			c.link, c.wrap = tt.link, tt.wrap
			c.connect(443).open().plain12("a.example")
			if h := one(t, c); summary(h) != "TLS 1.2 completed" {
				t.Error(summary(h))
			}
		})
	}
}

// outer is an IPv4 packet around another protocol.
func outer(proto byte, b []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0x45, 0}, uint16(20+len(b)))
	return append(append(head, 0, 0, 0, 0, 64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2), b...)
}

func le16(n int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }

func udp(port uint16) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0x9C, 0x40}, port), 0, 0, 0, 0)
}

func TestByteOrdersAndTimes(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, nano := range []bool{false, true} {
			c := newCapture()
			c.order, c.nano = order, nano
			c.connect(443).open().plain12("a.example")
			h := one(t, c)
			unit := time.Microsecond
			if nano {
				unit = time.Nanosecond
			}
			want := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC).Add(4000 * unit)
			if !h.First.Equal(want) {
				t.Errorf("%v nano %v: first %v, want %v", order, nano, h.First, want)
			}
		}
	}
}

// TestCutFiles cuts one capture at every length: what was whole before stays,
// and the cut is reported.
func TestCutFiles(t *testing.T) {
	c := newCapture()
	c.connect(443).open().plain12("a.example")
	for n := 24; n < len(c.out); n++ {
		hs, cov := run(t, c.out[:n])
		if len(hs) > 1 || cov.Failed != "" {
			t.Fatalf("cut at %d: %d handshakes, %+v", n, len(hs), cov)
		}
		if n > 600 && len(hs) != 1 {
			t.Fatalf("cut at %d: no handshake", n)
		}
	}
	_, cov := run(t, c.out[:len(c.out)-1])
	if len(cov.Skipped) != 1 || cov.Skipped[0].Ref != "t.pcap:9" {
		t.Errorf("coverage %+v", cov)
	}
}

func TestBadLengths(t *testing.T) {
	c := newCapture()
	c.connect(443).open().plain12("a.example")
	good := c.n
	damaged := append(bytes.Clone(c.out), bytes.Repeat([]byte{0xff}, 40)...)
	hs, cov := run(t, damaged)
	if len(hs) != 1 || cov.Read != good || len(cov.Skipped) != 1 || !strings.Contains(cov.Skipped[0].Reason, "claims 4294967295 bytes") {
		t.Errorf("%d handshakes, coverage %+v", len(hs), cov)
	}
	c = newCapture()
	c.frame(nil, 0)
	c.frame(make([]byte, 13), 0)
	c.frame(make([]byte, 300000), 0) // over the snap length
	c.connect(443).open().plain12("a.example")
	if hs, cov := run(t, c.out); len(hs) != 1 || cov.Read != cov.Used+3 {
		t.Errorf("%d handshakes, coverage %+v", len(hs), cov)
	}
}

func TestCoverage(t *testing.T) {
	c := newCapture()
	c.frame(join(make([]byte, 12), []byte{8, 6}, make([]byte, 28)), 0)
	fragment := outer(protoTCP, make([]byte, 40))
	fragment[6] = 0x20
	c.ip(fragment, 0)
	c.ip(outer(17, join([]byte{0xC0, 0, 1, 0xBB, 0, 0, 0, 0}, []byte{0xC3, 0, 0, 0, 1}, make([]byte, 1200))), 0)
	c.ip(outer(1, make([]byte, 40)), 0)
	k := c.connect(8443)
	k.client(appData(100)).server(appData(3000))
	hs, cov := run(t, c.out)
	var reasons []string
	for _, s := range cov.Skipped {
		reasons = append(reasons, s.Ref+" "+s.Reason)
	}
	want := []string{"t.pcap:1 not IP", "t.pcap:4 neither TCP nor QUIC nor DTLS"}
	if len(hs) != 0 || !reflect.DeepEqual(reasons, want) {
		t.Errorf("%v %q", hs, reasons)
	}
	if cov.Read != 8 || cov.Used != 6 || cov.First.IsZero() || cov.Last.Before(cov.First) || cov.Source != "pcap" || cov.Input != "t.pcap" {
		t.Errorf("%+v", cov)
	}
	if b := fmt.Sprint(cov.Blind); !strings.Contains(b, "connections of QUIC whose hellos could not be read") || !strings.Contains(b, "of which fragments are missing in the capture: 1") || !strings.Contains(b, "their hellos are not in it: 1") {
		t.Errorf("blind %s", b)
	}
}

func TestNotACapture(t *testing.T) {
	for _, in := range []string{"", "GET / HTTP/1.1", "\xd4\xc3", "{}"} {
		var cov *evidence.Coverage
		err := Run(context.Background(), "x", strings.NewReader(in), Options{}, func(r evidence.Record) error {
			cov = r.(*evidence.Coverage)
			return nil
		})
		if !errors.Is(err, ErrNotCapture) || cov == nil || cov.Failed == "" {
			t.Errorf("%q: %v %+v", in, err, cov)
		}
	}
	if Detect([]byte{0x0a, 0x0d, 0x0d, 0x0a}) != Pcapng || Detect([]byte{0xa1, 0xb2, 0x3c, 0x4d}) != Pcap {
		t.Error("Detect")
	}
}

func TestErrorsEndTheRun(t *testing.T) {
	c := newCapture()
	c.connect(443).open().plain12("a.example")
	stop := errors.New("enough")
	err := Run(context.Background(), "x", bytes.NewReader(c.out), Options{}, func(evidence.Record) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("emit: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = Run(ctx, "x", bytes.NewReader(c.out), Options{}, func(evidence.Record) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancel: %v", err)
	}
}

// stuck never returns anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReadErrors(t *testing.T) {
	c := newCapture()
	c.connect(443).open().plain12("a.example")
	for _, tt := range []struct {
		rest io.Reader
		want error
	}{{stuck{}, io.ErrNoProgress}, {iotest.ErrReader(io.ErrClosedPipe), io.ErrClosedPipe}} {
		hs, failed := 0, ""
		err := Run(context.Background(), "x", io.MultiReader(bytes.NewReader(c.out), tt.rest), Options{}, func(r evidence.Record) error {
			switch r := r.(type) {
			case *evidence.Handshake:
				hs++
			case *evidence.Coverage:
				failed = r.Failed
			}
			return nil
		})
		if !errors.Is(err, tt.want) || hs != 1 || failed == "" {
			t.Errorf("%v: %v, %d handshakes, failed %q", tt.want, err, hs, failed)
		}
	}
	if hs, _ := runReader(t, iotest.OneByteReader(bytes.NewReader(c.out)), Options{}); len(hs) != 1 {
		t.Errorf("byte by byte: %d handshakes", len(hs))
	}
}

// TestBounds has more connections, and more bytes waiting, than allowed.
func TestBounds(t *testing.T) {
	c := newCapture()
	hello := clientHello(tlswire.TLS12, "a.example", 0, tlswire.TLS13)
	for i := range 50 {
		k := c.connect(443)
		k.addr[0] = netip.AddrPortFrom(k.addr[0].Addr(), uint16(10000+i))
		k.open().client(hello)
	}
	hs, cov := runReader(t, bytes.NewReader(c.out), Options{MaxFlows: 10})
	if len(hs) != 50 || !strings.Contains(fmt.Sprint(cov.Blind), "connections given up to stay within memory: 40") {
		t.Errorf("%d handshakes, %v", len(hs), cov.Blind)
	}
	c = newCapture()
	for i := range 50 {
		k := c.connect(443)
		k.addr[0] = netip.AddrPortFrom(k.addr[0].Addr(), uint16(10000+i))
		k.open().client(clientHello(tlswire.TLS12, "a.example", 3000)[:1500])
	}
	hs, cov = runReader(t, bytes.NewReader(c.out), Options{MaxHeld: 15000})
	if len(hs) != 50 || !strings.Contains(fmt.Sprint(cov.Blind), "connections given up") {
		t.Errorf("%d handshakes, %v", len(hs), cov.Blind)
	}
}
