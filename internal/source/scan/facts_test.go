package scan

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// checkFacts holds facts against those that are wanted: a name of a record
// with its value, nil for absent.
func checkFacts(t *testing.T, got *evidence.Server, want map[string]any) {
	t.Helper()
	b, err := json.Marshal(got.Facts)
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]any
	if err := json.Unmarshal(b, &have); err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		w, _ := json.Marshal(value)
		if h, _ := json.Marshal(have[name]); string(h) != string(w) {
			t.Errorf("%s: %s, want %s", name, h, w)
		}
	}
	if t.Failed() {
		t.Logf("facts %s", b)
	}
}

func TestFactsOpenSSL(t *testing.T) {
	for args, want := range map[string]map[string]any{
		"-cipher ALL:@SECLEVEL=0 -alpn http/1.1,h2": {
			"extended_master_secret": true, "secure_renegotiation": true, "fallback_scsv": true, "downgrade_marker": true,
			"compression": "none", "heartbeat": "none", "session_ids": "resumed", "session_tickets": "resumed", "psk": "resumed",
			"alpn": []string{"http/1.1", "h2"}, "ocsp_stapling": false, "needs_name": false, "sslv2_form": true,
			"tolerates_unknown": true, "fails_above": nil, "nameless_certificate": nil,
		},
		"-no_ticket -tls1_2 -cipher AES128-SHA:@SECLEVEL=0": {
			"session_ids": "resumed", "session_tickets": "none", "psk": nil, "downgrade_marker": nil, "fallback_scsv": nil,
			"extended_master_secret": true, "alpn": []string{},
		},
		"-no_cache -tls1_2 -cipher ECDHE+AESGCM":                   {"session_ids": "none", "session_tickets": "resumed", "sslv2_form": nil},
		"-no_cache -tls1 -cipher ECDHE-RSA-AES256-SHA:@SECLEVEL=0": {"session_ids": "none", "session_tickets": "resumed"},
		"-tls1_1 -no_ticket -cipher AES256-SHA:@SECLEVEL=0":        {"session_ids": "resumed", "session_tickets": "none", "sslv2_form": true},
		"-tls1_3 -alpn h2,imap":                                    {"psk": "resumed", "alpn": []string{"h2", "imap"}, "extended_master_secret": nil, "compression": nil},
		"-tls1_3 -num_tickets 0":                                   {"psk": "none"},
	} {
		t.Run(args, func(t *testing.T) {
			checkFacts(t, scanServer(t, sServer(t, strings.Fields(args)...), Options{SNI: "localhost"}), want)
		})
	}
}

func TestFactsGnuTLS(t *testing.T) {
	bin := program(t, "gnutls-serv", "gnutls-bin")
	r, _ := testCerts(t)
	for args, want := range map[string]map[string]any{
		"NORMAL": {
			"extended_master_secret": true, "secure_renegotiation": true, "fallback_scsv": true, "downgrade_marker": true,
			"compression": "none", "session_tickets": "resumed", "psk": "resumed", "needs_name": false, "tolerates_unknown": true,
		},
		"NORMAL:-VERS-TLS1.3:%NO_SESSION_HASH:%NO_TICKETS": {"extended_master_secret": false, "session_tickets": "none", "fallback_scsv": true},
		"NORMAL:-VERS-TLS1.3:%DISABLE_SAFE_RENEGOTIATION":  {"secure_renegotiation": false},
	} {
		t.Run(args, func(t *testing.T) {
			port := freePort(t)
			addr := start(t, port, bin, "-q", "--priority", args, "-p", port, "--x509certfile", r.cert, "--x509keyfile", r.key)
			checkFacts(t, scanServer(t, addr, Options{SNI: "localhost"}), want)
		})
	}
}

