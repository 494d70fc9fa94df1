package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// Keys of exports in the tests.
const (
	policyKey = `[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002]` + "\n"
	localKey  = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010002]` + "\n"
	schannel1 = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL]` + "\n"
	cipherKey = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\`
	lsaFIPS   = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa\FIPSAlgorithmPolicy]` + "\n"

	gcm  = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
	cbc  = "TLS_RSA_WITH_AES_128_CBC_SHA"
	rc4  = "TLS_RSA_WITH_RC4_128_SHA"
	tls3 = "TLS_AES_128_GCM_SHA256"
)

func functions(suites ...string) string {
	return `"Functions"="` + strings.Join(suites, ",") + "\"\n"
}

func TestCipherSuites(t *testing.T) {
	multi := localKey + `"Functions"=hex(7):` + hexUTF16(gcm+"\x00"+cbc+"_P256\x00\x00") + "\n"
	for _, c := range []struct{ name, release, body, setting, client string }{
		{"all versions", "10", policyKey + functions(gcm, cbc), "Functions=" + gcm + " and 1 more: none", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"GCM only", "10", policyKey + functions(gcm), "Functions=" + gcm + ": blocks TLS 1.0, TLS 1.1", "TLS 1.2"},
		{"GCM with a curve", "8.1", policyKey + functions(gcm+"_P384"), "Functions=" + gcm + "_P384: blocks TLS 1.0, TLS 1.1", "TLS 1.2"},
		{"no TLS 1.3", "11", policyKey + functions(gcm, cbc), "Functions=" + gcm + " and 1 more: blocks TLS 1.3", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"TLS 1.3 only", "11", policyKey + functions(tls3), "Functions=" + tls3 + ": blocks TLS 1.0, TLS 1.1, TLS 1.2", "TLS 1.3"},
		{"misspelt", "10", policyKey + functions(gcm, "TLS_FOO"), "Functions=" + gcm + " and 1 more: review", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"empty", "10", policyKey + functions(), "Functions=: review", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"too long", "10", policyKey + functions(slices.Repeat([]string{gcm}, 40)...), "Functions=" + gcm + " and 39 more: review", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"a number", "10", policyKey + "\"Functions\"=dword:00000001\n", "Functions: review", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"local", "10", strings.TrimSuffix(policyKey, "\n") + "\n" + localKey + functions(gcm), "Functions=" + gcm + ": blocks TLS 1.0, TLS 1.1", "TLS 1.2"},
		{"local, many strings", "10", policyKey + multi, "Functions=" + gcm + " and 1 more: none", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"local, policy not seen", "10", localKey + functions(gcm), "Functions=" + gcm + ": none", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"cipher off", "10", policyKey + functions(gcm, rc4) + cipherKey + "RC4 128/128]\n\"Enabled\"=dword:00000000\n", "Functions=" + gcm + " and 1 more: none", "TLS 1.2"},
	} {
		in := export(c.release, protocolsLine+c.body)
		if got := of("Functions", settings(t, in)); len(got) != 1 || got[0] != "both schannel "+c.setting {
			t.Errorf("%s: %q, want %q", c.name, got, c.setting)
		}
		got := of("schannel:", clients(t, in))
		if len(got) != 1 || !strings.HasPrefix(strings.TrimPrefix(got[0], "schannel: SSLv3, "), strings.TrimPrefix("schannel: "+c.client+", t.reg", "schannel: SSLv3, ")) {
			t.Errorf("%s: %q, want %q", c.name, got, c.client)
		}
	}
}

// hexUTF16 writes text as regedit writes binary data.
func hexUTF16(s string) string {
	var out []string
	for _, b := range []byte(utf16Bytes(s, false, false)) {
		out = append(out, string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))
	}
	return strings.Join(out, ",")
}

