package config

import "testing"

func TestNginx(t *testing.T) {
	whole := func(s string) string { return "events {}\nhttp {\n" + s + "\n}\n" }
	checkRows(t, "nginx", "nginx.conf", []row{
		{
			name: "good", text: whole("server {\n listen 443 ssl;\n server_name a.example;\n ssl_protocols TLSv1.2 TLSv1.3;\n}"),
			want: []string{"6 server pins 12,13"}, servers: []string{"a.example:443 +12,13"},
		},
		{
			name: "old allowed, library not known", text: whole("ssl_protocols TLSv1 TLSv1.2;\nserver {\n listen 443 ssl;\n}"),
			want: []string{"3 server pins 10,12"}, servers: []string{"0.0.0.0:443 +12 ?10"},
		},
		{
			name: "pinned below", text: whole("server {\n listen 8443 ssl;\n ssl_protocols TLSv1;\n}"), opt: debian12,
			want: []string{"5 server pins 10"}, servers: []string{"0.0.0.0:8443 +"},
		},
		{
			name: "default, release not known", text: whole("server { listen 443 ssl; }"),
			want: []string{"3 server default 12"}, servers: []string{"0.0.0.0:443 +12 ?10,11,13"},
		},
		{
			name: "default, release known", text: whole("server { listen 443 ssl; }"), opt: Options{Versions: map[string]string{"nginx": "1.28.0"}},
			want: []string{"3 server default 12,13"}, servers: []string{"0.0.0.0:443 +12,13"},
		},
		{
			name: "fragment without the line", text: "server {\n listen 443 ssl;\n}\n", file: "conf.d/a.conf",
			want: nil, servers: []string{"0.0.0.0:443 + ?10,11,12,13"},
		},
		{name: "fragment with the line", text: "ssl_protocols TLSv1.1;\n", file: "conf.d/ssl.conf", want: []string{"1 server pins 11"}},
		{name: "value that stops nginx", text: whole("server { listen 443 ssl; ssl_protocols TLSv1.0 TLSv1.2; }"), want: []string{"3 server review"}, servers: []string{"0.0.0.0:443 + ?10,11,12,13"}},
		{
			name: "lines add up", text: whole("server {\n listen 443 ssl;\n ssl_protocols TLSv1.1;\n ssl_protocols TLSv1.2;\n}"),
			want: []string{"5 server allows 11", "6 server allows 12"}, servers: []string{"0.0.0.0:443 +12 ?11"},
		},
		{
			name: "second server of a socket, 1.22", opt: debian12,
			text: whole("server { listen 443 ssl; server_name a.example; ssl_protocols TLSv1.2; }\nserver { listen 443 ssl; server_name b.example; ssl_protocols TLSv1.3; }"),
			want: []string{"3 server pins 12", "4 server none 13"}, servers: []string{"a.example:443 +12", "b.example:443 +12"},
		},
		{
			name: "second server of a socket, 1.29.2", opt: Options{Versions: map[string]string{"nginx": "1.29.2"}},
			text: whole("server { listen 443 ssl; server_name a.example; ssl_protocols TLSv1.2; }\nserver { listen 443 ssl; server_name b.example; ssl_protocols TLSv1.3; }"),
			want: []string{"3 server pins 12", "4 server pins 13"}, servers: []string{"a.example:443 +12", "b.example:443 +13"},
		},
		{
			name: "second server of a socket, not known",
			text: whole("server { listen 443 ssl; server_name a.example; ssl_protocols TLSv1.2; }\nserver { listen 443 ssl; server_name b.example; ssl_protocols TLSv1.3; }"),
			want: []string{"3 server pins 12", "4 server review 13"}, servers: []string{"a.example:443 +12", "b.example:443 + ?12,13"},
		},
		{name: "plain server", text: whole("server { listen 80; ssl_protocols TLSv1; }"), want: []string{"3 server none 10"}, servers: []string{}},
		{name: "upstream", text: whole("server { listen 80; location / {\n proxy_ssl_protocols TLSv1;\n proxy_pass https://old.example; } }"), want: []string{"4 client pins 10"}},
		{
			name: "mail and stream", text: "events {}\nstream {\n ssl_protocols TLSv1.2;\n server { listen 636 ssl; }\n}\nmail { server { listen 993 ssl; protocol imap; ssl_protocols TLSv1.3; } }\n",
			want: []string{"3 server pins 12", "6 server pins 13"}, servers: []string{"0.0.0.0:636 +12", "0.0.0.0:993 +13"},
		},
		{name: "quic", text: whole("server { listen 443 quic; ssl_protocols TLSv1.2 TLSv1.3; }"), want: []string{"3 server pins 12,13"}, servers: []string{"0.0.0.0:443 +13"}},
		{name: "commented out", text: whole("# ssl_protocols TLSv1;\nserver { listen 443 ssl; ssl_protocols TLSv1.2; } # ssl_protocols TLSv1;"), want: []string{"4 server pins 12"}},
		{name: "in a string", text: whole("server { listen 443 ssl; add_header X \"ssl_protocols TLSv1;\"; ssl_protocols TLSv1.2; }"), want: []string{"3 server pins 12"}},
		{name: "lua", text: whole("server { listen 443 ssl;\nssl_certificate_by_lua_block { local t = { '}' } -- }\n if x then y = {} end }\nssl_protocols TLSv1.2; }"), want: []string{"6 server pins 12"}},
		{name: "damaged quote", text: whole("server { listen 443 ssl; add_header X \"never;\nssl_protocols TLSv1.2;\n}"), want: []string{"4 server pins 12"}, skips: []string{"nginx.conf:3"}},
		{name: "missing brace", text: "events {}\nhttp {\nserver {\n listen 443 ssl;\n ssl_protocols TLSv1.2;\n", want: []string{"5 server pins 12"}, skips: []string{"nginx.conf:3", "nginx.conf:2"}},
		{name: "one brace too many", text: "events {} }\nhttp { server { listen 443 ssl; ssl_protocols TLSv1.2; } }\n", want: []string{"2 server pins 12"}, skips: []string{"nginx.conf:1"}},
		{name: "broken listen", text: whole("server { listen 127.0.0.1:99999 ssl; ssl_protocols TLSv1.2; }"), want: []string{"3 server none 12"}, skips: []string{"nginx.conf:3"}},
	})
}

