package config

import "testing"

// fuzzDialect runs one dialect on any text, with its sample and seeds to begin
// with: no panic, no hang, one coverage record.
func fuzzDialect(f *testing.F, dialect, name string, seeds ...string) {
	f.Add(samples[dialect].text)
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		opt := tree{"/etc/x": text, "/etc/advanced.config": text, "/etc/start.d/x.ini": text}.options()
		opt.Dialect, opt.Platform = dialect, "Debian 12"
		got := run(t, "/etc/"+name, text, opt)
		for _, s := range got.settings {
			if len(s.Value) > 600 || s.Where.Line < 1 {
				t.Fatalf("setting %+v", s)
			}
		}
	})
}

func FuzzErlang(f *testing.F) {
	fuzzDialect(f, "erlang", "sys.config", "[{ssl,[{protocol_version,'tlsv1'}]}].", "'\\'{versions,[\"", "[{a,[{versions,[{b,[tlsv1]}]}]}].")
}

func FuzzRabbitMQ(f *testing.F) {
	fuzzDialect(f, "rabbitmq", "rabbitmq.conf", "a.ssl.port=1\na.ssl.versions.1=tlsv1\n", "ssl_options.versions.=x\nlisteners.ssl.1=[::]:\n", "[{rabbit,[{ssl_options,[{versions,[tlsv1]}]}]}].")
}

func FuzzJetty(f *testing.F) {
	fuzzDialect(f, "jetty", "jetty-ssl.xml", "<Configure><Set name='IncludeProtocols'><Item>(TLS</Item></Set>", "<a><b></a></b>", "<!DOCTYPE a [<!ENTITY b \"&b;\">]><a>&b;</a>")
}

func FuzzJettyStart(f *testing.F) {
	fuzzDialect(f, "jetty-start", "start.ini", "--module=ssl\nx.xml\n", "jetty.ssl.port=99999\n--module=https\n")
}

func FuzzSquid(f *testing.F) {
	fuzzDialect(f, "squid", "squid.conf", "https_port [::]:1 options=NO_TLSv1 options=\n", "include x\nhttps_port\n", "sslproxy_version 9\\\n")
}

func FuzzNetConfig(f *testing.F) {
	fuzzDialect(f, "net-config", "web.config", "<configuration><transport sslProtocols='|'/>", "<configuration><x configSource='x'/>", "<appSettings file='..\\x'/>")
}

func FuzzEnvironment(f *testing.F) {
	fuzzDialect(f, "environment", "a.service", "EnvironmentFile=/etc/x\n", "- name: GODEBUG\n  value: tls10server=1\n", "OPENSSL_CONF=x\n-Djava.security.properties=x")
}

func FuzzTerraform(f *testing.F) {
	fuzzDialect(f, "terraform", "a.tf", "resource \"aws_lb_listener\" \"a\" { protocol = \"TLS\" }", "resource \"google_compute_ssl_policy\" \"a\" {\n}}\n{")
}
