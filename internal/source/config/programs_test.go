package config_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the tests start: programs, and the part of their configurations that
// has nothing to do with versions.

const postfixHead = "compatibility_level = 3.6\nqueue_directory = DIR/queue\ndata_directory = DIR/data\nmail_owner = postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mail.example\nmynetworks = 127.0.0.0/8\nmaillog_file = /dev/stdout\n" +
	"smtpd_tls_cert_file = CERT\nsmtpd_tls_key_file = KEY\nsmtpd_client_connection_rate_limit = 0\n"

const dovecotHead = "base_dir = DIR/run\nlog_path = DIR/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = required\nssl_cert = <CERT\nssl_key = <KEY\nstate_dir = DIR/state\n" +
	"default_internal_user = nobody\ndefault_internal_group = nogroup\ndefault_login_user = nobody\nservice anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n  inet_listener imap {\n    port = 0\n  }\n  inet_listener imaps {\n    port = PORT\n    ssl = yes\n  }\n}\npassdb {\n  driver = static\n}\n"

const postgresHead = "listen_addresses = '127.0.0.1'\nport = PORT\nunix_socket_directories = 'DIR/data'\nssl = on\nssl_cert_file = 'CERT'\nssl_key_file = 'DIR/data/own.key'\n"

const mariaHead = "[mysqld]\nport = PORT\nbind-address = 127.0.0.1\ndatadir = DIR/data\nsocket = DIR/data/sock\nskip-grant-tables\nskip-networking = 0\nssl-cert = CERT\nssl-key = KEY\ninnodb-buffer-pool-size = 8M\ninnodb-log-file-size = 4M\n"

const slapdHead = "pidfile DIR/pid\nargsfile DIR/args\nTLSCertificateFile CERT\nTLSCertificateKeyFile KEY\n"

const redisHead = "bind 127.0.0.1\nport 0\ntls-port PORT\ntls-cert-file CERT\ntls-key-file KEY\ntls-ca-cert-file CERT\ntls-auth-clients no\ndir DIR\n"

const eximHead = "exim_user = root\nexim_group = root\nkeep_environment =\nlog_file_path = DIR/log-%s\nspool_directory = DIR/spool\npid_file_path = DIR/pid\ndaemon_smtp_ports = PORT\nlocal_interfaces = 127.0.0.1\n" +
	"primary_hostname = mail.example\ntls_advertise_hosts = *\ntls_certificate = CERT\ntls_privatekey = KEY\nacl_smtp_rcpt = all\n"

const squidHead = "pid_filename none\ncache_log /dev/null\naccess_log none\ncache_mem 8 MB\nshutdown_lifetime 0 seconds\nvisible_hostname web.example\nhttp_access deny all\n"

const jettyHead = "--module=https\njetty.ssl.host=127.0.0.1\njetty.ssl.port=PORT\njetty.sslContext.keyStoreType=PKCS12\njetty.sslContext.keyStorePassword=secret\njetty.sslContext.trustStorePassword=secret\njetty.sslContext.trustStoreType=PKCS12\njetty.sslContext.keyManagerPassword=secret\n"

var nginxLive = live{dialect: "nginx", pkg: "nginx-light", program: "nginx", file: "nginx.conf", args: []string{"-c", "DIR/nginx.conf", "-p", "DIR"}, url: "127.0.0.1:PORT"}

var apacheLive = live{dialect: "apache", pkg: "apache2", program: "apache2", file: "httpd.conf", args: []string{"-f", "DIR/httpd.conf", "-D", "FOREGROUND"}, url: "127.0.0.1:PORT"}

var haproxyLive = live{dialect: "haproxy", pkg: "haproxy", program: "haproxy", file: "haproxy.cfg", args: []string{"-db", "-f", "DIR/haproxy.cfg"}, url: "127.0.0.1:PORT"}

var postfixLive = live{
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
}

var dovecotLive = live{dialect: "dovecot", pkg: "dovecot-imapd", program: "dovecot", file: "dovecot.conf", args: []string{"-F", "-c", "DIR/dovecot.conf"}, url: "127.0.0.1:PORT"}

var mariaLive = live{
	dialect: "mysql", pkg: "mariadb-server", program: "mariadbd", file: "my.cnf", url: "mysql://127.0.0.1:PORT",
	args: []string{"--defaults-file=DIR/my.cnf", "--user=root"},
	prepare: func(t *testing.T, dir string) {
		if err := os.Mkdir(dir+"/data", 0o700); err != nil {
			t.Fatal(err)
		}
	},
}

