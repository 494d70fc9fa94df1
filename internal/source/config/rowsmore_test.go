package config

import "testing"

func TestLighttpd(t *testing.T) {
	sock := func(s string) string {
		return "server.modules = ()\n$SERVER[\"socket\"] == \":443\" {\n ssl.engine = \"enable\"\n" + s + "\n}\n"
	}
	checkRows(t, "lighttpd", "lighttpd.conf", []row{
		{name: "good", text: sock(` ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")`), want: []string{"4 server floors 12"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "old, over lines", text: sock(" ssl.openssl.ssl-conf-cmd = (\n  \"MinProtocol\" => \"TLSv1\",\n  \"CipherString\" => \"ALL:@SECLEVEL=0\"\n )"), want: []string{"5 server floors 10"}, servers: []string{"0.0.0.0:443 +10,11,12,13"}},
		{name: "capped", text: sock(` ssl.openssl.ssl-conf-cmd = ("MaxProtocol" => "TLSv1.1")`), opt: debian12, want: []string{"4 server caps 11", "2 server default 12,13"}, servers: []string{"0.0.0.0:443 +"}},
		{name: "default 1.4.69", text: sock(""), opt: debian12, want: []string{"2 server default 12,13"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "default 1.4.77", text: sock(""), opt: Options{Versions: map[string]string{"lighttpd": "1.4.77"}}, want: []string{"2 server default 13"}, servers: []string{"0.0.0.0:443 +13"}},
		{name: "list", text: sock(` ssl.openssl.ssl-conf-cmd = ("Protocol" => "-ALL, TLSv1.2")`), want: []string{"4 server review"}, servers: []string{"0.0.0.0:443 + ?10,11,12,13"}},
		{name: "shell", text: "include_shell \"rm -rf /\"\n" + sock(` ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.3")`), want: []string{"5 server floors 13"}, skips: []string{"lighttpd.conf:1"}},
		{name: "stray brace", text: "}\n" + sock(` ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.3")`), want: []string{"5 server floors 13"}, skips: []string{"lighttpd.conf:1"}},
	})
}

func TestJava(t *testing.T) {
	checkRows(t, "java", "java.security", []row{
		{name: "good", text: "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, \\\n  RC4\n", want: []string{"1 both blocks s3,10,11"}},
		{name: "TLSv1 taken out", text: "jdk.tls.disabledAlgorithms=SSLv3, TLSv1.1\n", want: []string{"1 both blocks s3,11", "1 both allows 10"}},
		{name: "empty", text: "jdk.tls.disabledAlgorithms=\n", want: []string{"1 both allows 10,11"}},
		{name: "TLSv1.2 off", text: "jdk.tls.disabledAlgorithms = TLSv1,TLSv1.1,TLSv1.2\n", want: []string{"1 both blocks 10,11,12"}},
		{name: "name within a name", text: "jdk.tls.disabledAlgorithms=TLSv1.1, TLSv1 keySize, TLSv1.10\n", want: []string{"1 both blocks 11", "1 both allows 10"}},
		{name: "later wins", text: "jdk.tls.disabledAlgorithms=RC4\njdk.tls.disabledAlgorithms=TLSv1, TLSv1.1\n", want: []string{"1 both none", "2 both blocks 10,11"}},
		{name: "system properties", text: "jdk.tls.disabledAlgorithms=TLSv1, TLSv1.1\njdk.tls.client.protocols=TLSv1\njdk.tls.server.protocols=TLSv1.2\n", want: []string{"1 both blocks 10,11", "2 client none 10", "3 server none 12"}},
		{name: "commented out", text: "#jdk.tls.disabledAlgorithms=RC4\nsecurity.provider.1=SUN\n", want: nil},
	})
}

func TestTomcat(t *testing.T) {
	conn := func(attrs, inner string) string {
		return "<Server port=\"8005\">\n<Connector port=\"8443\" " + attrs + ">\n" + inner + "\n</Connector>\n</Server>\n"
	}
	const on = `SSLEnabled="true"`
	checkRows(t, "tomcat", "server.xml", []row{
		{name: "good", text: conn(on, `<SSLHostConfig protocols="TLSv1.2,TLSv1.3"/>`), want: []string{"3 server pins 12,13"}, servers: []string{"0.0.0.0:8443 +12 ?13"}},
		{name: "pinned", text: conn(on, `<SSLHostConfig hostName="a.example" protocols="TLSv1"/>`), want: []string{"3 server pins 10"}, servers: []string{"a.example:8443 + ?10"}},
		{name: "signs", text: conn(on, `<SSLHostConfig protocols="all,-TLSv1,-TLSv1.1,-SSLv2Hello"/>`), want: []string{"3 server pins 12,13"}},
		{name: "plus", text: conn(on, `<SSLHostConfig protocols="+TLSv1.1+TLSv1.2"/>`), want: []string{"3 server pins 11,12"}},
		{name: "Tomcat 7", text: conn(on+` sslProtocol="TLS" sslEnabledProtocols="TLSv1.1"`, ""), want: []string{"2 server pins 11"}},
		{name: "a family", text: conn(on+` sslProtocol="TLS"`, ""), want: []string{"2 server none", "2 server default 12"}},
		{name: "default", text: conn(on, ""), want: []string{"2 server default 12"}, servers: []string{"0.0.0.0:8443 +12 ?10,11,13"}},
		{name: "commented out", text: conn("", `<!-- <SSLHostConfig protocols="TLSv1"/> -->`), servers: []string{}},
		{name: "bad word", text: conn(on, `<SSLHostConfig protocols="TLSv5"/>`), want: []string{"3 server review"}},
		{name: "damaged", text: "<Server port=\"1\">\n<Connector port=\"8443\" SSLEnabled=\"true\" sslEnabledProtocols=\"TLSv1.2\">\n<a", want: []string{"2 server pins 12"}, skips: []string{"server.xml:3"}},
	})
}

func TestCryptoPolicies(t *testing.T) {
	on := func(p string) Options { return Options{Platform: p} }
	checkRows(t, "crypto-policies", "/etc/crypto-policies/config", []row{
		{name: "good", text: "# c\nDEFAULT\n", want: []string{"2 both floors 12"}},
		{name: "legacy on 8", text: "LEGACY\n", opt: on("RHEL 8"), want: []string{"1 both floors 10"}},
		{name: "legacy on 9", text: "LEGACY", opt: on("RHEL 9"), want: []string{"1 both floors 12"}},
		{name: "legacy", text: "LEGACY", want: []string{"1 both review"}},
		{name: "module", text: "DEFAULT:NO-SHA1\n", want: []string{"1 both floors 12"}},
		{name: "own", text: "MINE\n", want: []string{"1 both review"}},
		{name: "no name", text: "what is this\n", want: nil, skips: []string{"/etc/crypto-policies/config:1"}},
	})
}

func TestCaddy(t *testing.T) {
	site := func(s string) string { return "web.example {\n tls {\n  " + s + "\n }\n}\n" }
	checkRows(t, "caddy", "Caddyfile", []row{
		{name: "good", text: site("protocols tls1.2 tls1.3"), want: []string{"3 server pins 12,13"}, servers: []string{"web.example:443 +12,13"}},
		{name: "floor", text: site("protocols tls1.3"), want: []string{"3 server floors 13"}, servers: []string{"web.example:443 +13"}},
		{name: "too old", text: site("protocols tls1.0"), want: []string{"3 server review"}, servers: []string{}},
		{name: "default", text: "a.example, b.example:8443 {\n tls x y\n}\nhttp://c.example {\n}\n", want: []string{"1 server default 12,13"}, servers: []string{"a.example:443 +12,13", "b.example:8443 +12,13"}},
		{name: "snippet", text: "(s) {\n tls {\n  protocols tls1.3\n }\n}\nweb.example {\n import s\n}\n", want: []string{"3 server floors 13"}, servers: []string{"web.example:443 +13"}},
		{name: "backwards", text: site("protocols tls1.3 tls1.2"), want: []string{"3 server review"}, servers: []string{}},
		{name: "elsewhere", text: "a {\n x {\n protocols tls1.2\n }\n}\n", want: nil},
		{name: "braces", text: "}\na.example {\n tls {\n  protocols tls1.3\n", want: []string{"4 server floors 13"}, skips: []string{"Caddyfile:1", "Caddyfile:1"}},
	})
}

func TestExim(t *testing.T) {
	checkRows(t, "exim", "exim4.conf", []row{
		{name: "good", text: "openssl_options = +no_sslv3 +no_tlsv1 +no_tlsv1_1\n", want: []string{"1 both blocks s3,10,11"}},
		{name: "old", text: "openssl_options = +no_sslv3\n", want: []string{"1 both allows 10,11"}},
		{name: "taken back", text: "openssl_options = -no_sslv3 +no_tlsv1\n", want: []string{"1 both allows s3"}},
		{name: "on GnuTLS", text: "openssl_options = +no_tlsv1\ntls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n", opt: debian12, want: []string{"1 both review", "2 server pins 12,13"}},
		{name: "cipher list", text: "tls_require_ciphers = HIGH:!aNULL\n", want: nil},
		{name: "missing include", text: ".include /etc/gone\ntls_require_ciphers = NORMAL:-VERS-TLS1.2\n", file: "/etc/exim4.conf", opt: tree{}.options(), want: []string{"2 server pins 10,11"}, skips: []string{"/etc/exim4.conf:1"}},
		{name: "server and transport", text: "P = NORMAL:-VERS-TLS1.0\ntls_certificate = a\ntls_require_ciphers = P\nbegin transports\nr:\n  driver = smtp\n  tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.1\n", opt: debian12, want: []string{"3 server pins 11,12,13", "7 client pins 11"}, servers: []string{"exim:25 +11,12,13"}},
		{name: "an expansion", text: "tls_certificate = a\ntls_require_ciphers = ${if eq{1}{1}{NORMAL}}\n", opt: debian12, want: []string{"2 server review"}, servers: []string{"exim:25 + ?10,11,12,13"}},
		{name: "library not known", text: "tls_certificate = a\nopenssl_options = +no_tlsv1\n", want: []string{"2 both blocks 10"}, servers: []string{"exim:25 + ?10,11,12,13"}},
	})
}
