package config_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestTruthPostgreSQL(t *testing.T) {
	head := "listen_addresses = '127.0.0.1'\nport = PORT\nunix_socket_directories = 'DIR/data'\nssl = on\nssl_cert_file = 'CERT'\nssl_key_file = 'DIR/data/own.key'\n"
	const old = "ssl_ciphers = 'ALL:@SECLEVEL=0'\n"
	as := func(args ...string) []string { // initdb and postgres refuse to run as root
		if os.Getuid() != 0 {
			return args
		}
		return append([]string{"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"}, args...)
	}
	eachLive(t, live{
		dialect: "postgresql", pkg: "postgresql", program: "postgres", under: "env", file: "postgresql.conf", url: "postgres://127.0.0.1:PORT",
		args:    as("PROGRAM", "-D", "DIR/data", "-c", "config_file=DIR/postgresql.conf", "-c", "dynamic_shared_memory_type=mmap", "-c", "hba_file=DIR/data/pg_hba.conf", "-c", "ident_file=DIR/data/pg_ident.conf"),
		prepare: func(t *testing.T, dir string) { cluster(t, as, dir) },
	}, map[string]string{
		"default":          head,
		"default, level 0": head + old,
		"1.0 at level 2":   head + "ssl_min_protocol_version = 'TLSv1'\n",
		"1.0 at level 0":   head + old + "ssl_min_protocol_version = TLSv1\n",
		"1.3":              head + "ssl_min_protocol_version = 'TLSv1.3' # only\n",
		"range":            head + old + "ssl_min_protocol_version = 'tlsv1.1'\nssl_max_protocol_version = 'TLSv1.2'\n",
		"no bound":         head + old + "ssl_min_protocol_version = TLSv1\nssl_max_protocol_version = ''\n",
		"last wins":        head + old + "ssl_min_protocol_version = 'TLSv1'\nssl_min_protocol_version = 'TLSv1.2'\n",
	}, nil)
}

var template sync.Once

// cluster gives a server a data folder of its own, copied from one that is
// made once, since initdb takes seconds.
func cluster(t *testing.T, as func(...string) []string, dir string) {
	t.Helper()
	made := filepath.Join(shared.dir, "cluster")
	commands := func(cs ...[]string) {
		for _, c := range cs {
			if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %v %s", c, err, out)
			}
		}
	}
	template.Do(func() {
		commands(
			[]string{"mkdir", "-m", "700", made},
			[]string{"sh", "-c", "[ $(id -u) != 0 ] || chown nobody:nogroup " + made},
			as(program(t, "initdb", "postgresql"), "-D", made, "-A", "trust", "--no-sync"),
			as("sh", "-c", "umask 077; cat "+shared.key+" > "+made+"/own.key"),
		)
	})
	commands([]string{"cp", "-a", made, dir + "/data"})
}

func TestTruthMariaDB(t *testing.T) {
	head := "[mysqld]\nport = PORT\nbind-address = 127.0.0.1\ndatadir = DIR/data\nsocket = DIR/data/sock\nskip-grant-tables\nskip-networking = 0\nssl-cert = CERT\nssl-key = KEY\ninnodb-buffer-pool-size = 8M\ninnodb-log-file-size = 4M\n"
	eachLive(t, live{
		dialect: "mysql", pkg: "mariadb-server", program: "mariadbd", file: "my.cnf", url: "mysql://127.0.0.1:PORT",
		args: []string{"--defaults-file=DIR/my.cnf", "--user=root"},
		prepare: func(t *testing.T, dir string) {
			if err := os.Mkdir(dir+"/data", 0o700); err != nil {
				t.Fatal(err)
			}
		},
	}, map[string]string{
		"default":          head,
		"default, level 0": head + "ssl-cipher = ALL:@SECLEVEL=0\n",
		"only 1.2":         head + "tls_version = TLSv1.2\n",
		"1.0, level 2":     head + "tls-version = TLSv1.0,TLSv1.2\n",
		"1.0, level 0":     head + "tls_version = TLSv1.0,TLSv1.1\nssl-cipher = ALL:@SECLEVEL=0\n",
		"gap":              head + "tls_version = TLSv1.1,TLSv1.3\nssl-cipher = ALL:@SECLEVEL=0\n",
		"only 1.3":         head + "tls_version=TLSv1.3\n",
		"1.0 and 1.3":      head + "tls_version=TLSv1.3,TLSv1.0\nssl-cipher = ALL:@SECLEVEL=0\n",
		"last wins":        head + "tls_version=TLSv1.2\n[mariadb]\ntls-version=TLSv1.3\n",
	}, nil)
}

