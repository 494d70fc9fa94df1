package config

import "testing"

func TestRabbitMQ(t *testing.T) {
	const port = "listeners.ssl.default = 5671\n"
	on := func(v string) Options {
		o := tree{}.options()
		o.Versions = map[string]string{"rabbitmq-on-erlang": v}
		return o
	}
	adv := func(text string) Options { return tree{"/etc/rabbitmq/advanced.config": text}.options() }
	checkRows(t, "rabbitmq", "/etc/rabbitmq/rabbitmq.conf", []row{
		{name: "good", text: port + "ssl_options.versions.1 = tlsv1.3\nssl_options.versions.2 = tlsv1.2\n", want: []string{"2 server pins 12,13"}, servers: []string{"0.0.0.0:5671 +12,13"}},
		{name: "old", text: port + "ssl_options.versions.1 = tlsv1.1\nssl_options.versions.a = tlsv1\n", want: []string{"2 server pins 10,11"}, servers: []string{"0.0.0.0:5671 +10,11"}},
		{name: "default on Erlang 25", text: port, opt: on("25.2.3"), want: []string{"1 server default 10,11,12,13"}, servers: []string{"0.0.0.0:5671 +10,11,12,13"}},
		{name: "default on Erlang 26", text: port, opt: on("26.1"), want: []string{"1 server default 12,13"}, servers: []string{"0.0.0.0:5671 +12,13"}},
		{name: "default, Erlang not known", text: port, want: []string{"1 server default 12,13"}, servers: []string{"0.0.0.0:5671 +12,13 ?10,11"}},
		{name: "management has its own", text: port + "management.ssl.port = 15671\nssl_options.versions.1 = tlsv1.3\n", opt: on("25"), want: []string{"3 server pins 13", "2 server default 10,11,12,13"}, servers: []string{"0.0.0.0:5671 +13", "0.0.0.0:15671 +10,11,12,13"}},
		{name: "management alone", text: "management.ssl.port = 15671\nmanagement.ssl.versions.1 = tlsv1.2\n", want: []string{"2 server pins 12"}, servers: []string{"0.0.0.0:15671 +12"}},
		{name: "MQTT takes the broker's", text: "mqtt.listeners.ssl.default = 127.0.0.1:8883\nssl_options.versions.1 = tlsv1.2\n", want: []string{"2 server pins 12"}, servers: []string{"127.0.0.1:8883 +12"}},
		{name: "off", text: "listeners.ssl = none\nlisteners.ssl.default = none\n", servers: []string{}},
		{name: "LDAP is a client", text: "auth_ldap.ssl_options.versions.1 = tlsv1\n", want: []string{"1 client pins 10"}, servers: []string{}},
		{name: "twice", text: port + "ssl_options.versions.1 = tlsv1\nssl_options.versions.1 = tlsv1.2\n", want: []string{"2 server none", "3 server pins 12"}, servers: []string{"0.0.0.0:5671 +12"}},
		{name: "gap below 1.3", text: port + "ssl_options.versions.1 = tlsv1.3\nssl_options.versions.2 = tlsv1.1\n", want: []string{"2 server review"}, servers: []string{"0.0.0.0:5671 + ?10,11,12,13"}},
		{name: "bad word", text: port + "ssl_options.versions.1 = TLS1.2\n", want: []string{"2 server review"}, servers: []string{"0.0.0.0:5671 + ?10,11,12,13"}},
		{name: "bad port", text: "listeners.ssl.default = here\nssl_options.versions.1 = tlsv1.2\n", want: []string{"2 server pins 12"}, servers: []string{}, skips: []string{"/etc/rabbitmq/rabbitmq.conf:1"}},
		{name: "commented", text: port + "# ssl_options.versions.1 = tlsv1\nssl_options.versions.1 = tlsv1.2 # why\n", want: []string{"3 server pins 12"}},
		{
			name: "advanced.config replaces", text: port + "ssl_options.versions.1 = tlsv1.3\n", opt: adv("[{rabbit,[{ssl_options,[{versions,['tlsv1.2']}]}]}]."),
			want: []string{"1 server pins 12", "2 server none"}, servers: []string{"0.0.0.0:5671 +12"},
		},
	})
}

