package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var openssl = Dialect{
	Name: "openssl", Product: "OpenSSL openssl.cnf", Rule: "openssl-cnf", Fact: "srv.openssl-cnf",
	names: []string{"openssl.cnf", "openssl*.cnf", "openssl.cnf.d/*", "openssl.d/*", "opensslcnf.config"},
	shape: shape{
		comment: "#;",
		line:    lazyregexp.New(`^\s*(?:\[[^\]]*\].*|[\w.:$*-]+\s*=.*|\.(?:include|pragma)\s*[=\s].*)$`),
		mark:    lazyregexp.New(`^\s*(?:openssl_conf\s*=|ssl_conf\s*=|system_default\s*=|\[\s*(?:system_default_sect|req_distinguished_name|openssl_init)\s*\])`),
		hint:    lazyregexp.New(`(?i)^\s*(?:\w+\.)?(?:MinProtocol|MaxProtocol|Protocol|CipherString|Ciphersuites)\s*=`),
	},
	read: readOpenSSL,
}

// opensslVersions are the words of MinProtocol and its like (SSL_CONF_cmd).
var opensslVersions = map[string]tlswire.Version{
	"SSLv3": tlswire.SSL30, "TLSv1": tlswire.TLS10, "TLSv1.1": tlswire.TLS11, "TLSv1.2": tlswire.TLS12, "TLSv1.3": tlswire.TLS13,
}

// osslLine is one assignment.
type osslLine struct {
	section, name, value string
	at                   pos
}

type osslFile struct {
	j       *job
	section string
	lines   []osslLine
}

func readOpenSSL(j *job, f *file) {
	s := osslEffective(j, f)
	s.finish(f, s.section)
}

// osslEffective adds up the section that programs get.
func osslEffective(j *job, f *file) *osslSum {
	o := &osslFile{j: j, section: "default"}
	o.read(f)
	reached, chain := o.systemDefault()
	if filepath.Base(f.name) == osslBackEnd && chain != "" {
		reached = "default" // RHEL's openssl.cnf includes it within that section
	}
	s := &osslSum{j: j, level: -1}
	for _, l := range o.lines {
		name := strings.ToLower(l.name)
		if _, after, ok := strings.Cut(name, "."); ok {
			name = after // "1.MinProtocol" keeps the order of repeated names
		}
		if slices.Contains(osslNames, name) {
			s.line(l, name, l.section == reached && reached != "", chain)
		}
	}
	s.section, s.partial = reached, len(j.cov.Skipped) > 0
	return s
}

// osslBackEnd is the file of crypto-policies that openssl.cnf includes.
const osslBackEnd = "opensslcnf.config"

var osslNames = []string{"minprotocol", "maxprotocol", "protocol", "cipherstring", "options"}

