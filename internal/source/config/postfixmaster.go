package config

import (
	"maps"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
)

// pfxService is a service of master.cf that speaks SMTP to clients, and the
// parameters it is started with (-o name=value).
type pfxService struct {
	name    string // "submission", "192.0.2.1:25"
	at      pos
	options map[string]param
}

// pfxPorts are the services that master.cf names as /etc/services does.
var pfxPorts = map[string]string{"smtp": "25", "submission": "587", "submissions": "465", "smtps": "465"}

// services reads the master.cf beside a main.cf: master(5).
func (p *pfx) services(f *file) []*pfxService {
	var out []*pfxService
	read := false
	if filepath.Base(f.name) != "main.cf" { // a copy or a template, which no master.cf stands beside
		return nil
	}
	p.j.follow(f.at(0), dirOf(f), "master.cf", f.depth, true, func(in *file) {
		read = true
		out = pfxMaster(p.j, in)
	})
	if !read {
		p.j.blind("master.cf can set other versions for single services (-o smtpd_tls_protocols=...)")
	}
	return out
}

func pfxMaster(j *job, f *file) []*pfxService {
	var all []*pfxService
	var now *pfxService
	f.lines(func(no int, text string) bool {
		words := strings.Fields(text)
		switch {
		case len(text) > maxLine:
			j.skip(f.at(no), "line over %d bytes", maxLine)
			return true
		case len(words) == 0 || words[0][0] == '#':
			return true
		}
		j.cov.Read++
		if text[0] != ' ' && text[0] != '\t' { // else it goes on with the service before
			now = nil
			if len(words) >= 8 && words[1] == "inet" && words[7] == "smtpd" && len(all) < maxFiles {
				now = &pfxService{name: words[0], at: f.at(no), options: map[string]param{}}
				all = append(all, now)
			}
		}
		if now != nil {
			now.read(f.at(no), words)
		}
		return j.ctx.Err() == nil
	})
	return all
}

// read takes the -o of a line: "-o name=value" or "-o { name = value }".
func (s *pfxService) read(at pos, words []string) {
	for i := 0; i+1 < len(words); i++ {
		if words[i] != "-o" {
			continue
		}
		option := words[i+1]
		if option == "{" {
			rest, _, _ := strings.Cut(strings.Join(words[i+2:], " "), "}")
			option = rest
		}
		name, value, ok := strings.Cut(option, "=")
		if !ok {
			continue
		}
		name = strings.TrimSpace(name)
		s.options[name] = param{name, strings.TrimSpace(value), at}
	}
}

// service declares what one service of master.cf accepts.
func (p *pfx) service(f *file, s *pfxService) {
	own := &pfx{j: p.j, params: maps.Clone(p.params)}
	maps.Copy(own.params, s.options)
	for _, r := range pfxRoles {
		if _, ok := s.options[r.name]; ok && r.role == "server" {
			own.setting(r)
		}
	}
	host, port := "", s.name
	if h, n, err := net.SplitHostPort(s.name); err == nil {
		host, port = h, n
	}
	if known, ok := pfxPorts[port]; ok {
		port = known
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		p.j.skip(s.at, "no port that is known: %s", bounded(s.name))
		return
	}
	e := own.endpoint(uint16(n))
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		e.ip = ip.String()
	}
	own.declare(e, f.at(0))
}