func TestErlang(t *testing.T) {
	checkRows(t, "erlang", "advanced.config", []row{
		{name: "good", text: "[{rabbit,[{ssl_options,[{versions,['tlsv1.3','tlsv1.2']}]}]}].\n", want: []string{"1 server pins 12,13"}},
		{name: "old", text: "[{rabbit, [{ssl_options,\n [{versions, [tlsv1,\n 'tlsv1.1']}]}]}].\n", want: []string{"2 server pins 10,11"}},
		{name: "RabbitMQ passes the library's by", text: "[{ssl,[{versions,['tlsv1']}]}].\n", want: []string{"1 both none"}},
		{name: "another program follows it", file: "sys.config", text: "[{ssl,[{protocol_version,['tlsv1']}]}].\n", want: []string{"1 both pins 10"}},
		{name: "one word", file: "sys.config", text: "[{ssl,[{protocol_version,'tlsv1.2'}]}].\n", want: []string{"1 both pins 12"}},
		{name: "client", text: "[{rabbitmq_auth_backend_ldap,[{ssl_options,[{versions,['tlsv1.1']}]}]}].\n", want: []string{"1 client pins 11"}},
		{name: "comment and string", text: "%% {versions,['tlsv1']}\n[{rabbit,[{x,\"{versions,['tlsv1']}\"},{ssl_options,[{versions,['tlsv1.2']}]}]}].\n", want: []string{"2 server pins 12"}},
		{name: "bad word", text: "[{rabbit,[{ssl_options,[{versions,['tls1.2']}]}]}].\n", want: []string{"1 server review"}},
		{name: "gap", text: "[{rabbit,[{ssl_options,[{versions,['tlsv1.3','tlsv1']}]}]}].\n", want: []string{"1 server review"}},
		{name: "no end", text: "[{rabbit,[{ssl_options,[{versions,['tlsv1.2']}\n", want: []string{"1 server pins 12"}, skips: []string{"advanced.config:1"}},
		{name: "too many ends", text: "]}\n[{rabbit,[]}].\n", skips: []string{"advanced.config:1"}},
	})
}

func TestJetty(t *testing.T) {
	conf := func(call, words string) string {
		return "<Configure>\n<Call name=\"" + call + "\"><Arg><Array type=\"String\">" + words + "</Array></Arg></Call>\n</Configure>\n"
	}
	checkRows(t, "jetty", "jetty-ssl-context.xml", []row{
		{name: "good", text: conf("setIncludeProtocols", "<Item>TLSv1.2</Item><Item>TLSv1.3</Item>"), want: []string{"2 server pins 12,13"}},
		{name: "old", text: "<Configure><Set name=\"IncludeProtocols\">\n<Array type=\"String\"><Item>TLSv1</Item></Array></Set></Configure>\n", want: []string{"1 server pins 10"}},
		{name: "excluded", text: conf("addExcludeProtocols", "<Item>TLSv1.2</Item>"), want: []string{"2 server blocks 12"}},
		{name: "expression", text: conf("addExcludeProtocols", "<Item>TLSv1(\\.1)?</Item>"), want: []string{"2 server blocks 10,11"}},
		{name: "dead names", text: conf("setExcludeProtocols", "<Item>SSL</Item><Item>SSLv2Hello</Item>"), want: []string{"2 server none"}},
		{name: "bad expression", text: conf("setExcludeProtocols", "<Item>TLS(</Item>"), want: []string{"2 server review"}},
		{name: "variable", text: conf("setIncludeProtocols", "<Item><Property name=\"x\"/></Item>"), want: []string{"2 server review"}},
		{name: "commented", text: "<Configure><!-- <Set name=\"IncludeProtocols\"><Item>TLSv1</Item></Set> --></Configure>\n", want: nil},
		{name: "damaged", text: "<Configure>\n<Set name=\"IncludeProtocols\"><Array><Item>TLSv1.1</Item></Array></Set>\n<Set <<\n", want: []string{"2 server pins 11"}, skips: []string{"jetty-ssl-context.xml:3"}},
	})
	files := tree{
		"/srv/jetty/etc/in.xml":       conf("setIncludeProtocols", "<Item>TLSv1.1</Item><Item>TLSv1.2</Item>"),
		"/srv/jetty/etc/out.xml":      conf("addExcludeProtocols", "<Item>TLSv1.1</Item>"),
		"/srv/jetty/start.d/ssl.ini":  "--module=ssl\njetty.ssl.port=9443\netc/in.xml\n",
		"/srv/other/etc/nothing.conf": "",
	}
	checkRows(t, "jetty-start", "/srv/jetty/start.ini", []row{
		{name: "default", text: "--module=https\n", file: "/srv/j/start.ini", opt: files.options(), want: []string{"1 server default 12"}, servers: []string{"0.0.0.0:8443 +12 ?10,11,13"}},
		{name: "files of start.d", text: "--module=http\netc/out.xml\n", opt: files.options(), want: []string{"2 server blocks 11", "2 server pins 11,12"}, servers: []string{"0.0.0.0:9443 +12"}},
		{name: "no TLS", text: "--module=http\n", file: "/srv/j/start.ini", opt: files.options(), servers: []string{}},
		{name: "missing", text: "--module=https\netc/gone.xml\n", file: "/srv/j/start.ini", opt: files.options(), want: []string{"1 server default 12"}, skips: []string{"/srv/j/start.ini:2"}},
	})
}

