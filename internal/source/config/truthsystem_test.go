package config_test

import (
	"os"
	"testing"
)

// TestTruthSystem starts programs under an openssl.cnf of their host: which of
// its lines hold them differs from program to program.
func TestTruthSystem(t *testing.T) {
	const (
		chain  = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n"
		strict = "MinProtocol = TLSv1.3\n"
		old    = "MinProtocol = TLSv1.1\nMaxProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=0\n"
		list   = "Protocol = -TLSv1.2\nCipherString = DEFAULT@SECLEVEL=0\n"
	)
	for _, p := range systemPrograms() {
		for name, lines := range map[string]string{"strict": strict, "old": old, "list": list} {
			for kind, conf := range p.confs {
				if name == "list" && kind != "all" || name == "strict" && kind == "unset" && p.slow {
					continue
				}
				t.Run(p.program+" "+kind+" "+name, func(t *testing.T) {
					t.Parallel()
					l := p.live
					l.under, l.config = "env", conf
					l.args = append([]string{"OPENSSL_CONF=DIR/host/etc/ssl/openssl.cnf"}, l.args...)
					l.host = map[string]string{"etc/ssl/openssl.cnf": chain + lines}
					l.agree(t)
				})
			}
		}
	}
}

// systemProgram is a program and configurations that leave versions open or
// ask for all of them.
type systemProgram struct {
	live
	confs map[string]string
	slow  bool
}

