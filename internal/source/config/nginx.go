package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var nginx = Dialect{
	Name: "nginx", Product: "nginx", Rule: "nginx-protocols", Fact: "srv.nginx",
	names: []string{"nginx.conf", "nginx/*.conf", "conf.d/*.conf", "sites-enabled/*", "sites-available/*", "snippets/*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:[\w~^*/."'$@\\-][^;{}]*(?:[;{}].*)?[;{}]\s*(?:#.*)?|[{}\s]+(?:#.*)?|['"].*)$`),
		mark: lazyregexp.New(`^\s*(?:ssl_protocols|ssl_ciphers|ssl_certificate(?:_key)?|ssl_conf_command|proxy_ssl_protocols|grpc_ssl_protocols|uwsgi_ssl_protocols)\s+[^=;{}]+;|` +
			`^\s*listen\s+[\w.:*\[\]]+(?:\s+[\w=]+)*\s*;|^\s*(?:events|http)\s*\{|^\s*worker_(?:processes|connections)\s+\w+\s*;`),
		hint: lazyregexp.New(`^\s*(?:server|upstream\s+\S+|location\s.*)\s*\{|^\s*include\s+\S+;`),
	},
	read: readNginx,
}

var nginxVersions = map[string]tlswire.Version{
	"SSLv2": tlswire.SSL20, "SSLv3": tlswire.SSL30, "TLSv1": tlswire.TLS10, "TLSv1.1": tlswire.TLS11,
	"TLSv1.2": tlswire.TLS12, "TLSv1.3": tlswire.TLS13,
}

// ngxModules are the blocks that hold servers.
var ngxModules = []string{"http", "mail", "stream"}

// ngxProxy are the directives for connections to upstreams, and what they
// belong to.
var ngxProxy = []string{"proxy_ssl_protocols", "grpc_ssl_protocols", "uwsgi_ssl_protocols"}

func readNginx(j *job, f *file) {
	root := &ngxBlock{name: "main", fragment: true}
	p := &ngxParser{j: j, dir: ngxDir(f)}
	root.items = p.parse(f)
	for _, d := range root.items {
		if d.block != nil && (slices.Contains(ngxModules, d.name) || d.name == "events") {
			root.fragment = false
		}
	}
	n := &ngx{j: j, sockets: map[string]*ngxSocket{}}
	n.walk(root, nil)
	n.finish()
}

// ngxDir is the folder of nginx.conf, from where nginx takes every include. A
// file that is read by itself may lie in a folder below it.
func ngxDir(f *file) string {
	dir := dirOf(f)
	switch filepath.Base(dir) {
	case "conf.d", "sites-enabled", "sites-available", "snippets", "modules-enabled":
		return filepath.Dir(dir)
	}
	return dir
}

// ngx gathers what the servers of a configuration say.
type ngx struct {
	j       *job
	servers []*ngxServer
	sockets map[string]*ngxSocket
}

// ngxSocket is one address and port, which several servers can share.
type ngxSocket struct {
	first, marked *ngxServer // marked has default_server
	ssl           bool       // any server's listen says ssl: then all of them do TLS
}

func (s *ngxSocket) leader() *ngxServer {
	if s.marked != nil {
		return s.marked
	}
	return s.first
}

type ngxServer struct {
	scope   *ngxScope
	block   *ngxBlock
	at      pos
	listens []ngxListen
	ssl     bool // "ssl on"
	refuses *ngxItem
	decided *ngxDecision
}

type ngxListen struct {
	key, ip string
	port    uint16
	ssl     bool
	quic    bool
	deflt   bool
}

// ngxScope is a block with what it inherits.
type ngxScope struct {
	block  *ngxBlock
	parent *ngxScope
	module string // http, mail, stream; empty: above them, or a fragment
}

// walk visits all blocks, notes servers and judges what stands on its own.
func (n *ngx) walk(b *ngxBlock, parent *ngxScope) {
	s := &ngxScope{block: b, parent: parent}
	if parent != nil {
		s.module = parent.module
	}
	if slices.Contains(ngxModules, b.name) {
		s.module = b.name
	}
	n.proxies(s)
	if b.name == "server" && hasDirective(b, "listen", "ssl_protocols", "ssl_certificate", "server_name") {
		n.addServer(s)
	}
	n.orphans(s)
	for _, d := range b.items {
		if d.block != nil && n.j.ctx.Err() == nil {
			n.walk(d.block, s)
		}
	}
}

