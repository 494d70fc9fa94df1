package config_test

import (
	"os"
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
	const old = "ssl_ciphers 'ALL:@SECLEVEL=0'; "
	eachLive(t, nginxLive, map[string]string{
		"default":            nginxConf(nginxServer("")),
		"default, level 0":   nginxConf(nginxServer(old)),
		"1.2 and 1.3":        nginxConf(nginxServer("ssl_protocols TLSv1.2 TLSv1.3;")),
		"only 1.2":           nginxConf(nginxServer("ssl_protocols TLSv1.2;")),
		"1.0 asked, level 2": nginxConf(nginxServer("ssl_protocols TLSv1 TLSv1.2;")),
		"1.0 at level 0":     nginxConf(nginxServer(old + "ssl_protocols TLSv1;")),
		"1.0 at level 1":     nginxConf(nginxServer("ssl_ciphers ALL:@SECLEVEL=1; ssl_protocols TLSv1 TLSv1.2;")),
		"gap":                nginxConf(nginxServer(old + "ssl_protocols TLSv1 TLSv1.2;")),
		"lines add up":       nginxConf(nginxServer(old + "ssl_protocols TLSv1.1;\n ssl_protocols TLSv1.3;")),
		"inherited":          nginxConf(old + "ssl_protocols TLSv1.1;" + nginxServer("")),
		"overridden":         nginxConf(old + "ssl_protocols TLSv1;" + nginxServer("ssl_protocols TLSv1.3;")),
		"modern suites":      nginxConf(nginxServer("ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_protocols TLSv1 TLSv1.1 TLSv1.2;")),
		"no SHA-1":           nginxConf(nginxServer("ssl_ciphers HIGH:!SHA1:@SECLEVEL=0; ssl_protocols TLSv1 TLSv1.2;")),
		"shared socket":      nginxConf(old + nginxTwo("ssl_protocols TLSv1.2;", "ssl_protocols TLSv1.1 TLSv1.3;")),
		"default_server":     nginxConf(old + nginxTwo("ssl_protocols TLSv1.2;", "") + "server { listen 127.0.0.1:PORT ssl default_server; ssl_protocols TLSv1.1; }"),
		"reject":             nginxConf(nginxServer("server_name one.example;") + "server { listen 127.0.0.1:PORT ssl default_server; ssl_reject_handshake on; ssl_protocols TLSv1.2; }"),
		"conf command":       nginxConf(nginxServer(old + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_conf_command MinProtocol TLSv1.1;")),
		"conf command max":   nginxConf(nginxServer(old + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_conf_command MaxProtocol TLSv1.1;")),
		"conf cipherstring":  nginxConf(nginxServer("ssl_ciphers HIGH; ssl_protocols TLSv1 TLSv1.2; ssl_conf_command CipherString ALL:@SECLEVEL=0;")),
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
	const old = "SSLCipherSuite ALL:@SECLEVEL=0\n"
	eachLive(t, apacheLive, map[string]string{
		"default":           apacheHead + apacheHost(""),
		"default, level 0":  apacheHead + apacheHost(old),
		"all minus":         apacheHead + apacheHost(old+"SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1"),
		"good":              apacheHead + apacheHost("SSLProtocol -all +TLSv1.2 +TLSv1.3"),
		"unprefixed":        apacheHead + apacheHost(old+"SSLProtocol TLSv1 TLSv1.1 TLSv1.2"),
		"unprefixed back":   apacheHead + apacheHost(old+"SSLProtocol TLSv1.2 TLSv1.1 TLSv1"),
		"plus":              apacheHead + apacheHost(old+"SSLProtocol +TLSv1 +TLSv1.1"),
		"gap":               apacheHead + apacheHost(old+"SSLProtocol -all +TLSv1 +TLSv1.2"),
		"gap to 1.3":        apacheHead + apacheHost(old+"SSLProtocol -all +TLSv1.1 +TLSv1.3"),
		"global":            apacheHead + old + "SSLProtocol TLSv1.1\n" + apacheHost(""),
		"global overridden": apacheHead + old + "SSLProtocol TLSv1.1\n" + apacheHost("SSLProtocol TLSv1.3"),
		"last wins":         apacheHead + apacheHost(old+"SSLProtocol TLSv1\nSSLProtocol TLSv1.2"),
		"two hosts":         apacheHead + apacheHost(old+"ServerName one.example\nSSLProtocol TLSv1.2") + apacheHost(old+"ServerName other.example\nSSLProtocol -all +TLSv1.1 +TLSv1.2 +TLSv1.3"),
		"second unset":      apacheHead + apacheHost(old+"ServerName one.example\nSSLProtocol TLSv1.2") + apacheHost(old+"ServerName other.example"),
		"second global":     apacheHead + old + "SSLProtocol TLSv1.1\n" + apacheHost("ServerName one.example\nSSLProtocol TLSv1.2") + apacheHost("ServerName other.example"),
		"main server":       apacheHead + "SSLEngine on\nSSLProtocol TLSv1.2\n",
		"conf command":      apacheHead + apacheHost(old+"SSLProtocol all\nSSLOpenSSLConfCmd MinProtocol TLSv1.1"),
		"conf command max":  apacheHead + apacheHost(old+"SSLProtocol all\nSSLOpenSSLConfCmd MaxProtocol TLSv1.2"),
		"conf max higher":   apacheHead + apacheHost(old+"SSLProtocol TLSv1.1\nSSLOpenSSLConfCmd MaxProtocol TLSv1.3"),
		"conf lower":        apacheHead + apacheHost(old+"SSLProtocol TLSv1.2\nSSLOpenSSLConfCmd MinProtocol TLSv1"),
	}, map[string][]string{
		"two hosts":     {"one.example", "other.example"},
		"second unset":  {"one.example", "other.example"},
		"second global": {"one.example", "other.example"},
	})
}

func TestTruthHAProxy(t *testing.T) {
	const old = "    ssl-default-bind-ciphers ALL:@SECLEVEL=0\n"
	eachLive(t, haproxyLive, map[string]string{
		"default":                 haproxyConf("", ""),
		"default, level 0":        haproxyConf(old, ""),
		"no-tlsv10":               haproxyConf(old+"    ssl-default-bind-options no-sslv3 no-tlsv10", ""),
		"min 1.0":                 haproxyConf(old+"    ssl-default-bind-options ssl-min-ver TLSv1.0", ""),
		"min 1.0, level 2":        haproxyConf("    ssl-default-bind-options ssl-min-ver TLSv1.0", ""),
		"min 1.1 on bind":         haproxyConf(old, "ssl-min-ver TLSv1.1"),
		"bind wins":               haproxyConf(old+"    ssl-default-bind-options ssl-min-ver TLSv1.0", "ssl-min-ver TLSv1.3"),
		"max 1.2":                 haproxyConf(old, "ssl-max-ver TLSv1.2"),
		"max 1.1":                 haproxyConf(old, "ssl-max-ver TLSv1.1"),
		"force 1.1":               haproxyConf(old, "force-tlsv11"),
		"no-tlsv13":               haproxyConf(old, "no-tlsv13"),
		"no-tlsv12":               haproxyConf(old, "no-tlsv12"),
		"switch beside min":       haproxyConf(old+"    ssl-default-bind-options no-tlsv10 no-tlsv11", "ssl-min-ver TLSv1.0"),
		"ciphers on bind":         haproxyConf("", "ciphers ALL:@SECLEVEL=0 ssl-min-ver TLSv1.0"),
		"modern suites":           haproxyConf("", "ciphers ECDHE+AESGCM:@SECLEVEL=0 ssl-min-ver TLSv1.0"),
		"default max, bind's 1.0": haproxyConf(old+"    ssl-default-bind-options ssl-max-ver TLSv1.2", "ssl-min-ver TLSv1.0"),
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
	const may = "smtpd_tls_security_level = may\n"
	eachLive(t, postfixLive, map[string]string{
		"default":              postfixHead + may,
		"use_tls":              postfixHead + "smtpd_use_tls = yes\n",
		"floor 1.2":            postfixHead + may + "smtpd_tls_protocols = >=TLSv1.2\n",
		"exclusions":           postfixHead + may + "smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1\n",
		"names are a pin":      postfixHead + may + "smtpd_tls_protocols = TLSv1.1 TLSv1.2\n",
		"range":                postfixHead + may + "smtpd_tls_protocols = >=TLSv1.1, <=TLSv1.2\n",
		"hex":                  postfixHead + may + "smtpd_tls_protocols = >=0302\n",
		"mandatory not in use": postfixHead + may + "smtpd_tls_mandatory_protocols = >=TLSv1.3\n",
		"mandatory":            postfixHead + "smtpd_tls_security_level = encrypt\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\nsmtpd_tls_protocols = >=TLSv1\n",
		"variable":             postfixHead + may + "smtpd_tls_mandatory_protocols = TLSv1.2\nsmtpd_tls_protocols =\n  $smtpd_tls_mandatory_protocols\n",
		"gap":                  postfixHead + may + "smtpd_tls_protocols = TLSv1, TLSv1.2\n",
	}, nil)
}

func TestTruthDovecot(t *testing.T) {
	const old = "ssl_cipher_list = ALL:@SECLEVEL=0\n"
	eachLive(t, dovecotLive, map[string]string{
		"default":          dovecotHead,
		"default, level 0": dovecotHead + old,
		"min 1.0, level 2": dovecotHead + "ssl_min_protocol = TLSv1\n",
		"min 1.0, level 0": dovecotHead + old + "ssl_min_protocol = TLSv1\n",
		"min 1.1":          dovecotHead + old + "ssl_min_protocol = TLSv1.1\n",
		"min 1.3":          dovecotHead + old + "ssl_min_protocol = TLSv1.3\n",
		"last wins":        dovecotHead + old + "ssl_min_protocol = TLSv1\nssl_min_protocol = TLSv1.2\n",
		"any":              dovecotHead + old + "ssl_min_protocol = ANY\n",
		"2.2 line":         dovecotHead + old + "ssl_protocols = TLSv1\n",
		"2.2 exclusions":   dovecotHead + old + "ssl_protocols = !SSLv3 !TLSv1\n",
		"2.2 gap":          dovecotHead + old + "ssl_protocols = TLSv1.1 TLSv1.2\n",
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
