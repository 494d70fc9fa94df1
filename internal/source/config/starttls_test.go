package config_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestScanAsksForTLS: servers in which TLS is asked for, scanned by the
// program, accept exactly the suites that their library says their
// configuration means.
func TestScanAsksForTLS(t *testing.T) {
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against mail servers, directories and databases")
	}
	const list = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA:AES256-GCM-SHA384:AES128-SHA:@SECLEVEL=0"
	const priority = "NORMAL:-VERS-TLS1.0:-CHACHA20-POLY1305"
	fromTLS10 := opensslSuites(t, list, tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13)
	fromTLS12 := opensslSuites(t, list, tlswire.TLS12, tlswire.TLS13)
	dovecot := "ssl_min_protocol = TLSv1\nssl_cipher_list = " + list + "\n"
	for name, c := range map[string]struct {
		live
		config string
		want   suites
	}{
		"postfix":  {postfixLive, postfixHead + "smtpd_tls_security_level = may\nsmtpd_tls_protocols = >=TLSv1\nsmtpd_tls_ciphers = high\ntls_high_cipherlist = " + list + "\n", fromTLS10},
		"exim":     {eximLive, eximHead + "tls_require_ciphers = " + priority + "\n" + eximTail, gnutlsSuites(t, priority)},
		"imap":     {dovecotLive.asks("imap"), dovecotAsks("imap", "imap-login", "imap") + dovecot, fromTLS10},
		"pop3":     {dovecotLive.asks("pop3"), dovecotAsks("pop3", "pop3-login", "pop3") + dovecot, fromTLS10},
		"sieve":    {dovecotLive.asks("sieve"), dovecotAsks("sieve", "managesieve-login", "sieve") + dovecot, fromTLS10},
		"lmtp":     {dovecotLive.asks("lmtp"), dovecotAsks("lmtp", "lmtp", "lmtp") + dovecot, fromTLS10},
		"slapd":    {slapdLive, slapdHead + "TLSCipherSuite " + priority + ":-DHE-RSA\n", gnutlsSuites(t, priority+":-DHE-RSA")},
		"postgres": {postgresLive, postgresHead + "ssl_min_protocol_version = TLSv1.2\nssl_ciphers = '" + list + "'\n", fromTLS12},
		"mariadb":  {mariaLive, mariaHead + "tls_version = TLSv1.2,TLSv1.3\nssl-cipher = " + list + "\n", fromTLS12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setUp(t)
			dir, port := serverDir(t), freePort(t)
			c.lay(t, dir, port, c.config)
			c.want.check(t, c.ask(t, dir, port))
		})
	}
}

// asks is the server as one that is asked for TLS in a protocol.
func (l live) asks(protocol string) live {
	l.url = protocol + "://127.0.0.1:PORT"
	return l
}

// dovecotAsks is a Dovecot of one protocol, whose listener waits to be asked.
func dovecotAsks(protocol, service, listener string) string {
	head := strings.Replace(dovecotHead, "protocols = imap\n", "protocols = "+protocol+"\n", 1)
	head, tail, _ := strings.Cut(head, "service imap-login {\n")
	_, tail, _ = strings.Cut(tail, "\n}\n")
	chroot := "  chroot =\n"
	if service == "lmtp" {
		chroot = ""
	}
	return head + "service " + service + " {\n" + chroot + "  inet_listener " + listener + " {\n    port = PORT\n  }\n}\n" + tail
}

// suites are those of each version that is accepted.
type suites map[tlswire.Version][]string

func (want suites) check(t *testing.T, got *evidence.Server) {
	t.Helper()
	for _, v := range tlswire.StreamVersions {
		s := got.Versions[v]
		switch {
		case s == nil:
			t.Fatalf("%s: not in the record: %s %s", v, got.Status, got.Error)
		case want[v] == nil && s.State != evidence.Rejected, want[v] != nil && s.State != evidence.Accepted:
			t.Errorf("%s: %s (%s); want %d suites", v, s.State, s.Because, len(want[v]))
		case want[v] != nil && !slices.Equal(slices.Sorted(slices.Values(s.Suites)), slices.Sorted(slices.Values(want[v]))):
			t.Errorf("%s: suites %v\nwant %v", v, s.Suites, want[v])
		}
	}
}

func printed(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}

// opensslSuites is what openssl says a list means. All of it is for RSA keys.
func opensslSuites(t *testing.T, list string, versions ...tlswire.Version) suites {
	t.Helper()
	flag := map[tlswire.Version]string{tlswire.TLS10: "-tls1", tlswire.TLS11: "-tls1_1", tlswire.TLS12: "-tls1_2", tlswire.TLS13: "-tls1_3"}
	want := suites{}
	for _, v := range versions {
		for line := range strings.Lines(printed(t, program(t, "openssl", "openssl"), "ciphers", "-s", "-stdname", flag[v], list)) {
			if name := strings.Fields(line)[0]; strings.Contains(name, "_WITH_") == (v != tlswire.TLS13) {
				want[v] = append(want[v], name)
			}
		}
	}
	return want
}

// gnutlsSuites is what GnuTLS says a priority means for an RSA key: the suites
// of each version, which the list gives with the first version that has them.
func gnutlsSuites(t *testing.T, priority string) suites {
	t.Helper()
	out := printed(t, program(t, "gnutls-cli", "gnutls-bin"), "--list", "--priority", priority)
	_, protocols, _ := strings.Cut(out, "Protocols: ")
	want := suites{}
	for line := range strings.Lines(out) {
		var hi, lo uint16
		var first string
		fields := strings.Fields(line)
		if len(fields) < 4 || strings.Contains(fields[0], "ECDSA") {
			continue
		}
		if n, _ := fmt.Sscanf(strings.Join(fields[1:], " "), "0x%x, 0x%x %s", &hi, &lo, &first); n < 3 {
			continue
		}
		name := tlswire.Suite(hi<<8 | lo).String()
		for v, called := range map[tlswire.Version]string{tlswire.TLS10: "TLS1.0", tlswire.TLS11: "TLS1.1", tlswire.TLS12: "TLS1.2", tlswire.TLS13: "TLS1.3"} {
			if strings.Contains(protocols, "VERS-"+called) && first <= called && (first == "TLS1.3") == (v == tlswire.TLS13) {
				want[v] = append(want[v], name)
			}
		}
	}
	return want
}
