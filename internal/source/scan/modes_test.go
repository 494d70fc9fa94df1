package scan

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func TestOnlyOneVersion(t *testing.T) {
	for _, v := range all4 {
		flag := map[tlswire.Version]string{tlswire.TLS10: "-tls1", tlswire.TLS11: "-tls1_1", tlswire.TLS12: "-tls1_2", tlswire.TLS13: "-tls1_3"}[v]
		t.Run(flag, func(t *testing.T) {
			got := scanServer(t, sServer(t, flag, "-cipher", anyCipher), Options{})
			opensslTruth(t, anyCipher, []string{"RSA", "None"}, v).check(t, got)
			checkKeys(t, got, "RSA")
			if len(got.Groups) == 0 {
				t.Error("no groups")
			}
			for w, s := range got.Versions {
				if w != v && (s.Because == "" || s.Because == "server_hello") {
					t.Errorf("%s is %s because %q", w, s.State, s.Because)
				}
			}
		})
	}
}

// Debian's default security level answers TLS 1.0 and 1.1 with alert 80.
func TestSecurityLevel(t *testing.T) {
	got := scanServer(t, sServer(t, "-cipher", "DEFAULT:@SECLEVEL=2"), Options{})
	opensslTruth(t, "DEFAULT:@SECLEVEL=2", []string{"RSA"}, tlswire.TLS12, tlswire.TLS13).check(t, got)
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		if b := got.Versions[v].Because; b != "alert internal_error" {
			t.Errorf("%s because %s", v, b)
		}
	}
}

func TestMutualTLS(t *testing.T) {
	got := scanServer(t, sServer(t, "-cipher", anyCipher, "-Verify", "1", "-verify_return_error"), Options{})
	opensslTruth(t, anyCipher, []string{"RSA", "None"}, all4...).check(t, got)

	conf := goConfig(t)
	conf.ClientAuth = tls.RequireAndVerifyClientCert
	got = scanServer(t, listen(t, serveTLS(conf)), Options{})
	goTruth(all4...).check(t, got)

	conf.MinVersion = tls.VersionTLS13
	got = scanServer(t, listen(t, serveTLS(conf)), Options{})
	goTruth(tlswire.TLS13).check(t, got)
	checkKeys(t, got, "ECDSA")
}

func TestOneKeyType(t *testing.T) {
	r, e := testCerts(t)
	for auth, pair := range map[string]keyPair{"RSA": r, "ECDSA": e} {
		conf := goConfig(t)
		conf.Certificates = []tls.Certificate{pair.pair}
		got := scanServer(t, listen(t, serveTLS(conf)), Options{})
		want := truth{}
		for v, suites := range goTruth(all4...) {
			for _, s := range suites {
				if strings.Contains(s, "_"+auth+"_") || v == tlswire.TLS13 {
					want[v] = append(want[v], s)
				}
			}
		}
		want.check(t, got)
		checkKeys(t, got, auth)
	}
}

// TestNameNeeded: a server that wants SNI refuses every hello without. That
// says nothing about versions.
func TestNameNeeded(t *testing.T) {
	conf := goConfig(t)
	conf.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		if h.ServerName != "web.example" {
			return nil, errors.New("no such name")
		}
		return nil, nil
	}
	addr := listen(t, serveTLS(conf))
	goTruth(all4...).check(t, scanServer(t, addr, Options{SNI: "web.example"}))

	got := scanServer(t, addr, Options{})
	allUnknown(t, got)
	if got.Status != evidence.StatusPartial || !strings.Contains(got.Error, "--sni") {
		t.Errorf("status %s: %s", got.Status, got.Error)
	}
}

func allUnknown(t *testing.T, got *evidence.Server) {
	t.Helper()
	for v, s := range got.Versions {
		if s.State != evidence.Unknown || s.Because == "" {
			t.Errorf("%s is %s (%s)", v, s.State, s.Because)
		}
	}
}

