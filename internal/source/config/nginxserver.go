package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func itoa(p uint16) string { return strconv.Itoa(int(p)) }

// parseListen reads the arguments of a listen directive.
func parseListen(args []string) (ngxListen, bool) {
	if len(args) == 0 {
		return ngxListen{}, false
	}
	var l ngxListen
	for _, a := range args[1:] {
		switch a {
		case "ssl":
			l.ssl = true
		case "quic":
			l.quic = true
		case "default_server", "default":
			l.deflt = true
		}
	}
	addr := args[0]
	if strings.HasPrefix(addr, "unix:") {
		l.key = addr
		return l, true
	}
	host, port := addr, "80"
	switch {
	case isDigits(addr):
		host, port = "", addr
	case strings.HasPrefix(addr, "[") && strings.HasSuffix(addr, "]"):
		host = addr[1 : len(addr)-1]
	default:
		if h, p, err := net.SplitHostPort(addr); err == nil {
			host, port = h, p
		}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return l, false
	}
	l.port = uint16(n)
	if host == "*" || host == "" {
		host = "0.0.0.0"
	}
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		l.ip = ip.String()
	}
	l.key = net.JoinHostPort(host, port)
	return l, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// addServer notes a server block and the sockets it listens on.
func (n *ngx) addServer(s *ngxScope) {
	b := s.block
	srv := &ngxServer{scope: s, block: b, at: b.at}
	for _, d := range directives(b, "ssl") {
		srv.ssl = len(d.args) > 0 && d.args[0] == "on"
	}
	if on, _ := s.inherited("ssl"); len(on) > 0 {
		srv.ssl = len(on[0].args) > 0 && on[0].args[0] == "on"
	}
	for _, d := range directives(b, "ssl_reject_handshake") {
		if len(d.args) > 0 && d.args[0] == "on" {
			srv.refuses = d
		}
	}
	for _, d := range directives(b, "listen") {
		l, ok := parseListen(d.args)
		if !ok {
			n.j.skip(d.at, "listen: cannot read the address %q", bounded(strings.Join(d.args, " ")))
			continue
		}
		srv.listens = append(srv.listens, l)
	}
	if len(srv.listens) == 0 && s.module != "mail" && s.module != "stream" {
		srv.listens = []ngxListen{{key: "0.0.0.0:80", port: 80}}
	}
	for _, l := range srv.listens {
		k := s.module + " " + l.key
		sock := n.sockets[k]
		if sock == nil {
			sock = &ngxSocket{first: srv}
			n.sockets[k] = sock
		}
		if l.deflt && sock.marked == nil {
			sock.marked = srv
		}
		sock.ssl = sock.ssl || l.ssl
	}
	n.servers = append(n.servers, srv)
}

// ngxDecision is what the lines of one server say.
type ngxDecision struct {
	sum   sum
	at    string
	lines []*ngxItem
	own   bool // they stand in the server itself
	fact  string
}

// decide finds the versions that a server's own lines, or those it inherits,
// allow.
func (n *ngx) decide(srv *ngxServer) *ngxDecision {
	if srv.decided != nil {
		return srv.decided
	}
	d := &ngxDecision{}
	srv.decided = d
	items, in := srv.scope.inherited("ssl_protocols")
	d.lines, d.own = items, in == srv.scope
	switch {
	case len(items) == 0 && srv.scope.complete():
		d.sum, d.fact = n.j.defaultSum("nginx", "server")
		d.at = srv.at.String()
	case len(items) == 0:
		d.sum = unknown("no ssl_protocols here; the file that includes this one may set it")
		d.at = srv.at.String()
	default:
		var all []tlswire.Version
		d.at = items[len(items)-1].at.String()
		d.sum = nil
		for _, it := range items {
			vs, bad := ngxList(it.args)
			if bad != "" {
				d.sum = unknown(fmt.Sprintf("%s: nginx does not start with the value %s", it.at, bad))
				break
			}
			all = append(all, vs...)
		}
		if d.sum == nil {
			d.sum = exactly(all, d.at)
		}
	}
	n.commands(srv, d)
	d.sum = n.j.lib.gate(d.sum, n.ciphers(srv))
	return d
}