func TestFactsGo(t *testing.T) {
	testCerts(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := writePair("other", key)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*tls.Config)
		want   map[string]any
	}{
		"as it comes": {
			func(*tls.Config) {},
			map[string]any{"session_ids": "none", "session_tickets": "resumed", "psk": "resumed", "sslv2_form": false, "fallback_scsv": true, "downgrade_marker": true},
		},
		"no tickets": {
			func(c *tls.Config) { c.SessionTicketsDisabled = true },
			map[string]any{"session_tickets": "none", "psk": "none"},
		},
		"protocols": {
			func(c *tls.Config) { c.NextProtos = []string{"http/1.1", "h2", "imap"} },
			map[string]any{"alpn": []string{"http/1.1", "h2", "imap"}},
		},
		"protocols of TLS 1.3 alone": {
			func(c *tls.Config) { c.NextProtos, c.MinVersion = []string{"h2", "imap"}, tls.VersionTLS13 },
			map[string]any{"alpn": []string{"h2", "imap"}, "ocsp_stapling": false},
		},
		"a protocol that is not asked for": {
			func(c *tls.Config) { c.NextProtos = []string{"private"} },
			map[string]any{"alpn": nil, "compression": "none", "ocsp_stapling": false, "psk": "resumed"},
		},
		"a name is needed": {
			func(c *tls.Config) {
				pair := c.Certificates[0]
				c.Certificates, c.GetCertificate = nil, func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
					if h.ServerName == "" {
						return nil, nil
					}
					return &pair, nil
				}
			},
			map[string]any{"needs_name": true},
		},
		"another certificate without a name": {
			func(c *tls.Config) {
				pair := c.Certificates[0]
				c.Certificates, c.GetCertificate = nil, func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
					if h.ServerName == "" {
						return &other.pair, nil
					}
					return &pair, nil
				}
			},
			map[string]any{"needs_name": false, "nameless_certificate": certificate(other.pair.Certificate[0]).SHA256},
		},
		"clients are asked for a certificate": {
			func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			map[string]any{"session_tickets": nil, "psk": nil, "extended_master_secret": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			conf := goConfig(t)
			c.change(conf)
			checkFacts(t, scanServer(t, listen(t, serveTLS(conf)), Options{SNI: "localhost"}), c.want)
		})
	}
}

// TestFactsOfStrangeServers: what today's libraries no longer do, and servers
// that fail on what they have to pass over.
func TestFactsOfStrangeServers(t *testing.T) {
	refuse := func(c net.Conn) bool {
		c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertHandshakeFailure))
		return true
	}
	lists := func(h *tlswire.ClientHello, v tlswire.Version) bool {
		return slices.Contains(slices.Collect(h.Versions()), v)
	}
	unknown := func(h *tlswire.ClientHello) bool {
		list, _ := h.Extensions.Get(tlswire.ExtSupportedVersions)
		return bytes.Contains(list, []byte{0x5A, 0x5A})
	}
	for name, c := range map[string]struct {
		max  uint16
		deal func(c net.Conn, h *tlswire.ClientHello) bool
		want map[string]any
	}{
		"fails on TLS 1.3": {tls.VersionTLS12, func(c net.Conn, h *tlswire.ClientHello) bool {
			return lists(h, tlswire.TLS13) && refuse(c)
		}, map[string]any{"fails_above": "TLS 1.2", "tolerates_unknown": nil}},
		"closes on TLS 1.1 and up": {tls.VersionTLS10, func(c net.Conn, h *tlswire.ClientHello) bool {
			return h.Version > tlswire.TLS10
		}, map[string]any{"fails_above": "TLS 1.0", "tolerates_unknown": nil}},
		"fails on versions that do not exist": {tls.VersionTLS13, func(c net.Conn, h *tlswire.ClientHello) bool {
			return unknown(h) && refuse(c)
		}, map[string]any{"fails_above": nil, "tolerates_unknown": false}},
		"knows no fallback": {tls.VersionTLS13, func(c net.Conn, h *tlswire.ClientHello) bool {
			if h.OffersSuite(tlswire.SuiteFallback) {
				c.Write(helloRecord(tlswire.TLS12, first(h)))
				return true
			}
			return false
		}, map[string]any{"fallback_scsv": false}},
		"is silent to unusual hellos": {tls.VersionTLS13, func(c net.Conn, h *tlswire.ClientHello) bool {
			if h.OffersSuite(tlswire.SuiteFallback) || unknown(h) || h.Extensions.Has(tlswire.ExtHeartbeat) || h.ServerName() == nil {
				hold(c)
			}
			return false
		}, map[string]any{"fallback_scsv": nil, "tolerates_unknown": nil, "heartbeat": nil, "needs_name": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := goConfig(t)
			conf.MaxVersion = c.max
			addr := behind(t, conf, func(conn net.Conn, h tlswire.ClientHello, _, _ int) bool { return c.deal(conn, &h) })
			got := scanServer(t, addr, Options{SNI: "localhost", Timeout: time.Second})
			neverWrong(t, got, goTruth(all4[:c.max-tls.VersionTLS10+1]...))
			checkFacts(t, got, c.want)
		})
	}
}