func TestApache(t *testing.T) {
	host := func(s string) string {
		return "ServerRoot /srv/x\nListen 443\n<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n" + s + "\n</VirtualHost>\n"
	}
	checkRows(t, "apache", "httpd.conf", []row{
		{name: "good", text: host("SSLProtocol -all +TLSv1.2 +TLSv1.3"), want: []string{"6 server pins 12,13"}, servers: []string{"a.example:443 +12,13"}},
		{name: "the manual's old example", text: host("SSLProtocol TLSv1"), opt: debian12, want: []string{"6 server pins 10"}, servers: []string{"a.example:443 +"}},
		{name: "unprefixed names replace", text: host("SSLProtocol TLSv1 TLSv1.1 TLSv1.2"), want: []string{"6 server pins 12"}, servers: []string{"a.example:443 +12"}},
		{name: "all minus", text: host("SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1"), want: []string{"6 server pins 12,13"}},
		{name: "all -SSLv2", text: host("SSLProtocol all -SSLv2"), want: []string{"6 server pins s3,10,11,12,13"}, servers: []string{"a.example:443 +12,13 ?10,11"}},
		{name: "case and blanks", text: host("\t sslprotocol   +tlsv1.2\t"), want: []string{"6 server pins 12"}},
		{name: "continued line", text: host("SSLProtocol \\\n -all \\\n +TLSv1.2"), want: []string{"6 server pins 12"}},
		{name: "quoted", text: host("SSLProtocol \"all\" \"-TLSv1\" -SSLv3 -TLSv1.1"), want: []string{"6 server pins 12,13"}},
		{name: "unknown word", text: host("SSLProtocol TLSv1.2 TLSv2"), want: []string{"6 server review"}, servers: []string{"a.example:443 + ?10,11,12,13"}},
		{name: "default of 2.4.71", text: host(""), opt: debian12, want: []string{"3 server default 12,13"}, servers: []string{"a.example:443 +12,13"}},
		{name: "engine off", text: "ServerRoot /srv/x\n<VirtualHost *:80>\nSSLProtocol TLSv1\n</VirtualHost>\n", want: []string{"3 server none 10"}, servers: []string{}},
		{name: "replaced", text: host("SSLProtocol TLSv1\nSSLProtocol TLSv1.2"), want: []string{"6 server none", "7 server pins 12"}},
		{name: "IfModule", text: host("<IfModule !mod_ssl.c>\nSSLProtocol TLSv1\n</IfModule>\n<IfModule mod_ssl.c>\nSSLProtocol TLSv1.3\n</IfModule>"), want: []string{"10 server pins 13"}},
		{name: "Define", text: host("Define P \"-all +TLSv1.2\"\nSSLProtocol ${P}"), want: []string{"7 server pins 12"}},
		{name: "proxy", text: host("SSLProtocol TLSv1.3\nSSLProxyProtocol TLSv1"), want: []string{"6 server pins 13", "7 client pins 10"}},
		{name: "comment", text: host("#SSLProtocol TLSv1\nSSLProtocol TLSv1.3"), want: []string{"7 server pins 13"}},
		{name: "section left open", text: "ServerRoot /srv/x\n<VirtualHost *:443>\nSSLEngine on\nSSLProtocol TLSv1.2\n", want: []string{"4 server pins 12"}, skips: []string{"httpd.conf:2"}},
		{name: "stray end", text: host("</Directory>\nSSLProtocol TLSv1.2"), want: []string{"7 server pins 12"}, skips: []string{"httpd.conf:6"}},
		{name: "missing include", text: host("SSLProtocol TLSv1.2\nInclude gone.conf\nIncludeOptional gone2.conf"), opt: tree{}.options(), want: []string{"6 server pins 12"}, skips: []string{"httpd.conf:7"}},
	})
}