func (n *ngx) ciphers(srv *ngxServer) string {
	c := n.text(srv.scope, "ssl_ciphers")
	items, _ := srv.scope.inherited("ssl_conf_command")
	for _, it := range items {
		if len(it.args) == 2 && it.args[0] == "CipherString" {
			c = it.args[1]
		}
	}
	return c
}

// commands applies ssl_conf_command, which OpenSSL reads after nginx has set
// its own lists.
func (n *ngx) commands(srv *ngxServer, d *ngxDecision) {
	items, in := srv.scope.inherited("ssl_conf_command")
	for _, it := range items {
		if len(it.args) != 2 {
			continue
		}
		var lo, hi tlswire.Version
		v, ok := opensslVersions[it.args[1]]
		f := finding{at: it.at, path: srv.scope.path(), value: it.text(), versions: []tlswire.Version{v}}
		switch {
		case strings.EqualFold(it.args[0], "MinProtocol") && ok:
			lo, f.effect = v, evidence.Floors
		case strings.EqualFold(it.args[0], "MaxProtocol") && ok:
			hi, f.effect = v, evidence.Caps
		case strings.EqualFold(it.args[0], "Protocol"), strings.HasSuffix(strings.ToLower(it.args[0]), "protocol"):
			f.effect, f.versions, f.note = evidence.Review, nil, "OpenSSL applies this after ssl_protocols"
			d.sum = unknown(it.at.String() + ": ssl_conf_command decides")
		default:
			continue
		}
		d.sum = d.sum.limit(lo, hi, it.at.String())
		if in == srv.scope {
			n.j.setting(f)
		}
	}
}

// finish judges every server, now that it is known who shares a socket.
func (n *ngx) finish() {
	for _, srv := range n.servers {
		if n.j.ctx.Err() != nil {
			return
		}
		tls := slices.DeleteFunc(slices.Clone(srv.listens), func(l ngxListen) bool {
			return !l.ssl && !l.quic && !srv.ssl && !n.sockets[srv.scope.module+" "+l.key].ssl
		})
		if len(srv.listens) == 0 && srv.ssl {
			tls = []ngxListen{{}}
		}
		n.lines(srv, tls)
		var found []ngxDeclared
		for _, l := range tls {
			found = addDeclared(found, n.declare(srv, l))
		}
		for _, d := range found {
			n.j.server(d.e, d.s)
		}
	}
	if len(n.servers) == 0 && n.j.cov.Used == 0 {
		n.j.blind("no server and no ssl_protocols line: nothing here decides a version")
	}
}

// lines emits the settings of a server's own block, or its default.
func (n *ngx) lines(srv *ngxServer, tls []ngxListen) {
	d := n.decide(srv)
	path := srv.scope.path()
	if len(tls) > 0 && len(d.lines) == 0 && srv.scope.complete() {
		n.j.defaultSetting(finding{at: srv.at, path: path, value: "ssl_protocols not set", fact: d.fact}, d.sum)
	}
	if !d.own {
		return
	}
	for _, it := range d.lines {
		vs, bad := ngxList(it.args)
		f := finding{at: it.at, path: path, value: it.text(), versions: vs, effect: effectOf(vs)}
		lead := n.overruled(srv, tls)
		switch {
		case bad != "":
			f.effect, f.versions, f.note = evidence.Review, nil, "nginx does not start with the value "+bad
		case len(tls) == 0 && !srv.scope.complete():
			f.note = "whether this server does TLS is not seen here"
		case len(tls) == 0:
			f.effect, f.note = evidence.None, "the server does no TLS"
		case lead != nil:
			f.effect = evidence.None
			f.note = "no effect before nginx 1.29.2: the default server of the socket decides (" + n.decide(lead).at + ")"
			if _, known := n.j.atLeast("1.29.2"); !known {
				f.effect = evidence.Review
			}
		case len(d.lines) > 1:
			f.effect, f.note = evidence.Allows, "the ssl_protocols lines of one block add up"
		}
		n.j.setting(f)
	}
}

