package scan

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// theProxy is a proxy of both kinds, to one server whatever it is asked for.
type theProxy struct {
	server     string
	user, pass string
	refuse     byte   // what SOCKS5 answers in place of a connection
	status     string // what HTTP answers in place of one

	mu    sync.Mutex
	asked []string // for what
}

func (p *theProxy) note(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) == 0 || p.asked[len(p.asked)-1] != address {
		p.asked = append(p.asked, address)
	}
}

// join carries what both sides say until one of them ends.
func join(client net.Conn, from io.Reader, server string) {
	up, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer up.Close()
	go func() {
		io.Copy(up, from)
		up.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(client, up)
}

func (p *theProxy) socks(c net.Conn, _ int) {
	r := bufio.NewReader(c)
	next := func(n int) []byte {
		b := make([]byte, n)
		io.ReadFull(r, b)
		return b
	}
	head := next(2)
	methods := next(int(head[1]))
	want := byte(0)
	if p.user != "" {
		want = 2
	}
	if !bytes.Contains(methods, []byte{want}) {
		c.Write([]byte{5, 0xFF})
		return
	}
	c.Write([]byte{5, want})
	if want == 2 {
		user := next(int(next(2)[1]))
		pass := next(int(next(1)[0]))
		if string(user) != p.user || string(pass) != p.pass {
			c.Write([]byte{1, 1})
			return
		}
		c.Write([]byte{1, 0})
	}
	var host string
	switch kind := next(4)[3]; kind {
	case 1:
		host = netip.AddrFrom4([4]byte(next(4))).String()
	case 3:
		host = string(next(int(next(1)[0])))
	case 4:
		host = netip.AddrFrom16([16]byte(next(16))).String()
	}
	p.note(net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(next(2)))))
	c.Write([]byte{5, p.refuse, 0, 3, 4, 'h', 'e', 'r', 'e', 0, 1})
	if p.refuse == 0 {
		join(c, r, p.server)
	}
}

func (p *theProxy) http(c net.Conn, _ int) {
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	p.note(request.Host)
	request.Header.Set("Authorization", request.Header.Get("Proxy-Authorization"))
	if user, pass, _ := request.BasicAuth(); user != p.user || pass != p.pass {
		io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		return
	}
	if p.status != "" {
		io.WriteString(c, "HTTP/1.1 "+p.status+"\r\nContent-Type: text/plain\r\n\r\nno\n")
		return
	}
	io.WriteString(c, "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n")
	join(c, r, p.server)
}

