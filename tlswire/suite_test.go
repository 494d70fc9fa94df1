package tlswire

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestSuiteTable(t *testing.T) {
	names := map[string]Suite{}
	for i, row := range suiteTable {
		if i > 0 && row.code <= suiteTable[i-1].code {
			t.Errorf("%s stands out of order", row.name)
		}
		for _, n := range []string{row.name, row.openssl, row.gnutls} {
			if c, dup := names[n]; dup && n != "" && c != row.code {
				t.Errorf("%s names 0x%04X and 0x%04X", n, c, row.code)
			}
			names[n] = row.code
			if s, ok := SuiteByName(n); n != "" && (!ok || s != row.code) {
				t.Errorf("SuiteByName(%s) = %v, %v", n, s, ok)
			}
		}
	}
	registered := 0
	for _, in := range Suites() {
		if in.Registered {
			registered++
		}
		if in.Min == 0 || in.Max.Rank() < in.Min.Rank() {
			t.Errorf("%s: versions %v to %v", in.Name, in.Min, in.Max)
		}
		if !in.Signalling && in.Suite != 0 && (in.KeyExchange == "" || in.Auth == "" || in.Cipher == "" || in.MAC == "") {
			t.Errorf("%s: not described: %+v", in.Name, in)
		}
	}
	if registered != 352 {
		t.Errorf("%d registered suites, want 352", registered)
	}
}