// overruled gives the default server that decides in place of srv on all of
// its sockets, or nil.
func (n *ngx) overruled(srv *ngxServer, tls []ngxListen) *ngxServer {
	if newer, known := n.j.atLeast("1.29.2"); known && newer {
		return nil
	}
	var lead *ngxServer
	for _, l := range tls {
		lead = n.sockets[srv.scope.module+" "+l.key].leader()
		if lead == srv || l.quic && !l.ssl {
			return nil
		}
	}
	return lead
}

// ngxDeclared is what one server accepts on one socket.
type ngxDeclared struct {
	e endpoint
	s sum
}

// addDeclared adds a socket. A name that is served on several, by IPv4 and
// IPv6, has one record: where they differ, it depends on the way there.
func addDeclared(all []ngxDeclared, d ngxDeclared) []ngxDeclared {
	for _, have := range all {
		if have.e.target != d.e.target || have.e.ip != d.e.ip || have.e.protocol != d.e.protocol {
			continue
		}
		for v, x := range d.s {
			if o := have.s[v]; o.state != x.state {
				have.s[v] = say{evidence.Unknown, fmt.Sprintf("%s or %s: its sockets have different default servers", o.because, x.because)}
			}
		}
		return all
	}
	d.s = d.s.clone()
	return append(all, d)
}

// declare is what one server accepts on one socket.
func (n *ngx) declare(srv *ngxServer, l ngxListen) ngxDeclared {
	own := n.decide(srv)
	s, because := own.sum, own.at
	if sock := n.sockets[srv.scope.module+" "+l.key]; sock != nil && sock.leader() != srv {
		s, because = n.shared(own, n.decide(sock.leader()))
	}
	if srv.refuses != nil {
		s, because = exactly(nil, srv.refuses.at.String()+": ssl_reject_handshake"), srv.refuses.at.String()
	}
	if l.quic && !l.ssl {
		s = sum{tlswire.TLS13: say{evidence.Accepted, "QUIC is TLS 1.3"}}
	}
	e := endpoint{target: l.key, ip: l.ip, port: l.port, sni: serverName(srv.block), because: because, protocol: ngxProtocol(srv, l)}
	if e.sni != "" && l.port != 0 {
		e.target = net.JoinHostPort(e.sni, itoa(l.port))
	}
	return ngxDeclared{e, s}
}

// shared is what a server that is not its socket's default accepts. Before
// 1.29.2 the default server's versions decide; of a release that is not
// known, what both agree on is.
func (n *ngx) shared(own, lead *ngxDecision) (sum, string) {
	newer, known := n.j.atLeast("1.29.2")
	switch {
	case known && newer:
		return own.sum, own.at
	case known:
		return lead.sum, lead.at
	}
	s := sum{}
	for v, x := range lead.sum {
		s[v] = x
		if o := own.sum[v]; o.state != x.state {
			s[v] = say{evidence.Unknown, fmt.Sprintf("%s before nginx 1.29.2, %s since", lead.at, own.at)}
		}
	}
	return s, lead.at
}

// serverName is the first plain name of a server: no wildcard, no pattern.
func serverName(b *ngxBlock) string {
	for _, d := range directives(b, "server_name") {
		for _, a := range d.args {
			if a != "_" && !strings.ContainsAny(a, "*~$") && strings.Trim(a, ".") == a && a != "" {
				return a
			}
		}
	}
	return ""
}

func ngxProtocol(srv *ngxServer, l ngxListen) string {
	switch {
	case l.quic && !l.ssl:
		return "quic"
	case srv.scope.module == "stream":
		return "tls"
	case srv.scope.module == "mail":
		for _, d := range directives(srv.block, "protocol") {
			if len(d.args) > 0 {
				return d.args[0]
			}
		}
		return "tls"
	}
	return "https"
}