// read gathers assignments; a file that is included goes on in the section
// where it is included.
func (o *osslFile) read(f *file) {
	var held string
	var at pos
	f.lines(func(no int, text string) bool {
		if held == "" {
			at = f.at(no)
		}
		if len(text) > maxLine || len(held) > maxLine {
			o.j.skip(f.at(no), "line over %d bytes", maxLine)
			held = ""
			return true
		}
		if cut, ok := strings.CutSuffix(text, `\`); ok {
			held += cut
			return true
		}
		line := osslStrip(held + text)
		held = ""
		if line != "" {
			o.line(f, line, at)
		}
		return o.j.ctx.Err() == nil
	})
}

// osslStrip takes blanks and comments off.
func osslStrip(s string) string {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote = c
		case quote == 0 && c == '#':
			return strings.TrimSpace(s[:i])
		}
	}
	return strings.TrimSpace(s)
}

func (o *osslFile) line(f *file, line string, at pos) {
	o.j.cov.Read++
	if line[0] == '[' {
		name, _, ok := strings.Cut(line[1:], "]")
		if !ok {
			o.j.skip(at, "section without its bracket")
			return
		}
		o.section = strings.TrimSpace(name)
		return
	}
	if arg, ok := strings.CutPrefix(line, ".include"); ok {
		arg = strings.Trim(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(arg), "=")), `"'`)
		if arg != "" {
			o.include(f, arg, at)
		}
		return
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		if !strings.HasPrefix(line, ".") {
			o.j.skip(at, "neither a section nor name = value")
		}
		return
	}
	name, section := strings.TrimSpace(name), o.section
	if s, n, ok := strings.Cut(name, "::"); ok {
		section, name = s, n
	}
	if len(o.lines) < maxRecords {
		o.lines = append(o.lines, osslLine{section, name, strings.Trim(strings.TrimSpace(value), `"'`), at})
	}
}

// include follows one file, or the *.cnf and *.conf files of a folder.
func (o *osslFile) include(f *file, arg string, at pos) {
	section := o.section
	if strings.HasSuffix(arg, ".d") || strings.HasSuffix(arg, "/") {
		for _, ext := range []string{"*.cnf", "*.conf"} {
			o.j.follow(at, dirOf(f), strings.TrimSuffix(arg, "/")+"/"+ext, f.depth, true, o.read)
		}
	} else {
		o.j.follow(at, dirOf(f), arg, f.depth, false, o.read)
	}
	o.section = section
}

func (o *osslFile) get(section, name string) (osslLine, bool) {
	for i := len(o.lines) - 1; i >= 0; i-- {
		if l := o.lines[i]; l.section == section && l.name == name {
			return l, true
		}
	}
	return osslLine{}, false
}

// systemDefault follows openssl_conf, ssl_conf and system_default to the
// section that programs get; chain says what breaks it.
func (o *osslFile) systemDefault() (section, broken string) {
	section = "default"
	for _, name := range []string{"openssl_conf", "ssl_conf", "system_default"} {
		l, ok := o.get(section, name)
		if !ok {
			return "", "no " + name + " in section [" + section + "] leads here"
		}
		section = l.value
	}
	return section, ""
}

// osslSum adds up the section that programs get.
type osslSum struct {
	j         *job
	lo, hi    tlswire.Version
	loAt      pos
	hiAt      pos
	level     int
	levelAt   pos
	off       []tlswire.Version // of Protocol
	offAt     pos
	odd       string
	effective bool
	section   string
	partial   bool // a line or an include could not be used
}

// line judges one line. Lines of sections that nothing leads to do nothing.
func (s *osslSum) line(l osslLine, name string, live bool, broken string) {
	f := finding{at: l.at, path: "[" + l.section + "]", role: "both", value: l.name + " = " + l.value}
	switch name {
	case "minprotocol", "maxprotocol":
		s.bound(&f, l, name == "minprotocol", live)
	case "cipherstring":
		c := parseCiphers(l.value)
		if c.level < 0 {
			return
		}
		s.cipher(&f, l, c.level, live)
	case "protocol":
		vs, ok := osslProtocols(l.value)
		f.effect, f.versions = evidence.Pins, vs
		if !ok {
			f.effect, f.versions = evidence.Review, nil
		}
		switch {
		case live && !ok:
			s.odd = l.at.String()
		case live:
			s.off, s.offAt = without(vs), l.at
		}
	default:
		return
	}
	if !live {
		if broken == "" {
			broken = "the section is not the one that programs get"
		}
		f.effect, f.note = evidence.None, broken
	}
	s.effective = s.effective || live
	s.j.setting(f)
}

func (s *osslSum) bound(f *finding, l osslLine, low, live bool) {
	v, ok := opensslVersions[l.value]
	switch {
	case strings.EqualFold(l.value, "None"):
		f.effect, f.note = evidence.None, "no bound"
		if low {
			f.effect, f.versions, f.note = evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}, "no lower bound; the security level may still keep them off"
		}
	case strings.HasPrefix(strings.ToUpper(l.value), "DTLS"):
		f.effect, f.note = evidence.None, "about DTLS only"
		return
	case !ok:
		f.effect, f.note = evidence.Review, "no version that OpenSSL knows: programs may fail to start with it"
		if live {
			s.odd = l.at.String()
		}
		return
	case low:
		f.effect, f.versions = evidence.Floors, []tlswire.Version{v}
	default:
		f.effect, f.versions = evidence.Caps, []tlswire.Version{v}
	}
	if !live {
		return
	}
	if low {
		s.lo, s.loAt = v, l.at
	} else {
		s.hi, s.hiAt = v, l.at
	}
}

// cipher judges a security level: from 1 on OpenSSL 3 does neither TLS 1.0
// nor 1.1, from 2 on also the OpenSSL 1.1 of some distributions.
func (s *osslSum) cipher(f *finding, l osslLine, level int, live bool) {
	old := []tlswire.Version{tlswire.TLS10, tlswire.TLS11}
	state, _ := s.j.lib.old(level)
	switch {
	case level == 0:
		f.effect, f.versions, f.note = evidence.Allows, old, "security level 0 is what OpenSSL 3 needs for them"
	case state == evidence.Rejected:
		f.effect, f.versions, f.note = evidence.Blocks, old, "the security level of OpenSSL 3 keeps them off"
	case state == evidence.Accepted:
		f.effect, f.versions = evidence.Allows, old
	default:
		f.effect, f.note = evidence.None, "keeps TLS 1.0 and 1.1 off with OpenSSL 3; with OpenSSL 1.1 the distribution decides"
	}
	if live {
		s.level, s.levelAt = level, l.at
	}
}

// finish adds what programs get that set nothing themselves.
func (s *osslSum) finish(f *file, section string) {
	if !s.effective {
		s.j.blind("no effective MinProtocol, MaxProtocol or security level: what is compiled into this OpenSSL decides")
		return
	}
	s.j.blind("programs that set their own versions are not held by [%s]", section)
	at := s.loAt
	if at.line == 0 {
		at = s.levelAt
	}
	if at.line == 0 {
		at = s.hiAt
	}
	if at.line == 0 {
		at = s.offAt
	}
	got := s.add()
	if s.odd != "" {
		got = unknown(s.odd + ": a person must look")
	}
	s.j.client(got, or(at.String(), f.name), "srv.openssl-cnf")
	if s.j.opt.Host != "" {
		s.j.server(endpoint{protocol: "tls", because: at.String()}, got)
	}
}

func (s *osslSum) add() sum {
	got := exactly(between(tlswire.TLS10, 0), "no bound")
	got = got.limit(s.lo, 0, s.loAt.String()).limit(0, s.hi, s.hiAt.String()).reject(s.off, s.offAt.String())
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		if x := got[v]; x.state == evidence.Accepted {
			state, reason := s.j.lib.old(s.level)
			if s.lo != 0 {
				x.because = s.loAt.String()
			}
			if state != evidence.Accepted {
				x = say{state, x.because + reason}
			}
			got[v] = x
		}
	}
	for _, v := range []tlswire.Version{tlswire.TLS12, tlswire.TLS13} {
		if x := got[v]; x.state == evidence.Accepted && s.lo != 0 {
			got[v] = say{x.state, s.loAt.String()}
		}
	}
	return got
}