func TestSuiteInfo(t *testing.T) {
	for _, c := range []struct {
		name, kx, auth, cipher, mac string
		bits                        int
		fs, export                  bool
		lo, hi                      Version
	}{
		{"TLS_AES_128_GCM_SHA256", "any", "any", "AES_128_GCM", "SHA256", 128, true, false, TLS13, TLS13},
		{"TLS_AES_128_CCM_8_SHA256", "any", "any", "AES_128_CCM_8", "SHA256", 128, true, false, TLS13, TLS13},
		{"TLS_SM4_GCM_SM3", "any", "any", "SM4_GCM", "SM3", 128, true, false, TLS13, TLS13},
		{"TLS_SHA256_SHA256", "any", "any", "NULL", "SHA256", 0, true, false, TLS13, TLS13},
		{"TLS_GOSTR341112_256_WITH_MAGMA_MGM_L", "any", "any", "MAGMA_MGM_L", "GOSTR341112", 256, true, false, TLS13, TLS13},
		{"TLS_GOSTR341112_256_WITH_28147_CNT_IMIT", "GOST", "GOST", "28147_CNT", "IMIT", 256, false, false, TLS12, TLS12},
		{"TLS_RSA_WITH_AES_128_CBC_SHA", "RSA", "RSA", "AES_128_CBC", "SHA", 128, false, false, SSL30, TLS12},
		{"TLS_RSA_WITH_AES_128_CBC_SHA256", "RSA", "RSA", "AES_128_CBC", "SHA256", 128, false, false, TLS12, TLS12},
		{"TLS_PSK_WITH_AES_128_CBC_SHA256", "PSK", "PSK", "AES_128_CBC", "SHA256", 128, false, false, TLS10, TLS12},
		{"TLS_PSK_WITH_AES_128_GCM_SHA256", "PSK", "PSK", "AES_128_GCM", "SHA256", 128, false, false, TLS12, TLS12},
		{"TLS_RSA_PSK_WITH_RC4_128_SHA", "RSA_PSK", "RSA", "RC4_128", "SHA", 128, false, false, TLS10, TLS12},
		{"TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", "DHE", "DSS", "3DES_EDE_CBC", "SHA", 112, true, false, SSL30, TLS12},
		{"TLS_DH_anon_WITH_RC4_128_MD5", "DHE", "anon", "RC4_128", "MD5", 128, true, false, SSL30, TLS12},
		{"TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384", "ECDH", "ECDH", "AES_256_GCM", "SHA384", 256, false, false, TLS12, TLS12},
		{"TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "ECDHE", "ECDSA", "AES_256_CCM_8", "SHA256", 256, true, false, TLS12, TLS12},
		{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE", "RSA", "CHACHA20_POLY1305", "SHA256", 256, true, false, TLS12, TLS12},
		{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD", "ECDHE", "RSA", "CHACHA20_POLY1305", "SHA256", 256, true, false, TLS12, TLS12},
		{"TLS_RSA_EXPORT_WITH_RC4_40_MD5", "RSA", "RSA", "RC4_40", "MD5", 40, false, true, SSL30, TLS10},
		{"TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA", "DHE", "DSS", "RC4_56", "SHA", 56, true, true, SSL30, TLS10},
		{"TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "RSA", "RSA", "DES40_CBC", "SHA", 40, false, true, SSL30, TLS10},
		{"TLS_RSA_WITH_DES_CBC_SHA", "RSA", "RSA", "DES_CBC", "SHA", 56, false, false, SSL30, TLS11},
		{"TLS_RSA_WITH_IDEA_CBC_SHA", "RSA", "RSA", "IDEA_CBC", "SHA", 128, false, false, SSL30, TLS11},
		{"TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5", "KRB5", "KRB5", "DES_CBC_40", "MD5", 40, false, true, SSL30, TLS10},
		{"TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA", "SRP", "DSS", "AES_128_CBC", "SHA", 128, true, false, TLS10, TLS12},
		{"TLS_ECCPWD_WITH_AES_128_CCM_SHA256", "ECCPWD", "PWD", "AES_128_CCM", "SHA256", 128, true, false, TLS12, TLS12},
		{"SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA", "RSA", "RSA", "3DES_EDE_CBC", "SHA", 112, false, false, SSL30, TLS12},
	} {
		s, ok := SuiteByName(c.name)
		in, known := s.Info()
		if !ok || !known {
			t.Errorf("%s is not known", c.name)
			continue
		}
		want := in
		want.KeyExchange, want.Auth, want.Cipher, want.MAC = KeyExchange(c.kx), Auth(c.auth), c.cipher, c.mac
		want.Bits, want.ForwardSecret, want.Export, want.Min, want.Max = c.bits, c.fs, c.export, c.lo, c.hi
		if in != want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, in, want)
		}
	}
}

func TestSuiteByNameSpellings(t *testing.T) {
	for name, want := range map[string]Suite{
		"ECDHE-RSA-AES256-SHA":                        0xC014,
		"ecdhe-rsa-aes256-sha":                        0xC014,
		"EDH-RSA-DES-CBC3-SHA":                        0x0016,
		"EXP-EDH-RSA-DES-CBC-SHA":                     0x0014,
		"TLS_ECDHE_RSA_AES_256_CBC_SHA1":              0xC014,
		"SSL_RSA_WITH_RC4_128_MD5":                    0x0004,
		"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P256":  0xC028,
		"TLS_DHE_PSK_WITH_AES_128_CCM":                0xC0A6,
		"TLS_DH_ANON_WITH_RC4_128_MD5":                0x0018,
		"0xABCD":                                      0xABCD,
		"TLS_FALLBACK_SCSV":                           0x5600,
		"IANA-GOST2012-GOST8912-GOST8912":             0xC102,
		"ECDHE-ARIA128-GCM-SHA256":                    0xC060,
		"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA8,
	} {
		if s, ok := SuiteByName(name); !ok || s != want {
			t.Errorf("SuiteByName(%s) = %v, %v, want %v", name, s, ok, want)
		}
	}
	for _, name := range []string{"", "TLS_", "0x12", "0xGGGG", "HIGH", "_P256"} {
		if s, ok := SuiteByName(name); ok {
			t.Errorf("SuiteByName(%q) = %v", name, s)
		}
	}
	if got := Suite(0xABCD).String(); got != "0xABCD" {
		t.Errorf("unknown suite: %s", got)
	}
}

func TestCanRun(t *testing.T) {
	for _, c := range []struct {
		s    Suite
		v    Version
		want bool
	}{
		{0x009C, TLS11, false},
		{0x009C, TLS12, true},
		{0x1301, TLS12, false},
		{0x1301, TLS13, true},
		{0x002F, SSL30, true},
		{0x002F, TLS13, false},
		{0x0003, TLS11, false},
		{0x0009, TLS12, false},
		{0x00FF, TLS12, false},
		{0x0000, TLS12, false},
		{0xABCD, TLS12, true},
		{0xC02F, DTLS12, true},
		{0xC02F, DTLS10, false},
	} {
		if got := c.s.CanRun(c.v); got != c.want {
			t.Errorf("%v in %v: %v", c.s, c.v, got)
		}
	}
}

// golden gives the recorded list and, when the program is there, its own:
// the record alone already says everything, the program says it for today.
func golden(t *testing.T, file string, live func() ([]byte, error)) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := live()
	if err != nil {
		t.Logf("%v: only the recorded list is compared", err)
	}
	var lines []string
	for sc := bufio.NewScanner(bytes.NewReader(append(b, out...))); sc.Scan(); {
		lines = append(lines, sc.Text())
	}
	return lines
}

func code(t *testing.T, s string) Suite {
	t.Helper()
	v, ok := parseHex(strings.NewReplacer(",0x", "", ",", "").Replace(s), 4)
	if !ok {
		t.Fatalf("no code point: %q", s)
	}
	return Suite(v)
}

func TestSuitesOfOpenSSL(t *testing.T) {
	lines := golden(t, "testdata/openssl-ciphers.txt", func() ([]byte, error) {
		out, err := exec.Command("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL@SECLEVEL=0").Output()
		return bytes.ReplaceAll(out, []byte(" - "), []byte(" ")), err
	})
	versions := map[string]Version{"SSLv3": SSL30, "TLSv1": TLS10, "TLSv1.2": TLS12, "TLSv1.3": TLS13}
	kx := map[string][]KeyExchange{
		"Kx=any": {KexAny}, "Kx=RSA": {KexRSA}, "Kx=DH": {KexDHE}, "Kx=ECDH": {KexECDHE}, "Kx=PSK": {KexPSK},
		"Kx=DHEPSK": {KexDHEPSK}, "Kx=ECDHEPSK": {KexECDHEPSK}, "Kx=RSAPSK": {KexRSAPSK}, "Kx=SRP": {KexSRP},
	}
	auth := map[string]Auth{
		"Au=any": AuthAny, "Au=RSA": AuthRSA, "Au=DSS": AuthDSS, "Au=ECDSA": AuthECDSA,
		"Au=None": AuthAnon, "Au=PSK": AuthPSK, "Au=SRP": AuthSRP,
	}
	for _, line := range lines {
		f := strings.Fields(line)
		in, ok := code(t, f[0]).Info()
		if !ok || in.Name != f[1] || in.OpenSSL != f[2] {
			t.Errorf("%s: have %s, %s", line, in.Name, in.OpenSSL)
		}
		// An SSLv3 suite of OpenSSL may have TLS 1.0 as minimum here and
		// the other way round; that TLS 1.2 is proven must agree.
		v, ok := versions[f[3]]
		if !ok || (v.Rank() >= TLS12.Rank() || in.Min.Rank() >= TLS12.Rank()) && v != in.Min {
			t.Errorf("%s: minimum %v", line, in.Min)
		}
		if !slices.Contains(kx[f[4]], in.KeyExchange) || auth[f[5]] != in.Auth {
			t.Errorf("%s: have %s, %s", line, in.KeyExchange, in.Auth)
		}
		if aead := strings.HasSuffix(line, "Mac=AEAD"); aead != in.AEAD {
			t.Errorf("%s: AEAD %v", line, in.AEAD)
		}
	}
}

func TestSuitesOfGnuTLS(t *testing.T) {
	lines := golden(t, "testdata/gnutls-ciphers.txt", func() ([]byte, error) {
		out, err := exec.Command("gnutls-cli", "-l").Output()
		var b bytes.Buffer
		for line := range strings.Lines(string(out)) {
			if f := strings.Fields(line); len(f) == 4 && strings.HasPrefix(f[1], "0x") {
				b.WriteString(f[1] + f[2] + " " + f[0] + " " + f[3] + "\n")
			}
		}
		return b.Bytes(), err
	})
	for _, line := range lines {
		f := strings.Fields(line)
		in, ok := code(t, f[0]).Info()
		if !ok || in.GnuTLS != f[1] {
			t.Errorf("%s: have %s, %s", line, in.Name, in.GnuTLS)
		}
		proves := in.Min.Rank() >= TLS12.Rank()
		if in.KeyExchange.psk() && !in.AEAD {
			continue // GnuTLS differs from the RFC and from OpenSSL here
		}
		if proves != (f[2] != "TLS1.0") {
			t.Errorf("%s: minimum %v", line, in.Min)
		}
	}
}

func TestSuitesOfGo(t *testing.T) {
	for _, c := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		in, ok := Suite(c.ID).Info()
		if !ok || in.Name != c.Name {
			t.Errorf("0x%04X: have %s, Go has %s", c.ID, in.Name, c.Name)
		}
		lo := Version(slices.Min(c.SupportedVersions))
		if in.Min.AtLeast(TLS12) != lo.AtLeast(TLS12) || in.Max != Version(slices.Max(c.SupportedVersions)) {
			t.Errorf("%s: %v to %v, Go has %x", in.Name, in.Min, in.Max, c.SupportedVersions)
		}
	}
}
