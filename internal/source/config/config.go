package config

import (
	"context"
	"fmt"
	"io"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// source is the name of this source in coverage records.
const source = "config"

// Options say how to read a configuration and what is known of its host.
type Options struct {
	Knowledge *knowledge.Base // for defaults; without it a default is not known
	Host      string          // whose configuration it is; empty: not known
	Dialect   string          // empty: found by Detect
	Platform  string          // "Debian 12": tells releases and what its OpenSSL allows
	// Versions are the releases of the programs by dialect ("nginx": "1.22.1",
	// "openssl": "3.0.17"); they win over the platform's.
	Versions map[string]string

	// Systems, if set, has the files that speak for the whole host read, too:
	// its release, the list of its packages, openssl.cnf, the policies of GnuTLS
	// and Java. They are looked for below the root of the host.
	Systems *Systems

	// Root is where "/" of the configured host is. Empty: what stands before
	// "/etc/" in the file's name. Without either, an absolute include is
	// followed only within the folder of the file.
	Root string
	// Open and Glob reach what a configuration includes. nil: the file system,
	// regular files only.
	Open func(path string) (io.ReadCloser, error)
	Glob func(pattern string) ([]string, error)
	// Included, if set, is told each file that was followed, so that a walk
	// over a folder need not read it again.
	Included func(path string)
}

// Run reads one configuration file with what it includes and emits its
// evidence, the last record being the file's coverage. A file that cannot be
// used is coverage, too: an error is one of reading, of emit or of ctx.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	j := newJob(ctx, name, opt)
	f, err := j.load(name, r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	kind := opt.Dialect
	if kind == "" {
		kind, _ = Detect(name, f.head())
	}
	d := dialectNamed(kind)
	switch {
	case len(f.text) == 0:
		j.cov.Failed = "empty file"
	case f.binary:
		j.cov.Failed = "binary file"
	case d == nil:
		j.cov.Failed = "no configuration of a server or system that is known here"
	default:
		j.readAs(d, f)
		if j.notEnabled() {
			j.disable()
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, rec := range j.records {
		if err := emit(rec); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return emit(&j.cov)
}