// without are the versions that a list leaves out.
func without(vs []tlswire.Version) []tlswire.Version {
	return slices.DeleteFunc(between(tlswire.TLS10, 0), func(v tlswire.Version) bool { return slices.Contains(vs, v) })
}

// held says what of the system's openssl.cnf holds a program: its bounds only
// where the program sets none itself, and its list.
type held struct{ lo, hi, off bool }

// everything holds a program that sets no bounds but switches versions off.
var everything = held{lo: true, hi: true, off: true}

// system applies what openssl.cnf sets for all programs of the host. That
// nginx, Apache, HAProxy and Postfix are not held by its bounds, and the others
// by which, was found by starting each on Debian 12.
func (j *job) system(s sum, h held) sum {
	o := j.sys.openssl
	switch {
	case o == nil || h == held{}:
		return s
	case o.odd != "":
		return unknown(o.odd + ": no version that OpenSSL knows")
	}
	if h.lo && o.lo != 0 {
		s = s.only(between(o.lo, 0), o.loAt.String())
	}
	if h.hi && o.hi != 0 {
		s = s.only(between(0, o.hi), o.hiAt.String())
	}
	if h.off && len(o.off) > 0 {
		s = s.only(append(without(o.off), tlswire.SSL30), o.offAt.String())
	}
	return s
}

// perhaps is for programs of which it was not found out what holds them: of
// what openssl.cnf would take away it is not known.
func (j *job) perhaps(s sum) sum {
	out := s.clone()
	for v, x := range j.system(s, everything) {
		if x.state != s[v].state {
			out[v] = say{evidence.Unknown, x.because + ", if this program is held by it"}
		}
	}
	return out
}

// osslProtocols reads the list of "Protocol": names with signs, from ALL.
func osslProtocols(list string) ([]tlswire.Version, bool) {
	words := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	on := between(tlswire.SSL30, 0)
	if len(words) > 0 && words[0] != "" && words[0][0] != '-' {
		on = nil
	}
	for _, w := range words {
		word := strings.TrimLeft(w, "+-")
		set := between(tlswire.SSL30, 0)
		if v, ok := opensslVersions[word]; ok {
			set = []tlswire.Version{v}
		} else if !strings.EqualFold(word, "ALL") {
			return nil, false
		}
		if w[0] == '-' {
			on = slices.DeleteFunc(on, func(v tlswire.Version) bool { return slices.Contains(set, v) })
		} else {
			on = append(on, set...)
		}
	}
	return sorted(on), true
}