// orphans are protocol lines outside of any server: they decide for servers
// only through inheritance, but must be seen where no server inherits them.
func (n *ngx) orphans(s *ngxScope) {
	for _, d := range s.block.items {
		if d.name != "ssl_protocols" || s.block.name == "server" {
			continue
		}
		vs, bad := ngxList(d.args)
		f := finding{at: d.at, path: s.path(), value: d.text(), effect: effectOf(vs), versions: vs}
		if bad != "" {
			f.effect, f.versions, f.note = evidence.Review, nil, "nginx does not start with the value "+bad
		}
		if len(n.repeats(s.block)) > 1 {
			f.note = or(f.note, "the ssl_protocols lines of one block add up")
			f.effect = allowsUnless(f.effect)
		}
		n.j.setting(f)
	}
}

// allowsUnless makes one of several lines that add up an allowance.
func allowsUnless(e evidence.Effect) evidence.Effect {
	if e == evidence.Pins {
		return evidence.Allows
	}
	return e
}

func (n *ngx) repeats(b *ngxBlock) []*ngxItem { return directives(b, "ssl_protocols") }

func hasDirective(b *ngxBlock, names ...string) bool {
	return slices.ContainsFunc(b.items, func(d *ngxItem) bool { return slices.Contains(names, d.name) })
}

func directives(b *ngxBlock, name string) []*ngxItem {
	var out []*ngxItem
	for _, d := range b.items {
		if d.name == name && d.block == nil {
			out = append(out, d)
		}
	}
	return out
}

// inherited finds a directive in the innermost block that has it.
func (s *ngxScope) inherited(name string) (items []*ngxItem, in *ngxScope) {
	for ; s != nil; s = s.parent {
		if items = directives(s.block, name); len(items) > 0 {
			return items, s
		}
	}
	return nil, nil
}

// complete reports whether the whole chain up to the top of the configuration
// was read, so that an absent directive is absent.
func (s *ngxScope) complete() bool {
	for ; s != nil; s = s.parent {
		if s.parent == nil {
			return !s.block.fragment
		}
	}
	return false
}

func (s *ngxScope) path() string {
	switch s.block.name {
	case "main":
		return ""
	case "server":
		return "server " + ngxName(s.block)
	case "location":
		if s.parent != nil {
			return strings.TrimSpace(s.parent.path() + " location " + strings.Join(s.block.args, " "))
		}
	}
	return strings.TrimSpace(s.block.name + " " + strings.Join(s.block.args, " "))
}

// ngxName is "web.example:443" of a server block.
func ngxName(b *ngxBlock) string {
	name := ""
	for _, d := range directives(b, "server_name") {
		for _, a := range d.args {
			if name == "" && a != "_" {
				name = a
			}
		}
	}
	for _, d := range directives(b, "listen") {
		l, ok := parseListen(d.args)
		if !ok {
			continue
		}
		if name == "" {
			return l.key
		}
		if l.port != 0 {
			return name + ":" + itoa(l.port)
		}
	}
	return or(name, "default")
}

func ngxList(args []string) (vs []tlswire.Version, bad string) {
	for _, a := range args {
		v, ok := nginxVersions[a]
		if !ok {
			return nil, a
		}
		vs = append(vs, v)
	}
	return sorted(vs), ""
}

// proxies judges the versions towards upstreams.
func (n *ngx) proxies(s *ngxScope) {
	for _, name := range ngxProxy {
		items := directives(s.block, name)
		var all []tlswire.Version
		good := true
		for _, d := range items {
			vs, bad := ngxList(d.args)
			f := finding{at: d.at, path: s.path(), role: "client", value: d.text(), effect: effectOf(vs), versions: vs, fact: "srv.nginx.proxy"}
			if bad != "" {
				good = false
				f.effect, f.versions, f.note = evidence.Review, nil, "nginx does not start with the value "+bad
			} else if len(items) > 1 {
				f.effect, f.note = evidence.Allows, "the lines of one block add up"
			}
			all = append(all, vs...)
			n.j.setting(f)
		}
		if len(items) == 0 || !good {
			continue
		}
		last := items[len(items)-1].at.String()
		n.j.client(n.j.lib.gate(exactly(all, last), n.text(s, strings.Replace(name, "protocols", "ciphers", 1))), last, "srv.nginx.proxy")
	}
}

// text is the last value of a directive where s stands.
func (n *ngx) text(s *ngxScope, name string) string {
	items, _ := s.inherited(name)
	if len(items) == 0 {
		return ""
	}
	return strings.Join(items[len(items)-1].args, " ")
}