var slapdLive = live{
	dialect: "slapd", pkg: "slapd", program: "slapd", file: "slapd.conf", url: "ldap://127.0.0.1:PORT",
	args: []string{"-d", "0", "-h", "ldap://127.0.0.1:PORT", "-f", "DIR/slapd.conf"},
}

var redisLive = live{dialect: "redis", pkg: "redis-server", program: "redis-server", file: "redis.conf", url: "127.0.0.1:PORT", args: []string{"DIR/redis.conf"}}

var stunnelLive = live{dialect: "stunnel", pkg: "stunnel4", program: "stunnel4", file: "stunnel.conf", url: "127.0.0.1:PORT", args: []string{"DIR/stunnel.conf"}}

var lighttpdLive = live{dialect: "lighttpd", pkg: "lighttpd lighttpd-mod-openssl", program: "lighttpd", file: "lighttpd.conf", url: "127.0.0.1:PORT", args: []string{"-D", "-f", "DIR/lighttpd.conf"}}

var gnutlsLive = live{
	dialect: "gnutls", pkg: "gnutls-bin", program: "gnutls-serv", under: "env", file: "gnutls/config", url: "127.0.0.1:PORT",
	args: []string{"GNUTLS_SYSTEM_PRIORITY_FILE=DIR/gnutls/config", "PROGRAM", "-q", "--x509certfile", "CERT", "--x509keyfile", "KEY", "-p", "PORT"},
}

var caddyLive = live{
	dialect: "caddy", pkg: "caddy", program: "caddy", under: "env", file: "Caddyfile", url: "127.0.0.1:PORT",
	args: []string{"XDG_DATA_HOME=DIR", "XDG_CONFIG_HOME=DIR", "PROGRAM", "run", "--adapter", "caddyfile", "--config", "DIR/Caddyfile"},
}

var eximLive = live{
	dialect: "exim", pkg: "exim4-daemon-light (unpacked by scripts/test-setup.sh)", program: filepath.Join(unpacked, "usr/sbin/exim4"), under: "env", file: "exim.conf", url: "smtp://127.0.0.1:PORT",
	args: asRoot("env", "LD_LIBRARY_PATH="+unpacked+"/usr/lib/x86_64-linux-gnu", "PROGRAM", "-C", "DIR/exim.conf", "-bdf"),
}

var javaLive = live{
	dialect: "java", pkg: "openjdk-17-jdk-headless", program: "java", file: "java-17-openjdk/java.security", url: "127.0.0.1:PORT",
	more: map[string]string{"Listen.java": javaListen},
	args: quickJava("-Djava.security.properties=DIR/java-17-openjdk/java.security", "DIR/Listen.java", "PORT", "CERT", "KEY"),
}

var squidLive = live{
	dialect: "squid", pkg: "squid-openssl", program: "squid", under: "env", file: "squid.conf", url: "127.0.0.1:PORT",
	args: []string{"PROGRAM", "-N", "-n", "squidPORT", "-f", "DIR/squid.conf"}, // a name of its own: instances share memory by name
}

func nginxConf(http string) string {
	return "daemon off;\npid DIR/pid;\nerror_log DIR/error.log;\nevents {}\nhttp {\n access_log off;\n client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;\n" +
		" ssl_certificate CERT; ssl_certificate_key KEY;\n" + http + "\n}\n"
}

func nginxServer(rest string) string { return "server { listen 127.0.0.1:PORT ssl; " + rest + " }\n" }

func apacheHost(rest string) string {
	return "<VirtualHost *:PORT>\nSSLEngine on\nSSLCertificateFile CERT\nSSLCertificateKeyFile KEY\n" + rest + "\n</VirtualHost>\n"
}

func haproxyConf(global, bind string) string {
	return "global\n    user nobody\n" + global + "\ndefaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 5s\nfrontend web\n    bind 127.0.0.1:PORT ssl crt CERT " + bind + "\n"
}

func stunnelConf(global, service string) string {
	return "foreground = yes\npid =\n" + global + "[web]\naccept = 127.0.0.1:PORT\nconnect = 127.0.0.1:9\ncert = CERT\nkey = KEY\n" + service
}

func lighttpdConf(global, sock string) string {
	return "server.modules = ( \"mod_openssl\" )\nserver.document-root = \"DIR\"\nserver.bind = \"DIR/sock\"\n" + global +
		"$SERVER[\"socket\"] == \"127.0.0.1:PORT\" {\n ssl.engine = \"enable\"\n ssl.pemfile = \"CERT\"\n" + sock + "}\n"
}

func squidPort(options string) string {
	return squidHead + "https_port 127.0.0.1:PORT accel defaultsite=web.example tls-cert=CERT " + options + "\n"
}

