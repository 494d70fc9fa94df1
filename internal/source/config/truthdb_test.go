package config_test

import (
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestTruthPostgreSQL(t *testing.T) {
	const old = "ssl_ciphers = 'ALL:@SECLEVEL=0'\n"
	eachLive(t, postgresLive, map[string]string{
		"default":          postgresHead,
		"default, level 0": postgresHead + old,
		"1.0 at level 2":   postgresHead + "ssl_min_protocol_version = 'TLSv1'\n",
		"1.0 at level 0":   postgresHead + old + "ssl_min_protocol_version = TLSv1\n",
		"1.3":              postgresHead + "ssl_min_protocol_version = 'TLSv1.3' # only\n",
		"range":            postgresHead + old + "ssl_min_protocol_version = 'tlsv1.1'\nssl_max_protocol_version = 'TLSv1.2'\n",
		"no bound":         postgresHead + old + "ssl_min_protocol_version = TLSv1\nssl_max_protocol_version = ''\n",
		"last wins":        postgresHead + old + "ssl_min_protocol_version = 'TLSv1'\nssl_min_protocol_version = 'TLSv1.2'\n",
	}, nil)
}

var template sync.Once

// cluster gives a server a data folder of its own, copied from one that is
// made once, since initdb takes seconds.
func cluster(t *testing.T, dir string) {
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
			asNobody(program(t, "initdb", "postgresql"), "-D", made, "-A", "trust", "--no-sync"),
			asNobody("sh", "-c", "umask 077; cat "+shared.key+" > "+made+"/own.key"),
		)
	})
	commands([]string{"cp", "-a", made, dir + "/data"})
}

func TestTruthMariaDB(t *testing.T) {
	eachLive(t, mariaLive, map[string]string{
		"default":          mariaHead,
		"default, level 0": mariaHead + "ssl-cipher = ALL:@SECLEVEL=0\n",
		"only 1.2":         mariaHead + "tls_version = TLSv1.2\n",
		"1.0, level 2":     mariaHead + "tls-version = TLSv1.0,TLSv1.2\n",
		"1.0, level 0":     mariaHead + "tls_version = TLSv1.0,TLSv1.1\nssl-cipher = ALL:@SECLEVEL=0\n",
		"gap":              mariaHead + "tls_version = TLSv1.1,TLSv1.3\nssl-cipher = ALL:@SECLEVEL=0\n",
		"only 1.3":         mariaHead + "tls_version=TLSv1.3\n",
		"1.0 and 1.3":      mariaHead + "tls_version=TLSv1.3,TLSv1.0\nssl-cipher = ALL:@SECLEVEL=0\n",
		"last wins":        mariaHead + "tls_version=TLSv1.2\n[mariadb]\ntls-version=TLSv1.3\n",
	}, nil)
}

func TestTruthSlapd(t *testing.T) {
	eachLive(t, slapdLive, map[string]string{
		"default":         slapdHead,
		"floor ignored":   slapdHead + "TLSProtocolMin 3.4\n",
		"priority":        slapdHead + "TLSCipherSuite NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n",
		"all and one":     slapdHead + "TLSCipherSuite SECURE256:-VERS-ALL:+VERS-TLS1.2\n",
		"tls-all and two": slapdHead + "TLSCipherSuite NORMAL:-VERS-TLS-ALL:+VERS-TLS1.1:+VERS-TLS1.3\n",
		"without 1.2":     slapdHead + "TLSCipherSuite NORMAL:-VERS-TLS1.2\n",
		"without SHA-1":   slapdHead + "TLSCipherSuite NORMAL:-SHA1\n",
		"SHA-1 again":     slapdHead + "TLSCipherSuite SECURE256:+SHA1\n",
		"only 1.3":        slapdHead + "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.3\n",
		"secure":          slapdHead + "TLSCipherSuite SECURE256\n",
		"pinned":          slapdHead + "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0\n",
	}, nil)
}

func TestTruthRedis(t *testing.T) {
	const old = "tls-ciphers ALL:@SECLEVEL=0\n"
	eachLive(t, redisLive, map[string]string{
		"default":          redisHead,
		"default, level 0": redisHead + old,
		"1.0 at level 0":   redisHead + old + "tls-protocols TLSv1\n",
		"list":             redisHead + old + "tls-protocols \"TLSv1.1 TLSv1.3\"\n",
		"1.0 at level 2":   redisHead + "tls-protocols \"TLSv1 TLSv1.2\"\n",
		"last wins":        redisHead + "tls-protocols TLSv1.2\ntls-protocols TLSv1.3\n",
	}, nil)
}

func TestTruthStunnel(t *testing.T) {
	const old = "ciphers = ALL:@SECLEVEL=0\n"
	eachLive(t, stunnelLive, map[string]string{
		"default":          stunnelConf("", ""),
		"default, level 0": stunnelConf("", old),
		"securityLevel":    stunnelConf("", "securityLevel = 0\n"),
		"level word":       stunnelConf("", old+"securityLevel = 2\n"),
		"min 1.1":          stunnelConf("", old+"sslVersionMin = TLSv1.1\n"),
		"max 1.2":          stunnelConf("", old+"sslVersionMax = TLSv1.2\n"),
		"pinned":           stunnelConf("", old+"sslVersion = TLSv1.1\n"),
		"option":           stunnelConf("", old+"options = NO_TLSv1\noptions = NO_TLSv1_1\n"),
		"global":           stunnelConf(old+"sslVersionMin = TLSv1.3\n", ""),
		"global option":    stunnelConf("securityLevel = 0\noptions = NO_TLSv1\n", "options = NO_TLSv1_3\n"),
		"all":              stunnelConf("sslVersion = TLSv1.2\n", old+"sslVersion = all\n"),
	}, nil)
}

func TestTruthLighttpd(t *testing.T) {
	cmd := func(s string) string { return " ssl.openssl.ssl-conf-cmd = (" + s + ")\n" }
	const old = `"CipherString" => "ALL:@SECLEVEL=0"`
	eachLive(t, lighttpdLive, map[string]string{
		"default":          lighttpdConf("", ""),
		"default, level 0": lighttpdConf("", cmd(old)),
		"1.0 at level 0":   lighttpdConf("", cmd(`"MinProtocol" => "TLSv1", `+old)),
		"1.0 at level 2":   lighttpdConf("", cmd(`"MinProtocol" => "TLSv1"`)),
		"range":            lighttpdConf("", cmd(`"MinProtocol" => "TLSv1.1", "MaxProtocol" => "TLSv1.2", `+old)),
		"1.3":              lighttpdConf("", cmd(`"MinProtocol" => "TLSv1.3"`)),
		"global":           lighttpdConf(cmd(`"MinProtocol" => "TLSv1.3"`), ""),
	}, nil)
}
