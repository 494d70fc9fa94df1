package config

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

var knowledgeBase = sync.OnceValues(knowledge.Load)

func kb(t testing.TB) *knowledge.Base {
	t.Helper()
	b, err := knowledgeBase()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// found is what one run emitted.
type found struct {
	settings []*evidence.Setting
	servers  []*evidence.Server
	clients  []*evidence.Client
	cov      *evidence.Coverage
	last     evidence.Record
}

func run(t testing.TB, name, text string, opt Options) found {
	t.Helper()
	if opt.Knowledge == nil {
		opt.Knowledge = kb(t)
	}
	var f found
	err := Run(context.Background(), name, strings.NewReader(text), opt, func(r evidence.Record) error {
		f.last = r
		switch r := r.(type) {
		case *evidence.Setting:
			f.settings = append(f.settings, r)
		case *evidence.Server:
			f.servers = append(f.servers, r)
		case *evidence.Client:
			f.clients = append(f.clients, r)
		case *evidence.Coverage:
			if f.cov != nil {
				t.Errorf("%s: two coverage records", name)
			}
			f.cov = r
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if f.cov == nil || f.last != evidence.Record(f.cov) {
		t.Fatalf("%s: the last record is no coverage", name)
	}
	return f
}

var short = strings.NewReplacer("TLS 1.0", "10", "TLS 1.1", "11", "TLS 1.2", "12", "TLS 1.3", "13", "SSLv3", "s3", "SSLv2", "s2")

func names(vs []tlswire.Version) string {
	var out []string
	for _, v := range vs {
		out = append(out, v.String())
	}
	return short.Replace(strings.Join(out, ","))
}

// lines are the settings as "LINE role effect versions".
func (f found) lines() []string {
	var out []string
	for _, s := range f.settings {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", s.Where.Line, s.Role, s.Effect, names(s.Versions))))
	}
	return out
}

// sums are the servers as "target +accepted ?unknown", SSLv3 left out.
func (f found) sums() []string {
	var out []string
	for _, s := range f.servers {
		by := map[evidence.State][]tlswire.Version{}
		for _, v := range judged[1:] {
			if x := s.Versions[v]; x != nil {
				by[x.State] = append(by[x.State], v)
			}
		}
		line := s.Target + " +" + names(by[evidence.Accepted])
		if u := by[evidence.Unknown]; u != nil {
			line += " ?" + names(u)
		}
		out = append(out, line)
	}
	return out
}

// row is one configuration and what must come of it.
type row struct {
	name    string
	file    string
	text    string
	opt     Options
	want    []string // settings
	servers []string // nil: not looked at
	skips   []string // places
}

func (r row) check(t *testing.T, dialect string) {
	t.Helper()
	r.opt.Dialect = dialect
	f := run(t, r.file, r.text, r.opt)
	if got := f.lines(); !slices.Equal(got, r.want) {
		t.Errorf("settings\n got %q\nwant %q", got, r.want)
	}
	if got := f.sums(); r.servers != nil && !slices.Equal(got, r.servers) {
		t.Errorf("servers\n got %q\nwant %q", got, r.servers)
	}
	var skips []string
	for _, s := range f.cov.Skipped {
		skips = append(skips, s.Ref)
	}
	if !slices.Equal(skips, r.skips) {
		t.Errorf("skipped\n got %q\nwant %q: %+v", skips, r.skips, f.cov.Skipped)
	}
	d := dialectNamed(dialect)
	for _, s := range f.settings {
		if s.Rule == "" || s.Fact == "" || s.Layer == "" || s.Where.File == "" {
			t.Errorf("setting without rule, fact, layer or file: %+v", s)
		}
		if _, ok := kb(t).Record(s.Fact); !ok {
			t.Errorf("%s: no record %s", d.Name, s.Fact)
		}
	}
}

func checkRows(t *testing.T, dialect, file string, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.file = or(r.file, file)
			r.check(t, dialect)
		})
	}
}

var debian12 = Options{Platform: "Debian 12"}