func systemPrograms() []systemProgram {
	nginx := "daemon off;\npid DIR/pid;\nerror_log DIR/error.log;\nevents {}\nhttp {\n access_log off;\n client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;\n" +
		" ssl_certificate CERT; ssl_certificate_key KEY;\n server { listen 127.0.0.1:PORT ssl;\n"
	apache := "ServerRoot DIR\nPidFile DIR/pid\nErrorLog DIR/error.log\nMutex file:DIR default\nUser nobody\nGroup nogroup\nServerName main.example\n"
	for _, m := range []string{"mpm_event", "authz_core", "socache_shmcb", "ssl"} {
		apache += "LoadModule " + m + "_module /usr/lib/apache2/modules/mod_" + m + ".so\n"
	}
	apache += "Listen 127.0.0.1:PORT\n<VirtualHost *:PORT>\nSSLEngine on\nSSLCertificateFile CERT\nSSLCertificateKeyFile KEY\n"
	haproxy := "global\n    user nobody\ndefaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 5s\nfrontend web\n    bind 127.0.0.1:PORT ssl crt CERT "
	stunnel := "foreground = yes\npid =\n[web]\naccept = 127.0.0.1:PORT\nconnect = 127.0.0.1:9\ncert = CERT\nkey = KEY\n"
	lighttpd := "server.modules = ( \"mod_openssl\" )\nserver.document-root = \"DIR\"\nserver.bind = \"DIR/sock\"\n$SERVER[\"socket\"] == \"127.0.0.1:PORT\" {\n ssl.engine = \"enable\"\n ssl.pemfile = \"CERT\"\n"
	dovecot := "import_environment = OPENSSL_CONF\nbase_dir = DIR/run\nlog_path = DIR/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = required\nssl_cert = <CERT\nssl_key = <KEY\nstate_dir = DIR/state\n" +
		"default_internal_user = nobody\ndefault_internal_group = nogroup\ndefault_login_user = nobody\nservice anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n  inet_listener imap {\n    port = 0\n  }\n  inet_listener imaps {\n    port = PORT\n    ssl = yes\n  }\n}\npassdb {\n  driver = static\n}\n"
	data := func(t *testing.T, dir string) {
		if err := os.Mkdir(dir+"/data", 0o700); err != nil {
			t.Fatal(err)
		}
	}
	const url = "127.0.0.1:PORT"
	return []systemProgram{
		{live: live{dialect: "nginx", pkg: "nginx-light", program: "nginx", file: "nginx.conf", url: url, args: []string{"PROGRAM", "-c", "DIR/nginx.conf", "-p", "DIR"}}, confs: map[string]string{
			"unset": nginx + "}\n}\n", "all": nginx + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;\n}\n}\n", "own level": nginx + "ssl_ciphers ALL:@SECLEVEL=2;\nssl_protocols TLSv1 TLSv1.2;\n}\n}\n",
		}},
		{live: live{dialect: "apache", pkg: "apache2", program: "apache2", file: "httpd.conf", url: url, args: []string{"PROGRAM", "-f", "DIR/httpd.conf", "-D", "FOREGROUND"}}, confs: map[string]string{
			"unset": apache + "</VirtualHost>\n", "all": apache + "SSLProtocol all\nSSLCipherSuite ALL\n</VirtualHost>\n",
		}},
		{live: live{dialect: "haproxy", pkg: "haproxy", program: "haproxy", file: "haproxy.cfg", url: url, args: []string{"PROGRAM", "-db", "-f", "DIR/haproxy.cfg"}}, confs: map[string]string{
			"unset": haproxy + "\n", "all": haproxy + "ssl-min-ver TLSv1.0\n",
		}},
		{live: live{dialect: "redis", pkg: "redis-server", program: "redis-server", file: "redis.conf", url: url, args: []string{"PROGRAM", "DIR/redis.conf"}}, confs: map[string]string{
			"unset": redisHead, "all": redisHead + "tls-protocols \"TLSv1 TLSv1.1 TLSv1.2 TLSv1.3\"\n",
		}},
		{live: live{dialect: "stunnel", pkg: "stunnel4", program: "stunnel4", file: "stunnel.conf", url: url, args: []string{"PROGRAM", "DIR/stunnel.conf"}}, confs: map[string]string{
			"unset": stunnel, "all": stunnel + "sslVersionMin = TLSv1\nsslVersionMax = TLSv1.3\nciphers = ALL\n", "level 0": stunnel + "securityLevel = 0\n",
		}},
		{live: live{dialect: "lighttpd", pkg: "lighttpd lighttpd-mod-openssl", program: "lighttpd", file: "lighttpd.conf", url: url, args: []string{"PROGRAM", "-D", "-f", "DIR/lighttpd.conf"}}, confs: map[string]string{
			"unset": lighttpd + "}\n", "all": lighttpd + " ssl.cipher-list = \"ALL\"\n ssl.openssl.ssl-conf-cmd = (\"MinProtocol\" => \"TLSv1\", \"MaxProtocol\" => \"TLSv1.3\")\n}\n",
			"default list": lighttpd + " ssl.openssl.ssl-conf-cmd = (\"MinProtocol\" => \"TLSv1\")\n}\n",
		}},
		{live: live{dialect: "mysql", pkg: "mariadb-server", program: "mariadbd", file: "my.cnf", url: "mysql://127.0.0.1:PORT", args: []string{"PROGRAM", "--defaults-file=DIR/my.cnf", "--user=root"}, prepare: data}, slow: true, confs: map[string]string{
			"all": mariaHead + "tls_version = TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3\n",
		}},
		{live: live{dialect: "dovecot", pkg: "dovecot-imapd", program: "dovecot", file: "dovecot.conf", url: url, args: []string{"PROGRAM", "-F", "-c", "DIR/dovecot.conf"}}, slow: true, confs: map[string]string{
			"unset": dovecot, "all": dovecot + "ssl_min_protocol = TLSv1\n", "any": dovecot + "ssl_min_protocol = ANY\n",
		}},
	}
}

// TestTruthSystemGnuTLS: what the system's file of GnuTLS takes away no
// priority string brings back.
func TestTruthSystemGnuTLS(t *testing.T) {
	l := live{
		dialect: "slapd", pkg: "slapd", program: "slapd", under: "env", file: "slapd.conf", url: "ldap://127.0.0.1:PORT",
		args: []string{"GNUTLS_SYSTEM_PRIORITY_FILE=DIR/host/etc/gnutls/config", "PROGRAM", "-d", "0", "-h", "ldap://127.0.0.1:PORT", "-f", "DIR/slapd.conf"},
		host: map[string]string{"etc/gnutls/config": "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.2\n"},
	}
	head := "pidfile DIR/pid\nargsfile DIR/args\nTLSCertificateFile CERT\nTLSCertificateKeyFile KEY\n"
	eachLive(t, l, map[string]string{"default": head, "priority": head + "TLSCipherSuite NORMAL:+VERS-ALL\n"}, nil)
}
