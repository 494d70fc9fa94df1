package config

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// confCommand reads MinProtocol and MaxProtocol of SSL_CONF_cmd.
func confCommand(args []string) (lo, hi tlswire.Version, ok bool) {
	if len(args) != 2 {
		return 0, 0, false
	}
	v, known := opensslVersions[args[1]]
	switch {
	case known && strings.EqualFold(args[0], "MinProtocol"):
		return v, 0, true
	case known && strings.EqualFold(args[0], "MaxProtocol"):
		return 0, v, true
	}
	return 0, 0, false
}

// command emits the setting of an SSLOpenSSLConfCmd line that is about
// versions.
func (a *apc) command(h *apcHost, c *apcItem) {
	f := finding{at: c.at, path: h.path(), value: c.text()}
	lo, hi, ok := confCommand(c.args)
	switch {
	case ok && lo != 0:
		f.effect, f.versions = evidence.Floors, []tlswire.Version{lo}
	case ok:
		f.effect, f.versions = evidence.Caps, []tlswire.Version{hi}
	case len(c.args) > 0 && strings.HasSuffix(strings.ToLower(c.args[0]), "protocol"):
		f.effect, f.note = evidence.Review, "OpenSSL applies this after SSLProtocol"
	default:
		return
	}
	a.j.setting(f)
}

// proxy judges the versions towards back ends.
func (a *apc) proxy(h *apcHost) {
	d := h.values["sslproxyprotocol"]
	if d == nil {
		return
	}
	vs, bad, replaced := apcProtocol(d.args)
	f := finding{at: d.at, path: h.path(), role: "client", value: d.text(), effect: evidence.Pins, versions: withoutHoles(vs)}
	switch {
	case bad != "" || len(vs) == 0:
		f.effect, f.versions, f.note = evidence.Review, nil, "Apache does not start with this value"
	case replaced:
		f.note = "a word without + or - replaces those before it"
	}
	a.j.setting(f)
	if f.effect == evidence.Pins {
		ciphers := ""
		if c := h.get("sslproxyciphersuite"); c != nil {
			ciphers = strings.Join(c.args, " ")
		}
		a.j.client(a.j.lib.gate(exactly(f.versions, d.at.String()), ciphers), d.at.String(), "srv.httpd")
	}
}

// shared is what a virtual host accepts that is not the first on its address.
// Since 2.4.42 with OpenSSL 1.1.1 its own line, or the main server's, decides;
// before, that of the first. Of a release that is not known, what both agree
// on is.
func (a *apc) shared(h, base *apcHost, own sum, at string) (sum, string) {
	first, firstAt, _ := a.sum(base)
	if !a.tls(base) {
		return own, at
	}
	newer, known := a.j.atLeast("2.4.42")
	switch {
	case known && newer && h.get("sslprotocol") != nil:
		return own, at
	case known:
		return first, firstAt
	}
	s := sum{}
	for v, x := range first {
		s[v] = x
		if own[v].state != x.state {
			s[v] = say{evidence.Unknown, fmt.Sprintf("%s before Apache 2.4.42, %s since", firstAt, at)}
		}
	}
	return s, firstAt
}

func (a *apc) declare(h *apcHost, addr string, s sum, because string) {
	e := endpoint{target: addr, sni: h.name, protocol: "https", because: because}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		host, port = addr, ""
	}
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		e.port = uint16(n)
	} else if len(a.listens) == 1 {
		if n, err := strconv.ParseUint(portOf(a.listens[0].addr), 10, 16); err == nil {
			e.port = uint16(n)
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		e.ip = ip.String()
	}
	if h.name != "" && e.port != 0 {
		e.target = net.JoinHostPort(h.name, itoa(e.port))
	}
	a.j.server(e, s)
}

func portOf(addr string) string {
	if i := strings.LastIndexByte(addr, ':'); i >= 0 {
		return addr[i+1:]
	}
	return addr
}
