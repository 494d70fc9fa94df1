package scan

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/internal/starttls"
)

// Target is one endpoint to ask: a name, with all its addresses, or an
// address.
type Target struct {
	Host     string // a name or an IP address, without brackets
	Port     uint16
	PortSet  bool     // the operand named the port, so Options.Port does not apply
	Protocol string   // https, smtp, smtps ... or tls: what runs on top; quic, dtls: over UDP
	StartTLS string   // the dialog in which TLS is asked for; "" when TLS comes first
	ALPN     []string // what a server of this protocol insists on
}

// String is host:port, behind the scheme where that port is one of UDP.
func (t Target) String() string {
	s := net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
	if t.overUDP() {
		return t.Protocol + "://" + s
	}
	return s
}

// as makes the target one of a scheme's.
func (t Target) as(s starttls.Scheme, p *starttls.Protocol) Target {
	t.Protocol, t.StartTLS, t.ALPN = s.Record, p.Name, s.ALPN
	if s.AtOnce {
		t.StartTLS = ""
	}
	return t
}

// targetOf is what a scheme alone says of a target.
func targetOf(scheme string) (Target, bool) {
	switch scheme {
	case protoQUIC:
		return Target{Port: 443, PortSet: true, Protocol: scheme}, true
	case protoDTLS:
		return Target{PortSet: true, Protocol: scheme}, true
	}
	s, p, ok := starttls.SchemeNamed(scheme)
	if !ok {
		return Target{}, false
	}
	return Target{Port: s.Port, PortSet: true}.as(s, p), true
}

func parseURL(s string) (Target, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Target{}, errors.New("not a URL; want something like https://host:port/")
	}
	t, ok := targetOf(strings.ToLower(u.Scheme))
	if !ok {
		known := strings.Join(slices.Concat(starttls.SchemeNames(), []string{protoQUIC, protoDTLS}), "://, ")
		return Target{}, fmt.Errorf("scheme %q is not known; known are %s://", u.Scheme, known)
	}
	if t.Host, err = checkHost(u.Hostname()); err != nil {
		return Target{}, err
	}
	if strings.HasSuffix(u.Host, ":") {
		return Target{}, errors.New("the port after ':' is missing")
	}
	if u.Port() != "" {
		t.Port, err = checkPort(u.Port())
	}
	if t.Port == 0 && err == nil {
		err = errors.New("the port is missing: DTLS has none of its own; want something like dtls://host:5684")
	}
	return t, err
}

// parseHostPort reads everything that has neither a scheme nor a slash.
func parseHostPort(s string) (Target, error) {
	host, port := s, ""
	switch ip, err := netip.ParseAddr(s); {
	case err == nil:
		host = ip.String()
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return Target{}, errors.New("the bracket after the IPv6 address is missing; want [2001:db8::1]:443")
		}
		if ip, err := netip.ParseAddr(s[1:end]); err != nil || !ip.Is6() {
			return Target{}, errors.New("no IPv6 address between the brackets; want [2001:db8::1]:443")
		}
		host, port = s[1:end], s[end+1:]
		if port != "" && (port[0] != ':' || port == ":") {
			return Target{}, errors.New("after the bracket only :port can follow; want [2001:db8::1]:443")
		}
		port = strings.TrimPrefix(port, ":")
	case strings.Count(s, ":") == 1:
		host, port, _ = strings.Cut(s, ":")
		if port == "" {
			return Target{}, errors.New("the port after ':' is missing")
		}
	case strings.Count(s, ":") > 1:
		return Target{}, errors.New("neither host:port nor an IPv6 address; an IPv6 address with a port is written [2001:db8::1]:443")
	}
	host, err := checkHost(host)
	if err != nil {
		return Target{}, err
	}
	return withPort(host, port)
}

func withPort(host, port string) (Target, error) {
	if port == "" {
		return Target{Host: host, Port: 443, Protocol: "https"}, nil
	}
	p, err := checkPort(port)
	if err != nil {
		return Target{}, err
	}
	return Target{Host: host, Port: p, PortSet: true}.inferProtocol(), nil
}

