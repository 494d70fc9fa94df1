package config

import "testing"

func TestPostgreSQL(t *testing.T) {
	checkRows(t, "postgresql", "postgresql.conf", []row{
		{name: "good", text: "ssl = on\nssl_min_protocol_version = 'TLSv1.2'\n", opt: debian12, want: []string{"2 server floors 12"}, servers: []string{"localhost:5432 +12,13"}},
		{name: "old", text: "ssl=on\nssl_min_protocol_version=TLSv1 # for the old box\n", want: []string{"2 server floors 10"}, servers: []string{"localhost:5432 +12,13 ?10,11"}},
		{name: "capped", text: "ssl on\nssl_max_protocol_version 'TLSv1.1'\n", opt: debian12, want: []string{"2 server caps 11", "1 server default"}, servers: []string{"localhost:5432 +"}},
		{name: "default 15", text: "ssl = true\nport = 5433\t\t# (change requires restart)\n", opt: debian12, want: []string{"1 server default 12,13"}, servers: []string{"localhost:5433 +12,13"}},
		{name: "default 12", text: "ssl = on\n", opt: Options{Versions: map[string]string{"postgresql": "12.4", "openssl": "1.1.1"}}, want: []string{"1 server default 10,11,12,13"}, servers: []string{"localhost:5432 +12,13 ?10,11"}},
		{name: "off", text: "ssl = off\nssl_min_protocol_version = 'TLSv1'\n", want: []string{"2 server floors 10"}, servers: []string{}},
		{name: "bad word", text: "ssl = on\nssl_min_protocol_version = 'TLSv1.0'\n", want: []string{"2 server review"}, servers: []string{"localhost:5432 + ?10,11,12,13"}},
		{name: "twice", text: "ssl = on\nssl_min_protocol_version = 'TLSv1'\nssl_min_protocol_version = 'TLSv1.3'\n", want: []string{"2 server none", "3 server floors 13"}},
		{name: "ALTER SYSTEM wins", text: "ssl = on\nssl_min_protocol_version = 'TLSv1'\n", opt: tree{"postgresql.auto.conf": "ssl_min_protocol_version = 'TLSv1.3'\n"}.options(), want: []string{"2 server none", "1 server floors 13"}, servers: []string{"localhost:5432 +13"}},
		{name: "missing include", text: "include 'gone'\ninclude_if_exists 'gone2'\nssl = on\nssl_min_protocol_version = 'TLSv1.3'\n", opt: tree{}.options(), want: []string{"4 server floors 13"}, skips: []string{"postgresql.conf:1"}},
	})
}

func TestMySQL(t *testing.T) {
	v := func(s string) Options { return Options{Versions: map[string]string{"mysql": s}} }
	checkRows(t, "mysql", "my.cnf", []row{
		{name: "good", text: "[mysqld]\ntls_version = TLSv1.2,TLSv1.3\n", want: []string{"2 server pins 12,13"}, servers: []string{"0.0.0.0:3306 +12,13"}},
		{name: "pinned", text: "[mysqld]\ntls-version=TLSv1\n", opt: v("8.0.20"), want: []string{"2 server pins 10"}, servers: []string{"0.0.0.0:3306 + ?10"}},
		{name: "removed", text: "[mysqld]\ntls_version=TLSv1,TLSv1.1\n", opt: v("8.0.36"), want: []string{"2 server review"}},
		{name: "default 5.7", text: "[mysqld]\nport=3307\n", opt: v("5.7.40"), want: []string{"1 server default 10,11,12"}, servers: []string{"0.0.0.0:3307 +12 ?10,11"}},
		{name: "MariaDB spelling", text: "[mariadb]\ntls_version=TLSv1.0\n", want: []string{"2 server pins 10"}},
		{name: "MySQL spelling in MariaDB", text: "[mariadb]\ntls_version=TLSv1\n", want: []string{"2 server review"}},
		{name: "client", text: "[client]\ntls_version=TLSv1.2\n", want: []string{"2 client pins 12"}, servers: []string{}},
		{name: "other section", text: "[mysqldump]\ntls_version=TLSv1\n[mysqld]\ntls_version=TLSv1.3\n", want: []string{"4 server pins 13"}},
		{name: "replaced", text: "[mysqld]\ntls_version=TLSv1\ntls_version=TLSv1.2\n", want: []string{"2 server none", "3 server pins 12"}},
		{name: "include", text: "[mysqld]\nport=1\n!includedir d\n", opt: tree{"d/a.cnf": "[mysqld]\ntls_version=TLSv1.3\n"}.options(), want: []string{"2 server pins 13"}},
		{name: "damaged", text: "[mysqld\n[mysqld]\ntls_version=TLSv1.3\n", want: []string{"3 server pins 13"}, skips: []string{"my.cnf:1"}},
	})
}