func first(h *tlswire.ClientHello) tlswire.Suite {
	for s := range h.CipherSuites() {
		return s
	}
	return 0
}

// TestFactsOfOldServers: compression and heartbeat, which nothing here does
// any more.
func TestFactsOfOldServers(t *testing.T) {
	addr := listen(t, func(c net.Conn, _ int) {
		h, _, _ := readHello(c)
		if h.Version != tlswire.TLS12 || h.MaxVersion() != tlswire.TLS12 || !h.OffersSuite(0x002F) {
			c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertProtocolVersion))
			return
		}
		body := append([]byte{3, 3}, make([]byte, 32)...)
		body = append(body, 0, 0, 0x2F)
		if slices.Contains(h.Compression, deflate) {
			body = append(body, deflate)
		} else {
			body = append(body, 0)
		}
		if h.Extensions.Has(tlswire.ExtHeartbeat) {
			body = append(body, 0, 5, 0, 15, 0, 1, 2)
		}
		c.Write(tlswire.AppendRecord(nil, tlswire.ContentHandshake, tlswire.TLS12, tlswire.AppendHandshake(nil, tlswire.TypeServerHello, body)))
	})
	checkFacts(t, scanServer(t, addr, Options{}), map[string]any{
		"compression": "DEFLATE", "heartbeat": "peer_not_allowed_to_send", "secure_renegotiation": false, "extended_master_secret": false,
		"session_ids": "none", "ocsp_stapling": nil, "fails_above": "TLS 1.2",
	})
}

func TestStapling(t *testing.T) {
	openssl := program(t, "openssl", "openssl")
	r, _ := testCerts(t)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("index"), []byte("V\t360101000000Z\t\t01\tunknown\t/CN=rsa.example\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	output(t, openssl, "ocsp", "-issuer", r.cert, "-cert", r.cert, "-reqout", file("request"))
	output(t, openssl, "ocsp", "-index", file("index"), "-CA", r.cert, "-rsigner", r.cert, "-rkey", r.key, "-reqin", file("request"), "-respout", file("response"), "-ndays", "7")
	der, err := os.ReadFile(file("response"))
	if err != nil {
		t.Fatal(err)
	}
	for name, lowest := range map[string]uint16{"below TLS 1.3": tls.VersionTLS10, "TLS 1.3 alone": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			conf := goConfig(t)
			pair := r.pair
			pair.OCSPStaple = der
			conf.Certificates, conf.MinVersion = []tls.Certificate{pair}, lowest
			got := scanServer(t, listen(t, serveTLS(conf)), Options{})
			checkFacts(t, got, map[string]any{"ocsp_stapling": true})
			o := got.Facts.OCSP
			if o == nil || o.Status != "good" || o.ThisUpdate.IsZero() || o.ProducedAt.IsZero() || o.NextUpdate.Sub(o.ThisUpdate) != 7*24*time.Hour {
				t.Errorf("response %+v", o)
			}
		})
	}
}

func FuzzOCSP(f *testing.F) {
	f.Add([]byte{0x30, 3, 0x0A, 1, 3})
	f.Fuzz(func(t *testing.T, der []byte) {
		if o := readOCSP(der); o != nil && o.Status == "" {
			t.Error("a response without a status")
		}
	})
}

// FuzzSession lets a server say anything in a handshake that is to be ended.
func FuzzSession(f *testing.F) {
	f.Add(helloRecord(tlswire.TLS12, 0xC02F), []byte{20, 3, 3, 0, 1, 1})
	f.Add(helloRecord(tlswire.TLS10, 0x002F), []byte{})
	f.Fuzz(func(t *testing.T, flight, end []byte) {
		h := newHost(Options{}.withDefaults(), Target{}, addrForTests, "")
		q := h.question(tlswire.TLS12, formFull, []tlswire.Suite{0xC02F, 0x002F, 0xC013})
		mine, theirs := net.Pipe()
		defer mine.Close()
		go func() {
			defer theirs.Close()
			theirs.Read(make([]byte, 1<<14))
			theirs.Write(flight)
			theirs.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
			theirs.Read(make([]byte, 1<<14))
			theirs.Write(end)
		}()
		d := dialog{conn: mine, q: &q, hello: q.bytes()}
		d.run()
	})
}