// inferProtocol takes the protocol from the port. Ports of no known protocol
// are plain "tls".
func (t Target) inferProtocol() Target {
	if s, p, ok := starttls.SchemeOfPort(t.Port); ok {
		return t.as(s, p)
	}
	t.Protocol, t.StartTLS, t.ALPN = "tls", "", nil
	return t
}

// OrPort is the target at a port that it does not name; one that names its own
// stays, as do all for 0.
func (t Target) OrPort(port uint16) Target {
	if t.PortSet || port == 0 {
		return t
	}
	t.Port = port
	return t.inferProtocol()
}

func checkPort(s string) (uint16, error) {
	p, err := strconv.ParseUint(s, 10, 16)
	if err != nil || p == 0 {
		return 0, fmt.Errorf("port %q: want a number from 1 to 65535", s)
	}
	return uint16(p), nil
}

// checkHost accepts what can be resolved: an address or a name of letters,
// digits, hyphens and, as Windows has them, underscores.
func checkHost(h string) (string, error) {
	if ip, err := netip.ParseAddr(h); err == nil {
		return ip.Unmap().String(), nil
	}
	h = strings.TrimSuffix(h, ".")
	switch {
	case h == "":
		return "", errors.New("the host is missing")
	case len(h) > 253:
		return "", errors.New("a host name has at most 253 characters")
	}
	for label := range strings.SplitSeq(h, ".") {
		if err := checkLabel(label); err != nil {
			return "", err
		}
	}
	if last := h[strings.LastIndexByte(h, '.')+1:]; allDigits(last) {
		return "", errors.New("neither an IP address nor a host name; an IPv4 address has four numbers from 0 to 255")
	}
	return strings.ToLower(h), nil
}

func checkLabel(l string) error {
	if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
		return fmt.Errorf("%q cannot be a part of a host name", l)
	}
	for _, c := range l {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		case c > 127:
			return fmt.Errorf("%q: write an international name in its xn-- form", l)
		default:
			return fmt.Errorf("character %q cannot stand in a host name", c)
		}
	}
	return nil
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// fileEndings are what the files are called that tlsready reads and people
// have lying about. None of them is a top-level domain.
var fileEndings = []string{
	"7z", "asp", "aspx", "bak", "bz2", "cap", "cfg", "cnf", "conf", "config", "cpp", "cs", "csproj", "csv", "dat", "db", "dmp",
	"erl", "etl", "evtx", "exe", "gz", "har", "hiv", "hive", "htm", "html", "ini", "jar", "java", "js", "json", "jsonl", "kt",
	"log", "ndjson", "odt", "pcap", "pcapng", "pdf", "php", "pol", "policy", "properties", "ps1", "psm1", "rb", "reg", "scala",
	"sql", "sqlite", "swift", "tar", "tgz", "toml", "ts", "tsv", "txt", "vb", "vbs", "war", "xlsx", "xml", "xz", "yaml", "yml", "zst",
}

// LooksLikeTarget tells a server from a path for a command that takes both.
// It does not look at the disk: something that exists as a path is one, so
// ask that first. server.log and a/b are paths, web01 is a host.
func LooksLikeTarget(arg string) bool {
	t, err := ParseTarget(arg)
	if err != nil {
		// An operand that was surely meant as a target deserves the error
		// that says what is wrong with it.
		name, _, ok := strings.Cut(arg, "://")
		_, known := targetOf(strings.ToLower(name))
		_, _, cidrErr := net.ParseCIDR(arg)
		return ok && known || cidrErr == nil
	}
	if t[0].PortSet || len(t) > 1 || strings.Contains(arg, "/") {
		return true
	}
	if strings.HasSuffix(arg, ".") {
		return t[0].Host != ""
	}
	i := strings.LastIndexByte(t[0].Host, '.')
	if i < 0 {
		return true
	}
	for _, e := range fileEndings {
		if t[0].Host[i+1:] == e {
			return false
		}
	}
	return true
}
