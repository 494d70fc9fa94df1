package config

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	debianRelease = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n"
	osslChain     = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n"
	dpkgNginx     = "Package: nginx-light\nStatus: install ok installed\nVersion: 1.26.0-1\n\nPackage: haproxy\nStatus: deinstall ok config-files\nVersion: 2.6.12-1\n\nPackage: redis-server\nStatus: install ok installed\nVersion: 5:7.0.15-1~deb12u1\n"
)

// on gives the tree as one host whose own files are read.
func (tr tree) on() Options {
	opt := tr.options()
	opt.Systems = new(Systems)
	return opt
}

// TestSystem: what the files of a host say decides where its programs leave
// it open, and the line that decides is named.
func TestSystem(t *testing.T) {
	const (
		nginxPlain = "events {}\nhttp {\n server {\n  listen 443 ssl;\n }\n}\n"
		nginxAll   = "events {}\nhttp {\n server {\n  listen 443 ssl;\n  ssl_protocols TLSv1 TLSv1.2 TLSv1.3;\n }\n}\n"
		redisAll   = "tls-port 6380\ntls-protocols \"TLSv1 TLSv1.1 TLSv1.2 TLSv1.3\"\n"
	)
	for _, tc := range []struct {
		name, file, text string
		tree             tree
		want             string
		version          tlswire.Version
		because          string
	}{
		{"nothing known", "etc/nginx/nginx.conf", nginxPlain, tree{}, "0.0.0.0:443 +12 ?10,11,13", tlswire.TLS13, "depends on the release"},
		{"the platform's release", "etc/nginx/nginx.conf", nginxPlain, tree{"/c/etc/os-release": debianRelease}, "0.0.0.0:443 +12", tlswire.TLS13, "nginx 1.22.1 (as Debian 12 ships it)"},
		{"the list's release", "etc/nginx/nginx.conf", nginxPlain, tree{"/c/etc/os-release": debianRelease, "/c/var/lib/dpkg/status": dpkgNginx}, "0.0.0.0:443 +12,13", tlswire.TLS13, "nginx 1.26.0 (/c/var/lib/dpkg/status)"},
		{"not from a package", "etc/haproxy/haproxy.cfg", "frontend a\n bind :443 ssl crt x\n", tree{"/c/etc/os-release": debianRelease, "/c/var/lib/dpkg/status": dpkgNginx}, "0.0.0.0:443 + ?10,11,12,13", tlswire.TLS10, "depends on the release"},
		{"rpm", "etc/nginx/nginx.conf", nginxPlain, tree{"/c/installed-rpms": "nginx-1.20.1-14.el9.x86_64   Mon\nnginx-core-1.20.1-14.el9.x86_64\n"}, "0.0.0.0:443 +12 ?10,11", tlswire.TLS13, "nginx 1.20.1 (/c/installed-rpms)"},
		{"two releases", "etc/nginx/nginx.conf", nginxPlain, tree{"/c/rpm-qa.txt": "nginx-1.20.1-14.el9.x86_64\nnginx-1.26.1-1.el9.x86_64\n"}, "0.0.0.0:443 +12 ?10,11,13", tlswire.TLS13, "depends on the release"},
		{"dpkg -l", "etc/nginx/nginx.conf", nginxPlain, tree{"/c/dpkg-l.txt": "Desired=Unknown\nii  nginx  1.28.0-1  amd64  server\n"}, "0.0.0.0:443 +12,13", tlswire.TLS13, "nginx 1.28.0 (/c/dpkg-l.txt)"},
		{"level of openssl.cnf", "etc/nginx/nginx.conf", nginxAll, tree{"/c/etc/os-release": debianRelease, "/c/etc/ssl/openssl.cnf": osslChain + "MinProtocol = TLSv1.3\nCipherString = DEFAULT@SECLEVEL=0\n"}, "0.0.0.0:443 +10,12,13", tlswire.TLS10, "/c/etc/ssl/openssl.cnf:8"},
		{"its bounds", "etc/redis/redis.conf", redisAll, tree{"/c/etc/os-release": debianRelease, "/c/etc/ssl/openssl.cnf": osslChain + "MinProtocol = TLSv1.3\n"}, "0.0.0.0:6380 +13", tlswire.TLS12, "/c/etc/ssl/openssl.cnf:7"},
		{"RHEL, by crypto-policies", "etc/redis/redis.conf", redisAll, tree{
			"/c/etc/os-release":                                      "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n",
			"/c/etc/pki/tls/openssl.cnf":                             osslChain + ".include = /etc/crypto-policies/back-ends/opensslcnf.config\n",
			"/c/etc/crypto-policies/back-ends/opensslcnf.config":     "CipherString = @SECLEVEL=2:kEECDH\nTLS.MinProtocol = TLSv1.2\nTLS.MaxProtocol = TLSv1.2\nDTLS.MinProtocol = DTLSv1.2\n",
			"/c/etc/crypto-policies/back-ends/opensslcnf.config.bak": "x",
		}, "0.0.0.0:6380 +12", tlswire.TLS13, "opensslcnf.config:3"},
		{"the back end is missing", "etc/redis/redis.conf", redisAll, tree{"/c/etc/pki/tls/openssl.cnf": osslChain + ".include = /etc/crypto-policies/back-ends/opensslcnf.config\n"}, "0.0.0.0:6380 +12,13 ?10,11", tlswire.TLS10, "security level"},
		{"a broken openssl.cnf", "etc/redis/redis.conf", redisAll, tree{"/c/etc/ssl/openssl.cnf": osslChain + "MinProtocol = TLS12\n"}, "0.0.0.0:6380 + ?10,11,12,13", tlswire.TLS12, "openssl.cnf:7"},
		{"MySQL was not tried", "etc/mysql/my.cnf", "[mysqld]\ntls_version=TLSv1.2,TLSv1.3\n", tree{"/c/etc/ssl/openssl.cnf": osslChain + "MinProtocol = TLSv1.3\n"}, "0.0.0.0:3306 +13 ?12", tlswire.TLS12, "openssl.cnf:7"},
		{"GnuTLS", "etc/ldap/slapd.conf", "TLSCertificateFile a\nTLSCipherSuite NORMAL\n", tree{"/c/etc/os-release": debianRelease, "/c/etc/gnutls/config": "[overrides]\ndisabled-version = tls1.0\n"}, "slapd:389 +11,12,13", tlswire.TLS10, "/c/etc/gnutls/config:2"},
		{"Java", "etc/tomcat10/server.xml", "<Server port=\"1\">\n<Connector port=\"8443\" SSLEnabled=\"true\" sslEnabledProtocols=\"TLSv1,TLSv1.2,TLSv1.3\"/>\n</Server>", tree{"/c/etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, TLSv1\n"}, "0.0.0.0:8443 +12,13", tlswire.TLS10, "java.security:1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := run(t, "/c/"+tc.file, tc.text, tc.tree.on())
			if got := f.sums(); !slices.Equal(got, []string{tc.want}) {
				t.Fatalf("got %q, want %q", got, tc.want)
			}
			if x := f.servers[0].Versions[tc.version]; !strings.Contains(x.Because, tc.because) {
				t.Errorf("%s because %q, want %q", tc.version, x.Because, tc.because)
			}
		})
	}
}

