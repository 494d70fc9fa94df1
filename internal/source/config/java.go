package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var java = Dialect{
	Name: "java", Product: "Java java.security", Rule: "java-disabled-algorithms", Fact: "srv.java-security",
	names: []string{"java.security", "java.security.*", "*.security", "*.properties"},
	shape: shape{
		comment: "#!",
		line:    lazyregexp.New(`^\s*[\w.]+\s*[=:].*$`),
		mark:    lazyregexp.New(`^\s*(?:jdk\.tls\.(?:disabledAlgorithms|legacyAlgorithms|client\.protocols|server\.protocols)|security\.provider\.1|jdk\.certpath\.disabledAlgorithms)\s*=`),
	},
	read: readJava,
}

// javaWords are compared exactly: "TLSv1" does not stand for "TLSv1.1".
var javaWords = vocabulary{
	"sslv3": tlswire.SSL30, "tlsv1": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13,
}

var javaSyntax = syntax{comment: "#!", colon: true, continued: true, bare: true}

func readJava(j *job, f *file) {
	last := map[string]entry{}
	f.entries(j, javaSyntax, func(e entry) {
		if strings.HasPrefix(e.name, "jdk.tls.") && len(last) < maxRecords {
			if old, ok := last[e.name]; ok {
				j.setting(finding{at: old.at, path: e.name, role: "both", value: old.text(), effect: evidence.None, note: "replaced by " + e.at.String()})
			}
			last[e.name] = e
		}
	})
	d, ok := last["jdk.tls.disabledAlgorithms"]
	if ok {
		javaDisabled(j, d)
		if j.opt.Host != "" {
			c := &javaConf{off: javaOff(d), at: d.at, major: javaMajor(f.name)}
			j.server(endpoint{protocol: "tls", because: d.at.String()}, c.apply(exactly(between(tlswire.TLS10, 0), d.at.String())))
		}
	} else {
		j.blind("no jdk.tls.disabledAlgorithms: that of the runtime's own java.security holds")
	}
	for _, role := range []string{"client", "server"} {
		if e, ok := last["jdk.tls."+role+".protocols"]; ok && e.value != "" {
			fd := listFinding(e, javaWords, ", ")
			fd.path, fd.role = e.name, role
			fd.note, fd.effect = or(fd.note, "a system property: with -D on the command line it has effect, in java.security none"), evidence.None
			if !strings.Contains(filepath.Base(f.name), "security") { // a program may make system properties of its lines
				fd.effect = evidence.Review
			}
			j.setting(fd)
		}
	}
}

// javaOff are the versions that a list of algorithms names.
func javaOff(e entry) []tlswire.Version {
	var off []tlswire.Version
	for _, word := range strings.Split(e.value, ",") {
		if v, ok := javaWords[strings.ToLower(strings.TrimSpace(word))]; ok {
			off = append(off, v)
		}
	}
	return off
}

// javaDisabled judges the list: what it names is off for both roles, whatever
// a program asks for, and what it leaves out an old runtime may offer.
func javaDisabled(j *job, e entry) {
	off := javaOff(e)
	fd := finding{at: e.at, path: e.name, role: "both", value: e.text()}
	if len(off) > 0 {
		fd.effect, fd.versions = evidence.Blocks, off
		j.setting(fd)
	}
	var left []tlswire.Version
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		if !slices.Contains(off, v) {
			left = append(left, v)
		}
	}
	if len(left) > 0 {
		fd.effect, fd.versions, fd.note = evidence.Allows, left, "not in the list: on for servers, and for clients that ask for it"
		j.setting(fd)
	}
}
