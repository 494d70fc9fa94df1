package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func liveHandshake(client, server string, offers, agreed tlswire.Version, at int) *evidence.Handshake {
	t := time.Date(2026, 3, 2, 10, 0, at, 0, time.UTC)
	h := &evidence.Handshake{
		Client: evidence.Party{IP: client}, Server: evidence.Party{Name: server, Port: 443},
		OfferedMax: offers, Negotiated: agreed, Outcome: evidence.Completed, Count: 1, First: t, Last: t,
	}
	if agreed == 0 {
		h.Outcome = evidence.Refused
	}
	return h
}

func drawn(t *testing.T, l *Live, opt Options, height int) []string {
	t.Helper()
	var b bytes.Buffer
	if err := l.Render(&b, opt, height, "eth0"); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func TestLiveTable(t *testing.T) {
	l := NewLive(0)
	l.Add(liveHandshake("192.0.2.7", "a.example", tlswire.TLS13, tlswire.TLS13, 1))
	l.Add(liveHandshake("192.0.2.8", "a.example", tlswire.TLS11, tlswire.TLS11, 2))
	l.Add(liveHandshake("192.0.2.8", "a.example", tlswire.TLS11, tlswire.TLS11, 9))
	l.Add(liveHandshake("192.0.2.9", "b.example", tlswire.TLS12, tlswire.TLS10, 3))
	l.Add(liveHandshake("192.0.2.9", "c.example", tlswire.TLS10, 0, 4))
	l.Add(liveHandshake("192.0.2.10", "c.example", tlswire.TLS13, 0, 5)) // refused, but not weak
	got := strings.Join(drawn(t, l, Options{Width: 80}, 24), "\n")
	want := `eth0
6 connections, 4 below TLS 1.2, 2 refused handshakes

client     server         offers   agreed   times  since (UTC)  last
192.0.2.9  b.example:443  TLS 1.2  TLS 1.0  1      10:00:03     10:00:03
192.0.2.9  c.example:443  TLS 1.0  refused  1      10:00:04     10:00:04
192.0.2.8  a.example:443  TLS 1.1  TLS 1.1  2      10:00:02     10:00:09`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestLiveTableFits wants no line and no column too many, whatever comes in.
func TestLiveTableFits(t *testing.T) {
	l := NewLive(0)
	for i := range 3 * mostLive {
		l.Add(liveHandshake(fmt.Sprintf("2001:db8:aaaa:bbbb:cccc:dddd:eeee:%x", i), strings.Repeat("\u9ebb\x1b[2J", i%40)+".example", tlswire.TLS10, tlswire.TLS10, i))
	}
	if len(l.rows) > 2*mostLive {
		t.Errorf("%d rows are kept", len(l.rows))
	}
	for _, size := range [][2]int{{80, 24}, {80, 5}, {40, 10}, {200, 60}} {
		lines := drawn(t, l, Options{Width: size[0]}, size[1])
		if len(lines) > max(size[1], 6) {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, line := range lines {
			if displayWidth(line) > size[0] || strings.Contains(line, "\x1b") {
				t.Errorf("%v: %q", size, line)
			}
		}
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, "… and ") {
			t.Errorf("%v: the last line does not say how many are left out: %q", size, last)
		}
	}
}
