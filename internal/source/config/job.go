package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// pos is the place of a directive.
type pos struct {
	file string
	line int
}

// String is "nginx.conf:12", or the file alone.
func (p pos) String() string {
	if p.line == 0 {
		return p.file
	}
	return p.file + ":" + strconv.Itoa(p.line)
}

// job is one run: what is known, what was found.
type job struct {
	ctx     context.Context
	name    string
	opt     Options
	dialect *Dialect
	cov     evidence.Coverage
	records []evidence.Record
	files   int
	bytes   int
	stack   []string // of files that are open, to find loops
	sys     *system
	lib     library
}

func newJob(ctx context.Context, name string, opt Options) *job {
	j := &job{ctx: ctx, name: name, opt: opt}
	j.cov = evidence.Coverage{Source: source, Input: name}
	j.sys = j.host()
	j.opt.Platform = or(opt.Platform, j.sys.platform)
	j.opt.Host = or(opt.Host, j.sys.name)
	j.lib = libraryOf(j.opt, j.sys)
	return j
}

// load reads a file within the run's budget.
func (j *job) load(name string, r io.Reader) (*file, error) {
	limit := min(maxFile, maxTotal-j.bytes)
	f, err := readText(j.ctx, name, r, limit)
	if err != nil {
		return nil, err
	}
	j.files++
	j.bytes += len(f.text)
	if f.cut {
		j.blind("%s is longer than %d bytes: the rest was not read", name, limit)
	}
	return f, nil
}

// skip notes a place that could not be used.
func (j *job) skip(p pos, format string, args ...any) {
	j.cov.Skip(p.String(), fmt.Sprintf(format, args...))
}

// blind notes what this input cannot show.
func (j *job) blind(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if len(j.cov.Blind) < evidence.MaxSkips && !slices.Contains(j.cov.Blind, s) {
		j.cov.Blind = append(j.cov.Blind, s)
	}
}

// add keeps a record, within bounds.
func (j *job) add(r evidence.Record) {
	if len(j.records) >= maxRecords {
		j.blind("more than %d findings: the rest was left out", maxRecords)
		return
	}
	j.records = append(j.records, r)
}

// finding is a setting as a dialect states it.
type finding struct {
	at       pos
	path     string // "server web.example:443"
	role     string // empty: server
	value    string
	effect   evidence.Effect
	versions []tlswire.Version
	fact     string // empty: that of the dialect
	rule     string // empty: that of the dialect
	layer    string // empty: the dialect's name
	note     string
}

// setting adds a setting record.
func (j *job) setting(f finding) {
	d := j.dialect
	j.cov.Used++
	j.add(&evidence.Setting{
		Host: j.opt.Host, Role: or(f.role, "server"), Layer: or(f.layer, d.Name), Value: bounded(f.value),
		Effect: f.effect, Versions: sorted(f.versions), Where: evidence.Where{File: f.at.file, Line: f.at.line, Path: bounded(f.path)},
		Rule: or(f.rule, d.Rule), Fact: or(f.fact, d.Fact), Note: f.note,
	})
}

// endpoint is a listener or virtual host and what it adds up to.
type endpoint struct {
	target   string // host:port as configured, or the path of a socket
	ip       string
	port     uint16
	sni      string
	protocol string
	because  string
	error    string
	layer    string
}

// server adds the declared sum of an endpoint. With nothing known of any
// version there is nothing to declare.
func (j *job) server(e endpoint, s sum) {
	rec := &evidence.Server{
		Target: bounded(e.target), Host: j.opt.Host, IP: e.ip, Port: e.port, SNI: bounded(e.sni), Protocol: e.protocol,
		Status: evidence.StatusOK, Error: e.error, Basis: evidence.Declared, Layer: or(e.layer, j.dialect.Name), Because: e.because,
		Versions: s.states(),
	}
	for _, v := range rec.Versions {
		if v.State == evidence.Unknown {
			rec.Status = evidence.StatusPartial
		}
	}
	j.add(rec)
}

// client adds what the configured program offers as a client, if every
// version of it is known.
func (j *job) client(s sum, because string, fact string) {
	vs, sure := s.accepted()
	if !sure || len(vs) == 0 {
		return
	}
	j.add(&evidence.Client{
		Host: j.opt.Host, Client: evidence.Party{Name: j.opt.Host}, Versions: vs, Basis: evidence.Declared,
		Layer: j.dialect.Name, Because: because, Rule: j.dialect.Rule, Fact: fact, Source: source,
	})
}

// release is what is known of the version of a program.
func (j *job) release(layer string) (knowledge.Build, bool) {
	text, _ := j.releaseFrom(layer)
	return knowledge.ParseBuild(text)
}

// releaseFrom is the release of a program and what tells it. A list of the
// host's packages is closer to the truth than what its platform ships: what it
// does not name was not installed from a package, and is not known.
func (j *job) releaseFrom(layer string) (text, from string) {
	switch {
	case j.opt.Versions[layer] != "":
		return j.opt.Versions[layer], ""
	case j.sys.packages.list != "":
		return j.sys.packages.releases[layer], " (" + j.sys.packages.list + ")"
	case j.lib.platform != nil && j.sys.platform != "":
		return j.lib.platform.Packages[layer], " (as " + j.lib.platform.Name + " ships it)"
	case j.lib.platform != nil:
		return j.lib.platform.Packages[layer], ""
	}
	return "", ""
}

// atLeast compares the release of this dialect's program; known is false
// when the release is not known.
func (j *job) atLeast(version string) (newer, known bool) {
	have, ok := j.release(j.dialect.Name)
	want, _ := knowledge.ParseBuild(version)
	return ok && have.Compare(want) >= 0, ok
}

// why words an error of reading an include.
func why(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "cannot be read: permission denied"
	}
	return err.Error()
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// bounded keeps hostile values from filling records.
func bounded(s string) string {
	const most = 512
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}

func sorted(vs []tlswire.Version) []tlswire.Version {
	if len(vs) == 0 {
		return nil
	}
	out := slices.Clone(vs)
	slices.SortFunc(out, func(a, b tlswire.Version) int { return a.Rank() - b.Rank() })
	return slices.Compact(out)
}
