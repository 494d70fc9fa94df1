package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var dovecot = Dialect{
	Name: "dovecot", Product: "Dovecot", Rule: "dovecot-min-protocol", Fact: "srv.dovecot",
	names: []string{"dovecot.conf", "dovecot/*.conf", "dovecot/conf.d/*.conf", "10-ssl.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:!include(?:_try)?\s.*|[\w/]+\s*=.*|\w+(?:\s+[^={}]+)?\s*\{(?:\s*#.*)?|\})\s*$`),
		mark: lazyregexp.New(`^\s*ssl_(?:cert|key)\s*=\s*<|^\s*(?:ssl_min_protocol|ssl_cipher_list|ssl_server_cert_file|ssl_server_key_file|mail_location|auth_mechanisms|` +
			`dovecot_config_version|dovecot_storage_version)\s*(?:=|$)|^\s*(?:inet_listener\s+\w+|passdb|userdb|protocol\s+\w+|namespace\s+inbox)\s*\{`),
		hint: lazyregexp.New(`^\s*!include(?:_try)?\s`),
	},
	read: readDovecot,
}

var dovecotVersions = map[string]tlswire.Version{
	"SSLv3": tlswire.SSL30, "TLSv1": tlswire.TLS10, "TLSv1.0": tlswire.TLS10, "TLSv1.1": tlswire.TLS11, "TLSv1.2": tlswire.TLS12, "TLSv1.3": tlswire.TLS13,
}

// dovListener is an inet_listener block.
type dovListener struct {
	service, name string
	at            pos
	port          uint16
	ssl           string
}

// dov gathers settings as Dovecot does: the last value of a filter counts.
type dov struct {
	j         *job
	values    map[string]param // by "filter/name", the filter being empty at the top
	order     []string
	listeners []*dovListener
	whole     bool
}

func readDovecot(j *job, f *file) {
	d := &dov{j: j, values: map[string]param{}, whole: strings.HasSuffix(f.name, "dovecot.conf")}
	d.read(f)
	if v, ok := d.values["/dovecot_config_version"]; ok {
		d.whole = true
		if j.opt.Versions["dovecot"] == "" { // the file itself says for which release it is
			versions := map[string]string{"dovecot": v.value}
			for k, x := range j.opt.Versions {
				versions[k] = x
			}
			j.opt.Versions = versions
		}
	}
	for _, key := range d.order {
		d.setting(key)
	}
	d.server(f)
}

// read reads one file; blocks that stay open end with it.
func (d *dov) read(f *file) {
	var blocks []string
	var listener *dovListener
	f.lines(func(no int, text string) bool {
		at := f.at(no)
		line := strings.TrimSpace(text)
		switch {
		case len(text) > maxLine:
			d.j.skip(at, "line over %d bytes", maxLine)
			return true
		case line == "" || line[0] == '#':
			return true
		}
		d.j.cov.Read++
		line = dovComment(line)
		switch {
		case strings.HasPrefix(line, "!include"):
			d.include(f, line, at)
		case line == "}":
			if len(blocks) == 0 {
				d.j.skip(at, "a closing brace without its block")
				return true
			}
			blocks, listener = blocks[:len(blocks)-1], nil
		case strings.HasSuffix(line, "{"):
			blocks = append(blocks, strings.TrimSpace(strings.TrimSuffix(line, "{")))
			listener = d.open(blocks, at)
		default:
			d.line(line, at, blocks, listener)
		}
		return len(blocks) < 4*maxDepth && d.j.ctx.Err() == nil
	})
	if len(blocks) > 0 {
		d.j.skip(f.at(1), "block %s does not end", bounded(blocks[len(blocks)-1]))
	}
}

// dovComment takes a comment off that follows a blank.
func dovComment(s string) string {
	if i := strings.Index(s, " #"); i > 0 && !strings.Contains(s[:i], `"`) {
		return strings.TrimSpace(s[:i])
	}
	return s
}

func (d *dov) include(f *file, line string, at pos) {
	word, arg, _ := strings.Cut(line, " ")
	if arg = strings.Trim(strings.TrimSpace(arg), `"'`); arg != "" {
		d.j.follow(at, dirOf(f), arg, f.depth, word == "!include_try", d.read)
	}
}

func (d *dov) open(blocks []string, at pos) *dovListener {
	name, ok := strings.CutPrefix(blocks[len(blocks)-1], "inet_listener ")
	if !ok || len(blocks) < 2 || len(d.listeners) > 1000 {
		return nil
	}
	l := &dovListener{service: strings.TrimPrefix(blocks[len(blocks)-2], "service "), name: strings.TrimSpace(name), at: at}
	d.listeners = append(d.listeners, l)
	return l
}

func (d *dov) line(line string, at pos, blocks []string, l *dovListener) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		d.j.skip(at, "neither a block nor name = value")
		return
	}
	name, value = strings.TrimSpace(name), strings.Trim(strings.TrimSpace(value), `"'`)
	switch {
	case l != nil && name == "port":
		n, _ := strconv.ParseUint(value, 10, 16)
		l.port = uint16(n)
	case l != nil && name == "ssl":
		l.ssl = value
	case l != nil:
	case slices.Contains(dovWanted, name):
		key := strings.Join(blocks, " > ") + "/" + name
		if old, ok := d.values[key]; ok && strings.HasPrefix(name, "ssl_") {
			d.j.setting(finding{at: old.at, path: name, value: old.text(), effect: evidence.None, note: "replaced by " + at.String()})
		} else if !ok {
			d.order = append(d.order, key)
		}
		if len(d.order) < maxRecords {
			d.values[key] = param{name, value, at}
		}
	}
}

