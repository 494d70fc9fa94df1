package scan

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// TestTruthJava: Java's own client, which asks the same server for one version
// and one suite at a time, says what there is to be found.
func TestTruthJava(t *testing.T) {
	flags := []string{"-Djdk.tls.namedGroups=secp256r1,x25519,ffdhe2048"}
	// Its server takes export suites up, and its client never completes them.
	addrs := startJava(t, "DES40_CBC, RC4_40", flags,
		"SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3 all true", "TLSv1.1,TLSv1.2 all false", "- - -")
	truths := javaTruths(t, addrs)
	for i, addr := range addrs {
		got := scanServer(t, addr, Options{})
		truths[i].check(t, got)
		groups := []string{"secp256r1", "x25519"}
		if truths[i][tlswire.TLS13] != nil {
			groups = append(groups, "ffdhe2048")
		}
		sameSet(t, "groups", got.Groups, groups)
		checkKeys(t, got, "RSA")
		for v := range truths[i] {
			if want := []string{"server", "client", "server"}[i]; got.Versions[v].Order != want {
				t.Errorf("%s %s: order %q, want %s", addr, v, got.Versions[v].Order, want)
			}
		}
	}
	if len(truths[0]) != 5 {
		t.Errorf("%d versions, want SSLv3 to TLS 1.3", len(truths[0]))
	}
}

// javaTruths is what the client found, server by server.
func javaTruths(t *testing.T, addrs []string) []truth {
	t.Helper()
	named := map[string]tlswire.Version{
		"SSLv3": tlswire.SSL30, "TLSv1": tlswire.TLS10, "TLSv1.1": tlswire.TLS11, "TLSv1.2": tlswire.TLS12, "TLSv1.3": tlswire.TLS13,
	}
	args := append(javaFlags(t, ""), inFile(t, "Ask.java", javaAsk))
	for _, a := range addrs {
		_, port, _ := net.SplitHostPort(a)
		args = append(args, port)
	}
	truths := make([]truth, len(addrs))
	for line := range strings.Lines(output(t, program(t, "java", "openjdk-17-jdk-headless"), args...)) {
		f := strings.Fields(line)
		i, err := strconv.Atoi(f[0])
		v, ok := named[f[1]]
		if err != nil || !ok || len(f) != 3 {
			t.Fatalf("Java says %q", line)
		}
		if truths[i] == nil {
			truths[i] = truth{}
		}
		// Suites of before TLS 1.0 have kept their names there.
		truths[i][v] = append(truths[i][v], strings.Replace(f[2], "SSL_", "TLS_", 1))
	}
	return truths
}

// javaAsk asks the servers at some ports and prints "NUMBER VERSION SUITE" for
// each handshake that was completed.
const javaAsk = `import java.io.*; import java.net.*; import java.security.cert.X509Certificate; import java.util.concurrent.*; import javax.net.ssl.*;
class Ask {
  public static void main(String[] a) throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[]{new X509ExtendedTrustManager() {
      public void checkClientTrusted(X509Certificate[] c, String t) { }
      public void checkServerTrusted(X509Certificate[] c, String t) { }
      public void checkClientTrusted(X509Certificate[] c, String t, Socket s) { }
      public void checkServerTrusted(X509Certificate[] c, String t, Socket s) { }
      public void checkClientTrusted(X509Certificate[] c, String t, SSLEngine e) { }
      public void checkServerTrusted(X509Certificate[] c, String t, SSLEngine e) { }
      public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }}, null);
    var factory = context.getSocketFactory();
    var pool = Executors.newFixedThreadPool(16);
    for (int i = 0; i < a.length; i++) {
      var server = i + " ";
      var port = Integer.parseInt(a[i]);
      for (var version : new String[]{"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"})
        for (var suite : factory.getSupportedCipherSuites())
          pool.submit(() -> {
            try (var s = (SSLSocket) factory.createSocket("127.0.0.1", port)) {
              s.setEnabledProtocols(new String[]{version});
              s.setEnabledCipherSuites(new String[]{suite});
              s.startHandshake();
              System.out.println(server + s.getSession().getProtocol() + " " + s.getSession().getCipherSuite());
            } catch (IOException e) { }
          });
    }
    pool.shutdown();
  }
}
`

// javaFlags make Java start quickly, with only these algorithms disabled.
func javaFlags(t *testing.T, disabled string) []string {
	return []string{
		"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m",
		"-Djava.security.properties=" + inFile(t, "java.security", "jdk.tls.disabledAlgorithms="+disabled+"\n"),
	}
}

func inFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// startJava starts servers, each described by a line of protocols, suites and
// whether the server's order decides; "-" leaves the default, and "all" is
// every suite. It gives their addresses.
func startJava(t *testing.T, disabled string, flags []string, servers ...string) (addrs []string) {
	t.Helper()
	r, _ := testCerts(t)
	args := append(append(javaFlags(t, disabled), flags...), inFile(t, "Listen.java", javaListen), r.cert, r.key)
	var last string
	for _, s := range servers {
		last = freePort(t)
		addrs = append(addrs, net.JoinHostPort("127.0.0.1", last))
		args = append(args, last+" "+s)
	}
	start(t, last, program(t, "java", "openjdk-17-jdk-headless"), args...)
	return addrs
}

// javaListen listens on several ports: "CERT KEY 'PORT PROTOCOLS SUITES ORDER'...".
var javaListen = strings.ReplaceAll(`import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*;
import java.security.cert.CertificateFactory; import java.security.spec.*; import java.util.*; import javax.net.ssl.*;
class Listen {
  public static void main(String[] a) throws Exception {
    java.security.cert.Certificate c;
    try (var in = new FileInputStream(a[0])) { c = CertificateFactory.getInstance("X.509").generateCertificate(in); }
    var pem = Files.readString(Path.of(a[1])).replaceAll("-----[^-]*-----|\\s", "");
    var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("k", key, new char[0], new java.security.cert.Certificate[]{c});
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    for (int i = 2; i < a.length; i++) {
      var w = a[i].split(" ");
      var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(w[0]), BACKLOG, InetAddress.getByName("127.0.0.1"));
      var p = socket.getSSLParameters();
      if (!w[1].equals("-")) p.setProtocols(w[1].split(","));
      if (w[2].equals("all")) p.setCipherSuites(socket.getSupportedCipherSuites());
      else if (!w[2].equals("-")) p.setCipherSuites(w[2].split(","));
      if (!w[3].equals("-")) p.setUseCipherSuitesOrder(w[3].equals("true"));
      socket.setSSLParameters(p);
      new Thread(() -> serve(socket)).start();
    }
  }
  static void serve(SSLServerSocket socket) {
    while (true) {
      try {
        var s = (SSLSocket) socket.accept();
        new Thread(() -> { try (s) { s.startHandshake(); s.getInputStream().read(); } catch (IOException e) { } }).start();
      } catch (IOException e) { return; }
    }
  }
}
`, "BACKLOG", strconv.Itoa(50))