func TestRedis(t *testing.T) {
	checkRows(t, "redis", "redis.conf", []row{
		{name: "good", text: "tls-port 6380\ntls-protocols \"TLSv1.2 TLSv1.3\"\n", want: []string{"2 server pins 12,13"}, servers: []string{"0.0.0.0:6380 +12,13"}},
		{name: "old", text: "tls-port 6380\ntls-protocols \"TLSv1 TLSv1.1\"\n", opt: debian12, want: []string{"2 server pins 10,11"}, servers: []string{"0.0.0.0:6380 +"}},
		{name: "default", text: "tls-port 6380\n", want: []string{"1 server default 12,13"}, servers: []string{"0.0.0.0:6380 +12,13"}},
		{name: "bad word", text: "tls-port 6380\ntls-protocols TLSv1.0\n", want: []string{"2 server review"}, servers: []string{"0.0.0.0:6380 + ?10,11,12,13"}},
		{name: "no port", text: "port 6379\ntls-protocols TLSv1\n", want: []string{"2 server pins 10"}, servers: []string{}},
		{name: "missing include", text: "include gone.conf\ntls-port 1\ntls-protocols TLSv1.3\n", opt: tree{}.options(), want: []string{"3 server pins 13"}, skips: []string{"redis.conf:1"}},
	})
}

