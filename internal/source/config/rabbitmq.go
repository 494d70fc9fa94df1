package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// rabbitmq is the newer of RabbitMQ's two files, of lines "a.b.c = value".
var rabbitmq = Dialect{
	Name: "rabbitmq", Product: "RabbitMQ", Rule: "rabbitmq-tls-versions", Fact: "srv.rabbitmq",
	names: []string{"rabbitmq.conf", "rabbitmq/conf.d/*.conf", "rabbitmq*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*[a-z_]+(?:\.[\w$-]+)*\s*=.*$`),
		mark:    lazyregexp.New(`^\s*(?:(?:\w+\.)*ssl(?:_options)?\.versions\.\w+\s*=|(?:\w+\.)?listeners\.ssl\.\w+\s*=|ssl_options\.\w+\s*=|listeners\.tcp(?:\.\w+)?\s*=|cluster_formation\.\w|vm_memory_high_watermark\.\w)`),
	},
	read: readRabbitMQ,
}

// rabbitClients are the parts whose TLS is towards other servers.
var rabbitClients = []string{"auth_ldap", "auth_oauth2", "auth_http", "cluster_formation", "shovel", "federation"}

// rabbitPart are the lines of one part: the broker itself, its management.
type rabbitPart struct {
	name     string
	versions []entry
	ports    []entry
	instead  *finding // of advanced.config
}

var (
	rabbitVersions = lazyregexp.New(`^(?:(.*)\.)?(?:ssl_options|ssl)\.versions\.\w+$`)
	rabbitPorts    = lazyregexp.New(`^(?:(\w+)\.)?listeners\.ssl\.\w+$|^(\w+)\.ssl\.port$`)
)

func readRabbitMQ(j *job, f *file) {
	b := rabbitBroker{parts: map[string]*rabbitPart{}}
	for _, e := range rabbitLines(j, f) {
		if m := rabbitVersions.FindStringSubmatch(e.name); m != nil {
			p := b.part(m[1])
			p.versions = append(p.versions, e)
		}
		if m := rabbitPorts.FindStringSubmatch(e.name); m != nil && e.value != "none" {
			p := b.part(m[1] + m[2])
			p.ports = append(p.ports, e)
		}
	}
	b.advanced(j, f)
	for _, name := range b.names {
		b.parts[name].judge(j, b.parts[""])
	}
	if len(b.names) == 0 {
		j.blind("no listener with TLS here; advanced.config may have one")
	}
}

// rabbitLines are the lines that count, in their order: of a name that is set
// twice the last.
func rabbitLines(j *job, f *file) []entry {
	at := map[string]int{}
	var out []entry
	f.entries(j, syntax{comment: "#", trailing: "#"}, func(e entry) {
		i, again := at[e.name]
		switch {
		case again:
			if rabbitVersions.MatchString(e.name) {
				j.setting(finding{at: out[i].at, value: out[i].text(), effect: evidence.None, note: "replaced by " + e.at.String()})
			}
			out[i] = e
		case len(out) < maxRecords:
			at[e.name] = len(out)
			out = append(out, e)
		}
	})
	return out
}

// rabbitBroker is all parts, in the order of the file.
type rabbitBroker struct {
	parts map[string]*rabbitPart
	names []string
}

func (b *rabbitBroker) part(name string) *rabbitPart {
	if b.parts[name] == nil {
		b.parts[name] = &rabbitPart{name: name}
		b.names = append(b.names, name)
	}
	return b.parts[name]
}

// advanced reads the other file, if it is there: what it has of the broker
// replaces the lines here.
func (b *rabbitBroker) advanced(j *job, f *file) {
	j.follow(f.at(1), dirOf(f), "advanced.config", f.depth, true, func(in *file) {
		in.erlangLists(j, func(l *erlangList) {
			fd := l.judge(j)
			if name, ok := rabbitAdvanced[strings.Join(l.keys(), ".")]; ok {
				b.part(name).instead = &fd
			}
		})
	})
}

// rabbitAdvanced are the lists of the older file that replace those of a part.
var rabbitAdvanced = map[string]string{"rabbit.ssl_options.versions": ""}

// role: parts of the broker that call others are clients.
func (p *rabbitPart) role() string {
	first, _, _ := strings.Cut(p.name, ".")
	if slices.Contains(rabbitClients, first) {
		return "client"
	}
	return "server"
}

// judge reports the list of a part, which its lines make together, and its
// listeners. The plug-ins for other protocols share the broker's list, the
// management has its own.
func (p *rabbitPart) judge(j *job, broker *rabbitPart) {
	s, at := p.list(j)
	if len(p.ports) == 0 {
		return
	}
	if s == nil && p.name != "" && p.name != "management" && broker != nil {
		s, at = broker.sum()
	}
	because := at
	if s == nil {
		var fact string
		s, fact = j.defaultSum("rabbitmq-on-erlang", "server")
		because = p.ports[0].at
		j.defaultSetting(finding{at: because, path: p.name, value: "versions not set", fact: fact}, s)
	}
	for _, e := range p.ports {
		host, port := "0.0.0.0", e.value
		if i := strings.LastIndexByte(e.value, ':'); i >= 0 {
			host, port = e.value[:i], e.value[i+1:]
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			j.skip(e.at, "no port in %s", bounded(e.value))
			continue
		}
		j.server(endpoint{target: host + ":" + port, port: uint16(n), protocol: rabbitProtocol(p.name), because: because.String()}, s)
	}
}

func rabbitProtocol(part string) string {
	if part == "management" || part == "prometheus" || strings.HasPrefix(part, "web_") {
		return "https"
	}
	return "tls"
}

// list reports the versions of a part and gives their sum, nil if it has none.
func (p *rabbitPart) list(j *job) (sum, pos) {
	if len(p.versions) == 0 || p.instead != nil {
		for _, e := range p.versions {
			j.setting(finding{at: e.at, role: p.role(), value: e.text(), effect: evidence.None, note: "replaced by " + p.instead.at.String()})
		}
		return p.sum()
	}
	fd := p.pinned()
	j.setting(fd)
	return fd.sumOf(), fd.at
}

// sum is the list without a report.
func (p *rabbitPart) sum() (sum, pos) {
	switch {
	case p.instead != nil:
		return p.instead.sumOf(), p.instead.at
	case len(p.versions) == 0:
		return nil, pos{}
	}
	fd := p.pinned()
	return fd.sumOf(), fd.at
}

// pinned is the one finding that the lines of a list make together.
func (p *rabbitPart) pinned() finding {
	first := p.versions[0]
	fd := finding{at: first.at, path: or(p.name, "broker"), role: p.role(), effect: evidence.Pins}
	var words []string
	for _, e := range p.versions {
		words = append(words, e.value)
		v, ok := exactWords[strings.ToLower(e.value)]
		if !ok {
			fd.at, fd.effect, fd.note = e.at, evidence.Review, "no version that Erlang knows"
		}
		fd.versions = append(fd.versions, v)
	}
	fd.value = first.name[:strings.LastIndexByte(first.name, '.')] + " = " + strings.Join(words, ", ")
	if fd.effect == evidence.Pins && erlangGap(fd.versions) {
		fd.effect, fd.note = evidence.Review, erlangGapNote
	}
	if fd.effect != evidence.Pins {
		fd.versions = nil
	}
	return fd
}
