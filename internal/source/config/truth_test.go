package config_test

import (
	"os"
	"os/exec"
	"testing"
)

// eachLive runs cases against one server program.
func eachLive(t *testing.T, base live, cases map[string]string, sni map[string][]string) {
	t.Helper()
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := base
			l.config = text
			l.sni = sni[name]
			l.agree(t)
		})
	}
}

func TestTruthNginx(t *testing.T) {
	conf := func(http string) string {
		return "daemon off;\npid DIR/pid;\nerror_log DIR/error.log;\nevents {}\nhttp {\n access_log off;\n client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;\n" +
			" ssl_certificate CERT; ssl_certificate_key KEY;\n" + http + "\n}\n"
	}
	server := func(rest string) string { return "server { listen 127.0.0.1:PORT ssl; " + rest + " }\n" }
	two := func(one, other string) string {
		return server("server_name one.example; "+one) + server("server_name other.example; "+other)
	}
	const old = "ssl_ciphers 'ALL:@SECLEVEL=0'; "
	eachLive(t, live{dialect: "nginx", pkg: "nginx-light", program: "nginx", file: "nginx.conf", args: []string{"-c", "DIR/nginx.conf", "-p", "DIR"}, url: "127.0.0.1:PORT"}, map[string]string{
		"default":            conf(server("")),
		"default, level 0":   conf(server(old)),
		"1.2 and 1.3":        conf(server("ssl_protocols TLSv1.2 TLSv1.3;")),
		"only 1.2":           conf(server("ssl_protocols TLSv1.2;")),
		"1.0 asked, level 2": conf(server("ssl_protocols TLSv1 TLSv1.2;")),
		"1.0 at level 0":     conf(server(old + "ssl_protocols TLSv1;")),
		"1.0 at level 1":     conf(server("ssl_ciphers ALL:@SECLEVEL=1; ssl_protocols TLSv1 TLSv1.2;")),
		"gap":                conf(server(old + "ssl_protocols TLSv1 TLSv1.2;")),
		"lines add up":       conf(server(old + "ssl_protocols TLSv1.1;\n ssl_protocols TLSv1.3;")),
		"inherited":          conf(old + "ssl_protocols TLSv1.1;" + server("")),
		"overridden":         conf(old + "ssl_protocols TLSv1;" + server("ssl_protocols TLSv1.3;")),
		"modern suites":      conf(server("ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_protocols TLSv1 TLSv1.1 TLSv1.2;")),
		"no SHA-1":           conf(server("ssl_ciphers HIGH:!SHA1:@SECLEVEL=0; ssl_protocols TLSv1 TLSv1.2;")),
		"shared socket":      conf(old + two("ssl_protocols TLSv1.2;", "ssl_protocols TLSv1.1 TLSv1.3;")),
		"default_server":     conf(old + two("ssl_protocols TLSv1.2;", "") + "server { listen 127.0.0.1:PORT ssl default_server; ssl_protocols TLSv1.1; }"),
		"reject":             conf(server("server_name one.example;") + "server { listen 127.0.0.1:PORT ssl default_server; ssl_reject_handshake on; ssl_protocols TLSv1.2; }"),
		"conf command":       conf(server(old + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_conf_command MinProtocol TLSv1.1;")),
		"conf command max":   conf(server(old + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_conf_command MaxProtocol TLSv1.1;")),
		"conf cipherstring":  conf(server("ssl_ciphers HIGH; ssl_protocols TLSv1 TLSv1.2; ssl_conf_command CipherString ALL:@SECLEVEL=0;")),
	}, map[string][]string{
		"shared socket":  {"", "one.example", "other.example"},
		"default_server": {"one.example", "other.example", ""},
		"reject":         {"one.example"},
	})
}

func TestTruthNginxIncludes(t *testing.T) {
	l := live{
		dialect: "nginx", pkg: "nginx-light", program: "nginx", file: "nginx.conf", args: []string{"-c", "DIR/nginx.conf", "-p", "DIR"}, url: "127.0.0.1:PORT",
		config: "daemon off; pid DIR/pid; error_log DIR/error.log; events {} http { access_log off; include conf.d/*.conf; }",
		more: map[string]string{
			"conf.d/a.conf":   "client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;",
			"conf.d/b.conf":   "server { listen 127.0.0.1:PORT ssl; ssl_certificate CERT; ssl_certificate_key KEY; include snippets/s.inc; }",
			"snippets/s.inc":  "ssl_ciphers ALL:@SECLEVEL=0;\nssl_protocols TLSv1.1;\n",
			"conf.d/not.used": "ssl_protocols TLSv1;",
		},
	}
	l.agree(t)
}

func TestTruthApache(t *testing.T) {
	head := "ServerRoot DIR\nPidFile DIR/pid\nErrorLog DIR/error.log\nMutex file:DIR default\nUser nobody\nGroup nogroup\nServerName main.example\n"
	for _, m := range []string{"mpm_event", "authz_core", "socache_shmcb", "ssl"} {
		head += "LoadModule " + m + "_module /usr/lib/apache2/modules/mod_" + m + ".so\n"
	}
	head += "Listen 127.0.0.1:PORT\nSSLCertificateFile CERT\nSSLCertificateKeyFile KEY\n"
	host := func(rest string) string {
		return "<VirtualHost *:PORT>\nSSLEngine on\nSSLCertificateFile CERT\nSSLCertificateKeyFile KEY\n" + rest + "\n</VirtualHost>\n"
	}
	const old = "SSLCipherSuite ALL:@SECLEVEL=0\n"
	eachLive(t, live{dialect: "apache", pkg: "apache2", program: "apache2", file: "httpd.conf", args: []string{"-f", "DIR/httpd.conf", "-D", "FOREGROUND"}, url: "127.0.0.1:PORT"}, map[string]string{
		"default":           head + host(""),
		"default, level 0":  head + host(old),
		"all minus":         head + host(old+"SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1"),
		"good":              head + host("SSLProtocol -all +TLSv1.2 +TLSv1.3"),
		"unprefixed":        head + host(old+"SSLProtocol TLSv1 TLSv1.1 TLSv1.2"),
		"unprefixed back":   head + host(old+"SSLProtocol TLSv1.2 TLSv1.1 TLSv1"),
		"plus":              head + host(old+"SSLProtocol +TLSv1 +TLSv1.1"),
		"gap":               head + host(old+"SSLProtocol -all +TLSv1 +TLSv1.2"),
		"gap to 1.3":        head + host(old+"SSLProtocol -all +TLSv1.1 +TLSv1.3"),
		"global":            head + old + "SSLProtocol TLSv1.1\n" + host(""),
		"global overridden": head + old + "SSLProtocol TLSv1.1\n" + host("SSLProtocol TLSv1.3"),
		"last wins":         head + host(old+"SSLProtocol TLSv1\nSSLProtocol TLSv1.2"),
		"two hosts":         head + host(old+"ServerName one.example\nSSLProtocol TLSv1.2") + host(old+"ServerName other.example\nSSLProtocol -all +TLSv1.1 +TLSv1.2 +TLSv1.3"),
		"second unset":      head + host(old+"ServerName one.example\nSSLProtocol TLSv1.2") + host(old+"ServerName other.example"),
		"second global":     head + old + "SSLProtocol TLSv1.1\n" + host("ServerName one.example\nSSLProtocol TLSv1.2") + host("ServerName other.example"),
		"main server":       head + "SSLEngine on\nSSLProtocol TLSv1.2\n",
		"conf command":      head + host(old+"SSLProtocol all\nSSLOpenSSLConfCmd MinProtocol TLSv1.1"),
		"conf command max":  head + host(old+"SSLProtocol all\nSSLOpenSSLConfCmd MaxProtocol TLSv1.2"),
		"conf max higher":   head + host(old+"SSLProtocol TLSv1.1\nSSLOpenSSLConfCmd MaxProtocol TLSv1.3"),
		"conf lower":        head + host(old+"SSLProtocol TLSv1.2\nSSLOpenSSLConfCmd MinProtocol TLSv1"),
	}, map[string][]string{
		"two hosts":     {"one.example", "other.example"},
		"second unset":  {"one.example", "other.example"},
		"second global": {"one.example", "other.example"},
	})
}

func TestTruthHAProxy(t *testing.T) {
	conf := func(global, bind string) string {
		return "global\n    user nobody\n" + global + "\ndefaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 5s\nfrontend web\n    bind 127.0.0.1:PORT ssl crt CERT " + bind + "\n"
	}
	const old = "    ssl-default-bind-ciphers ALL:@SECLEVEL=0\n"
	eachLive(t, live{dialect: "haproxy", pkg: "haproxy", program: "haproxy", file: "haproxy.cfg", args: []string{"-db", "-f", "DIR/haproxy.cfg"}, url: "127.0.0.1:PORT"}, map[string]string{
		"default":                 conf("", ""),
		"default, level 0":        conf(old, ""),
		"no-tlsv10":               conf(old+"    ssl-default-bind-options no-sslv3 no-tlsv10", ""),
		"min 1.0":                 conf(old+"    ssl-default-bind-options ssl-min-ver TLSv1.0", ""),
		"min 1.0, level 2":        conf("    ssl-default-bind-options ssl-min-ver TLSv1.0", ""),
		"min 1.1 on bind":         conf(old, "ssl-min-ver TLSv1.1"),
		"bind wins":               conf(old+"    ssl-default-bind-options ssl-min-ver TLSv1.0", "ssl-min-ver TLSv1.3"),
		"max 1.2":                 conf(old, "ssl-max-ver TLSv1.2"),
		"max 1.1":                 conf(old, "ssl-max-ver TLSv1.1"),
		"force 1.1":               conf(old, "force-tlsv11"),
		"no-tlsv13":               conf(old, "no-tlsv13"),
		"no-tlsv12":               conf(old, "no-tlsv12"),
		"switch beside min":       conf(old+"    ssl-default-bind-options no-tlsv10 no-tlsv11", "ssl-min-ver TLSv1.0"),
		"ciphers on bind":         conf("", "ciphers ALL:@SECLEVEL=0 ssl-min-ver TLSv1.0"),
		"modern suites":           conf("", "ciphers ECDHE+AESGCM:@SECLEVEL=0 ssl-min-ver TLSv1.0"),
		"default max, bind's 1.0": conf(old+"    ssl-default-bind-options ssl-max-ver TLSv1.2", "ssl-min-ver TLSv1.0"),
	}, nil)
}

// asRoot are the arguments of env for a program that starts as root only.
func asRoot(args ...string) []string {
	if os.Getuid() == 0 {
		return args
	}
	return append([]string{"sudo", "-n"}, args...)
}

func TestTruthPostfix(t *testing.T) {
	head := "compatibility_level = 3.6\nqueue_directory = DIR/queue\ndata_directory = DIR/data\nmail_owner = postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mail.example\nmynetworks = 127.0.0.0/8\nmaillog_file = /dev/stdout\n" +
		"smtpd_tls_cert_file = CERT\nsmtpd_tls_key_file = KEY\nsmtpd_client_connection_rate_limit = 0\n"
	const may = "smtpd_tls_security_level = may\n"
	eachLive(t, live{
		dialect: "postfix", pkg: "postfix", program: "postfix", under: "env", file: "etc/main.cf", args: asRoot("PROGRAM", "-c", "DIR/etc", "start-fg"), url: "smtp://127.0.0.1:PORT",
		more: map[string]string{
			"etc/master.cf": "127.0.0.1:PORT inet n - n - - smtpd\nanvil unix - - n - 1 anvil\ntlsmgr unix - - n 1000? 1 tlsmgr\nproxymap unix - - n - - proxymap\nrewrite unix - - n - - trivial-rewrite\ncleanup unix n - n - 0 cleanup\npostlog unix-dgram n - n - 1 postlogd\n",
		},
		prepare: func(t *testing.T, dir string) {
			for _, d := range []string{"queue", "data"} {
				if err := os.MkdirAll(dir+"/"+d, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if out, err := exec.Command("env", asRoot("chown", "postfix", dir+"/data")...).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
		},
		stop: func(_ *testing.T, dir string) {
			_ = exec.Command("env", asRoot("/usr/sbin/postfix", "-c", dir+"/etc", "abort")...).Run()
		},
	}, map[string]string{
		"default":              head + may,
		"use_tls":              head + "smtpd_use_tls = yes\n",
		"floor 1.2":            head + may + "smtpd_tls_protocols = >=TLSv1.2\n",
		"exclusions":           head + may + "smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1\n",
		"names are a pin":      head + may + "smtpd_tls_protocols = TLSv1.1 TLSv1.2\n",
		"range":                head + may + "smtpd_tls_protocols = >=TLSv1.1, <=TLSv1.2\n",
		"hex":                  head + may + "smtpd_tls_protocols = >=0302\n",
		"mandatory not in use": head + may + "smtpd_tls_mandatory_protocols = >=TLSv1.3\n",
		"mandatory":            head + "smtpd_tls_security_level = encrypt\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\nsmtpd_tls_protocols = >=TLSv1\n",
		"variable":             head + may + "smtpd_tls_mandatory_protocols = TLSv1.2\nsmtpd_tls_protocols =\n  $smtpd_tls_mandatory_protocols\n",
		"gap":                  head + may + "smtpd_tls_protocols = TLSv1, TLSv1.2\n",
	}, nil)
}

func TestTruthDovecot(t *testing.T) {
	head := "base_dir = DIR/run\nlog_path = DIR/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = required\nssl_cert = <CERT\nssl_key = <KEY\nstate_dir = DIR/state\n" +
		"default_internal_user = nobody\ndefault_internal_group = nogroup\ndefault_login_user = nobody\nservice anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n  inet_listener imap {\n    port = 0\n  }\n  inet_listener imaps {\n    port = PORT\n    ssl = yes\n  }\n}\npassdb {\n  driver = static\n}\n"
	const old = "ssl_cipher_list = ALL:@SECLEVEL=0\n"
	eachLive(t, live{dialect: "dovecot", pkg: "dovecot-imapd", program: "dovecot", file: "dovecot.conf", args: []string{"-F", "-c", "DIR/dovecot.conf"}, url: "127.0.0.1:PORT"}, map[string]string{
		"default":          head,
		"default, level 0": head + old,
		"min 1.0, level 2": head + "ssl_min_protocol = TLSv1\n",
		"min 1.0, level 0": head + old + "ssl_min_protocol = TLSv1\n",
		"min 1.1":          head + old + "ssl_min_protocol = TLSv1.1\n",
		"min 1.3":          head + old + "ssl_min_protocol = TLSv1.3\n",
		"last wins":        head + old + "ssl_min_protocol = TLSv1\nssl_min_protocol = TLSv1.2\n",
		"any":              head + old + "ssl_min_protocol = ANY\n",
		"2.2 line":         head + old + "ssl_protocols = TLSv1\n",
		"2.2 exclusions":   head + old + "ssl_protocols = !SSLv3 !TLSv1\n",
		"2.2 gap":          head + old + "ssl_protocols = TLSv1.1 TLSv1.2\n",
	}, nil)
}

// TestTruthOpenSSL starts a server that sets no versions itself.
func TestTruthOpenSSL(t *testing.T) {
	conf := func(lines string) string {
		return "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n" + lines
	}
	eachLive(t, live{
		dialect: "openssl", pkg: "openssl", program: "openssl", under: "env", file: "openssl.cnf", url: "127.0.0.1:PORT",
		args: []string{"OPENSSL_CONF=DIR/openssl.cnf", "PROGRAM", "s_server", "-accept", "127.0.0.1:PORT", "-cert", "CERT", "-key", "KEY", "-quiet"},
	}, map[string]string{
		"floor 1.2":      conf("MinProtocol = TLSv1.2\n"),
		"floor 1.3":      conf("MinProtocol = TLSv1.3\n"),
		"1.0 alone":      conf("MinProtocol = TLSv1\n"),
		"1.0 at level 1": conf("MinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=1\n"),
		"1.0 at level 0": conf("MinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n"),
		"level 0 alone":  conf("CipherString = DEFAULT:@SECLEVEL=0\n"),
		"1.1 at level 0": conf("MinProtocol = TLSv1.1\nCipherString = DEFAULT@SECLEVEL=0\n"),
		"cap":            conf("MaxProtocol = TLSv1.2\n"),
		"later wins":     conf("MinProtocol = TLSv1.2\nMinProtocol = TLSv1.3\n"),
		"none":           conf("MinProtocol = None\nCipherString = DEFAULT@SECLEVEL=0\n"),
	}, nil)
}
