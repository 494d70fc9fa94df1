package config

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var postfix = Dialect{
	Name: "postfix", Product: "Postfix", Rule: "postfix-protocols", Fact: "srv.postfix",
	names: []string{"main.cf", "postfix/*.cf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^(?:[a-z][\w]*\s*=.*|\s+\S.*)$`),
		mark: lazyregexp.New(`^(?:smtpd?_tls_\w+|smtpd?_use_tls|lmtp_tls_\w+|smtpd_\w*restrictions|mynetworks|compatibility_level|` +
			`mydestination|alias_maps|smtpd_banner|inet_interfaces|myhostname)\s*=`),
	},
	read: readPostfix,
}

var postfixVersions = map[string]tlswire.Version{
	"sslv2": tlswire.SSL20, "sslv3": tlswire.SSL30, "tlsv1": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13,
	"0300": tlswire.SSL30, "0301": tlswire.TLS10, "0302": tlswire.TLS11, "0303": tlswire.TLS12, "0304": tlswire.TLS13,
}

// pfxRole is one of the four parameters: who, and how strict.
type pfxRole struct {
	role, name, level string
	mandatory         bool
}

var pfxRoles = []pfxRole{
	{"server", "smtpd_tls_protocols", "smtpd_tls_security_level", false},
	{"server", "smtpd_tls_mandatory_protocols", "smtpd_tls_security_level", true},
	{"client", "smtp_tls_protocols", "smtp_tls_security_level", false},
	{"client", "smtp_tls_mandatory_protocols", "smtp_tls_security_level", true},
	{"client", "lmtp_tls_protocols", "lmtp_tls_security_level", false},
	{"client", "lmtp_tls_mandatory_protocols", "lmtp_tls_security_level", true},
}

// param is one "name = value" with its place.
type param struct {
	name, value string
	at          pos
}

func readPostfix(j *job, f *file) {
	p := &pfx{j: j, params: map[string]param{}}
	f.logicalLines(j, func(at pos, line string) {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			j.skip(at, "no name = value")
			return
		}
		j.cov.Read++
		name = strings.TrimSpace(name)
		if old, ok := p.params[name]; ok && pfxProtocols(name) {
			j.setting(finding{at: old.at, path: name, value: old.text(), effect: evidence.None, note: "replaced by " + at.String()})
		}
		if len(p.params) < maxRecords {
			p.params[name] = param{name, strings.TrimSpace(value), at}
		}
	})
	for _, r := range pfxRoles {
		p.setting(r)
	}
	p.server(f)
	p.client()
}

func pfxProtocols(name string) bool {
	return slices.ContainsFunc(pfxRoles, func(r pfxRole) bool { return r.name == name })
}

func (p param) text() string { return p.name + " = " + p.value }

// logicalLines joins lines that begin with a blank to the one before, as
// Postfix does, and leaves comments and empty lines out.
func (f *file) logicalLines(j *job, fn func(at pos, line string)) {
	var held strings.Builder
	var at pos
	flush := func() {
		if held.Len() > 0 {
			fn(at, held.String())
		}
		held.Reset()
	}
	f.lines(func(no int, text string) bool {
		trimmed := strings.TrimSpace(text)
		switch {
		case len(text) > maxLine || held.Len() > maxLine:
			j.skip(f.at(no), "line over %d bytes", maxLine)
			held.Reset()
		case trimmed == "" || trimmed[0] == '#':
		case (text[0] == ' ' || text[0] == '\t') && held.Len() > 0:
			held.WriteString(" " + trimmed)
		default:
			flush()
			at = f.at(no)
			held.WriteString(trimmed)
		}
		return j.ctx.Err() == nil
	})
	flush()
}

type pfx struct {
	j      *job
	params map[string]param
}

// value is a parameter with the parameters it names put in.
func (p *pfx) value(name string) string {
	v := p.params[name].value
	for range 8 {
		i := strings.IndexByte(v, '$')
		if i < 0 || len(v) > maxLine {
			break
		}
		m := pfxName.FindStringSubmatch(v[i:])
		if m == nil {
			break
		}
		v = v[:i] + p.params[m[1]].value + v[i+len(m[0]):]
	}
	return v
}

var pfxName = lazyregexp.New(`^\$[{(]?(\w+)[)}]?`)

// pfxList reads a list of versions: names are all that is left on, "!" takes
// one away, ">=" and "<=" are bounds.
func pfxList(value string) (vs []tlswire.Version, ok bool) {
	var include, exclude []tlswire.Version
	var lo, hi tlswire.Version
	for _, w := range strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t,:", r) }) {
		word := strings.TrimLeft(w, "!<>=")
		v, known := postfixVersions[word]
		switch sign := w[:len(w)-len(word)]; {
		case !known:
			return nil, false
		case sign == "!":
			exclude = append(exclude, v)
		case sign == ">=":
			lo = v
		case sign == "<=":
			hi = v
		case sign == "":
			include = append(include, v)
		default:
			return nil, false
		}
	}
	for _, v := range between(lo, hi) {
		if !slices.Contains(exclude, v) && (include == nil || slices.Contains(include, v)) {
			vs = append(vs, v)
		}
	}
	return vs, true
}

