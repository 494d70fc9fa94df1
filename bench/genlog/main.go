// Command genlog writes access logs for the benchmarks: the same bytes for
// the same flags. One client in seven is weak, a few of them only sometimes,
// and hot clients stand beside rare ones, as in real logs.
//
//	genlog -format iis -mib 2048 -pairs 200000 >iis.log
//
// An IIS log changes its #Fields in the middle, as after a change of
// configuration: what stands behind it has other columns.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
)

func main() {
	format := flag.String("format", "iis", "iis or nginx")
	mib := flag.Int("mib", 512, "size of the log in MiB")
	pairs := flag.Int("pairs", 200_000, "distinct pairs of client and agent")
	flag.Parse()
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	g := &generator{
		out: out, want: *mib << 20, pairs: *pairs, rnd: rand.New(rand.NewPCG(7, uint64(*pairs))),
	}
	switch *format {
	case "iis":
		g.iis()
	case "nginx":
		g.nginx()
	default:
		fmt.Fprintln(os.Stderr, "genlog: -format is iis or nginx")
		os.Exit(2)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "genlog:", err)
		os.Exit(1)
	}
}

// generator makes rows, one a tenth of a second.
type generator struct {
	out   *bufio.Writer
	rnd   *rand.Rand
	want  int // bytes
	wrote int
	pairs int
	tick  int
	line  []byte
}

// pair is a client with its agent and the best version that it does.
type pair struct{ number, version int }

// next draws a pair: half of all requests come from one in a hundred.
func (g *generator) next() pair {
	n := g.rnd.IntN(g.pairs)
	if g.rnd.IntN(2) == 0 {
		n = g.rnd.IntN(g.pairs/100 + 1)
	}
	p := pair{n, 2 + n%2}
	if n%7 == 3 {
		p.version = n % 2
		if n%5 == 0 && g.rnd.IntN(4) > 0 {
			p.version = 2
		}
	}
	g.tick++
	return p
}

func (g *generator) flush() {
	g.line = append(g.line, '\n')
	g.out.Write(g.line) //nolint:errcheck // Flush reports it
	g.wrote += len(g.line)
	g.line = g.line[:0]
}

func (g *generator) str(s string) { g.line = append(g.line, s...) }

func (g *generator) num(n, width int) {
	s := strconv.Itoa(n)
	for i := len(s); i < width; i++ {
		g.line = append(g.line, '0')
	}
	g.line = append(g.line, s...)
}

func (g *generator) address(n int) {
	for i, part := range [...]int{10, n / 2 >> 16 & 255, n / 2 >> 8 & 255, n / 2 & 255} {
		if i > 0 {
			g.line = append(g.line, '.')
		}
		g.num(part, 0)
	}
}

// clock writes the time within the day.
func (g *generator) clock() {
	s := g.tick / 10
	g.num(s/3600%24, 2)
	g.line = append(g.line, ':')
	g.num(s/60%60, 2)
	g.line = append(g.line, ':')
	g.num(s%60, 2)
}

func (g *generator) day() int { return 1 + g.tick/10/86400%28 }
