package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var squid = Dialect{
	Name: "squid", Product: "Squid", Rule: "squid-tls-options", Fact: "srv.squid",
	names: []string{"squid.conf", "squid*.conf", "squid/conf.d/*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*[a-z][a-z0-9_]*(?:\s+[^{};]*)?$`),
		mark:    lazyregexp.New(`^\s*(?:https_port\s+\S*\d|http_port\s+\S*\d+\s+ssl-bump|tls_outgoing_options\s+\S|http_access\s+(?:allow|deny)\s|sslproxy_(?:options|version)\s+\S|cache_peer\s+\S+\s+(?:parent|sibling)\s)`),
	},
	read: readSquid,
}

// squidOptions are OpenSSL's switches; each may have a sign in front.
var squidOptions = vocabulary{
	"no_sslv3": tlswire.SSL30, "no_tlsv1": tlswire.TLS10, "no_tlsv1_1": tlswire.TLS11, "no_tlsv1_2": tlswire.TLS12, "no_tlsv1_3": tlswire.TLS13,
}

// squidVersions are those of the sslversion of Squid 3; 1 is automatic.
var squidVersions = vocabulary{"3": tlswire.SSL30, "4": tlswire.TLS10, "5": tlswire.TLS11, "6": tlswire.TLS12}

// squidLine is one directive that makes or takes TLS connections.
type squidLine struct {
	at      pos
	words   []string
	role    string
	named   string // "https_port 443"
	off     []tlswire.Version
	lo      tlswire.Version
	only    tlswire.Version
	ciphers string
	bad     string
}

func readSquid(j *job, f *file) {
	f.entries(j, syntax{comment: "#", blank: true, bare: true, continued: true}, func(e entry) {
		words := strings.Fields(e.value)
		for i, w := range words {
			if w[0] == '#' {
				words = words[:i]
				break
			}
		}
		l := squidLine{at: e.at, words: words, role: "client", named: e.name}
		switch e.name {
		case "include":
			for _, w := range words {
				j.follow(e.at, dirOf(f), w, f.depth, false, func(in *file) { readSquid(j, in) })
			}
		case "https_port", "http_port":
			l.port(j, e.name)
		case "tls_outgoing_options", "cache_peer", "icap_service":
			l.judge(j)
		case "sslproxy_options":
			l.words = []string{"options=" + e.value}
			l.judge(j)
		case "sslproxy_version":
			l.words = []string{"version=" + e.value}
			l.judge(j)
		}
	})
}

// port is a listener; a plain one that intercepts TLS (ssl-bump) is one, too.
func (l *squidLine) port(j *job, name string) {
	l.role = "server"
	if len(l.words) == 0 {
		return
	}
	addr := l.words[0]
	l.named = name + " " + addr
	told := l.judge(j)
	if !told && name == "http_port" && !slices.Contains(l.words, "ssl-bump") {
		return
	}
	s := j.lib.gate(j.system(l.sum(), everything), l.ciphers)
	if !told {
		j.defaultSetting(finding{at: l.at, path: l.named, value: "options= and tls-min-version= not set"}, s)
	}
	host, port := "0.0.0.0", addr
	if i := strings.LastIndexByte(addr, ':'); i >= 0 {
		host, port = addr[:i], addr[i+1:]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		j.skip(l.at, "no port in %s", bounded(addr))
		return
	}
	j.server(endpoint{target: host + ":" + port, port: uint16(n), protocol: "https", because: l.at.String()}, s)
}

// judge finds the words that name versions and reports each. Of repeated
// options the last counts.
func (l *squidLine) judge(j *job) bool {
	var told []finding
	options := -1
	for _, w := range l.words {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			continue
		}
		fd := finding{at: l.at, path: l.named, role: l.role, value: w, effect: evidence.None}
		switch key {
		case "min-version", "tls-min-version":
			l.minimum(&fd, key, value)
		case "options", "tls-options", "ssloptions":
			l.options(&fd, value)
			if options >= 0 {
				told[options].effect, told[options].note = evidence.None, "replaced by "+bounded(w)
			}
			options = len(told)
		case "version", "sslversion":
			l.version(&fd, value)
		case "cipher", "tls-cipher", "sslcipher":
			l.ciphers = value
		}
		if fd.effect != evidence.None || options == len(told) {
			told = append(told, fd)
		}
	}
	for _, fd := range told {
		if len(fd.versions) > 0 || fd.note != "" {
			j.setting(fd)
		}
	}
	return len(l.off) > 0 || l.lo != 0 || l.only != 0 || l.bad != ""
}

// minimum: the option is spelled with "tls-" everywhere but in
// tls_outgoing_options.
func (l *squidLine) minimum(fd *finding, key, value string) {
	v, ok := nodeWords[value]
	switch {
	case !ok:
		fd.effect, fd.note = evidence.Review, "no version that Squid knows"
	case (key == "min-version") != (l.named == "tls_outgoing_options"):
		fd.effect, fd.note = evidence.Review, "Squid does not start with this option here"
	default:
		l.lo = v
		fd.effect, fd.versions = evidence.Floors, []tlswire.Version{v}
		return
	}
	l.bad = fd.note
}

// options: "NO_TLSv1,NO_TLSv1_1" with ":" or "," between.
func (l *squidLine) options(fd *finding, value string) {
	l.off = nil
	for _, w := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ':' }) {
		if v, ok := squidOptions[strings.ToLower(w)]; ok {
			l.off = append(l.off, v)
			fd.effect, fd.versions = evidence.Blocks, append(fd.versions, v)
		}
	}
}

func (l *squidLine) version(fd *finding, value string) {
	v, ok := squidVersions[value]
	switch {
	case value == "1": // automatic
	case !ok:
		l.bad = "no version that Squid knows"
		fd.effect, fd.note = evidence.Review, l.bad
	default:
		l.only = v
		fd.effect, fd.versions = evidence.Pins, []tlswire.Version{v}
	}
}

// sum is what a port accepts: everything that no option takes away.
func (l *squidLine) sum() sum {
	at := l.at.String()
	if l.bad != "" {
		return unknown(at + ": " + l.bad)
	}
	s := exactly(between(tlswire.TLS10, 0), at)
	if l.only != 0 {
		s = exactly([]tlswire.Version{l.only}, at)
	}
	return s.limit(l.lo, 0, at).reject(l.off, at)
}
