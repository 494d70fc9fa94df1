package scan

import (
	"bufio"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Proxy makes connections through a proxy, which also finds the addresses of
// names: SOCKS5 (RFC 1928, with user and password by RFC 1929) or HTTP CONNECT
// (RFC 9110, 9.3.6).
type Proxy struct {
	dialer     Dialer
	address    string // host:port
	socks      bool
	user, pass string
	auth       bool
}

// NewProxy reads socks5://[user:pass@]host[:port] or
// http://[user:pass@]host[:port]; dialer, nil for the usual one, makes the
// connections to the proxy. No error names the password.
func NewProxy(text string, dialer Dialer) (*Proxy, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errors.New("not the URL of a proxy; want socks5://host:1080 or http://host:3128")
	}
	p := &Proxy{dialer: dialer}
	port := "3128"
	switch u.Scheme {
	case "socks5", "socks5h":
		p.socks, port = true, "1080"
	case "http":
	default:
		return nil, fmt.Errorf("scheme %q is none of a proxy; want socks5:// or http://", u.Scheme)
	}
	if port = cmp.Or(u.Port(), port); strings.HasSuffix(u.Host, ":") {
		return nil, errors.New("the port of the proxy behind ':' is missing")
	}
	host, err := checkHost(u.Hostname())
	if err == nil {
		_, err = checkPort(port)
	}
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p.address = net.JoinHostPort(host, port)
	if u.User != nil {
		p.auth, p.user = true, u.User.Username()
		p.pass, _ = u.User.Password()
	}
	if p.socks && p.auth && (len(p.user) == 0 || len(p.user) > 255 || len(p.pass) > 255) {
		return nil, errors.New("a user for SOCKS5 has 1 to 255 bytes, a password at most 255")
	}
	if dialer == nil {
		p.dialer = NewDialer(netip.Addr{})
	}
	return p, nil
}

// ProxyError is what a proxy, and not the server behind it, did: it is never
// an answer of the server.
type ProxyError struct {
	Proxy string // host:port
	Said  string
}

// Error names the proxy.
func (e *ProxyError) Error() string { return "proxy " + e.Proxy + ": " + e.Said }

func (p *Proxy) fails(format string, args ...any) error {
	return &ProxyError{p.address, fmt.Sprintf(format, args...)}
}

// DialContext asks the proxy for a connection to address, host:port.
func (p *Proxy) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if network != "tcp" {
		return nil, p.fails("carries no %s", network)
	}
	conn, err := p.dialer.DialContext(ctx, network, p.address)
	if err != nil {
		return nil, p.fails("cannot be reached: %s", reason(err))
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	if p.socks {
		err = p.askSOCKS(conn, address)
	} else {
		err = p.askHTTP(conn, address)
	}
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return conn, nil
	}
	conn.Close()
	var said *ProxyError
	switch {
	case errors.As(err, &said):
		return nil, err
	case ctx.Err() != nil:
		return nil, p.fails("no answer in time, from it or from behind it")
	}
	return nil, p.fails("ended the connection: %s", reason(err))
}

// reason is an error without the addresses that it repeats.
func reason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "closed"
	}
	return err.Error()
}

// The parts of SOCKS5 that are used here (RFC 1928).
const (
	socks5         = 5
	socksNoAuth    = 0
	socksPassword  = 2
	socksConnect   = 1
	socksIPv4      = 1
	socksName      = 3
	socksIPv6      = 4
	socksNoMethods = 0xFF
)

// socksReplies are what a proxy says of the connection (RFC 1928, 6).
var socksReplies = [...]string{
	1: "general failure", 2: "connection not allowed by its rules", 3: "network unreachable", 4: "host unreachable",
	5: "connection refused", 6: "TTL expired", 7: "command not supported", 8: "address type not supported",
}

