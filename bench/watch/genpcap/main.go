// Command genpcap writes captures of real TLS handshakes with their exact
// truth: some hundred connections of crypto/tls are recorded on loopback, and
// written again and again with fresh addresses, ports, randoms and server
// names, interleaved as on a busy wire, some segments late or twice.
//
//	genpcap -conns 46830 -truth hs.tsv > hs.pcap
//	genpcap -conns 200 -bulk 6000000 > bulk.pcap
//
// A client address has one set of TLS settings, and so has a server address;
// the truth says for each connection what crypto/tls itself said: versions
// offered, version and suite agreed on, outcome, and who limits when that is
// below TLS 1.2. Connections of which the beginning is missing ("midstream")
// and some without TLS ("plain") are among them. Checksums of TCP are left to
// the network card, as in captures taken on the sending machine.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
)

func main() {
	log.SetFlags(0)
	g := generator{}
	flag.IntVar(&g.conns, "conns", 46830, "connections with a handshake to write")
	flag.IntVar(&g.open, "open", 64, "connections at one time")
	flag.IntVar(&g.bulk, "bulk", 0, "bytes of application data after each handshake, besides some 3 kB")
	flag.IntVar(&g.clients, "clients", 2000, "client addresses")
	flag.IntVar(&g.servers, "servers", 200, "server addresses")
	seed := flag.Uint64("seed", 1, "of everything that is left to chance but the recorded keys")
	truth := flag.String("truth", "", "write the truth to this file, a line a connection")
	flag.Parse()
	g.rng = rand.New(rand.NewPCG(*seed, 0))
	if err := g.run(os.Stdout, *truth); err != nil {
		log.Fatal("genpcap: ", err)
	}
}

// run records the templates and writes the capture.
func (g *generator) run(out io.Writer, truth string) error {
	var err error
	if g.templates, err = record(); err != nil {
		return err
	}
	g.truth = bufio.NewWriter(io.Discard)
	if truth != "" {
		f, err := os.Create(truth)
		if err != nil {
			return err
		}
		defer f.Close()
		g.truth = bufio.NewWriterSize(f, 1<<20)
	}
	fmt.Fprintln(g.truth, "kind\tclient\tcport\tserver\tsport\tname\toffered\tnegotiated\tsuite\toutcome\tresumed\tlimited_by")
	g.out = bufio.NewWriterSize(out, 1<<20)
	g.capture()
	if err := g.out.Flush(); err != nil {
		return err
	}
	return g.truth.Flush()
}