// through scans web.example through a proxy.
func through(t *testing.T, url string) (*evidence.Server, []*evidence.Coverage) {
	t.Helper()
	p, err := NewProxy(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := scanAll(t, "web.example", Options{Dialer: p, ByName: true, Resolver: fixed{}, VersionsOnly: true, Timeout: 2 * time.Second, Deadline: 8 * time.Second})
	if len(got.servers) != 1 {
		t.Fatalf("%d records", len(got.servers))
	}
	return got.servers[0], got.coverage
}

// TestProxy: a server behind a proxy is found whole; names go to the proxy as
// they are.
func TestProxy(t *testing.T) {
	server := listen(t, serveTLS(goConfig(t)))
	for _, user := range []string{"", "ann:p@ss"} {
		name, pass, _ := strings.Cut(user, ":")
		p := &theProxy{server: server, user: name, pass: pass}
		at := strings.ReplaceAll(user, "@", "%40")
		if at != "" {
			at += "@"
		}
		for _, url := range []string{"socks5://" + at + listen(t, p.socks), "http://" + at + listen(t, p.http)} {
			s, coverage := through(t, url)
			if s.Status != evidence.StatusOK || s.IP != "" || s.Target != "web.example:443" || s.SNI != "web.example" || len(coverage) > 0 {
				t.Errorf("%s: %+v, coverage %+v", url, s, coverage)
			}
			for _, v := range all4 {
				if s.Versions[v].State != evidence.Accepted {
					t.Errorf("%s: %s is %+v", url, v, s.Versions[v])
				}
			}
		}
		if len(p.asked) != 1 || p.asked[0] != "web.example:443" {
			t.Errorf("the proxy was asked for %q", p.asked)
		}
	}
}

// TestProxyRefuses: what a proxy does is told as the proxy's, and no version
// is rejected by it.
func TestProxyRefuses(t *testing.T) {
	closing := func(c net.Conn, _ int) {}
	says := func(s string) func(net.Conn, int) {
		return func(c net.Conn, _ int) { c.Read(make([]byte, 512)); io.WriteString(c, s) }
	}
	for name, c := range map[string]struct {
		scheme string
		serve  func(net.Conn, int)
		want   string
	}{
		"SOCKS5 refused":         {"socks5", (&theProxy{refuse: 5}).socks, "says: connection refused"},
		"SOCKS5 rules":           {"socks5", (&theProxy{refuse: 2}).socks, "says: connection not allowed by its rules"},
		"SOCKS5 odd":             {"socks5", (&theProxy{refuse: 77}).socks, "says: failure 77"},
		"SOCKS5 wants a user":    {"socks5", (&theProxy{user: "ann"}).socks, "wants a user and password: socks5://user:pass@"},
		"SOCKS5 closes":          {"socks5", closing, "ended the connection"},
		"SOCKS5 is HTTP":         {"socks5", says("HTTP/1.1 400 Bad Request\r\n\r\n"), `does not speak SOCKS5: answers "HT"`},
		"SOCKS5 cut":             {"socks5", says("\x05\x00\x05\x00"), "ended the connection"},
		"SOCKS5 takes no user":   {"socks5://ann:x@", says("\x05\x00"), "takes no user and password"},
		"SOCKS5 wrong user":      {"socks5://ann:x@", (&theProxy{user: "ann", pass: "y"}).socks, "refuses the user or password"},
		"SOCKS5 odd address":     {"socks5", says("\x05\x00\x05\x00\x00\x09"), "answers with an address of type 9"},
		"CONNECT forbidden":      {"http", (&theProxy{status: "403 Forbidden"}).http, `says: "403 Forbidden"`},
		"CONNECT bad gateway":    {"http", (&theProxy{status: "502 Bad Gateway"}).http, `says: "502 Bad Gateway"`},
		"CONNECT wants a user":   {"http", (&theProxy{user: "ann"}).http, "wants a user and password: http://user:pass@"},
		"CONNECT wrong user":     {"http://ann:x@", (&theProxy{user: "ann", pass: "y"}).http, `says: "407 Proxy Authentication Required"`},
		"CONNECT is no HTTP":     {"http", says("220 mail\r\n"), "does not speak HTTP: answers"},
		"CONNECT closes":         {"http", closing, "ended the connection"},
		"CONNECT endless head":   {"http", says("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxHead)), "does not speak HTTP"},
		"a proxy that is silent": {"http", func(c net.Conn, _ int) { hold(c) }, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := c.scheme + "://"
			if strings.Contains(c.scheme, "@") {
				url = c.scheme
			}
			s, coverage := through(t, url+listen(t, c.serve))
			if s.Status != evidence.StatusUnreachable || s.Versions != nil || !strings.HasPrefix(s.Error, "proxy 127.0.0.1:") || !strings.Contains(s.Error, c.want) {
				t.Errorf("%s, %q, %+v; want %q", s.Status, s.Error, s.Versions, c.want)
			}
			if strings.Contains(s.Error, "ann") || len(coverage) != 1 {
				t.Errorf("error %q, coverage %+v", s.Error, coverage)
			}
		})
	}
	s, _ := through(t, "socks5://127.0.0.1:"+freePort(t))
	if s.Status != evidence.StatusUnreachable || !strings.Contains(s.Error, "cannot be reached: connect: connection refused") {
		t.Errorf("a proxy that is not there: %s, %q", s.Status, s.Error)
	}
}

// TestProxyTires: a proxy that refuses now and then hides nothing as
// rejected.
func TestProxyTires(t *testing.T) {
	p := &theProxy{server: listen(t, serveTLS(goConfig(t)))}
	s, _ := through(t, "http://"+listen(t, func(c net.Conn, n int) {
		if n > 3 {
			c.Read(make([]byte, 512))
			io.WriteString(c, "HTTP/1.1 429 Too Many Requests\r\n\r\n")
			return
		}
		p.http(c, n)
	}))
	for v, state := range s.Versions {
		// Three connections do reach the server, whichever they are: what it
		// refuses with an alert of its own is refused.
		if state.State == evidence.Rejected && !strings.HasPrefix(state.Because, "alert ") {
			t.Errorf("%s is called rejected: %s", v, state.Because)
		}
	}
}

func TestNewProxyRefuses(t *testing.T) {
	for _, text := range []string{
		"", "proxy:1080", "https://proxy:1", "ftp://proxy", "socks5://", "socks5://proxy:", "socks5://proxy:99999", "http://proxy/path",
		"http://proxy?x", "socks5://:secret@proxy", "http://user:secret@pro xy", "socks4://user:secret@proxy", "http://..:1",
	} {
		if p, err := NewProxy(text, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	for text, want := range map[string]string{
		"socks5://proxy": "proxy:1080", "socks5h://a:b@[::1]:9050": "[::1]:9050", "http://192.0.2.1": "192.0.2.1:3128", "http://proxy:8080/": "proxy:8080",
	} {
		if p, err := NewProxy(text, nil); err != nil || p.address != want {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	p, _ := NewProxy("socks5://proxy", nil)
	var said *ProxyError
	if _, err := p.DialContext(context.Background(), "udp", "192.0.2.1:443"); !errors.As(err, &said) {
		t.Errorf("UDP: %v", err)
	}
}

// FuzzProxy: whatever a proxy answers, the request comes to an end.
func FuzzProxy(f *testing.F) {
	f.Add("\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50rest", true)
	f.Add("\x05\x02\x01\x00\x05\x05\x00\x03\x01a\x00\x50", true)
	f.Add("HTTP/1.1 200 OK\r\n\r\nrest", false)
	f.Add("HTTP/1.1 407 No\r\n\r\n", false)
	f.Fuzz(func(t *testing.T, answer string, socks bool) {
		p := &Proxy{address: "proxy:1", socks: socks, auth: strings.HasPrefix(answer, "\x05\x02"), user: "u", pass: "p"}
		conn := struct {
			io.Reader
			io.Writer
		}{strings.NewReader(answer), io.Discard}
		var err error
		if socks {
			err = p.askSOCKS(conn, "web.example:443")
		} else {
			err = p.askHTTP(conn, "web.example:443")
		}
		if err == nil && !strings.HasPrefix(answer, "\x05") && !strings.HasPrefix(answer, "HTTP/") {
			t.Fatalf("%q is taken for a connection", answer)
		}
	})
}

// TestSource: connections come from the address that was asked for.
func TestSource(t *testing.T) {
	var mu sync.Mutex
	from := map[string]bool{}
	conf := goConfig(t)
	addr := listen(t, func(c net.Conn, n int) {
		mu.Lock()
		from[c.RemoteAddr().(*net.TCPAddr).IP.String()] = true
		mu.Unlock()
		serveTLS(conf)(c, n)
	})
	got := scanServer(t, addr, Options{Dialer: NewDialer(netip.MustParseAddr("127.0.0.1")), VersionsOnly: true})
	if got.Status != evidence.StatusOK || len(from) != 1 || !from["127.0.0.1"] {
		t.Errorf("%s, from %v", got.Status, from)
	}
	got = scanServer(t, addr, Options{Dialer: NewDialer(netip.MustParseAddr("192.0.2.1")), VersionsOnly: true})
	if got.Status != evidence.StatusUnreachable || !strings.Contains(got.Error, "assign") {
		t.Errorf("from an address that is not ours: %s, %q", got.Status, got.Error)
	}
}
