package config

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var apache = Dialect{
	Name: "apache", Product: "Apache httpd (mod_ssl)", Rule: "apache-sslprotocol", Fact: "srv.httpd",
	names: []string{"httpd.conf", "apache2.conf", "ssl.conf", "httpd-ssl.conf", "httpd/*.conf", "apache2/*.conf", "conf.d/*.conf", "sites-enabled/*", "sites-available/*", "mods-enabled/*.conf", "mods-available/*.conf", "conf-enabled/*.conf", "conf.modules.d/*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:</?\w+[^>]*>|[A-Z]\w*(?:\s+[^=;{].*)?)\s*$`),
		mark:    lazyregexp.New(`(?i)^\s*(?:SSLProtocol|SSLProxyProtocol|SSLEngine|SSLCipherSuite|SSLCertificateFile|SSLOpenSSLConfCmd|ServerRoot|DocumentRoot|IncludeOptional|LoadModule)\s+\S|^\s*<VirtualHost\s+[^>]+>`),
	},
	read: readApache,
}

var apacheVersions = map[string]tlswire.Version{
	"sslv3": tlswire.SSL30, "tlsv1": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13,
}

// apcHost is a virtual host, or the main server.
type apcHost struct {
	at       pos
	addrs    []string // of the virtual host; nil: the main server
	name     string
	values   map[string]*apcItem // the last of each directive, by lower-case name
	commands []*apcItem          // SSLOpenSSLConfCmd
	main     *apcHost
}

type apcItem struct {
	name string
	args []string
	at   pos
}

func (d *apcItem) text() string { return strings.TrimSpace(d.name + " " + strings.Join(d.args, " ")) }

func (h *apcHost) get(name string) *apcItem {
	if d := h.values[name]; d != nil || h.main == nil {
		return d
	}
	return h.main.values[name]
}

func (h *apcHost) path() string {
	if h.main == nil {
		return "main server"
	}
	return strings.TrimSpace("VirtualHost " + strings.Join(h.addrs, " ") + " " + h.name)
}

func readApache(j *job, f *file) {
	p := newApacheParser(j, f)
	p.read(f)
	a := &apc{j: j, hosts: p.hosts, listens: p.listens, whole: p.whole, first: map[string]*apcHost{}}
	for _, h := range a.hosts {
		for _, addr := range h.addrs {
			if a.first[addr] == nil {
				a.first[addr] = h
			}
		}
	}
	for _, h := range a.hosts {
		if j.ctx.Err() != nil {
			return
		}
		a.host(h)
	}
	if j.cov.Used == 0 {
		j.blind("no SSLProtocol line and no virtual host with SSLEngine on: nothing here decides a version")
	}
}

type apc struct {
	j       *job
	hosts   []*apcHost
	listens []apcListen
	whole   bool // the whole configuration was read: what is absent is absent
	first   map[string]*apcHost
}

// apcProtocol evaluates the words of SSLProtocol as mod_ssl does: a word
// without a sign replaces all that stands before it.
func apcProtocol(args []string) (vs []tlswire.Version, bad string, replaced bool) {
	var on []tlswire.Version
	for _, w := range args {
		sign, word := byte(0), w
		if w != "" && (w[0] == '+' || w[0] == '-') {
			sign, word = w[0], w[1:]
		}
		set := []tlswire.Version{}
		switch v, ok := apacheVersions[strings.ToLower(word)]; {
		case ok:
			set = append(set, v)
		case strings.EqualFold(word, "all"):
			set = between(tlswire.SSL30, 0)
		case strings.EqualFold(word, "SSLv2") && sign == '-':
		default:
			return nil, w, replaced
		}
		switch sign {
		case '+':
			on = append(on, set...)
		case '-':
			on = slices.DeleteFunc(on, func(v tlswire.Version) bool { return slices.Contains(set, v) })
		default:
			replaced = replaced || len(on) > 0
			on = set
		}
	}
	return sorted(on), "", replaced
}

// withoutHoles is what mod_ssl makes of a list with OpenSSL 1.1.0 and later:
// the unbroken run below the highest version.
func withoutHoles(vs []tlswire.Version) []tlswire.Version {
	for i := len(vs) - 1; i > 0; i-- {
		if vs[i].Rank()-vs[i-1].Rank() > 1 {
			return vs[i:]
		}
	}
	return vs
}

