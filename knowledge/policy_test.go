package knowledge

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

func TestReadPolicy(t *testing.T) {
	p, err := ReadPolicy("own.yaml", []byte("name: ours\nmin: TLS 1.2\ngroups: [x25519]\nlater:\n  - {from: 2030, min: TLS 1.3}\n"))
	if err != nil || p.Min != tlswire.TLS12 || len(p.Later) != 1 || p.Later[0].From.Days() != "2030-12-31" {
		t.Fatalf("%+v, %v", p, err)
	}
	for text, want := range map[string]string{
		"":                              "own.yaml:1: want a policy",
		"- a":                           "own.yaml:1: want a policy",
		"name: [":                       "own.yaml: yaml",
		"name: x":                       "own.yaml:1: needs min",
		"min: TLS 1.2":                  "needs name",
		"name: x\nmin: TLS 1.7":         "own.yaml:2: ",
		"name: x\nmini: TLS 1.2":        `own.yaml:2: unknown key "mini"`,
		"name: x\nmin: TLS 1.2\nmin: 2": `own.yaml:3: key "min" stands twice`,
		"name: x\nmin: TLS 1.2\ntls12: [TLS_RSA]":                            `no cipher suite is called "TLS_RSA"`,
		"name: x\nmin: TLS 1.2\ngroups:\n  - curve1":                         "own.yaml:4: ",
		"name: x\nmin: TLS 1.2\nno_suites: [bad]":                            "own.yaml:3: ",
		"name: x\nmin: TLS 1.2\nfrom: 2026-02-30":                            "own.yaml:3: ",
		"name: x\nmin: TLS 1.3\nallow: [TLS 1.2]":                            "below its floor",
		"name: x\nmin: TLS 1.2\nlater: [{min: TLS 1.3}]":                     "needs from",
		"name: x\nmin: TLS 1.2\nfrom: 2027\nlater: [{from: 2026}]":           "stands after",
		"name: x\nmin: TLS 1.2\ntls12: [" + strings.Repeat("x", 1<<20) + "]": "too large",
	} {
		if _, err := ReadPolicy("own.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

func TestSuiteClasses(t *testing.T) {
	for name, class := range map[string]SuiteClass{
		"TLS_RSA_WITH_NULL_SHA":             ClassNull,
		"TLS_RSA_EXPORT_WITH_RC4_40_MD5":    ClassExport,
		"TLS_DH_anon_WITH_AES_128_CBC_SHA":  ClassAnonymous,
		"TLS_RSA_WITH_RC4_128_SHA":          ClassRC4,
		"TLS_RSA_WITH_DES_CBC_SHA":          ClassDES,
		"TLS_RSA_WITH_3DES_EDE_CBC_SHA":     Class3DES,
		"TLS_RSA_WITH_AES_128_CBC_SHA":      ClassRSAExchange,
		"TLS_DHE_RSA_WITH_AES_128_CBC_SHA":  ClassCBC,
		"TLS_CHACHA20_POLY1305_SHA256":      ClassNotAES,
		"TLS_RSA_EXPORT_WITH_DES40_CBC_SHA": ClassBelow112,
		"TLS_ECDH_RSA_WITH_AES_128_CBC_SHA": ClassStaticDH,
	} {
		s, ok := tlswire.SuiteByName(name)
		info, _ := s.Info()
		best, _ := tlswire.SuiteByName("TLS_AES_128_GCM_SHA256")
		plain, _ := best.Info()
		if !ok || !class.Has(info) || class.Has(plain) {
			t.Errorf("%s as %q: %v, TLS_AES_128_GCM_SHA256 %v", name, class, class.Has(info), class.Has(plain))
		}
	}
}