// TestOldVersionsWithoutName: TLS 1.0 is there for old clients only, which
// send no name.
func TestOldVersionsWithoutName(t *testing.T) {
	modern := goConfig(t)
	modern.MinVersion = tls.VersionTLS12
	conf := goConfig(t)
	conf.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		if h.ServerName != "" {
			return modern, nil
		}
		return nil, nil
	}
	got := scanAll(t, listen(t, serveTLS(conf)), Options{SNI: "web.example"})
	if len(got.servers) != 2 {
		t.Fatalf("%d records, want one with the name and one without", len(got.servers))
	}
	goTruth(tlswire.TLS12, tlswire.TLS13).check(t, got.servers[0])
	goTruth(all4...).check(t, got.servers[1])
	if got.servers[0].SNI != "web.example" || got.servers[1].SNI != "" {
		t.Errorf("names %q and %q", got.servers[0].SNI, got.servers[1].SNI)
	}
	if len(got.coverage) == 0 || !strings.Contains(strings.Join(got.coverage[0].Blind, " "), "no name") {
		t.Errorf("coverage %+v", got.coverage)
	}
}

// fixed resolves every name to the same addresses.
type fixed []string

func (f fixed) LookupNetIP(_ context.Context, _, host string) (out []netip.Addr, err error) {
	for _, s := range f {
		out = append(out, netip.MustParseAddr(s))
	}
	if len(f) == 0 {
		return nil, fmt.Errorf("lookup %s: no such host", host)
	}
	return out, nil
}

// toListener sends connections to the listener whatever address they are for,
// as long as it is in the list.
type toListener struct {
	listener string
	only     []string
}

func (d toListener) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if host, _, _ := net.SplitHostPort(address); !slices.Contains(d.only, host) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("no route to host")}
	}
	var nd net.Dialer
	return nd.DialContext(ctx, network, d.listener)
}