// host judges one virtual host or the main server.
func (a *apc) host(h *apcHost) {
	a.own(h)
	for _, c := range h.commands {
		a.command(h, c)
	}
	a.proxy(h)
	if !a.tls(h) {
		return
	}
	s, because, fact := a.sum(h)
	if h.get("sslprotocol") == nil && a.whole {
		a.j.defaultSetting(finding{at: h.at, path: h.path(), value: "SSLProtocol not set", fact: fact}, s)
	}
	if h.main == nil {
		if a.served() {
			return // the virtual hosts take what comes in
		}
		for _, l := range a.listens {
			a.declare(h, l.addr, s, because)
		}
		return
	}
	for _, addr := range h.addrs {
		t, at := s, because
		if base := a.first[addr]; base != h {
			t, at = a.shared(h, base, s, because)
		}
		a.declare(h, addr, t, at)
	}
}

// served reports whether any virtual host does TLS.
func (a *apc) served() bool {
	return slices.ContainsFunc(a.hosts, func(h *apcHost) bool { return h.main != nil && a.tls(h) })
}

// own emits the setting of the host's own SSLProtocol line.
func (a *apc) own(h *apcHost) {
	d := h.values["sslprotocol"]
	if d == nil {
		return
	}
	vs, bad, replaced := apcProtocol(d.args)
	f := finding{at: d.at, path: h.path(), value: d.text()}
	switch run := withoutHoles(vs); {
	case bad != "":
		f.effect, f.note = evidence.Review, "Apache does not start with the value "+bad
	case len(vs) == 0:
		f.effect, f.note = evidence.Review, "names no version: Apache does not start with it"
	default:
		f.versions, f.effect = run, evidence.Pins
		if replaced {
			f.note = "a word without + or - replaces those before it"
		} else if len(run) < len(vs) {
			f.note = "Apache takes no gaps: what stands below the gap is off"
		}
		if h.main != nil && !a.tls(h) {
			f.effect, f.note = evidence.None, "SSLEngine is not on for this virtual host"
		}
	}
	a.j.setting(f)
}

// tls reports whether a host does TLS.
func (a *apc) tls(h *apcHost) bool {
	if d := h.get("sslengine"); d != nil {
		return len(d.args) > 0 && strings.EqualFold(d.args[0], "on")
	}
	for _, l := range a.listens {
		if l.https && (h.main == nil || slices.ContainsFunc(h.addrs, func(s string) bool { return portOf(s) == portOf(l.addr) })) {
			return true
		}
	}
	return false
}

// sum is what a host's lines, or those of the main server, add up to.
func (a *apc) sum(h *apcHost) (s sum, because, fact string) {
	d := h.get("sslprotocol")
	because = h.at.String()
	switch {
	case d == nil && a.whole:
		s, fact = a.j.defaultSum("apache", "server")
	case d == nil:
		s = unknown("no SSLProtocol here; the file that includes this one may set it")
	default:
		because = d.at.String()
		if vs, bad, _ := apcProtocol(d.args); bad != "" || len(vs) == 0 {
			s = unknown(because + ": Apache does not start with this value")
		} else {
			s = exactly(withoutHoles(vs), because)
		}
	}
	ciphers := a.ciphers(h)
	for _, c := range h.commands {
		lo, hi, ok := confCommand(c.args)
		switch {
		case ok:
			s = s.rebound(lo, hi, c.at.String())
			because = c.at.String()
		case len(c.args) == 2 && strings.EqualFold(c.args[0], "Protocol"):
			s = unknown(c.at.String() + ": SSLOpenSSLConfCmd Protocol decides")
		case len(c.args) == 2 && strings.EqualFold(c.args[0], "CipherString"):
			ciphers = c.args[1]
		}
	}
	return a.j.lib.gate(a.j.system(s, held{off: true}), ciphers), because, fact
}

func (a *apc) ciphers(h *apcHost) string {
	d := h.get("sslciphersuite")
	switch {
	case d == nil || len(d.args) == 0:
		return ""
	case len(d.args) > 1 && strings.EqualFold(d.args[0], "TLSv1.3"):
		return "" // only of TLS 1.3; which list is below it is not looked for
	}
	return d.args[len(d.args)-1]
}
