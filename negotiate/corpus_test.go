package negotiate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// corpus is recordings of real clients that may not be shipped: 62 of them,
// each against six servers, with what came of it.
const corpus = "../../shared/corpus/clients"

// refusals is what is known of a recorded client beside its hello, from its
// command and its library's documents, never from how it fared.
var refusals = func() map[string]evidence.Refusals {
	m := map[string]evidence.Refusals{}
	add := func(r evidence.Refusals, names ...string) {
		for _, n := range names {
			m[n] = r
		}
	}
	add(evidence.Refusals{
		LegacySignatures: true,
		Because:          "OpenSSL 3 at Debian's security level 2: no signature over SHA-1, so none before TLS 1.2 (SSL_CTX_set_security_level(3), migration_guide(7))",
	}, "openssl-default", "curl-default", "perl-default", "php82-default", "lua-sec-any", "socat-default", "ncat-ssl", "lwp-perl", "httpie")
	add(evidence.Refusals{Lowest: tlswire.TLS11, Because: "its command names TLS 1.1 alone"},
		"openssl-tls11", "perl-tls11", "php82-tls11", "mbedtls228-tls11")
	add(evidence.Refusals{Lowest: tlswire.TLS12, Because: "its command names TLS 1.2 alone"},
		"wolfssl-tls12", "erlang25-tls12", "mono68-tls12", "wine8-winhttp-tls12")
	add(evidence.Refusals{Lowest: tlswire.TLS10, Because: "its command goes from TLS 1.0 to 1.1"},
		"curl-max11", "node20-max11", "nss-tstclnt-tls11", "bearssl-tls11")
	add(evidence.Refusals{Lowest: tlswire.TLS10, Because: "its library's default goes down to TLS 1.0 (mbedtls_ssl_conf_min_version; br_ssl_client_init_full)"},
		"mbedtls228-default", "bearssl-default")
	return m
}()

// openssl3 is `openssl ciphers -s DEFAULT:@SECLEVEL=0` of OpenSSL 3.0.19.
var openssl3 = map[tlswire.Version]string{
	tlswire.TLS13: "TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256",
	tlswire.TLS12: `ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 DHE-RSA-AES256-GCM-SHA384
		ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 DHE-RSA-CHACHA20-POLY1305
		ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES128-GCM-SHA256
		ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384 DHE-RSA-AES256-SHA256
		ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 DHE-RSA-AES128-SHA256 ` + openssl3SHA1 + ` AES256-GCM-SHA384 AES128-GCM-SHA256
		AES256-SHA256 AES128-SHA256`,
	tlswire.TLS11: openssl3SHA1,
	tlswire.TLS10: openssl3SHA1,
}

const openssl3SHA1 = `ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA DHE-RSA-AES256-SHA ECDHE-ECDSA-AES128-SHA
	ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA AES256-SHA AES128-SHA`

// sServer is an openssl s_server 3.0.19 with an RSA and an ECDSA certificate
// that keeps to the client's order, as it does without -serverpref.
func sServer(versions ...tlswire.Version) ServerProfile {
	p := ServerProfile{
		Groups: []tlswire.Group{
			tlswire.GroupX25519, tlswire.GroupSecp256r1, tlswire.GroupX448, tlswire.GroupSecp521r1, tlswire.GroupSecp384r1,
			tlswire.GroupFFDHE2048, tlswire.GroupFFDHE3072, tlswire.GroupFFDHE4096, tlswire.GroupFFDHE6144, tlswire.GroupFFDHE8192,
		},
		Keys:     []Key{{Type: "RSA", Bits: 2048}, {Type: "ECDSA", Bits: 256, Curve: tlswire.GroupSecp256r1}},
		Fallback: Yes, SSLv2Form: Yes, EMS: Yes,
	}
	for _, v := range tlswire.StreamVersions {
		x := VersionProfile{Version: v, State: evidence.Rejected}
		if slices.Contains(versions, v) {
			x.State, x.ServerOrder = evidence.Accepted, No
			x.Suites = named(strings.Fields(openssl3[v]), tlswire.SuiteByName)
		}
		p.Versions = append(p.Versions, x)
	}
	return p
}

var corpusServers = map[string]ServerProfile{
	"all":       sServer(tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13),
	"tls10only": sServer(tlswire.TLS10),
	"tls11only": sServer(tlswire.TLS11),
	"tls12only": sServer(tlswire.TLS12),
	"tls13only": sServer(tlswire.TLS13),
	"tls12plus": sServer(tlswire.TLS12, tlswire.TLS13),
}

// notNegotiation are clients whose outcome has another reason than TLS, and
// scanners, which have none.
var notNegotiation = map[string]string{
	"netsurf-fb":     "does not trust the recording's authority, and so fails everywhere",
	"webkitgtk-surf": "does not trust the recording's authority, and so fails everywhere",
	"sslscan":        "a scanner: 179 hellos, no outcome",
}

// corpusMisses are the rows in which the model is wrong, each with its reason.
// A row that comes to agree must leave the table.
var corpusMisses = map[string]string{}

// TestCorpus compares the model with what became of real clients: outcome,
// version and suite of at least 99.5 % of all rows.
func TestCorpus(t *testing.T) {
	f, err := os.Open(filepath.Join(corpus, "OUTCOMES.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the recordings, which may not be shipped, are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string][]call{}
	n, right := 0, 0
	for _, row := range rows[1:] {
		client, profile, port := row[0], row[1], row[2]
		if notNegotiation[client] != "" {
			continue
		}
		if calls[client] == nil {
			calls[client] = readCalls(t, filepath.Join(corpus, client+".pcap"))
		}
		want := "failed"
		if row[4] == "completed" {
			want = "TLS " + row[5] + " " + row[6]
		}
		got, detail := best(client, calls[client], port, corpusServers[profile].Compile())
		n++
		name := client + " " + profile
		switch _, known := corpusMisses[name]; {
		case got == want && known:
			t.Errorf("%s: agrees now: take it out of the table", name)
		case got == want:
			right++
		case !known:
			t.Errorf("%s: %s (%s), want %s", name, got, detail, want)
		}
	}
	t.Logf("%d of %d rows (%.2f %%): outcome, version and suite", right, n, 100*float64(right)/float64(n))
	if n < 354 || float64(right) < 0.995*float64(n) {
		t.Errorf("%d of %d rows are right; want 99.5 %% of 354", right, n)
	}
}

// best is the best outcome of the hellos that a client sent to a server:
// browsers try again with others.
func best(client string, calls []call, port string, s *Server) (got, detail string) {
	got = "no hello"
	for _, c := range calls {
		if fmt.Sprint(c.port) != port {
			continue
		}
		r := Agree(FromHello(client, &c.hello, refusals[client]).Compile(), s)
		switch r.Outcome {
		case Agrees:
			return fmt.Sprintf("%s 0x%04x", r.Version, uint16(r.Suite)), ""
		case Fails:
			got, detail = "failed", r.Detail()
		default:
			got, detail = "unknown", r.Detail()
		}
	}
	return got, detail
}
