package config

import (
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var stunnel = Dialect{
	Name: "stunnel", Product: "stunnel", Rule: "stunnel-sslversion", Fact: "srv.stunnel",
	names: []string{"stunnel.conf", "stunnel/*.conf", "stunnel*.conf"},
	shape: shape{
		comment: ";#",
		line:    lazyregexp.New(`^\s*(?:\[[^\]]+\]|[a-zA-Z]\w*\s*=.*)\s*$`),
		mark:    lazyregexp.New(`^\s*(?:sslVersion(?:Min|Max)?\s*=|connect\s*=\s*\S*\d+\s*$|accept\s*=\s*\S*\d+\s*$)`),
	},
	read: readStunnel,
}

// stnService is a service section, or what stands before all of them.
type stnService struct {
	name    string
	at      pos
	b       bounds
	off     []hapSwitch // options = NO_TLSv1
	ciphers string
	level   string
	accept  entry
	client  bool
}

var stnOptions = map[string]tlswire.Version{
	"NO_SSLv3": tlswire.SSL30, "NO_TLSv1": tlswire.TLS10, "NO_TLSv1_1": tlswire.TLS11, "NO_TLSv1.1": tlswire.TLS11,
	"NO_TLSv1_2": tlswire.TLS12, "NO_TLSv1.2": tlswire.TLS12, "NO_TLSv1_3": tlswire.TLS13, "NO_TLSv1.3": tlswire.TLS13,
}

func readStunnel(j *job, f *file) {
	global := &stnService{}
	services := []*stnService{}
	now := global
	f.entries(j, syntax{comment: ";#", sections: true}, func(e entry) {
		if e.section != now.name && len(services) < maxFiles { // a service begins with what is set so far
			s := *global
			s.name, s.at = e.section, e.at
			s.off = append([]hapSwitch(nil), global.off...)
			now = &s
			services = append(services, now)
		}
		now.line(j, e)
	})
	for _, s := range services {
		s.declare(j)
	}
	if len(services) == 0 {
		j.blind("no service section")
	}
}

func (s *stnService) line(j *job, e entry) {
	role := "server"
	if s.client {
		role = "client"
	}
	var fd finding
	switch strings.ToLower(e.name) {
	case "sslversion":
		fd = s.version(e)
	case "sslversionmin":
		fd = stnBound(&s.b, e, true)
	case "sslversionmax":
		fd = stnBound(&s.b, e, false)
	case "options":
		v, ok := stnOptions[strings.TrimPrefix(e.value, "-")]
		if !ok || strings.HasPrefix(e.value, "-") {
			return
		}
		s.off = append(s.off, hapSwitch{v, e.at})
		fd = finding{at: e.at, path: e.section, value: e.text(), effect: evidence.Blocks, versions: []tlswire.Version{v}}
	case "ciphers":
		s.ciphers = e.value
	case "securitylevel":
		s.level = e.value
	case "client":
		s.client = strings.EqualFold(e.value, "yes")
	case "accept":
		s.accept = e
	}
	if fd.effect != "" {
		fd.role = role
		j.setting(fd)
	}
}

// version reads sslVersion, which is both bounds at once.
func (s *stnService) version(e entry) finding {
	if strings.EqualFold(e.value, "all") {
		s.b = bounds{}
		return finding{at: e.at, path: e.section, value: e.text(), effect: evidence.None, note: "no bound"}
	}
	fd := s.b.set(e, exactWords, true)
	if fd.effect == evidence.Floors {
		s.b.hi, s.b.hiAt = s.b.lo, e.at
		fd.effect = evidence.Pins
	}
	return fd
}

func stnBound(b *bounds, e entry, low bool) finding {
	if strings.EqualFold(e.value, "all") {
		return finding{at: e.at, path: e.section, value: e.text(), effect: evidence.None, note: "no bound"}
	}
	return b.set(e, plainWords, low)
}

// levelled is the cipher list with the security level that counts: stunnel
// sets its own, 2 unless it is told another, and the list is applied last.
func (s *stnService) levelled(j *job) string {
	level := s.level
	if newer, known := j.atLeast("5.68"); level == "" && known && newer {
		level = "2"
	}
	if level == "" || parseCiphers(s.ciphers).level >= 0 {
		return s.ciphers
	}
	return s.ciphers + ":@SECLEVEL=" + level
}

func (s *stnService) declare(j *job) {
	// stunnel sets no bound itself; what it accepts is what the library does.
	all := exactly(between(tlswire.TLS10, 0), "no bound in "+s.at.String())
	got := s.b.sum(all)
	for _, o := range s.off {
		got = got.reject([]tlswire.Version{o.v}, o.at.String())
	}
	got = j.lib.gate(j.system(got, held{lo: s.b.lo == 0, hi: s.b.hi == 0, off: true}), s.levelled(j))
	because := s.b.because(s.at)
	if s.client {
		j.client(got, because, "srv.stunnel")
		return
	}
	host, port := "0.0.0.0", s.accept.value
	if i := strings.LastIndexByte(port, ':'); i >= 0 {
		host, port = or(port[:i], host), port[i+1:]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return // a service name, or no listener
	}
	j.server(endpoint{target: host + ":" + port, port: uint16(n), protocol: "tls", because: because}, got)
}
