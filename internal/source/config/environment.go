package config

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// environment is what programs are started with: flags and variables that set
// versions for every TLS connection of a process, wherever a manifest, a unit,
// a template or a package's script writes them. Scripts and Dockerfiles are
// source code and not read here.
var environment = Dialect{
	Name: "environment", Product: "environment of programs", Rule: "environment-tls", Fact: "srv.environment", NameOnly: true,
	names: []string{
		".env", "*.env", ".env.*", "etc/environment", "default/*", "sysconfig/*", "conf.d/*", "environment.d/*.conf",
		"*.service", "*.service.d/*.conf", "*.yaml", "*.yml", "*.json", "*.tf", "*.hcl", "*.bicep", "*.template", "*.toml", "procfile",
	},
	shape: shape{beside: true, whole: environmentFits},
	read:  readEnvironment,
}

// startFlag is one flag or variable; the expression's last group is the value.
type startFlag struct {
	re    *lazyregexp.Regexp
	layer string
	rule  string
	fact  string
	judge func(f *finding, m []string)
}

var nodeWords = vocabulary{"1.0": tlswire.TLS10, "1.1": tlswire.TLS11, "1.2": tlswire.TLS12, "1.3": tlswire.TLS13}

var startFlags = []startFlag{
	{lazyregexp.New(`--tls-(min|max)-v(1\.[0-3])\b`), "node", "node-tls-flag", "srv.node", nodeBound},
	{lazyregexp.New(`--tls-cipher-list[=\s]["']?\S*@SECLEVEL=([01])\b`), "node", "node-tls-flag", "srv.node", nodeLevel},
	{lazyregexp.New(`-D(https\.protocols|jdk\.tls\.client\.protocols|jdk\.tls\.server\.protocols)=["'\\]*([A-Za-z][\w.]*(?:,[\w.]+)*)`), "java", "java-tls-property", "srv.java-properties", javaProperty},
	{lazyregexp.New(`\btls10server=([01])\b`), "go", "go-debug-setting", "srv.go.tls10server", goDebug},
	{lazyregexp.New(`\bPGSSL(MIN|MAX)PROTOCOLVERSION["']?\s*[=:]\s*["']?(TLSv1(?:\.[0-3])?)\b`), "libpq", "libpq-protocol-version", "srv.libpq", libpqBound},
}

func bound(f *finding, low bool, v tlswire.Version) {
	f.effect, f.versions = evidence.Caps, []tlswire.Version{v}
	if low {
		f.effect = evidence.Floors
	}
}

func nodeBound(f *finding, m []string) { bound(f, m[1] == "min", nodeWords[m[2]]) }

func nodeLevel(f *finding, _ []string) {
	f.effect, f.note = evidence.Review, "marks a program that talks to an old peer; by itself it enables no old version"
}

func javaProperty(f *finding, m []string) {
	f.role = "client"
	if strings.Contains(m[1], "server") {
		f.role = "server"
	}
	vs, bad := javaWords.list(m[2], ",")
	if bad != "" {
		f.effect, f.note = evidence.Review, "no version that Java knows: "+bad
		return
	}
	f.effect, f.versions = evidence.Pins, vs
}

func goDebug(f *finding, m []string) {
	f.role = "server"
	if m[1] == "0" {
		f.effect, f.note = evidence.None, "what Go 1.22 and later do by themselves"
		return
	}
	f.effect, f.versions = evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}
	f.note = "for servers that set no MinVersion; has no effect from Go 1.27 on"
}

func libpqBound(f *finding, m []string) {
	f.role = "client"
	bound(f, m[1] == "MIN", exactWords[strings.ToLower(m[2])])
}

// startFile is a variable or property that puts another file in the place of
// one of the system.
type startFile struct {
	re   *lazyregexp.Regexp
	as   *Dialect
	what string
}

