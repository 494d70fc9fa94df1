// Command bench reads the source code below a folder as the product does and
// prints what it found: for measuring speed, and for judging findings by hand.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/code"
)

func main() {
	patterns := flag.Bool("patterns", false, "print the regular expressions of all rules, one a line")
	literals := flag.Bool("literals", false, "print the words that rules need, one a line")
	show := flag.String("print", "none", "none, text or json")
	flag.Parse()
	if *patterns || *literals {
		printRules(*literals)
		return
	}
	for _, dir := range flag.Args() {
		if err := read(dir, *show); err != nil {
			log.Fatal(err)
		}
	}
}

// groupName is taken off, since other tools allow a name once only.
var groupName = regexp.MustCompile(`\(\?P<\w+>`)

func printRules(literals bool) {
	rules, err := code.Rules()
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rules {
		if !literals {
			fmt.Println(groupName.ReplaceAllString(r.Match, "("))
			continue
		}
		for _, n := range r.Needs {
			fmt.Println(n)
		}
	}
}

func read(dir, show string) error {
	start := time.Now()
	totals, err := code.Tree(context.Background(), os.DirFS(dir), dir, code.Options{}, func(r evidence.Record) error {
		switch s, ok := r.(*evidence.Setting); {
		case show == "json":
			return json.NewEncoder(os.Stdout).Encode(r)
		case ok && show == "text":
			var vs []string
			for _, v := range s.Versions {
				vs = append(vs, v.String())
			}
			fmt.Printf("%s:%d\t%s\t%s %s\t%s\n", s.Where.File, s.Where.Line, s.Rule, s.Effect, strings.Join(vs, ","), s.Value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	files, bytes, lexed, findings, suppressed := totals.Counts()
	fmt.Fprintf(os.Stderr, "%s: %d files, %d bytes, %d lexed, %d findings, %d suppressed, %d skipped, %s\n",
		dir, files, bytes, lexed, findings, suppressed, totals.Skipped(), time.Since(start).Round(time.Millisecond))
	return nil
}
