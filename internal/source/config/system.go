package config

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// Systems keeps what was read about each configured host as a whole, so that
// a walk over many files reads it once. The zero value is ready, and several
// goroutines may use it.
type Systems struct {
	mu     sync.Mutex
	byRoot map[string]*system
}

// system is what the files of a host say about all of its programs. What is
// not there stays empty: not known.
type system struct {
	name     string // of etc/hostname
	platform string // "Debian 12", of etc/os-release
	packages packages
	openssl  *osslSum // of its openssl.cnf; nil: none was found
	gnutls   *gnutlsConf
	java     *javaConf
	notes    []string // what of these files could not be used
}

// of gives what is known of the host with this root. Files are opened as opt
// says.
func (s *Systems) of(ctx context.Context, root string, opt Options) *system {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byRoot == nil {
		s.byRoot = map[string]*system{}
	}
	if known := s.byRoot[root]; known != nil {
		return known
	}
	r := &systemReader{ctx: ctx, root: root, opt: opt, sys: new(system)}
	r.read()
	if ctx.Err() == nil { // half of it is not for others
		s.byRoot[root] = r.sys
	}
	return r.sys
}

// systemReader reads the files of one host.
type systemReader struct {
	ctx  context.Context
	root string
	opt  Options
	sys  *system
}

func (r *systemReader) read() {
	r.sys.name = r.hostname()
	r.sys.platform = r.osRelease()
	r.sys.packages = r.installed()
	r.opt.Platform = or(r.opt.Platform, r.sys.platform)
	if j, f := r.job(&openssl, "etc/pki/tls/openssl.cnf", "etc/ssl/openssl.cnf"); f != nil {
		r.sys.openssl = osslEffective(j, f)
		r.note(j)
	}
	if j, f := r.job(&gnutls, "etc/crypto-policies/back-ends/gnutls.config", "etc/gnutls/config"); f != nil {
		r.sys.gnutls = gnutlsRead(j, f)
		r.note(j)
	}
	r.sys.java = r.javaSecurity()
}

var hostName = lazyregexp.New(`^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

// hostname is the name in etc/hostname: its first line that is no comment, as
// hostname(5) has it.
func (r *systemReader) hostname() string {
	_, f := r.file("etc/hostname")
	if f == nil {
		return ""
	}
	name := ""
	f.lines(func(_ int, l string) bool {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			return true
		}
		if hostName.MatchString(l) {
			name = l
		}
		return false
	})
	return name
}

// job begins to read the first of these files that is there. It has no
// Systems itself, since it is part of one.
func (r *systemReader) job(d *Dialect, names ...string) (*job, *file) {
	for _, name := range names {
		if j, f := r.file(name); f != nil {
			j.dialect = d
			return j, f
		}
	}
	return nil, nil
}

func (r *systemReader) file(name string) (*job, *file) {
	full := filepath.Join(r.root+"/", name)
	opt := r.opt
	opt.Systems, opt.Included, opt.Root = nil, nil, r.root
	j := newJob(r.ctx, full, opt)
	in, err := j.open(full)
	if err != nil {
		return nil, nil
	}
	defer in.Close()
	f, err := j.load(full, in)
	if err != nil || f.binary || f.text == "" {
		return nil, nil
	}
	return j, f
}

// open opens a file of the host for a reader of lines; nil: not there.
func (r *systemReader) open(name string) io.ReadCloser {
	j := newJob(r.ctx, filepath.Join(r.root+"/", name), Options{Open: r.opt.Open, Root: r.root})
	in, err := j.open(j.name)
	if err != nil {
		return nil
	}
	return in
}

// note keeps what could not be read of a file that decides about others.
func (r *systemReader) note(j *job) {
	for _, s := range j.cov.Skipped {
		r.sys.notes = append(r.sys.notes, s.Ref+": "+s.Reason+"; what it sets for all programs of this host is not known")
	}
}

// host finds what is known of the host whose configuration this is.
func (j *job) host() *system {
	root, ok := j.root()
	if j.opt.Systems == nil || !ok {
		return new(system)
	}
	s := j.opt.Systems.of(j.ctx, root, j.opt)
	for _, n := range s.notes {
		j.blind("%s", n)
	}
	return s
}
