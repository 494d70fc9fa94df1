package config

import (
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

var lighttpd = Dialect{
	Name: "lighttpd", Product: "lighttpd", Rule: "lighttpd-min-protocol", Fact: "srv.lighttpd",
	names: []string{"lighttpd.conf", "lighttpd/*.conf", "conf-enabled/*.conf", "conf-available/*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:[\w.-]+\s*\+?=.*|\$\w+\s*\[.*|else\b.*|[{}()"'].*|include(?:_shell)?\s.*|\),?)\s*$`),
		mark:    lazyregexp.New(`^\s*(?:ssl\.(?:engine|pemfile|openssl\.ssl-conf-cmd|cipher-list|privkey)|server\.(?:modules|document-root|errorlog|pid-file))\s*\+?=`),
	},
	read: readLighttpd,
}

// ltySocket is a $SERVER["socket"] block, or the top.
type ltySocket struct {
	addr    string
	at      pos
	engine  bool
	b       bounds
	ciphers string
}

type lty struct {
	j       *job
	global  *ltySocket
	sockets []*ltySocket
	stack   []*ltySocket
}

var (
	ltyOpen   = lazyregexp.New(`\$SERVER\["socket"\]\s*==\s*"([^"]*)"`)
	ltyBound  = lazyregexp.New(`(?i)"(MinProtocol|MaxProtocol|CipherString|Protocol)"\s*=>\s*"([^"]*)"`)
	ltyAssign = lazyregexp.New(`^([\w.-]+)\s*\+?=\s*"?([^"]*)"?`)
)

func readLighttpd(j *job, f *file) {
	y := &lty{j: j, global: &ltySocket{at: f.at(1)}}
	y.stack = []*ltySocket{y.global}
	y.read(f)
	for _, s := range append([]*ltySocket{y.global}, y.sockets...) {
		y.declare(s)
	}
}

func (y *lty) read(f *file) {
	conf := false // within ssl-conf-cmd = ( ... )
	f.lines(func(no int, l string) bool {
		at, line := f.at(no), strings.TrimSpace(l)
		switch {
		case len(l) > maxLine:
			y.j.skip(at, "line over %d bytes", maxLine)
			return true
		case line == "" || line[0] == '#':
			return true
		}
		y.j.cov.Read++
		now := y.stack[len(y.stack)-1]
		if rest, ok := strings.CutPrefix(line, "include "); ok {
			y.j.follow(at, dirOf(f), strings.Trim(strings.TrimSpace(rest), `"`), f.depth, false, y.read)
		} else if strings.HasPrefix(line, "include_shell") {
			y.j.skip(at, "include_shell is not executed")
		}
		conf = conf || strings.Contains(line, "ssl-conf-cmd")
		if conf {
			y.commands(now, at, line)
			conf = !strings.Contains(line, ")")
		} else {
			y.assign(now, line)
		}
		y.blocks(line, at, now)
		return y.j.ctx.Err() == nil
	})
}

// blocks follows the braces of a line.
func (y *lty) blocks(line string, at pos, now *ltySocket) {
	for range strings.Count(line, "{") {
		if m := ltyOpen.FindStringSubmatch(line); m != nil && len(y.sockets) < maxFiles {
			s := *y.global
			s.addr, s.at = m[1], at
			now = &s
			y.sockets = append(y.sockets, now)
		}
		if len(y.stack) < 4*maxDepth {
			y.stack = append(y.stack, now)
		}
	}
	for range strings.Count(line, "}") {
		if len(y.stack) == 1 {
			y.j.skip(at, "a closing brace without its block")
			return
		}
		y.stack = y.stack[:len(y.stack)-1]
	}
}

func (y *lty) assign(s *ltySocket, line string) {
	m := ltyAssign.FindStringSubmatch(line)
	if m == nil {
		return
	}
	switch m[1] {
	case "ssl.engine":
		s.engine = m[2] == "enable"
	case "ssl.cipher-list":
		s.ciphers = m[2]
	case "server.port":
		if s == y.global {
			s.addr = ":" + strings.TrimSpace(m[2])
		}
	}
}

func (y *lty) commands(s *ltySocket, at pos, line string) {
	for _, m := range ltyBound.FindAllStringSubmatch(line, 16) {
		e := entry{name: m[1], value: m[2], sep: " => ", at: at, section: s.addr}
		switch strings.ToLower(m[1]) {
		case "minprotocol":
			y.j.setting(s.b.set(e, exactWords, true))
		case "maxprotocol":
			y.j.setting(s.b.set(e, exactWords, false))
		case "cipherstring":
			s.ciphers = m[2]
		default:
			s.b.bad = at.String()
			y.j.setting(finding{at: at, path: s.addr, value: e.text(), effect: evidence.Review, note: "a list that OpenSSL reads"})
		}
	}
}

// defaultCiphers is the list where none is set. That of 1.4.69 has no suite
// below TLS 1.2, whatever the security level.
func (y *lty) defaultCiphers() string {
	if newer, known := y.j.atLeast("1.4.69"); known && newer {
		return "EECDH+AESGCM:CHACHA20"
	}
	return ""
}

func (y *lty) declare(s *ltySocket) {
	if !s.engine || s == y.global && len(y.sockets) > 0 && s.addr == "" {
		return
	}
	deflt, fact := y.j.defaultSum("lighttpd", "server")
	if s.b.lo == 0 && s.b.bad == "" {
		y.j.defaultSetting(finding{at: s.at, path: s.addr, value: "MinProtocol not set", fact: fact}, deflt)
	}
	got := y.j.system(s.b.sum(deflt), held{hi: s.b.hi == 0, off: true})
	got = y.j.lib.gate(got, or(s.ciphers, y.defaultCiphers()))
	host, port := "0.0.0.0", "80"
	if i := strings.LastIndexByte(s.addr, ':'); i >= 0 {
		host, port = or(s.addr[:i], host), s.addr[i+1:]
	}
	n, _ := strconv.ParseUint(port, 10, 16)
	y.j.server(endpoint{target: host + ":" + port, port: uint16(n), protocol: "https", because: s.b.because(s.at)}, got)
}