func TestStunnel(t *testing.T) {
	checkRows(t, "stunnel", "stunnel.conf", []row{
		{name: "good", text: "[a]\naccept = 443\nsslVersionMin = TLSv1.2\n", want: []string{"3 server floors 12"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "pinned", text: "[a]\naccept = 192.0.2.1:443\nsslVersion = TLSv1\nsecurityLevel = 0\n", want: []string{"3 server pins 10"}, servers: []string{"192.0.2.1:443 +10"}},
		{name: "options", text: "[a]\naccept = 443\noptions = NO_TLSv1\noptions = NO_TLSv1_1\noptions = NO_SSLv2\n", want: []string{"3 server blocks 10", "4 server blocks 11"}, servers: []string{"0.0.0.0:443 +12,13"}},
		{name: "global", text: "sslVersionMin = TLSv1.3\n[a]\naccept = 443\n[b]\naccept = 444\nsslVersionMin = TLSv1.2\n", want: []string{"1 server floors 13", "6 server floors 12"}, servers: []string{"0.0.0.0:443 +13", "0.0.0.0:444 +12,13"}},
		{name: "no floor", text: "[a]\naccept = 443\n", want: nil, servers: []string{"0.0.0.0:443 +12,13 ?10,11"}},
		{name: "all", text: "[a]\naccept = 443\nsslVersion = all\n", want: []string{"3 server none"}},
		{name: "client", text: "client = yes\n[a]\naccept = 1\nconnect = h:443\nsslVersion = TLSv1.1\n", want: []string{"5 client pins 11"}, servers: []string{}},
		{name: "bad word", text: "[a]\naccept = 443\nsslVersion = TLSv9\n", want: []string{"3 server review"}, servers: []string{"0.0.0.0:443 + ?10,11,12,13"}},
		{name: "damaged", text: "[a\nnothing\n[b]\naccept = 443\nsslVersion = TLSv1.2\n", want: []string{"5 server pins 12"}, skips: []string{"stunnel.conf:1", "stunnel.conf:2"}},
	})
}

func TestSlapd(t *testing.T) {
	const cert = "TLSCertificateFile /x\n"
	openssl := Options{Versions: map[string]string{"openssl": "3.0"}}
	checkRows(t, "slapd", "slapd.conf", []row{
		{name: "floor, library not known", text: cert + "TLSProtocolMin 3.3\n", want: []string{"2 server floors 12"}, servers: []string{"slapd:389 + ?10,11,12,13"}},
		{name: "floor on Debian", text: cert + "TLSProtocolMin 3.3\n", opt: debian12, want: []string{"1 server default 10,11,12,13", "2 server none 12"}, servers: []string{"slapd:389 +10,11,12,13"}},
		{name: "priority", text: cert + "TLSCipherSuite SECURE256:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3\n", want: []string{"2 server pins 12,13"}, servers: []string{"slapd:389 +12,13"}},
		{name: "pinned", text: cert + "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0\n", opt: debian12, want: []string{"2 server pins 10"}, servers: []string{"slapd:389 +10"}},
		{name: "LDIF", text: "dn: cn=config\nolcTLSCertificateFile: /x\nolcTLSProtocolMin: 3.1\n", opt: openssl, want: []string{"3 server floors 10"}},
		{name: "bad number", text: cert + "TLSProtocolMin 1.2\n", want: []string{"2 server review"}},
		{name: "bad priority on Debian", text: cert + "TLSCipherSuite HIGH:!aNULL\n", opt: debian12, want: []string{"2 server review"}, servers: []string{"slapd:389 + ?10,11,12,13"}},
		{name: "no TLS", text: "suffix \"dc=x\"\n", servers: []string{}},
		{name: "missing include", text: "include gone\n" + cert + "TLSProtocolMin 3.3\n", opt: tree{}.options(), want: []string{"3 server floors 12"}, skips: []string{"slapd.conf:1"}},
	})
}

func TestGnuTLS(t *testing.T) {
	checkRows(t, "gnutls", "gnutls/config", []row{
		{name: "good", text: "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1\n", want: []string{"2 both blocks 10", "3 both blocks 11"}},
		{name: "blocks 1.2", text: "[overrides]\ndisabled-version=tls1.2\ndisabled-version = dtls1.0\n", want: []string{"2 both blocks 12"}},
		{name: "wrong section", text: "[global]\ndisabled-version = tls1.0\n", want: []string{"2 both none 10"}},
		{name: "bad word", text: "[overrides]\ndisabled-version = TLSv1\n", want: []string{"2 both review"}},
		{name: "priority", text: "[priorities]\nSYSTEM = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n", want: []string{"2 both pins 12,13"}},
		{name: "damaged", text: "[overrides\nx\n[overrides]\ndisabled-version = tls1.0\n", want: []string{"4 both blocks 10"}, skips: []string{"gnutls/config:1", "gnutls/config:2"}},
	})
	for s, want := range map[string]string{
		"NORMAL": "10,11,12,13", "NORMAL:-VERS-TLS1.0:%COMPAT": "11,12,13", "SECURE256": "12,13", "SECURE256:+SHA1": "10,11,12,13", "NORMAL:-VERS-TLS1.2": "10,11",
		"NORMAL:!VERS-TLS-ALL:+VERS-TLS1.3": "13", "NONE:+VERS-TLS1.2:+AES-128-GCM": "12", "HIGH:!aNULL": "", "": "",
	} {
		if vs, _ := gnutlsPriority(s); names(vs) != want {
			t.Errorf("%q: %s, want %s", s, names(vs), want)
		}
	}
}