func TestSquid(t *testing.T) {
	port := func(s string) string { return "https_port 443 accel tls-cert=/a.pem " + s + "\n" }
	checkRows(t, "squid", "squid.conf", []row{
		{name: "good", text: port("options=NO_SSLv3,NO_TLSv1,NO_TLSv1_1"), want: []string{"1 server blocks s3,10,11"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "floor", text: port("tls-min-version=1.2"), want: []string{"1 server floors 12"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "1.2 off", text: port("options=NO_TLSv1_2:NO_TLSv1_3 cipher=ALL:@SECLEVEL=0"), want: []string{"1 server blocks 12,13"}, servers: []string{"0.0.0.0:443 +10,11"}},
		{name: "default", text: port(""), want: []string{"1 server default 12,13"}, servers: []string{"0.0.0.0:443 +12,13 ?10,11"}},
		{name: "default on Debian 12", text: port(""), opt: debian12, want: []string{"1 server default 12,13"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "last options count", text: port("options=NO_TLSv1 options=NO_TLSv1_1 cipher=ALL:@SECLEVEL=0"), want: []string{"1 server none 10", "1 server blocks 11"}, servers: []string{"0.0.0.0:443 +10,12,13"}},
		{name: "one version", text: port("version=4"), want: []string{"1 server pins 10"}, servers: []string{"0.0.0.0:443 + ?10"}},
		{name: "wrong spelling", text: port("min-version=1.2"), want: []string{"1 server review"}, servers: []string{"0.0.0.0:443 + ?10,11,12,13"}},
		{name: "ssl-bump", text: "http_port 192.0.2.1:3129 ssl-bump cert=/a.pem\n", want: []string{"1 server default 12,13"}, servers: []string{"192.0.2.1:3129 +12,13 ?10,11"}},
		{name: "plain port", text: "http_port 3128\n", servers: []string{}},
		{name: "outgoing", text: "tls_outgoing_options min-version=1.0 options=NO_SSLv3\n", want: []string{"1 client floors 10", "1 client blocks s3"}, servers: []string{}},
		{name: "peer", text: "cache_peer a.example parent 443 0 ssl sslversion=4\n", want: []string{"1 client pins 10"}},
		{name: "of Squid 3", text: "sslproxy_options NO_TLSv1_2\nsslproxy_version 6\n", want: []string{"1 client blocks 12", "2 client pins 12"}},
		{name: "comment", text: "#https_port 443 options=NO_TLSv1_2\ntls_outgoing_options min-version=1.2 # options=NO_TLSv1_2\n", want: []string{"2 client floors 12"}},
		{name: "missing include", text: "include gone.conf\n" + port("tls-min-version=1.3"), opt: tree{}.options(), want: []string{"2 server floors 13"}, skips: []string{"squid.conf:1"}},
		{name: "bad port", text: "https_port here tls-min-version=1.2\n", want: []string{"1 server floors 12"}, skips: []string{"squid.conf:1"}},
	})
}

func TestNetConfig(t *testing.T) {
	conf := func(in string) string { return "<configuration>\n" + in + "\n</configuration>\n" }
	switches := func(s string) string {
		return "<runtime><AppContextSwitchOverrides value=\"" + s + "\"/></runtime>\n"
	}
	target := func(s string) string { return "<system.web><httpRuntime targetFramework=\"" + s + "\"/></system.web>" }
	const weak, own = "Switch.System.Net.DontEnableSchUseStrongCrypto=", "Switch.System.Net.DontEnableSystemDefaultTlsVersions="
	const wcf = "Switch.System.ServiceModel."
	tcp := func(s string) string {
		return "<system.serviceModel><bindings><netTcpBinding><binding name=\"b\"><security>\n<transport sslProtocols=\"" + s + "\"/></security></binding></netTcpBinding></bindings></system.serviceModel>"
	}
	checkRows(t, "net-config", "web.config", []row{
		{name: "good target", text: conf(target("4.8")), want: []string{"2 client default"}},
		{name: "old target", text: conf(target("4.5.2")), want: []string{"2 client default s3,10"}},
		{name: "middle target", text: conf(target("4.6.1")), want: []string{"2 client default 10,11,12"}},
		{name: "httpRuntime before compilation", text: conf("<system.web><compilation targetFramework=\"4.8\"/>\n<httpRuntime targetFramework=\"4.5\"/></system.web>"), want: []string{"3 client default s3,10"}},
		{name: "start-up", file: "a.exe.config", text: conf("<startup><supportedRuntime version=\"v4.0\" sku=\".NETFramework,Version=v4.5\"/></startup>"), want: []string{"2 client default s3,10"}},
		{name: "good switches", text: conf(switches(weak+"false;"+own+"false") + target("4.5")), want: []string{"2 client none", "2 client none"}},
		{name: "strong switch off for an old target", text: conf(switches(weak+"false") + target("4.5")), want: []string{"2 client none"}},
		{name: "weak for 4.6", text: conf(switches(weak+"true") + target("4.6.2")), want: []string{"2 client pins s3,10"}},
		{name: "weak, but Windows decides", text: conf(switches(weak+"true") + target("4.7.2")), want: []string{"2 client none"}},
		{name: "both", text: conf(switches(weak + "true; " + own + "true")), want: []string{"2 client pins s3,10", "2 client pins s3,10"}},
		{name: "own for 4.8", text: conf(switches(own+"true") + target("4.8")), want: []string{"2 client pins 10,11,12"}},
		{name: "weak, target not told", text: conf(switches(weak + "true")), want: []string{"2 client review"}},
		{name: "ASP.NET's way", text: conf("<appSettings><add key=\"AppContext.SetSwitch:" + own[:len(own)-1] + "\" value=\"true\"/></appSettings>" + target("4.7")), want: []string{"2 client pins 10,11,12"}},
		{name: "WCF messages", text: conf(switches(wcf + "DisableUsingServicePointManagerSecurityProtocols=true")), want: []string{"2 client caps 10"}},
		{name: "WCF messages, good", text: conf(switches(wcf + "DisableUsingServicePointManagerSecurityProtocols=false")), want: []string{"2 client none"}},
		{name: "WCF", text: conf(switches(wcf + "DontEnableSystemDefaultTlsVersions=true")), want: []string{"2 client caps 12"}},
		{name: "binding, old", text: conf(tcp("Tls|Tls11")), want: []string{"3 both pins 10,11"}},
		{name: "binding, good", text: conf(tcp("Tls12")), want: []string{"3 both pins 12"}},
		{name: "binding, Windows", text: conf(tcp("None")), want: []string{"3 both default"}},
		{name: "binding, the word Default", text: conf(tcp("Default")), want: []string{"3 both pins s3,10"}},
		{name: "binding, bad word", text: conf(tcp("TLS1.2")), want: []string{"3 both review"}},
		{name: "custom binding", text: conf("<customBinding><binding name=\"x\"><sslStreamSecurity sslProtocols=\"Tls\"/></binding></customBinding>"), want: []string{"2 both pins 10"}},
		{name: "a program's own value", text: conf("<appSettings><add key=\"SecurityProtocol\" value=\"Tls\"/><add key=\"Mode\" value=\"Tls\"/></appSettings>"), want: []string{"2 client review"}},
		{name: "commented", text: conf("<!-- " + switches(weak+"true") + " -->" + target("4.8")), want: []string{"3 client default"}},
		{name: "another file", file: "/w/web.config", text: conf("<system.serviceModel><bindings configSource=\"sub\\b.config\"/></system.serviceModel>"), opt: tree{"/w/sub/b.config": tcp("Tls")}.options(), want: []string{"2 both pins 10"}},
		{name: "missing file", file: "/w/web.config", text: conf(target("4.8") + "<x configSource=\"gone.config\"/>"), opt: tree{}.options(), want: []string{"2 client default"}, skips: []string{"/w/web.config:2"}},
		{name: "damaged", text: "<configuration>\n" + target("4.5") + "\n<a <<", want: []string{"2 client default s3,10"}, skips: []string{"web.config:3"}},
	})
}

func TestEnvironment(t *testing.T) {
	files := tree{
		"/c/etc/default/app": "NODE_OPTIONS=--tls-max-v1.2\n",
		"/c/etc/old.cnf":     "openssl_conf = i\n[i]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\nMaxProtocol = TLSv1.1\n",
	}
	checkRows(t, "environment", "/c/etc/systemd/system/app.service", []row{
		{name: "good", text: "Environment=NODE_OPTIONS=--tls-min-v1.2\n", want: []string{"1 both floors 12"}},
		{name: "Node in a unit", text: "ExecStart=/usr/bin/node --tls-min-v1.0 --tls-max-v1.2 x.js\n", want: []string{"1 both floors 10", "1 both caps 12"}},
		{name: "Node, level 0", file: ".env", text: "NODE_OPTIONS=\"--tls-cipher-list=DEFAULT@SECLEVEL=0\"\n", want: []string{"1 both review"}},
		{name: "no such flag", file: ".env", text: "NODE_OPTIONS=--tls-max-v2.0\n", want: nil},
		{name: "package", file: "package.json", text: "{\n \"scripts\": {\n  \"start\": \"node --tls-min-v1.0 x.js\"\n }\n}\n", want: []string{"3 both floors 10"}},
		{name: "Java in compose", file: "docker-compose.yml", text: "environment:\n  JAVA_TOOL_OPTIONS: \"-Dhttps.protocols=TLSv1,TLSv1.1 -Xmx1g\"\n", want: []string{"2 client pins 10,11"}},
		{name: "Java, good", file: ".env", text: "JAVA_OPTS='-Djdk.tls.client.protocols=TLSv1.2 -Djdk.tls.server.protocols=TLSv1.2,TLSv1.3'\n", want: []string{"1 client pins 12", "1 server pins 12,13"}},
		{name: "Java, bad word", file: ".env", text: "JAVA_OPTS=-Dhttps.protocols=TLS1.2\n", want: []string{"1 client review"}},
		{name: "Go in a manifest", file: "deploy.yaml", text: "env:\n- name: GODEBUG\n  value: \"http2client=0,tls10server=1\"\n", want: []string{"3 server allows 10,11"}},
		{name: "Go, good", file: "deploy.yaml", text: "env:\n- name: GODEBUG\n  value: tls10server=0\n", want: []string{"3 server none"}},
		{name: "libpq", file: ".env", text: "PGSSLMINPROTOCOLVERSION=TLSv1.2\nPGSSLMAXPROTOCOLVERSION=TLSv1.1\n", want: []string{"1 client floors 12", "2 client caps 11"}},
		{name: "comments", file: "c.yaml", text: "# --tls-min-v1.0\na: b # --tls-min-v1.0\n", want: nil},
		{name: "unit's file", text: "EnvironmentFile=-/etc/default/app\nEnvironmentFile=-/etc/default/gone\n", opt: files.options(), want: []string{"1 both caps 12"}},
		{name: "unit's file is missing", text: "EnvironmentFile=/etc/default/gone\n", opt: files.options(), skips: []string{"/c/etc/systemd/system/app.service:1"}},
		{name: "OPENSSL_CONF followed", text: "Environment=OPENSSL_CONF=/etc/old.cnf\n", opt: files.options(), want: []string{"1 both none", "7 both caps 11"}},
		{name: "OPENSSL_CONF not here", text: "Environment=OPENSSL_CONF=/opt/x.cnf\n", opt: files.options(), want: []string{"1 both review"}},
		{name: "GNUTLS in a manifest", file: "d.yaml", text: "- name: GNUTLS_SYSTEM_PRIORITY_FILE\n  value: $(FILE)\n", want: []string{"2 both review"}},
		{name: "java.security", file: ".env", text: "X=-Djava.security.properties=/opt/more.security\n", opt: files.options(), want: []string{"1 both review"}, skips: []string{".env:1"}},
	})
}
