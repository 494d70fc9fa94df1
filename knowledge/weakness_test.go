package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/tlswire"
)

func accepting(v tlswire.Version, suites ...string) *evidence.Server {
	return &evidence.Server{Versions: map[tlswire.Version]*evidence.VersionState{
		v: {State: evidence.Accepted, Suites: suites},
	}}
}

func withFacts(f evidence.Facts) *evidence.Server {
	s := accepting(tlswire.TLS12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
	s.Facts = &f
	return s
}

func signedBy(algorithm, subject, issuer string) *evidence.Server {
	s := withFacts(evidence.Facts{})
	s.Certificates = []evidence.Certificate{{Subject: "CN=leaf", Issuer: "CN=ca", SignatureAlgorithm: "SHA256-RSA", Chain: []evidence.Certificate{
		{Subject: subject, Issuer: issuer, SignatureAlgorithm: algorithm},
	}}}
	return s
}

// TestWeaknesses has a record for each weakness and one beside it that has it
// not; of no record more is said than follows.
func TestWeaknesses(t *testing.T) {
	all, err := Weaknesses()
	if err != nil {
		t.Fatal(err)
	}
	yes, no := evidence.Say(true), evidence.Say(false)
	seen := map[string]bool{}
	for _, c := range []struct {
		server *evidence.Server
		want   string
	}{
		{accepting(tlswire.SSL30, "TLS_RSA_WITH_AES_128_CBC_SHA"), "beast poodle"},
		{accepting(tlswire.SSL30, "TLS_RSA_WITH_RC4_128_SHA"), "rc4"},
		{accepting(tlswire.TLS10, "TLS_RSA_WITH_AES_128_CBC_SHA"), "beast"},
		{accepting(tlswire.TLS11, "TLS_RSA_WITH_AES_128_CBC_SHA"), ""},
		{accepting(tlswire.TLS12, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), "sweet32"},
		{accepting(tlswire.TLS12, "TLS_RSA_WITH_IDEA_CBC_SHA"), "sweet32"},
		{accepting(tlswire.TLS11, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"), "export freak rc4"},
		{accepting(tlswire.TLS11, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"), "export logjam sweet32"},
		{accepting(tlswire.SSL20, "SSL_CK_RC4_128_WITH_MD5"), "drown rc4"},
		{accepting(tlswire.TLS12, "TLS_RSA_WITH_NULL_SHA256"), "null-cipher"},
		{accepting(tlswire.TLS12, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"), "anonymous"},
		{accepting(tlswire.TLS13, "TLS_AES_128_GCM_SHA256"), ""},
		{withFacts(evidence.Facts{DHSizes: []int{768, 2048}}), "logjam short-dh"},
		{withFacts(evidence.Facts{DHSizes: []int{1024}}), "short-dh"},
		{withFacts(evidence.Facts{DHSizes: []int{2048}}), ""},
		{withFacts(evidence.Facts{Compression: "DEFLATE"}), "crime"},
		{withFacts(evidence.Facts{Compression: evidence.NotDone}), ""},
		{withFacts(evidence.Facts{SecureRenegotiation: no}), "insecure-renegotiation"},
		{withFacts(evidence.Facts{Heartbeat: "peer_not_allowed_to_send"}), "heartbeat"},
		{withFacts(evidence.Facts{DowngradeMarker: no}), "no-downgrade-marker"},
		{withFacts(evidence.Facts{FallbackSCSV: no}), "no-fallback-scsv"},
		{withFacts(evidence.Facts{SecureRenegotiation: yes, Heartbeat: evidence.NotDone, DowngradeMarker: yes, FallbackSCSV: yes}), ""},
		{withFacts(evidence.Facts{}), ""},
		{signedBy("SHA1-RSA", "CN=ca", "CN=root"), "weak-signature"},
		{signedBy("MD5-RSA", "CN=ca", "CN=root"), "weak-signature"},
		{signedBy("SHA1-RSA", "CN=root", "CN=root"), ""},
		{&evidence.Server{}, ""},
		{&evidence.Server{Versions: map[tlswire.Version]*evidence.VersionState{tlswire.SSL30: {State: evidence.Unknown}, tlswire.SSL20: nil}}, ""},
	} {
		got := WeaknessesOf(c.server, all)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v: %q, want %q", c.server, s, c.want)
		}
		for _, id := range got {
			seen[id] = true
		}
	}
	for _, w := range all {
		if !seen[w.ID] {
			t.Errorf("no record shows %s", w.ID)
		}
	}
}

func TestWeaknessesAreTranslated(t *testing.T) {
	all, err := Weaknesses()
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range lang.Tags() {
		l, err := lang.Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range all {
			if !l.Has(w.Name) || !l.Has(w.Text) {
				t.Errorf("%s lacks %s", tag, w.ID)
			}
			if strings.Contains(w.Name+w.Text, "%") || strings.Count(w.Text, ". ") > 0 {
				t.Errorf("%s: want one sentence, as it is shown", w.ID)
			}
		}
	}
}

func TestBadWeaknesses(t *testing.T) {
	const rest = "\nconfidence: reported\nsource: [x]\n"
	for _, c := range []struct{ file, text, want string }{
		{"a", "id: b\nname: n\ntext: t\nwhen: [{dh_below: 1}]" + rest, "want a"},
		{"a", "id: a\nname: n\ntext: t" + rest, "a sign by which"},
		{"a", "id: a\nname: n\nwhen: [{dh_below: 1}]" + rest, "a name and a text"},
		{"a", "id: a\nname: n\ntext: t\nwhen: [{}]" + rest, "fits every server"},
		{"a", "id: a\nname: n\ntext: t\nwhen: [{facts: {colour: red}}]" + rest, "no field"},
		{"a", "id: a\nname: n\ntext: t\nwhen: [{accepts: [TLS 9]}]" + rest, "data/weaknesses/a.yaml:4"},
		{"a", "[]", "mapping"},
	} {
		_, err := load(fstest.MapFS{weaknessDir + "/" + c.file + ".yaml": {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	if !slices.IsSortedFunc(must(t), func(a, b *Weakness) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("not in the order of their names")
	}
}

func must(t *testing.T) []*Weakness {
	all, err := Weaknesses()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