func (p *pfx) set(name string) bool {
	_, ok := p.params[name]
	return ok
}

// mode is what a security level means: no TLS, TLS if the peer can, TLS only.
func (p *pfx) mode(level string) (tls, required, known bool) {
	v := strings.ToLower(p.value(level))
	prefix, _, _ := strings.Cut(level, "_")
	switch v {
	case "none":
		return false, false, true
	case "may", "dane":
		return true, false, true
	case "":
		if p.value(prefix+"_enforce_tls") == "yes" {
			return true, true, true
		}
		return p.value(prefix+"_use_tls") == "yes", false, true
	case "encrypt", "verify", "secure", "fingerprint", "dane-only":
		return true, true, true
	}
	return true, false, false
}

// setting emits one of the parameters that are set.
func (p *pfx) setting(r pfxRole) {
	d, ok := p.params[r.name]
	if !ok {
		return
	}
	vs, ok := pfxList(p.value(r.name))
	f := finding{at: d.at, path: r.name, role: r.role, value: d.text(), effect: evidence.Pins, versions: vs}
	tls, required, known := p.mode(r.level)
	switch {
	case !ok || len(vs) == 0:
		f.effect, f.versions, f.note = evidence.Review, nil, "Postfix does no TLS with this value"
	case strings.HasPrefix(strings.TrimSpace(d.value), ">=") && len(strings.Fields(d.value)) == 1:
		f.effect, f.versions = evidence.Floors, vs[:1]
	case known && !tls:
		f.note = "TLS is off here; it can be on in master.cf or a policy map"
	case known && required != r.mandatory:
		f.note = "not used at " + r.level + " here; master.cf or a policy map can use it"
	}
	if f.effect != evidence.Review && !r.mandatory {
		f.note = or(f.note, "opportunistic: below the floor a peer falls back to plain text, it does not fail")
	}
	p.j.setting(f)
}

// versions is what a role does at a level. Postfix sets the security level of
// OpenSSL to 0 itself, so that of the system is no gate.
func (p *pfx) versions(name string, at pos) (sum, string) {
	if d, ok := p.params[name]; ok {
		because := d.at.String()
		vs, ok := pfxList(p.value(name))
		if !ok || len(vs) == 0 {
			return unknown(because + ": Postfix does no TLS with this value"), because
		}
		return p.gate(exactly(vs, because)), because
	}
	s, _ := p.j.defaultSum("postfix", "server")
	return p.gate(s), at.String()
}

func (p *pfx) gate(s sum) sum {
	s = p.j.system(s, held{off: true})
	if x := s[tlswire.SSL30]; x.state == evidence.Accepted {
		s[tlswire.SSL30] = say{evidence.Unknown, x.because + " allows it, if the library was built with it"}
	}
	return s
}

// server adds what the SMTP server accepts: each service of master.cf, or,
// without that, the server on its usual port.
func (p *pfx) server(f *file) {
	services := p.services(f)
	for _, s := range services {
		p.service(f, s)
	}
	if len(services) == 0 {
		p.declare(p.endpoint(25), f.at(0))
	}
}

func (p *pfx) endpoint(port uint16) endpoint {
	host := p.value("myhostname")
	if strings.ContainsAny(host, "$ ") {
		host = ""
	}
	return endpoint{target: or(host, "smtpd") + ":" + itoa(port), port: port, sni: host, protocol: "smtp"}
}

// declare adds what the parameters add up to for one listener.
func (p *pfx) declare(e endpoint, file pos) {
	tls, required, known := p.mode("smtpd_tls_security_level")
	if p.value("smtpd_tls_wrappermode") == "yes" {
		tls, required = true, true
	}
	if !tls {
		p.j.blind("smtpd does no TLS by main.cf")
		return
	}
	name := "smtpd_tls_protocols"
	if required {
		name = "smtpd_tls_mandatory_protocols"
	}
	at := file
	for _, decides := range []string{"smtpd_tls_wrappermode", "smtpd_use_tls", "smtpd_tls_security_level"} {
		if d, ok := p.params[decides]; ok {
			at = d.at
		}
	}
	s, because := p.versions(name, at)
	if !known {
		s = unknown(at.String() + ": smtpd knows no such security level")
	}
	if !p.set(name) {
		p.j.defaultSetting(finding{at: at, path: name, value: name + " not set"}, s)
	}
	e.because = because
	p.j.server(e, s)
}

// client adds what the SMTP client offers.
func (p *pfx) client() {
	tls, required, known := p.mode("smtp_tls_security_level")
	if !tls || !known {
		return
	}
	name := "smtp_tls_protocols"
	if required {
		name = "smtp_tls_mandatory_protocols"
	}
	s, because := p.versions(name, p.params["smtp_tls_security_level"].at)
	p.j.client(s, because, "srv.postfix")
}