func TestTruthSlapd(t *testing.T) {
	head := "pidfile DIR/pid\nargsfile DIR/args\nTLSCertificateFile CERT\nTLSCertificateKeyFile KEY\n"
	eachLive(t, live{
		dialect: "slapd", pkg: "slapd", program: "slapd", file: "slapd.conf", url: "ldap://127.0.0.1:PORT",
		args: []string{"-d", "0", "-h", "ldap://127.0.0.1:PORT", "-f", "DIR/slapd.conf"},
	}, map[string]string{
		"default":         head,
		"floor ignored":   head + "TLSProtocolMin 3.4\n",
		"priority":        head + "TLSCipherSuite NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n",
		"all and one":     head + "TLSCipherSuite SECURE256:-VERS-ALL:+VERS-TLS1.2\n",
		"tls-all and two": head + "TLSCipherSuite NORMAL:-VERS-TLS-ALL:+VERS-TLS1.1:+VERS-TLS1.3\n",
		"without 1.2":     head + "TLSCipherSuite NORMAL:-VERS-TLS1.2\n",
		"without SHA-1":   head + "TLSCipherSuite NORMAL:-SHA1\n",
		"SHA-1 again":     head + "TLSCipherSuite SECURE256:+SHA1\n",
		"only 1.3":        head + "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.3\n",
		"secure":          head + "TLSCipherSuite SECURE256\n",
		"pinned":          head + "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0\n",
	}, nil)
}

func TestTruthRedis(t *testing.T) {
	head := "bind 127.0.0.1\nport 0\ntls-port PORT\ntls-cert-file CERT\ntls-key-file KEY\ntls-ca-cert-file CERT\ntls-auth-clients no\ndir DIR\n"
	const old = "tls-ciphers ALL:@SECLEVEL=0\n"
	eachLive(t, live{dialect: "redis", pkg: "redis-server", program: "redis-server", file: "redis.conf", url: "127.0.0.1:PORT", args: []string{"DIR/redis.conf"}}, map[string]string{
		"default":          head,
		"default, level 0": head + old,
		"1.0 at level 0":   head + old + "tls-protocols TLSv1\n",
		"list":             head + old + "tls-protocols \"TLSv1.1 TLSv1.3\"\n",
		"1.0 at level 2":   head + "tls-protocols \"TLSv1 TLSv1.2\"\n",
		"last wins":        head + "tls-protocols TLSv1.2\ntls-protocols TLSv1.3\n",
	}, nil)
}

func TestTruthStunnel(t *testing.T) {
	conf := func(global, service string) string {
		return "foreground = yes\npid =\n" + global + "[web]\naccept = 127.0.0.1:PORT\nconnect = 127.0.0.1:9\ncert = CERT\nkey = KEY\n" + service
	}
	const old = "ciphers = ALL:@SECLEVEL=0\n"
	eachLive(t, live{dialect: "stunnel", pkg: "stunnel4", program: "stunnel4", file: "stunnel.conf", url: "127.0.0.1:PORT", args: []string{"DIR/stunnel.conf"}}, map[string]string{
		"default":          conf("", ""),
		"default, level 0": conf("", old),
		"securityLevel":    conf("", "securityLevel = 0\n"),
		"level word":       conf("", old+"securityLevel = 2\n"),
		"min 1.1":          conf("", old+"sslVersionMin = TLSv1.1\n"),
		"max 1.2":          conf("", old+"sslVersionMax = TLSv1.2\n"),
		"pinned":           conf("", old+"sslVersion = TLSv1.1\n"),
		"option":           conf("", old+"options = NO_TLSv1\noptions = NO_TLSv1_1\n"),
		"global":           conf(old+"sslVersionMin = TLSv1.3\n", ""),
		"global option":    conf("securityLevel = 0\noptions = NO_TLSv1\n", "options = NO_TLSv1_3\n"),
		"all":              conf("sslVersion = TLSv1.2\n", old+"sslVersion = all\n"),
	}, nil)
}

func TestTruthLighttpd(t *testing.T) {
	conf := func(global, sock string) string {
		return "server.modules = ( \"mod_openssl\" )\nserver.document-root = \"DIR\"\nserver.bind = \"DIR/sock\"\n" + global +
			"$SERVER[\"socket\"] == \"127.0.0.1:PORT\" {\n ssl.engine = \"enable\"\n ssl.pemfile = \"CERT\"\n" + sock + "}\n"
	}
	cmd := func(s string) string { return " ssl.openssl.ssl-conf-cmd = (" + s + ")\n" }
	const old = `"CipherString" => "ALL:@SECLEVEL=0"`
	eachLive(t, live{dialect: "lighttpd", pkg: "lighttpd lighttpd-mod-openssl", program: "lighttpd", file: "lighttpd.conf", url: "127.0.0.1:PORT", args: []string{"-D", "-f", "DIR/lighttpd.conf"}}, map[string]string{
		"default":          conf("", ""),
		"default, level 0": conf("", cmd(old)),
		"1.0 at level 0":   conf("", cmd(`"MinProtocol" => "TLSv1", `+old)),
		"1.0 at level 2":   conf("", cmd(`"MinProtocol" => "TLSv1"`)),
		"range":            conf("", cmd(`"MinProtocol" => "TLSv1.1", "MaxProtocol" => "TLSv1.2", `+old)),
		"1.3":              conf("", cmd(`"MinProtocol" => "TLSv1.3"`)),
		"global":           conf(cmd(`"MinProtocol" => "TLSv1.3"`), ""),
	}, nil)
}