// TestSystemPartial: an include of openssl.cnf that is not there is said.
func TestSystemPartial(t *testing.T) {
	tr := tree{"/c/etc/ssl/openssl.cnf": osslChain + ".include /etc/gone.cnf\n"}
	f := run(t, "/c/etc/redis/redis.conf", "tls-port 1\n", tr.on())
	if s := strings.Join(f.cov.Blind, " "); !strings.Contains(s, "/c/etc/ssl/openssl.cnf:7") || !strings.Contains(s, "not known") {
		t.Errorf("%q", f.cov.Blind)
	}
}

// TestSystemIsReadOnce: a walk over many files asks for each file of the host
// once, whatever is in it.
func TestSystemIsReadOnce(t *testing.T) {
	tr := tree{"/c/etc/os-release": "\x00\x01\xff", "/c/etc/ssl/openssl.cnf": "[[[", "/c/var/lib/dpkg/status": strings.Repeat("x", 1<<20)}
	opt := tr.on()
	opened := map[string]int{}
	open := opt.Open
	opt.Open = func(name string) (io.ReadCloser, error) {
		opened[name]++
		return open(name)
	}
	for range 3 {
		f := run(t, "/c/etc/redis/redis.conf", "tls-port 1\n", opt)
		if f.servers[0].Versions[tlswire.TLS12].State != evidence.Accepted {
			t.Errorf("%q", f.sums())
		}
	}
	for name, n := range opened {
		if n > 1 {
			t.Errorf("%s was opened %d times", name, n)
		}
	}
	if len(opened) == 0 {
		t.Error("nothing was opened")
	}
}

func TestUpstream(t *testing.T) {
	for in, want := range map[string]string{"1:10.11.19-0+deb12u1": "10.11.19", "1.22.1-9+deb12u2": "1.22.1", "2.5.13+dfsg-5": "2.5.13", "": "", "x": "", "5:7.0.15-1~deb12u1": "7.0.15"} {
		if got := upstream(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestRoot(t *testing.T) {
	for name, want := range map[string]string{"/etc/nginx/nginx.conf": "", "/copy/web01/etc/a": "/copy/web01", "etc/nginx/nginx.conf": ".", "web01/etc/a": "web01", "./web01/etc/a": "./web01"} {
		if got, ok := rootOf(name, false); got != want || !ok {
			t.Errorf("%s: %q %v, want %q", name, got, ok, want)
		}
	}
	if _, ok := rootOf("nginx.conf", true); ok {
		t.Error("nginx.conf has no root")
	}
}