func TestHAProxy(t *testing.T) {
	conf := func(global, bind string) string {
		return "global\n " + global + "\nfrontend web\n bind *:443 ssl crt /x.pem " + bind + "\n"
	}
	checkRows(t, "haproxy", "haproxy.cfg", []row{
		{name: "good", text: conf("ssl-default-bind-options ssl-min-ver TLSv1.2", ""), want: []string{"2 server floors 12"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "old floor", text: conf("ssl-default-bind-options ssl-min-ver TLSv1.0", ""), want: []string{"2 server floors 10"}, servers: []string{"0.0.0.0:443 +12,13 ?10,11"}},
		{name: "switches of 1.8", text: conf("ssl-default-bind-options no-sslv3 no-tlsv10", ""), opt: debian12, want: []string{"2 server blocks s3", "2 server blocks 10"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "switch beside floor", text: conf("log x", "no-tlsv13 ssl-min-ver TLSv1.2"), want: []string{"4 server none 13", "4 server floors 12"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "pinned", text: conf("log x", "force-tlsv10"), opt: debian12, want: []string{"4 server pins 10"}, servers: []string{"0.0.0.0:443 +"}},
		{name: "capped", text: conf("log x", "ssl-max-ver TLSv1.1"), opt: debian12, want: []string{"4 server caps 11"}, servers: []string{"0.0.0.0:443 +"}},
		{name: "default", text: conf("log x", ""), opt: debian12, want: []string{"4 server default 12,13"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "default, release not known", text: conf("log x", ""), want: []string{"4 server default"}, servers: []string{"0.0.0.0:443 + ?10,11,12,13"}},
		{name: "bad word", text: conf("log x", "ssl-min-ver TLSv1"), want: []string{"4 server review"}},
		{name: "no value", text: conf("log x", "ssl-min-ver"), want: []string{"4 server review"}},
		{name: "back end", text: "backend b\n server s 192.0.2.1:443 ssl verify none force-tlsv10\n server t 192.0.2.2:80 ssl-min-ver TLSv1.2\n", want: []string{"2 client pins 10", "3 client none 12"}},
		{name: "two addresses", text: "frontend f\n bind 192.0.2.1:443,[2001:db8::1]:8443 ssl crt x ssl-min-ver TLSv1.3 # ssl-min-ver TLSv1.0\n", want: []string{"2 server floors 13"}, servers: []string{"192.0.2.1:443 +13", "[2001:db8::1]:8443 +13"}},
		{name: "plain bind", text: "frontend f\n bind *:80\n", servers: []string{}},
		{name: "open quote", text: conf("log \"x", ""), opt: debian12, want: []string{"4 server default 12,13"}, skips: []string{"haproxy.cfg:2"}},
	})
}

func TestPostfix(t *testing.T) {
	const may = "smtpd_tls_security_level = may\n"
	checkRows(t, "postfix", "main.cf", []row{
		{name: "good", text: may + "smtpd_tls_protocols = >=TLSv1.2\n", want: []string{"2 server floors 12"}, servers: []string{"smtpd:25 +12,13"}},
		{name: "exclusions", text: may + "smtpd_tls_protocols = !SSLv2, !SSLv3\n", want: []string{"2 server pins 10,11,12,13"}, servers: []string{"smtpd:25 +10,11,12,13"}},
		{name: "pinned", text: "smtpd_tls_security_level = encrypt\nsmtpd_tls_mandatory_protocols = TLSv1\n", want: []string{"2 server pins 10"}, servers: []string{"smtpd:25 +10"}},
		{name: "default of 3.7", text: may, opt: debian12, want: []string{"1 server default 10,11,12,13"}, servers: []string{"smtpd:25 +10,11,12,13"}},
		{name: "no TLS", text: "smtpd_tls_protocols = TLSv1\n", want: []string{"1 server pins 10"}, servers: []string{}},
		{name: "continued and commented", text: may + "smtpd_tls_protocols =\n# comment\n  !SSLv3\n\n  !TLSv1 !TLSv1.1\n", want: []string{"2 server pins 12,13"}},
		{name: "twice", text: may + "smtpd_tls_protocols = TLSv1\nsmtpd_tls_protocols = TLSv1.2\n", want: []string{"2 server none", "3 server pins 12"}},
		{name: "unknown word", text: may + "smtpd_tls_protocols = TLSv2\n", want: []string{"2 server review"}, servers: []string{"smtpd:25 + ?10,11,12,13"}},
		{name: "loop of names", text: may + "a = $b\nb = $a\nsmtpd_tls_protocols = $a\n", want: []string{"4 server review"}},
		{name: "client", text: "smtp_tls_security_level = encrypt\nsmtp_tls_mandatory_protocols = >=TLSv1.2 <=TLSv1.2\n", want: []string{"2 client pins 12"}},
		{name: "no equals", text: may + "oops\nsmtpd_tls_protocols = >=TLSv1.3\n", want: []string{"3 server floors 13"}, skips: []string{"main.cf:2"}},
	})
}

func TestDovecot(t *testing.T) {
	v := func(s string) Options { return Options{Versions: map[string]string{"dovecot": s}} }
	checkRows(t, "dovecot", "dovecot.conf", []row{
		{name: "good", text: "ssl_min_protocol = TLSv1.2\n", want: []string{"1 both floors 12"}, servers: []string{"dovecot +12,13"}},
		{name: "old", text: "ssl_min_protocol = TLSv1\n", want: []string{"1 both floors 10"}, servers: []string{"dovecot +12,13 ?10,11"}},
		{name: "any", text: "ssl_min_protocol=ANY\n", want: []string{"1 both allows 10,11"}},
		{name: "bad word", text: "ssl_min_protocol = 1.2\n", want: []string{"1 both review"}, servers: []string{"dovecot + ?10,11,12,13"}},
		{name: "default 2.3.19", text: "protocols = imap\n", opt: debian12, want: []string{"1 both default 12,13"}, servers: []string{"dovecot +12,13"}},
		{name: "default 2.3.4", text: "protocols = imap\n", opt: v("2.3.4"), want: []string{"1 both default 12,13"}, servers: []string{"dovecot +12,13 ?10,11"}},
		{name: "2.4 says so itself", text: "dovecot_config_version = 2.4.0\nprotocols = imap\n", want: []string{"1 both default 12,13"}},
		{name: "2.2 list", text: "ssl_protocols = !SSLv2 !SSLv3 !TLSv1\n", opt: v("2.2.36"), want: []string{"1 both pins 11,12,13"}, servers: []string{"dovecot +12,13 ?11"}},
		{name: "2.2 list in 2.3", text: "ssl_protocols = TLSv1.1\n", opt: debian12, want: []string{"1 both floors 11"}, servers: []string{"dovecot +12,13"}},
		{name: "no TLS", text: "ssl = no\nssl_min_protocol = TLSv1\n", want: []string{"2 both floors 10", "1 server none"}, servers: []string{}},
		{name: "in a protocol", text: "ssl_min_protocol = TLSv1.2\nprotocol lmtp {\n  ssl_min_protocol = TLSv1.1\n}\n", want: []string{"1 both floors 12", "3 both floors 11"}, servers: []string{"dovecot +12,13"}},
		{name: "listener", text: "ssl_min_protocol = TLSv1.3\nservice pop3-login {\n inet_listener pop3s {\n  port = 995\n  ssl = yes\n }\n}\n", want: []string{"1 both floors 13"}, servers: []string{"pop3-login:995 +13"}},
		{name: "stray brace", text: "}\nssl_min_protocol = TLSv1.3\n", want: []string{"2 both floors 13"}, skips: []string{"dovecot.conf:1"}},
		{name: "missing include", text: "!include gone.conf\n!include_try gone2.conf\nssl_min_protocol = TLSv1.3\n", opt: tree{}.options(), want: []string{"3 both floors 13"}, skips: []string{"dovecot.conf:1"}},
	})
}

func TestOpenSSL(t *testing.T) {
	conf := func(lines string) string {
		return "openssl_conf = i\n[i]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\n" + lines
	}
	checkRows(t, "openssl", "openssl.cnf", []row{
		{name: "good", text: conf("MinProtocol = TLSv1.2\n"), want: []string{"7 both floors 12"}},
		{name: "old", text: conf("MinProtocol = TLSv1\n"), want: []string{"7 both floors 10"}},
		{name: "not reached", text: "[d]\nMinProtocol = TLSv1\n", want: []string{"2 both none 10"}},
		{name: "none", text: conf("MinProtocol = None\n"), want: []string{"7 both allows 10,11"}},
		{name: "no such word", text: conf("MinProtocol = TLSv1.0\n"), want: []string{"7 both review"}},
		{name: "cap", text: conf("MaxProtocol = TLSv1.1\n"), want: []string{"7 both caps 11"}},
		{name: "level 0", text: conf("CipherString = DEFAULT@SECLEVEL=0\n"), want: []string{"7 both allows 10,11"}},
		{name: "level 1, OpenSSL 3", text: conf("CipherString = DEFAULT:@SECLEVEL=1\n"), opt: debian12, want: []string{"7 both blocks 10,11"}},
		{name: "level 1, OpenSSL 1.1.1", text: conf("CipherString = DEFAULT:@SECLEVEL=1\n"), opt: Options{Versions: map[string]string{"openssl": "1.1.1w"}}, want: []string{"7 both allows 10,11"}},
		{name: "comment", text: conf("#MinProtocol = TLSv1\nMinProtocol = TLSv1.2 # MinProtocol = TLSv1\n"), want: []string{"8 both floors 12"}},
		{name: "quoted, continued", text: conf("MinProtocol = \\\n \"TLSv1.2\"\n"), want: []string{"7 both floors 12"}},
		{name: "list", text: conf("Protocol = -ALL,TLSv1.2\n"), want: []string{"7 both pins 12"}},
		{name: "include", text: conf(".include x.cnf\n"), opt: tree{"x.cnf": "MinProtocol = TLSv1.3\n"}.options(), want: []string{"1 both floors 13"}},
		{name: "missing include", text: conf(".include = gone.cnf\nMinProtocol = TLSv1.2\n"), opt: tree{}.options(), want: []string{"8 both floors 12"}, skips: []string{"openssl.cnf:7"}},
		{name: "damaged", text: conf("[x\nnothing\nMinProtocol = TLSv1.2\n"), want: []string{"9 both floors 12"}, skips: []string{"openssl.cnf:7", "openssl.cnf:8"}},
	})
}
