package config

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var haproxy = Dialect{
	Name: "haproxy", Product: "HAProxy", Rule: "haproxy-versions", Fact: "srv.haproxy",
	names: []string{"haproxy.cfg", "haproxy*.cfg", "haproxy/*.cfg"},
	shape: shape{
		comment: "#.",
		line:    lazyregexp.New(`^\s*[a-z][\w.-]*(?:\s+[^=].*)?$`),
		mark:    lazyregexp.New(`^\s*(?:bind\s+\S*:\S+(?:\s.*)?|ssl-default-(?:bind|server)-\w+\s+\S.*|tune\.ssl\.\S+\s+\S+|(?:frontend|listen)\s+\S+|server\s+\S+\s+[\w.]+:\d+(?:\s.*)?|use_backend\s+\S+.*|default_backend\s+\S+)$`),
	},
	read: readHAProxy,
}

// hapVersions are the words of ssl-min-ver; haproxy's old switches name the
// same versions in another way.
var hapVersions = map[string]tlswire.Version{
	"SSLv3": tlswire.SSL30, "TLSv1.0": tlswire.TLS10, "TLSv1.1": tlswire.TLS11, "TLSv1.2": tlswire.TLS12, "TLSv1.3": tlswire.TLS13,
}

var hapSwitches = map[string]tlswire.Version{
	"sslv3": tlswire.SSL30, "tlsv10": tlswire.TLS10, "tlsv11": tlswire.TLS11, "tlsv12": tlswire.TLS12, "tlsv13": tlswire.TLS13,
}

// hapMethods is what one line, or the defaults, say about versions.
type hapMethods struct {
	off      []hapSwitch
	lo, hi   tlswire.Version
	loAt     pos
	hiAt     pos
	bad      string // where HAProxy would stop
	ciphers  string
	findings []finding
}

type hapSwitch struct {
	v  tlswire.Version
	at pos
}

type hap struct {
	j       *job
	section string
	bind    hapMethods // ssl-default-bind-options
	server  hapMethods // ssl-default-server-options
	sections,
	tls int
}

func readHAProxy(j *job, f *file) {
	h := &hap{j: j}
	f.lines(func(no int, text string) bool {
		at := f.at(no)
		if len(text) > maxLine {
			j.skip(at, "line over %d bytes", maxLine)
			return true
		}
		words, ok := hapWords(text)
		if !ok {
			j.skip(at, "a quoted string does not end")
		}
		if len(words) > 0 {
			j.cov.Read++
			h.line(words, at)
		}
		return j.ctx.Err() == nil
	})
	if h.tls == 0 {
		j.blind("no bind line with ssl: this configuration ends no TLS itself")
	}
}

// hapWords splits a line; "#" begins a comment, quotes and "\" protect.
func hapWords(s string) (words []string, ok bool) {
	var w strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'' && i+1 < len(s):
			i++
			w.WriteByte(s[i])
			in = true
		case quote != 0:
			if c == quote {
				quote = 0
			} else {
				w.WriteByte(c)
			}
		case c == '"' || c == '\'':
			quote, in = c, true
		case c == '#':
			i = len(s)
		case c == ' ' || c == '\t':
			if in {
				words, in = append(words, w.String()), false
				w.Reset()
			}
		default:
			w.WriteByte(c)
			in = true
		}
	}
	if in {
		words = append(words, w.String())
	}
	return words, quote == 0
}