func (p *Proxy) askSOCKS(conn io.ReadWriter, address string) error {
	if err := p.agreeSOCKS(conn); err != nil {
		return err
	}
	request, err := socksRequest(address)
	if err != nil {
		return p.fails("cannot be asked for %s: %v", address, err)
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	return p.readSOCKS(conn)
}

// agreeSOCKS is about who asks.
func (p *Proxy) agreeSOCKS(conn io.ReadWriter) error {
	method := byte(socksNoAuth)
	if p.auth {
		method = socksPassword
	}
	if _, err := conn.Write([]byte{socks5, 1, method}); err != nil {
		return err
	}
	var b [2]byte
	if _, err := io.ReadFull(conn, b[:]); err != nil {
		return err
	}
	switch {
	case b[0] != socks5:
		return p.fails("does not speak SOCKS5: answers %q", b[:])
	case b[1] == socksNoMethods && !p.auth:
		return p.fails("wants a user and password: socks5://user:pass@%s", p.address)
	case b[1] != method:
		return p.fails("takes no user and password")
	case method == socksNoAuth:
		return nil
	}
	ask := append([]byte{1, byte(len(p.user))}, p.user...)
	ask = append(append(ask, byte(len(p.pass))), p.pass...)
	if _, err := conn.Write(ask); err != nil {
		return err
	}
	if _, err := io.ReadFull(conn, b[:]); err != nil {
		return err
	}
	if b[1] != 0 {
		return p.fails("refuses the user or password")
	}
	return nil
}

// socksRequest asks for a connection. A name goes as it is.
func socksRequest(address string) ([]byte, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, err
	}
	b := []byte{socks5, socksConnect, 0}
	switch ip, err := netip.ParseAddr(host); {
	case err != nil && len(host) > 255:
		return nil, errors.New("the name is too long")
	case err != nil:
		b = append(append(b, socksName, byte(len(host))), host...)
	case ip.Unmap().Is4():
		b = append(append(b, socksIPv4), ip.Unmap().AsSlice()...)
	default:
		b = append(append(b, socksIPv6), ip.AsSlice()...)
	}
	return binary.BigEndian.AppendUint16(b, uint16(port)), nil
}

// readSOCKS reads the reply and not a byte of what follows.
func (p *Proxy) readSOCKS(conn io.Reader) error {
	var b [4]byte
	if _, err := io.ReadFull(conn, b[:]); err != nil {
		return err
	}
	if b[0] != socks5 {
		return p.fails("does not speak SOCKS5: answers %q", b[:])
	}
	if b[1] != 0 {
		if int(b[1]) < len(socksReplies) {
			return p.fails("says: %s", socksReplies[b[1]])
		}
		return p.fails("says: failure %d", b[1])
	}
	rest := 0
	switch b[3] {
	case socksIPv4:
		rest = 4
	case socksIPv6:
		rest = 16
	case socksName:
		if _, err := io.ReadFull(conn, b[:1]); err != nil {
			return err
		}
		rest = int(b[0])
	default:
		return p.fails("answers with an address of type %d", b[3])
	}
	_, err := io.CopyN(io.Discard, conn, int64(rest)+2)
	return err
}

// maxHead bounds the answer to CONNECT.
const maxHead = 16 << 10

func (p *Proxy) askHTTP(conn io.ReadWriter, address string) error {
	request := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if p.auth {
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.pass)) + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return err
	}
	head, err := readHead(conn)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head)), &http.Request{Method: http.MethodConnect})
	switch {
	case err != nil:
		return p.fails("does not speak HTTP: answers %.40q", head)
	case answer.StatusCode == http.StatusProxyAuthRequired && !p.auth:
		return p.fails("wants a user and password: http://user:pass@%s", p.address)
	case answer.StatusCode/100 != 2:
		return p.fails("says: %.100q", answer.Status)
	}
	return nil
}

// readHead reads a head byte by byte: what follows it is the server's.
func readHead(r io.Reader) (string, error) {
	var b strings.Builder
	var one [1]byte
	for b.Len() < maxHead {
		if _, err := io.ReadFull(r, one[:]); err != nil {
			if b.Len() > 0 && errors.Is(err, io.EOF) {
				return b.String(), nil
			}
			return "", err
		}
		b.WriteByte(one[0])
		if one[0] == '\n' && (strings.HasSuffix(b.String(), "\r\n\r\n") || strings.HasSuffix(b.String(), "\n\n")) {
			break
		}
	}
	return b.String(), nil
}