// nginxTwo are two servers on one socket.
func nginxTwo(one, other string) string {
	return nginxServer("server_name one.example; "+one) + nginxServer("server_name other.example; "+other)
}

var apacheHead = func() string {
	head := "ServerRoot DIR\nPidFile DIR/pid\nErrorLog DIR/error.log\nMutex file:DIR default\nUser nobody\nGroup nogroup\nServerName main.example\n"
	for _, m := range []string{"mpm_event", "authz_core", "socache_shmcb", "ssl"} {
		head += "LoadModule " + m + "_module /usr/lib/apache2/modules/mod_" + m + ".so\n"
	}
	return head + "Listen 127.0.0.1:PORT\nSSLCertificateFile CERT\nSSLCertificateKeyFile KEY\n"
}()

var postgresLive = live{
	dialect: "postgresql", pkg: "postgresql", program: "postgres", under: "env", file: "postgresql.conf", url: "postgres://127.0.0.1:PORT",
	args:    asNobody("PROGRAM", "-D", "DIR/data", "-c", "config_file=DIR/postgresql.conf", "-c", "dynamic_shared_memory_type=mmap", "-c", "hba_file=DIR/data/pg_hba.conf", "-c", "ident_file=DIR/data/pg_ident.conf"),
	prepare: cluster,
}

// asNobody are arguments of env for programs that refuse to run as root.
func asNobody(args ...string) []string {
	if os.Getuid() != 0 {
		return args
	}
	return append([]string{"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"}, args...)
}

func tomcatConf(attrs, host string) string {
	return "<Server port=\"-1\">\n<Service name=\"Catalina\">\n<Connector port=\"PORT\" address=\"127.0.0.1\" SSLEnabled=\"true\" " + attrs + ">\n<SSLHostConfig " + host +
		"><Certificate certificateFile=\"CERT\" certificateKeyFile=\"KEY\" type=\"RSA\"/></SSLHostConfig>\n</Connector>\n<Engine name=\"Catalina\" defaultHost=\"localhost\"><Host name=\"localhost\" appBase=\"none\"/></Engine>\n</Service>\n</Server>\n"
}

const tomcatHome = "/usr/share/tomcat10"

var tomcatLive = live{
	dialect: "tomcat", pkg: "tomcat10", program: "java", file: "conf/server.xml", url: "127.0.0.1:PORT",
	more: map[string]string{"conf/web.xml": "<web-app/>"},
	args: quickJava("-Djava.security.properties=DIR/host/etc/java-17-openjdk/security/java.security", "-cp", tomcatHome+"/bin/bootstrap.jar:"+tomcatHome+"/bin/tomcat-juli.jar",
		"-Dcatalina.home="+tomcatHome, "-Dcatalina.base=DIR", "-Djava.io.tmpdir=DIR", "org.apache.catalina.startup.Bootstrap", "start"),
}

const eximTail = "begin acl\nall:\n  accept\n"

// jettyCall is an XML file of Jetty that calls one method with words.
func jettyCall(name, words string) string {
	items := "<Item>" + strings.ReplaceAll(words, " ", "</Item><Item>") + "</Item>"
	return "<?xml version=\"1.0\"?>\n<!DOCTYPE Configure PUBLIC \"-//Jetty//Configure//EN\" \"https://jetty.org/configure_9_3.dtd\">\n<Configure id=\"sslContextFactory\" class=\"org.eclipse.jetty.util.ssl.SslContextFactory$Server\">\n<Call name=\"" + name + "\"><Arg><Array type=\"java.lang.String\">" + items + "</Array></Arg></Call>\n</Configure>\n"
}

var jettyLive = live{
	dialect: "jetty-start", pkg: "jetty9", program: "java", file: "start.ini", url: "127.0.0.1:PORT",
	args: quickJava("-Djava.security.properties=DIR/host/etc/java-17-openjdk/security/java.security", "-Djava.io.tmpdir=DIR", "-jar", jettyHome+"/start.jar", "jetty.home="+jettyHome, "jetty.base=DIR"),
	more: map[string]string{
		"etc/in.xml": jettyCall("setIncludeProtocols", "TLSv1 TLSv1.2"), "etc/out.xml": jettyCall("addExcludeProtocols", "TLSv1 TLSv1.1"),
		"etc/re.xml": jettyCall("addExcludeProtocols", `TLSv1(\.[13])?`), "etc/one.xml": jettyCall("setIncludeProtocols", "TLSv1.1"),
		"etc/suites.xml": jettyCall("setExcludeCipherSuites", "^.*_NULL_.*$"),
	},
	prepare: keystore,
}