// TestDeclaredSuites: the declared client and server carry suites and groups.
func TestDeclaredSuites(t *testing.T) {
	in := export("10", protocolsLine+policyKey+functions(gcm, tls3, cbc)+`"EccCurves"=hex(7):`+hexUTF16("NistP384\x00curve25519\x00\x00")+"\n")
	recs, _ := run(t, "t.reg", in)
	found := 0
	for _, r := range recs {
		switch r := r.(type) {
		case *evidence.Client:
			found++
			if !slices.Equal(r.Suites, []string{gcm, cbc}) || !slices.Equal(r.Groups, []string{"secp384r1", "x25519"}) {
				t.Errorf("client: %v %v", r.Suites, r.Groups)
			}
		case *evidence.Server:
			found++
			if v := r.Versions[0x0301]; !slices.Equal(v.Suites, []string{cbc}) || !slices.Equal(r.Groups, []string{"secp384r1", "x25519"}) {
				t.Errorf("server: %v %v", v.Suites, r.Groups)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d records", found)
	}
}

const dhLine = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\KeyExchangeAlgorithms\Diffie-Hellman]` + "\n"

func TestSchannelValues(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{cipherKey + "RC4 128/128]\n\"Enabled\"=dword:00000000\n", "both schannel RC4 128/128: Enabled=0: blocks"},
		{cipherKey + "Triple DES 168]\n\"Enabled\"=dword:ffffffff\n", "both schannel Triple DES 168: Enabled=0xFFFFFFFF: allows"},
		{cipherKey + "NULL]\n\"Enabled\"=dword:00000001\n", "both schannel NULL: Enabled=1: allows"},
		{cipherKey + "AES 128/128]\n\"Enabled\"=dword:ffffffff\n", "both schannel AES 128/128: Enabled=0xFFFFFFFF: none"},
		{cipherKey + "AES 256/256]\n\"Enabled\"=dword:00000000\n", "both schannel AES 256/256: Enabled=0: review"},
		{cipherKey + "RC4 128\\128]\n\"Enabled\"=dword:00000000\n", `both schannel RC4 128\128: Enabled=0: none`},
		{cipherKey + "RC5]\n\"Enabled\"=dword:00000000\n", "both schannel RC5: Enabled=0: none"},
		{cipherKey + "NULL]\n\"Enabled\"=\"0\"\n", `both schannel NULL: Enabled="0": review`},
		{lsaFIPS + "\"Enabled\"=dword:00000001\n", "both schannel Enabled=1: review"},
		{lsaFIPS + "\"Enabled\"=dword:00000000\n", "both schannel Enabled=0: none"},
		{schannel1 + "\"EventLogging\"=dword:00000007\n", "both schannel EventLogging=7: none"},
		{schannel1 + "\"EventLogging\"=dword:00000000\n", "both schannel EventLogging=0: none"},
		{schannel1 + "\"AllowInsecureRenegoClients\"=dword:00000001\n", "server schannel AllowInsecureRenegoClients=1: review"},
		{schannel1 + "\"AllowInsecureRenegoServers\"=dword:00000000\n", "client schannel AllowInsecureRenegoServers=0: none"},
		{dhLine + "\"ClientMinKeyBitLength\"=dword:00000800\n", "client schannel ClientMinKeyBitLength=0x800: review"},
		{dhLine + "\"ClientMinKeyBitLength\"=dword:00000400\n", "client schannel ClientMinKeyBitLength=0x400: none"},
		{dhLine + "\"ClientMaxKeyBitLength\"=dword:00000800\n", "client schannel ClientMaxKeyBitLength=0x800: review"},
		{dhLine + "\"ServerMinKeyBitLength\"=dword:00000800\n", "server schannel ServerMinKeyBitLength=0x800: none"},
		{dhLine + "\"ServerMinKeyBitLength\"=dword:00001000\n", "server schannel ServerMinKeyBitLength=0x1000: review"},
		{dhLine + "\"ServerMinKeyBitLength\"=\"2048\"\n", `both schannel ServerMinKeyBitLength="2048": review`},
		{policyKey + "\"EccCurves\"=\"NistP256,foo\"\n", "both schannel EccCurves=secp256r1: none"},
	} {
		if got := settings(t, export("10", c.body)); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s\ngot  %q\nwant %q", c.body, got, c.want)
		}
	}
}