var startFiles = []startFile{
	{lazyregexp.New(`\b(OPENSSL_CONF)["']?\s*[=:]\s*["']?([^\s"',}]+)`), &openssl, "openssl.cnf"},
	{lazyregexp.New(`\b(GNUTLS_SYSTEM_PRIORITY_FILE)["']?\s*[=:]\s*["']?([^\s"',}]+)`), &gnutls, "the system's GnuTLS settings"},
	{lazyregexp.New(`-D(java\.security\.properties)=+["'\\]*([^\s"',\\]+)`), &java, "parts of java.security"},
}

var unitFile = lazyregexp.New(`^\s*EnvironmentFile\s*=\s*(-?)(/\S+)\s*$`)

func environmentFits(text string, named bool) bool {
	if !named {
		return false
	}
	found := false
	(&file{text: text}).starts(nil, func(_ int, l string) bool {
		found = slices.ContainsFunc(startFlags, func(s startFlag) bool { return s.re.MatchString(l) }) ||
			slices.ContainsFunc(startFiles, func(s startFile) bool { return s.re.MatchString(l) })
		return !found
	})
	return found
}

var (
	pairName  = lazyregexp.New(`^\s*-?\s*\{?\s*"?name"?\s*[:=]\s*["']?([A-Z][A-Z0-9_]*)["']?\s*,?\s*$`)
	pairValue = lazyregexp.New(`^\s*"?value"?\s*[:=]\s*(.*)$`)
	noteTail  = lazyregexp.New(`\s#\s.*$`)
)

// starts calls fn for each line without its comments. A name and a value that
// stand on two lines, as in manifests, come as one: "NAME=value".
func (f *file) starts(skip func(no int), fn func(no int, l string) bool) {
	name := ""
	f.lines(func(no int, l string) bool {
		if len(l) > maxLine {
			if skip != nil {
				skip(no)
			}
			return true
		}
		t := strings.TrimSpace(l)
		if t == "" || t[0] == '#' || t[0] == ';' || strings.HasPrefix(t, "//") {
			return true
		}
		l = noteTail.ReplaceAllString(l, "")
		if m := pairName.FindStringSubmatch(l); m != nil {
			name = m[1]
			return fn(no, l)
		}
		if m := pairValue.FindStringSubmatch(l); m != nil && name != "" {
			l = name + "=" + m[1]
		}
		name = ""
		return fn(no, l)
	})
}

func readEnvironment(j *job, f *file) {
	f.starts(func(no int) { j.skip(f.at(no), "line over %d bytes", maxLine) }, func(no int, l string) bool {
		j.cov.Read++
		if m := unitFile.FindStringSubmatch(l); m != nil {
			j.follow(f.at(no), dirOf(f), m[2], f.depth, m[1] == "-", func(in *file) { readEnvironment(j, in) })
			return true
		}
		for _, s := range startFlags {
			for _, m := range s.re.FindAllStringSubmatch(l, maxFiles) {
				fd := finding{at: f.at(no), role: "both", value: m[0], layer: s.layer, rule: s.rule, fact: s.fact}
				s.judge(&fd, m)
				j.setting(fd)
			}
		}
		for _, s := range startFiles {
			for _, m := range s.re.FindAllStringSubmatch(l, maxFiles) {
				s.follow(j, f, f.at(no), m)
			}
		}
		return j.ctx.Err() == nil
	})
	j.blind("flags and variables as written here: which program takes them, and what a start script adds, is not told")
}

// follow reads the file that a program is pointed to as what it is.
func (s startFile) follow(j *job, f *file, at pos, m []string) {
	fd := finding{
		at: at, role: "both", value: bounded(m[1] + "=" + m[2]), layer: s.as.Name, rule: s.as.Rule, fact: s.as.Fact,
		effect: evidence.Review, note: "its programs read this in the place of " + s.what + ", which is not here",
	}
	if strings.ContainsAny(m[2], "$%{*?[") {
		fd.note = "a variable"
		j.setting(fd)
		return
	}
	was := j.dialect
	j.follow(at, dirOf(f), m[2], f.depth, true, func(in *file) {
		fd.effect, fd.note = evidence.None, "its programs read this in the place of "+s.what
		j.setting(fd)
		j.dialect = s.as
		s.as.read(j, in)
		j.dialect = was
	})
	if fd.effect == evidence.Review {
		j.setting(fd)
	}
}
