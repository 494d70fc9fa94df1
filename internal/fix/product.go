package fix

// product is a server or system whose configuration we know how to change. To
// add one, write a variable and name it in products.
type product struct {
	layer      string
	name       string
	fact       string
	directives []directive
	good       string // what it should say once TLS 1.0 and 1.1 may go; several lines are one text
	enable     string // what lets TLS 1.2 in besides, where no line can be changed
	openssl    build  // of a product that is built on GnuTLS, too, which the above is for
	test       string
	apply      string
	more       string // to know
	// spelled is the part of a setting's value that must stand on its line as
	// it is; nil: all of it.
	spelled func(value string) string
}

// build is what differs where a product is built on OpenSSL.
type build struct{ good, enable string }

const (
	scanIt = "tlsready scan HOST:PORT"
	askIt  = "openssl s_client -connect HOST:PORT -servername NAME -tls1_2 </dev/null"
)

// products are all of them; the words of each are those of servers.yaml.
var products = []product{
	{
		layer: "nginx", name: "nginx", fact: "srv.nginx",
		directives: []directive{nginxProtocols, nginxMax},
		good:       "ssl_protocols TLSv1.2 TLSv1.3;",
		enable:     "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;",
		test:       "nginx -t", apply: "nginx -s reload",
		more: "The default server of a socket decides for all servers on it: see that its line allows the version, too.",
	},
	{
		layer: "apache", name: "Apache httpd", fact: "srv.httpd",
		directives: []directive{apacheProtocols},
		good:       "SSLProtocol -all +TLSv1.2 +TLSv1.3",
		enable:     "SSLProtocol -all +TLSv1 +TLSv1.1 +TLSv1.2",
		test:       "apachectl configtest", apply: "apachectl graceful",
		more: "SSLProxyProtocol is separate and governs outgoing TLS.",
	},
	{
		layer: "haproxy", name: "HAProxy", fact: "srv.haproxy",
		directives: []directive{haproxyOptions},
		good:       "ssl-default-bind-options ssl-min-ver TLSv1.2",
		enable:     "ssl-min-ver TLSv1.0, without force-tlsv10, force-tlsv11, no-tlsv12 or an ssl-max-ver below TLSv1.2",
		test:       "haproxy -c -f haproxy.cfg", apply: "systemctl reload haproxy",
		more: "Frontends (bind) and back ends (server) are set apart.",
	},
	{
		layer: "postfix", name: "Postfix", fact: "srv.postfix",
		directives: []directive{postfixProtocols},
		good:       "smtpd_tls_mandatory_protocols = >=TLSv1.2",
		enable:     "smtpd_tls_protocols = !SSLv2, !SSLv3",
		test:       "postconf smtpd_tls_protocols smtpd_tls_mandatory_protocols smtp_tls_protocols smtp_tls_mandatory_protocols",
		apply:      "postfix reload",
		more:       "Raising the floor where TLS is optional makes old peers fall back to plain text, not fail.",
	},
	{
		layer: "dovecot", name: "Dovecot", fact: "srv.dovecot",
		directives: []directive{dovecotProtocols},
		good:       "ssl_min_protocol = TLSv1.2",
		enable:     "ssl_min_protocol = TLSv1 (2.3 and later), ssl_protocols = !SSLv2 !SSLv3 (2.2)",
		test:       "doveconf -n", apply: "doveadm reload",
	},
	{
		layer: "exim", name: "Exim", fact: "srv.exim",
		directives: []directive{eximOptions, eximPriority},
		good:       "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1",
		enable:     "tls_require_ciphers = NORMAL",
		openssl: build{
			good:   "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1",
			enable: "openssl_options = +no_sslv2 +no_sslv3",
		},
		test: "exim -bV", apply: "systemctl restart exim4",
		more: "exim -bV names the library. Built on GnuTLS, as on Debian, Exim does not start with openssl_options nor with a cipher list of OpenSSL.",
	},
	{
		layer: "openssl", name: "OpenSSL (openssl.cnf)", fact: "srv.openssl-cnf",
		directives: []directive{opensslMax, opensslProtocol},
		good:       "MinProtocol = TLSv1.2",
		enable:     "MaxProtocol = TLSv1.2, or no MaxProtocol",
		test:       "openssl ciphers -s -v", apply: "restart the services that use it",
		more: "Programs that set their own versions do not follow this file.",
	},
	{
		layer: "postgresql", name: "PostgreSQL", fact: "srv.postgresql",
		directives: []directive{postgresMax},
		good:       "ssl_min_protocol_version = 'TLSv1.2'",
		enable:     "ssl_max_protocol_version = ''",
		test:       "psql -c 'SHOW ssl_max_protocol_version'", apply: "pg_ctl reload",
		more: "An empty ssl_max_protocol_version is no upper bound; an empty ssl_min_protocol_version keeps the server from starting.",
	},
	{
		layer: "mysql", name: "MySQL or MariaDB", fact: "srv.mysql",
		directives: []directive{mysqlVersion, mariadbVersion},
		good:       "tls_version=TLSv1.2,TLSv1.3",
		enable:     "tls_version=TLSv1,TLSv1.1,TLSv1.2 (MariaDB writes TLSv1.0)",
		test:       "mysql -e \"SHOW VARIABLES LIKE 'tls_version'\"", apply: "restart",
	},
	{
		layer: "mariadb", name: "MariaDB", fact: "srv.mariadb",
		directives: []directive{mariadbVersion},
		good:       "tls_version=TLSv1.2,TLSv1.3",
		enable:     "tls_version=TLSv1.0,TLSv1.1,TLSv1.2",
		test:       "mariadb -e \"SHOW VARIABLES LIKE 'tls_version'\"", apply: "restart",
	},
	{
		layer: "redis", name: "Redis", fact: "srv.redis",
		directives: []directive{redisProtocols},
		good:       `tls-protocols "TLSv1.2 TLSv1.3"`,
		enable:     `tls-protocols "TLSv1.1 TLSv1.2"`,
		test:       "redis-cli CONFIG GET tls-protocols", apply: "restart",
	},
	{
		layer: "mongodb", name: "MongoDB", fact: "srv.mongodb",
		directives: []directive{mongoDisabled},
		good:       "disabledProtocols: TLS1_0,TLS1_1",
		enable:     "disabledProtocols: none, or a list without TLS1_2",
		test:       "mongod --config FILE --outputConfig", apply: "restart",
	},
	{
		layer: "kafka", name: "Apache Kafka", fact: "srv.kafka",
		directives: []directive{kafkaEnabled, kafkaProtocol},
		good:       "ssl.enabled.protocols=TLSv1.2,TLSv1.3",
		enable:     "ssl.enabled.protocols=TLSv1,TLSv1.1,TLSv1.2",
		test:       askIt, apply: "restart",
	},
	{
		layer: "java", name: "Java", fact: "srv.java-security",
		directives: []directive{javaProtocols, javaDisabled},
		good:       "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, ...",
		enable:     "no TLSv1.2 in jdk.tls.disabledAlgorithms, and TLSv1.2 in -Djdk.tls.client.protocols if that is set",
		test:       "print SSLContext.getDefault().getDefaultSSLParameters().getProtocols()", apply: "restart the JVM",
		more: "Keep the rest of the list. jdk.tls.client.protocols and jdk.tls.server.protocols are system properties: as lines of java.security they have no effect.",
	},
	{
		layer: "tomcat", name: "Apache Tomcat", fact: "srv.tomcat",
		directives: []directive{tomcatProtocols},
		good:       `protocols="TLSv1.2,TLSv1.3"`,
		enable:     `protocols="TLSv1,TLSv1.1,TLSv1.2"`,
		test:       "catalina.sh configtest", apply: "restart",
	},
	{
		layer: "envoy", name: "Envoy", fact: "srv.envoy",
		directives: []directive{envoyMax},
		good:       "tls_minimum_protocol_version: TLSv1_2",
		enable:     "tls_maximum_protocol_version: TLSv1_2",
		test:       "envoy --mode validate -c FILE", apply: "restart",
	},
	{
		layer: "traefik", name: "Traefik", fact: "srv.traefik",
		directives: []directive{traefikMax},
		good:       "minVersion: VersionTLS12",
		enable:     "maxVersion: VersionTLS12, or no maxVersion",
		test:       askIt, apply: "Traefik reads the file by itself",
	},
	{
		layer: "stunnel", name: "stunnel", fact: "srv.stunnel",
		directives: []directive{stunnelMax, stunnelOne, stunnelOff},
		good:       "sslVersionMin = TLSv1.2",
		enable:     "sslVersionMin = TLSv1, without sslVersion",
		test:       askIt, apply: "restart",
		more: "stunnel sets security level 2 itself: with OpenSSL 3, TLS 1.0 and 1.1 need securityLevel = 0 besides.",
	},
	{
		layer: "slapd", name: "OpenLDAP slapd", fact: "srv.slapd",
		directives: []directive{slapdSuite},
		good:       "TLSCipherSuite NORMAL:-VERS-TLS1.0:-VERS-TLS1.1",
		enable:     "TLSCipherSuite NORMAL",
		openssl:    build{good: "TLSProtocolMin 3.3", enable: "no TLS 1.2 taken out of TLSCipherSuite"},
		test:       "slaptest -u", apply: "systemctl restart slapd",
		more: "Built on GnuTLS, as on Debian, slapd does not follow TLSProtocolMin.",
	},
	{
		layer: "gnutls", name: "GnuTLS", fact: "srv.gnutls",
		directives: []directive{gnutlsOff, gnutlsAsked},
		good:       "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1",
		enable:     "no disabled-version = tls1.2, no -VERS-TLS1.2",
		test:       "gnutls-cli --priority @SYSTEM --list", apply: "restart the services that use it",
		more: "Without TLS 1.2, GnuTLS drops TLS 1.3 as well where an older version is on.",
	},
	{
		layer: "lighttpd", name: "lighttpd", fact: "srv.lighttpd",
		directives: []directive{lighttpdMax},
		good:       `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")`,
		enable:     `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1")`,
		test:       "lighttpd -tt -f lighttpd.conf", apply: "restart",
	},
	{
		layer: "squid", name: "Squid", fact: "srv.squid",
		directives: []directive{squidOff, squidOne},
		good:       "https_port ... tls-min-version=1.2\ntls_outgoing_options min-version=1.2",
		enable:     "no NO_TLSv1_2 in options=, no version=",
		test:       "squid -k parse", apply: "squid -k reconfigure",
		more: "Of several options= on a line the last counts.",
	},
	{
		layer: "caddy", name: "Caddy", fact: "srv.caddy",
		directives: []directive{caddyProtocols},
		good:       "protocols tls1.2 tls1.3",
		enable:     "no protocols line: Caddy does TLS 1.2 and 1.3 by itself",
		test:       "caddy validate --config Caddyfile", apply: "caddy reload",
	},
	{
		layer: "jetty", name: "Jetty", fact: "srv.jetty",
		directives: []directive{jettyIncluded, jettyExcluded},
		good:       `<Set name="IncludeProtocols"><Array type="java.lang.String"><Item>TLSv1.2</Item><Item>TLSv1.3</Item></Array></Set>`,
		enable:     `<Item>TLSv1.2</Item> among IncludeProtocols, none among ExcludeProtocols`,
		test:       askIt, apply: "restart",
		more:    "What is excluded wins over what is included. Jetty 9.4.57 excludes all suites below TLS 1.2 besides.",
		spelled: firstItem,
	},
	{
		layer: "rabbitmq", name: "RabbitMQ", fact: "srv.rabbitmq",
		directives: []directive{rabbitVersion},
		good:       "ssl_options.versions.1 = tlsv1.3\nssl_options.versions.2 = tlsv1.2",
		enable:     "ssl_options.versions.3 = tlsv1.2 beside the lines that are there",
		test:       "rabbitmq-diagnostics check_port_listener 5671", apply: "restart",
		more:    "The lines of ssl_options.versions are one list. A listener with TLS 1.3 and older versions but not TLS 1.2 does not start.",
		spelled: firstItem,
	},
	{
		layer: "erlang", name: "Erlang (advanced.config)", fact: "srv.erlang",
		directives: []directive{erlangVersions},
		good:       "{versions, ['tlsv1.3', 'tlsv1.2']}",
		enable:     "'tlsv1.2' among {versions, [...]}",
		test:       askIt, apply: "restart",
		more:    "A listener with TLS 1.3 and older versions but not TLS 1.2 does not start.",
		spelled: firstItem,
	},
	{
		layer: "node", name: "Node.js", fact: "srv.node",
		directives: []directive{nodeMax},
		good:       "--tls-min-v1.2",
		enable:     "no --tls-max-v1.2 where TLS 1.3 is wanted; TLS 1.2 is on unless --tls-min-v1.3 is set",
		test:       "node -p 'tls.DEFAULT_MIN_VERSION + tls.DEFAULT_MAX_VERSION'", apply: "restart the program",
		more: "Of several minimums the lowest counts; what a program sets itself wins.",
	},
	{
		layer: "net-config", name: ".NET Framework configuration", fact: "win.dotnet.keys",
		directives: []directive{netSwitch, netBinding},
		good:       `sslProtocols="None" and no AppContextSwitchOverrides that begin with Dont or Disable`,
		enable:     `sslProtocols="Tls|Tls11|Tls12", Switch.System.Net.DontEnableSchUseStrongCrypto=false`,
		test:       askIt, apply: "restart the program; IIS does it by itself",
		more: "What the program is built for decides where nothing is set: httpRuntime targetFramework 4.8 leaves it to Windows.",
	},
	{
		layer: "istio", name: "Istio", fact: "srv.istio",
		directives: []directive{istioMax},
		good:       "minProtocolVersion: TLSV1_2",
		enable:     "maxProtocolVersion: TLSV1_2, or no maxProtocolVersion",
		test:       "istioctl analyze", apply: "kubectl apply -f FILE",
	},
	{
		layer: "libpq", name: "PostgreSQL clients", fact: "srv.libpq",
		directives: []directive{libpqMax},
		good:       "PGSSLMINPROTOCOLVERSION=TLSv1.2",
		enable:     "PGSSLMAXPROTOCOLVERSION=TLSv1.2, or none",
		test:       "psql -c 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()'", apply: "restart the program",
	},
}

func productOf(layer string) *product {
	for i := range products {
		if products[i].layer == layer {
			return &products[i]
		}
	}
	return nil
}