var dovWanted = []string{"ssl", "ssl_min_protocol", "ssl_protocols", "ssl_cipher_list", "dovecot_config_version", "protocols"}

// setting emits the lines that name versions.
func (d *dov) setting(key string) {
	p := d.values[key]
	filter, _, _ := strings.Cut(key, "/"+p.name)
	f := finding{at: p.at, path: or(filter, p.name), role: "both", value: p.text()}
	switch p.name {
	case "ssl_min_protocol":
		v, ok := dovecotVersions[p.value]
		switch {
		case ok:
			f.effect, f.versions = evidence.Floors, []tlswire.Version{v}
		case p.value == "ANY":
			f.effect, f.versions, f.note = evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}, "no floor"
		default:
			f.effect, f.note = evidence.Review, "Dovecot does not start TLS with this value"
		}
	case "ssl_protocols":
		vs, ok := pfxList(p.value)
		f.effect, f.versions = evidence.Pins, vs
		if newer, known := d.j.atLeast("2.3"); !ok || len(vs) == 0 {
			f.effect, f.versions, f.note = evidence.Review, nil, "Dovecot does not start TLS with this value"
		} else if known && newer {
			f.effect, f.versions, f.note = evidence.Floors, vs[:1], "since Dovecot 2.3 only the lowest version counts, as ssl_min_protocol"
		} else if !known {
			f.note = "since Dovecot 2.3 only the lowest version counts, as ssl_min_protocol"
		}
	default:
		return
	}
	if filter != "" {
		f.note = or(f.note, "for "+filter+" only")
		d.j.blind("%s sets other versions for %s: the listeners are shown without it", p.at, bounded(filter))
	}
	d.j.setting(f)
}

// sum is what the lines at the top add up to.
func (d *dov) sum() (sum, pos, bool) {
	ciphers := d.values["/ssl_cipher_list"].value
	if p, ok := d.values["/ssl_min_protocol"]; ok {
		v, known := dovecotVersions[p.value]
		if !known && p.value != "ANY" {
			return unknown(p.at.String() + ": Dovecot does not start TLS with this value"), p.at, true
		}
		s := d.j.system(exactly(between(v, 0), p.at.String()), held{lo: !known, hi: true, off: true})
		return d.j.lib.gate(s, ciphers), p.at, true
	}
	if p, ok := d.values["/ssl_protocols"]; ok {
		return d.j.lib.gate(d.j.system(d.oldProtocols(p), held{hi: true, off: true}), ciphers), p.at, true
	}
	if !d.whole {
		return unknown("no ssl_min_protocol here; another file may set it"), pos{}, false
	}
	s, _ := d.j.defaultSum("dovecot", "server")
	return d.j.lib.gate(d.j.system(s, held{hi: true, off: true}), ciphers), pos{}, false
}

// oldProtocols is what a line ssl_protocols means: a list in 2.2, and a floor
// since 2.3, which turns it into ssl_min_protocol.
func (d *dov) oldProtocols(p param) sum {
	vs, ok := pfxList(p.value)
	newer, known := d.j.atLeast("2.3")
	because := p.at.String()
	switch {
	case !ok || len(vs) == 0:
		return unknown(because + ": Dovecot does not start TLS with this value")
	case known && newer:
		return exactly(between(vs[0], 0), because)
	case known:
		return exactly(vs, because)
	}
	s := exactly(vs, because)
	for _, v := range between(vs[0], 0) {
		if !slices.Contains(vs, v) {
			s[v] = say{evidence.Unknown, because + ": off in Dovecot 2.2, on since 2.3"}
		}
	}
	return s
}

// dovPorts are the listeners that Dovecot opens unasked.
var dovPorts = map[string]struct {
	port  uint16
	proto string
}{"imap": {143, "imap"}, "imaps": {993, "imap"}, "pop3": {110, "pop3"}, "pop3s": {995, "pop3"}, "submission": {587, "smtp"}, "submissions": {465, "smtp"}, "sieve": {4190, "sieve"}}

// server adds the listeners that are seen, or the server as a whole.
func (d *dov) server(f *file) {
	if p := d.values["/ssl"]; p.value == "no" {
		d.j.setting(finding{at: p.at, path: "ssl", value: p.text(), effect: evidence.None, note: "no TLS at all"})
		return
	}
	s, at, set := d.sum()
	if at.line == 0 {
		at = f.at(1)
	}
	if !set && d.whole {
		d.j.defaultSetting(finding{at: at, path: "ssl_min_protocol", role: "both", value: "ssl_min_protocol not set"}, s)
	}
	if !set && !d.whole && len(d.listeners) == 0 {
		d.j.blind("no ssl_min_protocol here; another file may set it")
		return
	}
	n := 0
	for _, l := range d.listeners {
		known, ok := dovPorts[l.name]
		if l.port == 0 && ok {
			l.port = known.port
		}
		if l.port == 0 || !ok && l.ssl != "yes" {
			continue
		}
		n++
		d.j.server(endpoint{target: l.service + ":" + itoa(l.port), port: l.port, protocol: or(known.proto, "tls"), because: at.String()}, s)
	}
	if n == 0 {
		d.j.server(endpoint{target: "dovecot", because: at.String(), protocol: "imap"}, s)
	}
}