var hapSections = []string{"global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "mailers", "cache", "program", "http-errors", "ring", "log-forward", "crt-store", "traces", "fcgi-app"}

func (h *hap) line(words []string, at pos) {
	if slices.Contains(hapSections, words[0]) {
		h.section = strings.TrimSpace(words[0] + " " + strings.Join(words[1:min(2, len(words))], " "))
		h.sections++
		return
	}
	switch words[0] {
	case "ssl-default-bind-options":
		h.defaults(&h.bind, words, at, "server")
	case "ssl-default-server-options":
		h.defaults(&h.server, words, at, "client")
	case "ssl-default-bind-ciphers":
		h.bind.ciphers = strings.Join(words[1:], " ")
	case "ssl-default-server-ciphers":
		h.server.ciphers = strings.Join(words[1:], " ")
	case "bind":
		h.bindLine(words, at)
	case "server", "default-server", "server-template":
		h.serverLine(words, at)
	case ".if", ".elif":
		h.j.skip(at, "conditional block: read as if its condition held")
	}
}

// methods reads the version options among words into m.
func (h *hap) methods(m *hapMethods, words []string, at pos, role string) {
	add := func(f finding) {
		f.at, f.path, f.role = at, h.section, role
		m.findings = append(m.findings, f)
	}
	for i, w := range words {
		kind, v, ok := hapOption(words, i)
		f := finding{value: w, versions: []tlswire.Version{v}}
		switch {
		case kind == "":
			continue
		case !ok:
			f.value = w + " " + strings.Join(words[i+1:min(i+2, len(words))], " ")
			f.effect, f.versions, f.note = evidence.Review, nil, "HAProxy does not start with this value"
			m.bad = at.String()
		case kind == "min":
			f.value, f.effect = w+" "+words[i+1], evidence.Floors
			m.lo, m.loAt = v, at
		case kind == "max":
			f.value, f.effect = w+" "+words[i+1], evidence.Caps
			m.hi, m.hiAt = v, at
		case kind == "no":
			f.effect = evidence.Blocks
			m.off = append(m.off, hapSwitch{v, at})
		case kind == "force":
			f.effect = evidence.Pins
			m.lo, m.hi, m.loAt, m.hiAt = v, v, at, at
		}
		add(f)
	}
}

// hapOption reads the option at i: kind is empty for what is none.
func hapOption(words []string, i int) (kind string, v tlswire.Version, ok bool) {
	w := words[i]
	switch {
	case w == "ssl-min-ver" || w == "ssl-max-ver":
		if i+1 < len(words) {
			v, ok = hapVersions[words[i+1]]
		}
		return w[4:7], v, ok
	case strings.HasPrefix(w, "no-"):
		if v, ok = hapSwitches[w[3:]]; ok {
			return "no", v, true
		}
	case strings.HasPrefix(w, "force-"):
		if v, ok = hapSwitches[w[6:]]; ok {
			return "force", v, true
		}
	}
	return "", 0, false
}

func (h *hap) defaults(m *hapMethods, words []string, at pos, role string) {
	h.methods(m, words[1:], at, role)
	for _, f := range m.findings {
		if f.effect == evidence.Blocks && m.lo == 0 && role == "server" && f.versions[0].Below(tlswire.TLS12) {
			f.effect, f.note = evidence.Blocks, "the floor is TLS 1.2 in any case from HAProxy 2.2 on"
		}
		if f.effect == evidence.Blocks && m.lo != 0 {
			f.effect, f.note = evidence.None, "HAProxy ignores it beside ssl-min-ver and ssl-max-ver"
		}
		h.setting(f, role)
	}
	m.findings = nil
}

func (h *hap) setting(f finding, role string) {
	if role == "client" {
		f.fact = "srv.haproxy.server"
	}
	h.j.setting(f)
}

// inherit fills in what the defaults say.
func (m hapMethods) inherit(d *hapMethods) hapMethods {
	m.off = append(slices.Clone(m.off), d.off...)
	if m.lo == 0 {
		m.lo, m.loAt = d.lo, d.loAt
	}
	if m.hi == 0 {
		m.hi, m.hiAt = d.hi, d.hiAt
	}
	m.bad = or(m.bad, d.bad)
	if m.ciphers == "" {
		m.ciphers = d.ciphers
	}
	return m
}

func (h *hap) bindLine(words []string, at pos) {
	if !slices.Contains(words, "ssl") || len(words) < 2 {
		return
	}
	h.tls++
	var m hapMethods
	h.methods(&m, words[2:], at, "server")
	if i := slices.Index(words, "ciphers"); i > 0 && i+1 < len(words) {
		m.ciphers = words[i+1]
	}
	own := m
	m = m.inherit(&h.bind)
	for _, f := range own.findings {
		if f.effect == evidence.Blocks && (m.lo != 0 || m.hi != 0) {
			f.effect, f.note = evidence.None, "HAProxy ignores it beside ssl-min-ver and ssl-max-ver"
		}
		h.setting(f, "server")
	}
	s, because := h.sum(m, at)
	if m.lo == 0 && m.hi == 0 && len(m.off) == 0 && m.bad == "" {
		h.j.defaultSetting(finding{at: at, path: h.section, value: "ssl-min-ver not set"}, s)
	}
	if slices.Contains(words, "crt-list") {
		h.j.blind("%s: a crt-list can set other versions for single names", at)
	}
	for _, addr := range strings.Split(words[1], ",") {
		h.j.server(h.endpoint(addr, because), s)
	}
}

// sum is what HAProxy makes of the options of a bind line.
func (h *hap) sum(m hapMethods, at pos) (sum, string) {
	because := at.String()
	if m.bad != "" {
		return unknown(m.bad + ": HAProxy does not start with this value"), m.bad
	}
	if m.lo != 0 {
		because = m.loAt.String()
	} else if m.hi != 0 {
		because = m.hiAt.String()
	}
	lo := m.lo
	var s sum
	switch newer, known := h.j.atLeast("2.2"); {
	case lo == 0 && m.hi.Below(tlswire.TLS12) && m.hi != 0:
		lo = m.hi // the floor sinks to a cap below it
		if known && newer {
			s = exactly(between(lo, m.hi), because)
			break
		}
		s = unknown("ssl-max-ver without ssl-min-ver: the floor depends on the release")
		s = s.limit(0, m.hi, because)
	case lo == 0:
		s, _ = h.j.defaultSum("haproxy", "server")
		s = s.limit(0, m.hi, because)
	default:
		s = exactly(between(lo, m.hi), because)
	}
	if m.lo == 0 && m.hi == 0 { // else HAProxy ignores the switches
		for _, off := range m.off {
			s = s.reject([]tlswire.Version{off.v}, off.at.String())
		}
		if vs, _ := s.accepted(); len(m.off) > 0 && len(withoutHoles(vs)) != len(vs) {
			s = unknown(because + ": the switches leave a gap")
		}
	}
	return h.j.lib.gate(h.j.system(s, held{off: true}), m.ciphers), because
}

func (h *hap) endpoint(addr, because string) endpoint {
	e := endpoint{because: because, protocol: "tls"}
	for _, p := range []string{"ipv4@", "ipv6@", "quic4@", "quic6@", "tcp4@", "tcp6@", "tcp@"} {
		addr = strings.TrimPrefix(addr, p)
	}
	e.target = addr
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return e
	}
	host := strings.Trim(addr[:i], "[]")
	if n, err := strconv.ParseUint(addr[i+1:], 10, 16); err == nil {
		e.port = uint16(n)
	}
	if host == "" || host == "*" {
		e.target = net.JoinHostPort("0.0.0.0", addr[i+1:])
	} else if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		e.ip = ip.String()
	}
	return e
}

// serverLine judges the options of a connection to a back end.
func (h *hap) serverLine(words []string, at pos) {
	var m hapMethods
	h.methods(&m, words[1:], at, "client")
	tls := slices.Contains(words, "ssl") || words[0] == "default-server"
	for _, f := range m.findings {
		if !tls {
			f.effect, f.note = evidence.None, "no ssl on this line"
		}
		h.setting(f, "client")
	}
	if !tls || words[0] != "server" {
		return
	}
	m = m.inherit(&h.server)
	if m.lo != 0 {
		s := exactly(between(m.lo, m.hi), m.loAt.String())
		h.j.client(h.j.lib.gate(s, m.ciphers), m.loAt.String(), "srv.haproxy.server")
	}
}