func TestEveryAddressOfAName(t *testing.T) {
	addr := listen(t, serveTLS(goConfig(t)))
	opt := Options{
		Resolver: fixed{"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "192.0.2.9"},
		Dialer:   toListener{addr, []string{"192.0.2.1", "2001:db8::1"}},
	}
	got := scanAll(t, "web.example", opt)
	if len(got.servers) != 3 {
		t.Fatalf("%d records, want 3", len(got.servers))
	}
	for i, ip := range []string{"192.0.2.1", "2001:db8::1"} {
		s := got.servers[i]
		goTruth(all4...).check(t, s)
		if s.IP != ip || s.SNI != "web.example" || s.Target != "web.example:443" || s.Port != 443 || s.Protocol != "https" {
			t.Errorf("record %+v", s)
		}
	}
	if s := got.servers[2]; s.Status != evidence.StatusUnreachable || s.Versions != nil || !strings.Contains(s.Error, "no route") {
		t.Errorf("record %+v", s)
	}
	if len(got.coverage) != 1 || got.coverage[0].Failed == "" || !strings.Contains(got.coverage[0].Input, "192.0.2.9") {
		t.Errorf("coverage %+v", got.coverage)
	}
}

func TestUnresolved(t *testing.T) {
	got := scanAll(t, "nowhere.example:8443", Options{Resolver: fixed{}})
	if len(got.servers) != 1 || got.servers[0].Status != evidence.StatusUnreachable || len(got.coverage) != 1 {
		t.Fatalf("%+v", got)
	}
	if e := got.servers[0].Error; !strings.Contains(e, "no such host") || !strings.Contains(e, "--sni") {
		t.Errorf("error %q", e)
	}
}

func TestRefused(t *testing.T) {
	got := scanServer(t, "127.0.0.1:"+freePort(t), Options{})
	if got.Status != evidence.StatusUnreachable || got.Error != "refused" || got.Versions != nil {
		t.Errorf("record %+v", got)
	}
}

func TestPortOption(t *testing.T) {
	got := scanServer(t, "127.0.0.1", Options{Port: 1, Timeout: time.Second})
	if got.Port != 1 || got.Protocol != "tls" {
		t.Errorf("record %+v", got)
	}
}

func TestCancelled(t *testing.T) {
	addr := listen(t, func(c net.Conn, _ int) { c.Read(make([]byte, 1)); time.Sleep(time.Millisecond); hold(c) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	targets, _ := ParseTarget(addr)
	emitted := 0
	err := Run(ctx, targets[0], Options{}, func(evidence.Record) error { emitted++; return nil })
	if !errors.Is(err, context.Canceled) || emitted != 0 {
		t.Errorf("err = %v, %d records", err, emitted)
	}
	stop := errors.New("stop")
	targets, _ = ParseTarget("127.0.0.1:" + freePort(t))
	if err := Run(context.Background(), targets[0], Options{}, func(evidence.Record) error { return stop }); err != stop {
		t.Errorf("err = %v, want that of emit", err)
	}
}

// mail speaks the plain text before TLS: replies by command, "" for the
// greeting; after one that begins with go, TLS follows.
func mail(t *testing.T, conf *tls.Config, replies func(command string, n int) (reply string, tls bool)) string {
	return listen(t, func(c net.Conn, n int) {
		reply, _ := replies("", n)
		fmt.Fprint(c, reply)
		r := bufio.NewReader(c)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			reply, start := replies(strings.TrimSpace(line), n)
			fmt.Fprint(c, reply)
			if start {
				tls.Server(c, conf).Handshake()
				return
			}
		}
	})
}

func TestStartTLS(t *testing.T) {
	for protocol, replies := range map[string]map[string]string{
		"smtp": {"": "220-mail.example\r\n220 ESMTP\r\n", "EHLO [127.0.0.1]": "250-mail.example\r\n250-SIZE 1\r\n250 STARTTLS\r\n", "STARTTLS": "220 go\r\n"},
		"imap": {"": "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", "a STARTTLS": "* NOTE x\r\na OK go\r\n"},
		"pop3": {"": "+OK ready\r\n", "STLS": "+OK go\r\n"},
		"ftp":  {"": "220-hello\r\n220 ready\r\n", "AUTH TLS": "234 go\r\n"},
	} {
		t.Run(protocol, func(t *testing.T) {
			addr := mail(t, goConfig(t), func(command string, _ int) (string, bool) {
				return replies[command], strings.Contains(command, "TLS") || command == "STLS"
			})
			if protocol == "smtp" {
				addr = mail(t, goConfig(t), func(command string, _ int) (string, bool) {
					return replies[command], command == "STARTTLS"
				})
			}
			got := scanServer(t, protocol+"://"+addr, Options{})
			goTruth(all4...).check(t, got)
			if got.Protocol != protocol {
				t.Errorf("protocol %s", got.Protocol)
			}
		})
	}
}

func TestStartTLSOfTLS13Server(t *testing.T) {
	conf := goConfig(t)
	conf.MinVersion = tls.VersionTLS13
	addr := mail(t, conf, func(command string, _ int) (string, bool) {
		return map[string]string{"": "+OK\r\n", "STLS": "+OK\r\n"}[command], command == "STLS"
	})
	got := scanServer(t, "pop3://"+addr, Options{})
	goTruth(tlswire.TLS13).check(t, got)
	checkKeys(t, got, "ECDSA")
}

func TestStartTLSRefused(t *testing.T) {
	for name, c := range map[string]struct {
		greeting, ehlo, starttls, want string
	}{
		"not offered": {"220 x\r\n", "250-x\r\n250 SIZE 1\r\n", "", "does not offer STARTTLS"},
		"refused":     {"220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "454 4.7.0 not now\r\n", `STARTTLS answered "454 4.7.0 not now"`},
		"greylisted":  {"421 too many connections\r\n", "", "", "421 too many"},
		"no mail":     {"HTTP/1.0 400 no\r\n", "", "", "HTTP/1.0 400"},
		"endless":     {strings.Repeat("220-x\r\n", 500), "", "", "does not end"},
		"long line":   {strings.Repeat("x", 10000), "", "", "xxxx"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := mail(t, goConfig(t), func(command string, _ int) (string, bool) {
				switch command {
				case "":
					return c.greeting, false
				case "STARTTLS":
					return c.starttls, false
				}
				return c.ehlo, false
			})
			got := scanServer(t, "smtp://"+addr, Options{Timeout: 2 * time.Second})
			allUnknown(t, got)
			if !strings.HasPrefix(got.Error, "starttls refused") || !strings.Contains(got.Error, c.want) {
				t.Errorf("error %q", got.Error)
			}
		})
	}
}

// TestStartTLSBusy: a server that is busy now and then is no server without
// TLS.
func TestStartTLSBusy(t *testing.T) {
	addr := mail(t, goConfig(t), func(command string, n int) (string, bool) {
		switch {
		case command == "" && n%5 == 2:
			return "421 try again later\r\n", false
		case command == "STARTTLS":
			return "220 go\r\n", true
		case command == "":
			return "220 x\r\n", false
		}
		return "250 STARTTLS\r\n", false
	})
	goTruth(all4...).check(t, scanServer(t, "smtp://"+addr, Options{}))
}
