package config

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// javaConf is the one java.security of a host.
type javaConf struct {
	off   []tlswire.Version // that jdk.tls.disabledAlgorithms names
	at    pos
	major int // of the runtime, as the folder's name tells; 0: not known
}

// javaFolder tells the runtime's release: "java-17-openjdk".
var javaFolder = lazyregexp.New(`java-(?:1\.)?(\d+)-openjdk`)

// javaPlaces are where Debian keeps java.security of its runtimes.
const javaPlaces = "etc/java-*-openjdk/security/java.security"

// javaSecurity reads the host's java.security if there is one. With several
// runtimes it is not told which one a program runs on.
func (r *systemReader) javaSecurity() *javaConf {
	j := newJob(r.ctx, filepath.Join(r.root+"/", "etc"), Options{Open: r.opt.Open, Glob: r.opt.Glob, Root: r.root})
	names, err := j.glob(filepath.Join(r.root+"/", javaPlaces))
	if err != nil || len(names) != 1 {
		return nil
	}
	rel, _ := filepath.Rel(r.root+"/", names[0])
	j, f := r.file(rel)
	if f == nil {
		return nil
	}
	c := &javaConf{major: javaMajor(names[0])}
	set := false
	f.entries(j, javaSyntax, func(e entry) {
		if e.name == "jdk.tls.disabledAlgorithms" {
			c.off, c.at, set = javaOff(e), e.at, true
		}
	})
	if !set {
		return nil
	}
	return c
}

// javaMajor is the release that the path of a java.security tells; 0: none.
func javaMajor(name string) int {
	m := javaFolder.FindStringSubmatch(filepath.ToSlash(name))
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// javaSystem says of what a program allows what the Java of its host does.
func (j *job) javaSystem(s sum) sum { return j.sys.java.apply(s) }

// apply takes away what java.security names. TLS 1.3 is there from Java 11 on.
func (c *javaConf) apply(s sum) sum {
	out := s.clone()
	for v, x := range s {
		switch {
		case x.state != evidence.Accepted:
		case c != nil && slices.Contains(c.off, v):
			out[v] = say{evidence.Rejected, c.at.String()}
		case v == tlswire.TLS12:
		case c != nil && v != tlswire.SSL30 && (v != tlswire.TLS13 || c.major >= 11):
			out[v] = say{evidence.Accepted, x.because + ", and " + c.at.String() + " leaves it on"}
		default:
			out[v] = say{evidence.Unknown, x.because + " allows it; the Java runtime decides"}
		}
	}
	return out
}
