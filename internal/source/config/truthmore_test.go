package config_test

import (
	"testing"
)

func TestTruthGnuTLS(t *testing.T) {
	const list = "[global]\noverride-mode = allowlist\n[overrides]\nsecure-hash = SHA256\nsecure-hash = SHA384\nsecure-hash = SHA1\ntls-enabled-mac = AEAD\ntls-enabled-mac = SHA1\ntls-enabled-group = GROUP-SECP256R1\n" +
		"secure-sig = RSA-SHA256\nsecure-sig = RSA-PSS-RSAE-SHA256\nenabled-curve = SECP256R1\ntls-enabled-cipher = AES-128-GCM\ntls-enabled-cipher = AES-128-CBC\ntls-enabled-kx = ECDHE-RSA\n"
	eachLive(t, gnutlsLive, map[string]string{
		"1.0 and 1.1 off":    "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1\n",
		"1.2 off, so is 1.3": "[overrides]\ndisabled-version = tls1.2\n",
		"wrong section":      "[other]\ndisabled-version = tls1.0\n",
		"case and comment":   "[OVERRIDES]\nDisabled-Version = TLS1.0 # old\n",
		"wrong mode":         "[overrides]\nenabled-version = tls1.2\n",
		"unknown version":    "[overrides]\ndisabled-version = tls9\ndisabled-version = tls1.0\n",
		"allowlist":          list + "enabled-version = TLS1.2\nenabled-version = TLS1.1\n",
	}, nil)
}

func TestTruthCaddy(t *testing.T) {
	const head = "{\n admin off\n auto_https off\n}\n"
	site := func(names, tls string) string {
		return names + " {\n bind 127.0.0.1\n tls CERT KEY" + tls + "\n respond hi\n}\n"
	}
	eachLive(t, caddyLive, map[string]string{
		"default": head + site("https://web.example:PORT", ""),
		"floor":   head + site("https://web.example:PORT", " {\n  protocols tls1.3\n }"),
		"pinned":  head + site("web.example:PORT", " {\n  protocols tls1.2 tls1.2\n }"),
		"sites":   head + site("https://web.example:PORT, https://other.example:PORT", " {\n  protocols tls1.3\n }") + site("https://one.example:PORT", ""),
		"snippet": head + "(s) {\n tls CERT KEY {\n  protocols tls1.3\n }\n}\nhttps://web.example:PORT {\n bind 127.0.0.1\n import s\n}\n",
	}, map[string][]string{
		"default": {"web.example"}, "floor": {"web.example"}, "pinned": {"web.example"}, "snippet": {"web.example"},
		"sites": {"other.example", "one.example"},
	})
}

// unpacked is where scripts/test-setup.sh puts programs whose packages cannot
// be installed beside others: Exim's and Postfix's exclude each other.
const unpacked = "/usr/local/lib/tlsready-test"

func TestTruthExim(t *testing.T) {
	eachLive(t, eximLive, map[string]string{
		"default":  eximHead + eximTail,
		"priority": eximHead + "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n" + eximTail,
		"secure":   eximHead + "tls_require_ciphers = SECURE256\n" + eximTail,
		"macro":    "PRIO = NORMAL:-VERS-TLS1.0\n" + eximHead + "tls_require_ciphers = PRIO\n" + eximTail,
	}, nil)
}

// javaListen is a TLS server that sets no versions itself.
const javaListen = `import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*;
import java.security.cert.CertificateFactory; import java.security.spec.*; import java.util.*; import javax.net.ssl.*;
class Listen {
  public static void main(String[] a) throws Exception {
    java.security.cert.Certificate c;
    try (var in = new FileInputStream(a[1])) { c = CertificateFactory.getInstance("X.509").generateCertificate(in); }
    var pem = Files.readString(Path.of(a[2])).replaceAll("-----[^-]*-----|\\s", "");
    var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("k", key, new char[0], new java.security.cert.Certificate[]{c});
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    var socket = context.getServerSocketFactory().createServerSocket(Integer.parseInt(a[0]), 50, InetAddress.getByName("127.0.0.1"));
    while (true) {
      var s = (SSLSocket) socket.accept();
      new Thread(() -> { try (s) { s.startHandshake(); s.getInputStream().read(); } catch (IOException e) { } }).start();
    }
  }
}
`

// quickJava are options for a Java that starts fast and ends soon.
func quickJava(more ...string) []string {
	return append([]string{"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"}, more...)
}

func TestTruthJava(t *testing.T) {
	eachLive(t, javaLive, map[string]string{
		"good":                   "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, RC4\n",
		"old":                    "jdk.tls.disabledAlgorithms=SSLv3, RC4\n",
		"any case":               "jdk.tls.disabledAlgorithms=tlsv1.1, TLSV1\n",
		"1.2 off":                "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, \\\n  TLSv1.2\n",
		"name within a name":     "jdk.tls.disabledAlgorithms=TLSv1.1, TLSv1 keySize < 1024\n",
		"no effect as a line":    "jdk.tls.disabledAlgorithms=RC4\njdk.tls.server.protocols=TLSv1.2\njdk.tls.client.protocols=TLSv1.2\n",
		"empty takes all in":     "jdk.tls.disabledAlgorithms=\n",
		"the runtime's own list": "jdk.tls.legacyAlgorithms=NULL\njdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1\n",
	}, nil)
}

func TestTruthTomcat(t *testing.T) {
	base := tomcatLive
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, RC4\n"}
	eachLive(t, base, map[string]string{
		"old names":  tomcatConf("", `protocols="TLSv1,TLSv1.1"`),
		"all minus":  tomcatConf("", `protocols="all,-TLSv1"`),
		"plus":       tomcatConf("", `protocols="+TLSv1.1+TLSv1.2"`),
		"default":    tomcatConf("", ""),
		"SSLv2Hello": tomcatConf("", `protocols="SSLv2Hello,TLSv1.2"`),
		"only 1.3":   tomcatConf("", `protocols="TLSv1.3"`),
	}, nil)
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1\n"}
	eachLive(t, base, map[string]string{
		"default, good runtime":   tomcatConf("", ""),
		"old names, good runtime": tomcatConf("", `protocols="TLSv1,TLSv1.1,TLSv1.2,TLSv1.3"`),
	}, nil)
}
