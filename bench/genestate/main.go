// Genestate writes the folded evidence of a large estate as NDJSON, the same
// for the same numbers: scans of servers, and who was seen with them.
//
//	go run ./bench/genestate -handshakes 1000000 -servers 10000 > estate.ndjson
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func main() {
	handshakes := flag.Int("handshakes", 1_000_000, "folded handshake records")
	servers := flag.Int("servers", 10_000, "scanned servers")
	clients := flag.Int("clients", 60_000, "client addresses")
	flag.Parse()
	w, err := evidence.NewWriter(os.Stdout, "genestate", start)
	if err != nil {
		log.Fatal(err)
	}
	e := estate{rand.New(rand.NewPCG(1, 2)), *servers, *clients}
	for i := range *servers {
		if err := w.Write(e.scan(i)); err != nil {
			log.Fatal(err)
		}
	}
	for range *handshakes {
		if err := w.Write(e.handshake()); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

var start = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

type estate struct {
	*rand.Rand
	servers, clients int
}

func serverName(i int) string { return fmt.Sprintf("srv%05d.corp.example", i) }
func serverIP(i int) string   { return fmt.Sprintf("10.200.%d.%d", i/250, i%250+1) }

// scan is a server; one of fifty has no TLS 1.2.
func (e *estate) scan(i int) *evidence.Server {
	s := &evidence.Server{
		Target: serverName(i) + ":443", IP: serverIP(i), Port: 443, SNI: serverName(i), Protocol: "https",
		Status: evidence.StatusOK, Versions: map[tlswire.Version]*evidence.VersionState{},
		Groups: []string{"x25519", "secp256r1"}, First: start, Last: start.Add(time.Second), Connections: 40,
	}
	for _, v := range tlswire.StreamVersions {
		st := &evidence.VersionState{State: evidence.Rejected, Because: "alert protocol_version"}
		if v == tlswire.TLS10 || (v.AtLeast(tlswire.TLS12) && i%50 != 0) {
			st = &evidence.VersionState{State: evidence.Accepted, Because: "server_hello", Order: "server", Suites: suites(v)}
		}
		s.Versions[v] = st
	}
	return s
}

func suites(v tlswire.Version) []string {
	if v == tlswire.TLS13 {
		return []string{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"}
	}
	if v == tlswire.TLS12 {
		return []string{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"}
	}
	return []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}
}

// handshake is a client at one of its few servers, on some days of a month.
func (e *estate) handshake() *evidence.Handshake {
	c := e.IntN(e.clients)
	server := (c*7 + e.IntN(12)*97) % e.servers
	v := tlswire.TLS13
	switch e.IntN(20) {
	case 0:
		v = tlswire.TLS10
	case 1, 2, 3, 4, 5:
		v = tlswire.TLS12
	}
	list := suites(v)
	h := &evidence.Handshake{
		Protocol:   "https",
		Client:     evidence.Party{IP: fmt.Sprintf("10.%d.%d.%d", c>>16&63, c>>8&255, c&255), UserAgent: agents[(c+e.IntN(3))%len(agents)]},
		Server:     evidence.Party{IP: serverIP(server), Port: 443, Name: serverName(server)},
		Negotiated: v, Suite: list[e.IntN(len(list))], Outcome: evidence.Completed,
		Status: map[string]int{"2xx": 1 + e.IntN(40)}, Days: map[string]int{}, Source: "iis",
	}
	first, last := e.IntN(25), 0
	for d := first; d < 30; d += 1 + e.IntN(8) {
		n := 1 + e.IntN(9)
		h.Count += n
		h.Days[start.AddDate(0, 0, d).Format(time.DateOnly)] = n
		last = d
	}
	h.First, h.Last = start.AddDate(0, 0, first), start.AddDate(0, 0, last).Add(time.Hour)
	for range 1 + e.IntN(3) {
		h.Refs = append(h.Refs, fmt.Sprintf("u_ex2611%02d.log:%d", first+1, e.IntN(5_000_000)))
	}
	return h
}

var agents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:124.0) Gecko/20100101 Firefox/124.0",
	"Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7128; Pro)",
	"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
	"Java/1.7.0_80", "Java/17.0.9", "curl/7.88.1", "python-requests/2.31.0", "Go-http-client/2.0",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
	"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)", "inventory-agent/3.2",
}
