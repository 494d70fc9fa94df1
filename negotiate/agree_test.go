package negotiate

import (
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	gcm128  tlswire.Suite = 0xC02F // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
	ecdsa   tlswire.Suite = 0xC02B // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
	dhe     tlswire.Suite = 0x0033 // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
	rsaAES  tlswire.Suite = 0x002F // TLS_RSA_WITH_AES_128_CBC_SHA
	rc4     tlswire.Suite = 0x0005 // TLS_RSA_WITH_RC4_128_SHA
	chacha  tlswire.Suite = 0xCCA8 // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
	aes13   tlswire.Suite = 0x1301
	unnamed tlswire.Suite = 0xEEEE
)

// modern is a client of today; the changes make others of it.
func modern(change func(*ClientProfile)) *Client {
	p := ClientProfile{
		Name: "client", Versions: []tlswire.Version{tlswire.TLS12, tlswire.TLS13},
		Suites:    []tlswire.Suite{aes13, gcm128, ecdsa, chacha, dhe, rsaAES},
		Groups:    []tlswire.Group{tlswire.GroupX25519, tlswire.GroupSecp256r1},
		KeyShares: []tlswire.Group{tlswire.GroupX25519},
		Schemes:   []tlswire.SignatureScheme{tlswire.RSAPSSRSAESHA256, tlswire.ECDSAWithP256, tlswire.RSAWithSHA256},
		NameKnown: true, ServerName: true,
	}
	if change != nil {
		change(&p)
	}
	return p.Compile()
}

// old is a client whose hello names one version.
func old(v tlswire.Version, change func(*ClientProfile)) *Client {
	p := ClientProfile{
		Name: "old", Versions: []tlswire.Version{v}, Implied: true, Suites: []tlswire.Suite{rsaAES, rc4},
		Groups: []tlswire.Group{}, Schemes: []tlswire.SignatureScheme{}, NameKnown: true,
	}
	if change != nil {
		change(&p)
	}
	return p.Compile()
}

// serving is a server of these versions with an RSA key.
func serving(change func(*ServerProfile), versions ...tlswire.Version) *Server {
	p := ServerProfile{
		Name: "server", Keys: []Key{{Type: "RSA", Bits: 2048}},
		Groups: []tlswire.Group{tlswire.GroupSecp256r1, tlswire.GroupX25519},
	}
	for _, v := range tlswire.StreamVersions {
		p.Versions = append(p.Versions, VersionProfile{Version: v, State: evidence.Rejected, ServerOrder: Yes})
	}
	for _, v := range versions {
		x := &p.Versions[v.Rank()-1]
		x.State = evidence.Accepted
		switch v {
		case tlswire.TLS13:
			x.Suites = []tlswire.Suite{aes13}
		case tlswire.TLS12:
			x.Suites = []tlswire.Suite{gcm128, chacha, dhe, rsaAES}
		default:
			x.Suites = []tlswire.Suite{dhe, rsaAES}
		}
	}
	if change != nil {
		change(&p)
	}
	return p.Compile()
}

func only12(p *ClientProfile) { p.Versions = []tlswire.Version{tlswire.TLS12} }

func TestAgree(t *testing.T) {
	const v10, v11, v12, v13 = tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13
	suitesOf := func(rank tlswire.Version, s ...tlswire.Suite) func(*ServerProfile) {
		return func(p *ServerProfile) { p.Versions[rank.Rank()-1].Suites = s }
	}
	for _, tc := range []struct {
		name   string
		client *Client
		server *Server
		want   string
	}{
		{"highest of both", modern(nil), serving(nil, v10, v11, v12, v13), "agrees TLS 1.3 TLS_AES_128_GCM_SHA256 x25519"},
		{"server's order", modern(only12), serving(nil, v12), "agrees TLS 1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 secp256r1"},
		{"client's order", modern(only12), serving(func(p *ServerProfile) {
			p.Versions[4].ServerOrder = No
			p.Versions[4].Suites = []tlswire.Suite{rsaAES, chacha}
		}, v12), "agrees TLS 1.2 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 x25519"},
		{
			"ChaCha20 for who has it first", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{chacha, gcm128} }),
			serving(func(p *ServerProfile) { p.Versions[4].ChaChaFirst = true }, v12), "agrees TLS 1.2 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 secp256r1",
		},
		{
			"a suite without a name", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{unnamed} }),
			serving(suitesOf(v12, gcm128, unnamed), v12), "agrees TLS 1.2 0xEEEE 0x0000",
		},
		{"no share yet", modern(func(p *ClientProfile) { p.KeyShares = []tlswire.Group{} }), serving(nil, v13), "agrees TLS 1.3 TLS_AES_128_GCM_SHA256 x25519"},
		{"nothing known of suites", (&ClientProfile{Versions: []tlswire.Version{v12}}).Compile(), serving(nil, v12), "agrees TLS 1.2 0x0000 0x0000"},

		{"low, of no one known", old(v10, nil), serving(nil, v12, v13), "fails unidentified client: offers at most TLS 1.0; the server accepts TLS 1.2 and up"},
		{"low and old", old(v10, func(p *ClientProfile) { p.Capable = v10 }), serving(nil, v12), "fails incapable client: offers at most TLS 1.0; the server accepts only TLS 1.2"},
		{"low and able", old(v10, func(p *ClientProfile) { p.Capable = v12 }), serving(nil, v12), "fails capable_but_off client: offers at most TLS 1.0; the server accepts only TLS 1.2"},
		{"low and pinned", old(v10, func(p *ClientProfile) { p.WhyLow = PinnedByCode }), serving(nil, v12), "fails pinned_by_code client: offers at most TLS 1.0; the server accepts only TLS 1.2"},
		{"pinned, and not able either", old(v10, func(p *ClientProfile) { p.WhyLow, p.Capable = PinnedByCode, v11 }), serving(nil, v12), "fails incapable client: offers at most TLS 1.0; the server accepts only TLS 1.2"},
		{"able, but not enough", old(v10, func(p *ClientProfile) { p.Capable = v12 }), serving(nil, v13), "fails incapable client: offers at most TLS 1.0; the server accepts only TLS 1.3"},
		{"new against old", modern(nil), serving(nil, v10), "fails reverse server: offers TLS 1.2 and up; the server accepts only TLS 1.0"},
		{"offers what it will not complete", old(v12, func(p *ClientProfile) { p.Refuses.Lowest = v12 }), serving(nil, v10, v11), "fails reverse server: the server picks TLS 1.1; the client completes nothing below TLS 1.2"},
		{"a hole", modern(func(p *ClientProfile) { p.Versions = []tlswire.Version{v11, v13} }), serving(nil, v12), "fails reverse server: offers TLS 1.1 and TLS 1.3; the server accepts only TLS 1.2"},
		{"a server that reads no list of versions", modern(nil), serving(func(p *ServerProfile) { p.IgnoresList = Yes }, v10), "fails reverse server: offers TLS 1.2 and up; the server accepts only TLS 1.0"},
		{"and has no suite for it either", modern(nil), serving(func(p *ServerProfile) {
			p.IgnoresList = Yes
			p.Versions[2].Suites = []tlswire.Suite{rc4}
		}, v10), "fails reverse server: offers TLS 1.2 and up; the server accepts only TLS 1.0"},
		{
			"nothing signed in common, and nothing to sign", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{rsaAES} }),
			serving(func(p *ServerProfile) { p.Schemes = []tlswire.SignatureScheme{tlswire.RSAWithSHA1} }, v12), "fails no_common_group_or_signature both: no signature algorithm in common for TLS 1.2",
		},
		{"how low it goes is not known", old(v12, nil), serving(nil, v10), "unknown: the server picks TLS 1.0; the client's highest is TLS 1.2, and how low it goes is not known"},
		{
			"OpenSSL 3, signed", modern(func(p *ClientProfile) { p.Versions = []tlswire.Version{v10, v12}; p.Refuses.LegacySignatures = true }),
			serving(nil, v10), "fails reverse server: the server picks TLS 1.0; the client takes no signature over SHA-1",
		},
		{
			"OpenSSL 3, unsigned", modern(func(p *ClientProfile) { p.Versions = []tlswire.Version{v10, v12}; p.Refuses.LegacySignatures = true }),
			serving(suitesOf(v10, rsaAES), v10), "agrees TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA 0x0000",
		},

		{"no suite", old(v12, nil), serving(suitesOf(v12, gcm128), v12), "fails no_common_cipher both: no suite in common for TLS 1.2"},
		{"a suite of another version is none", modern(nil), serving(suitesOf(v13, gcm128), v13), "fails no_common_cipher both: no suite in common for TLS 1.3"},
		{"version before suite", old(v10, nil), serving(suitesOf(v12, gcm128), v12), "fails unidentified client: offers at most TLS 1.0; the server accepts only TLS 1.2"},
		{
			"no curve", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{gcm128} }),
			serving(func(p *ServerProfile) { p.Groups = []tlswire.Group{tlswire.GroupSecp521r1} }, v12), "fails no_common_group_or_signature both: no group in common for TLS 1.2",
		},
		{"no curve, but RSA", modern(only12), serving(func(p *ServerProfile) { p.Groups = []tlswire.Group{} }, v12), "agrees TLS 1.2 TLS_DHE_RSA_WITH_AES_128_CBC_SHA 0x0000"},
		{"no group of TLS 1.3, though TLS 1.2 would do", modern(func(p *ClientProfile) {
			p.Groups, p.KeyShares = []tlswire.Group{tlswire.GroupX448}, []tlswire.Group{tlswire.GroupX448}
		}), serving(nil, v12, v13), "fails no_common_group_or_signature both: no group in common for TLS 1.3"},
		{"a server without groups of primes does DHE", modern(func(p *ClientProfile) {
			only12(p)
			p.Suites, p.Groups = []tlswire.Suite{dhe}, []tlswire.Group{tlswire.GroupFFDHE3072}
		}), serving(nil, v12), "agrees TLS 1.2 TLS_DHE_RSA_WITH_AES_128_CBC_SHA 0x0000"},
		{"one with others does not (RFC 7919, 4)", modern(func(p *ClientProfile) {
			only12(p)
			p.Suites, p.Groups = []tlswire.Suite{dhe}, []tlswire.Group{tlswire.GroupFFDHE3072}
		}), serving(func(p *ServerProfile) { p.Groups = []tlswire.Group{tlswire.GroupFFDHE2048} }, v12), "fails no_common_group_or_signature both: no group in common for TLS 1.2"},
		{"no signature in TLS 1.2", modern(func(p *ClientProfile) {
			only12(p)
			p.Suites, p.Schemes = []tlswire.Suite{gcm128}, []tlswire.SignatureScheme{tlswire.ECDSAWithP256}
		}), serving(nil, v12), "fails no_common_group_or_signature both: no signature algorithm in common for TLS 1.2"},
		{"no list of signatures is SHA-1", modern(func(p *ClientProfile) {
			only12(p)
			p.Suites, p.Schemes = []tlswire.Suite{gcm128}, []tlswire.SignatureScheme{}
		}), serving(func(p *ServerProfile) { p.Schemes = []tlswire.SignatureScheme{tlswire.RSAWithSHA256} }, v12), "fails no_common_group_or_signature both: no signature algorithm in common for TLS 1.2"},
		{
			"no signature in TLS 1.3", modern(func(p *ClientProfile) { p.Schemes = []tlswire.SignatureScheme{tlswire.RSAWithSHA256} }),
			serving(nil, v13), "fails no_common_group_or_signature both: no signature algorithm in common for TLS 1.3",
		},
		{
			"curve of the key", modern(func(p *ClientProfile) { only12(p); p.Groups = []tlswire.Group{tlswire.GroupX25519} }),
			serving(func(p *ServerProfile) {
				p.Keys = []Key{{Type: "ECDSA", Curve: tlswire.GroupSecp256r1}}
				p.Versions[4].Suites = []tlswire.Suite{ecdsa}
			}, v12), "fails no_common_group_or_signature both: no group in common for TLS 1.2",
		},

		{
			"DH too short", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{dhe}; p.Refuses.DHBits = 2048 }),
			serving(func(p *ServerProfile) { p.DHBits = 1024 }, v12), "fails reverse server: the server's DH group has 1024 bits; the client wants 2048",
		},
		{
			"DH too long", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{dhe}; p.Refuses.DHMost = 1024 }),
			serving(func(p *ServerProfile) { p.DHBits = 2048 }, v12), "fails incapable client: the server's DH group has 2048 bits; the client takes at most 1024",
		},
		{
			"DH as long as it may be", modern(func(p *ClientProfile) { only12(p); p.Suites = []tlswire.Suite{dhe}; p.Refuses.DHMost = 1024 }),
			serving(func(p *ServerProfile) { p.DHBits = 1024 }, v12), "agrees TLS 1.2 TLS_DHE_RSA_WITH_AES_128_CBC_SHA 0x0000",
		},
		{
			"DH is not asked for by other suites", modern(func(p *ClientProfile) { only12(p); p.Refuses.DHBits = 2048 }),
			serving(func(p *ServerProfile) { p.DHBits = 1024 }, v12), "agrees TLS 1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 secp256r1",
		},
		{
			"RSA key too short", modern(func(p *ClientProfile) { p.Refuses.RSABits = 2048 }),
			serving(func(p *ServerProfile) { p.Keys[0].Bits = 1024 }, v13), "fails reverse server: the server's RSA key is shorter than the 2048 bits that the client wants",
		},
		{
			"certificate over SHA-1", modern(func(p *ClientProfile) { p.Refuses.SHA1Certificates = true }),
			serving(func(p *ServerProfile) { p.Keys[0].SHA1 = true }, v12), "fails reverse server: the server's certificate is signed over SHA-1, which the client refuses",
		},
		{
			"extended master secret", modern(func(p *ClientProfile) { only12(p); p.Refuses.NeedsEMS = true }),
			serving(func(p *ServerProfile) { p.EMS = No }, v12), "fails reverse server: the client wants extended_master_secret, which the server does not know",
		},

		{
			"fallback refused", old(v11, func(p *ClientProfile) { p.Fallback = true }), serving(func(p *ServerProfile) { p.Fallback = Yes }, v11, v12),
			"fails middlebox client: tries again with TLS 1.1 after a failure; the server, which does TLS 1.2, refuses that",
		},
		{
			"fallback to the best there is", old(v11, func(p *ClientProfile) { p.Fallback = true }), serving(func(p *ServerProfile) { p.Fallback = Yes }, v11),
			"agrees TLS 1.1 TLS_RSA_WITH_AES_128_CBC_SHA 0x0000",
		},
		{"no name", old(v12, nil), serving(func(p *ServerProfile) { p.NeedsName = true }, v12), "fails incapable client: sends no server name, and the server asks for one"},
		{"intolerant", modern(nil), serving(func(p *ServerProfile) { p.Bears = v12 }, v12), "fails reverse server: the server fails on hellos above TLS 1.2"},
		{"a version that was not seen", modern(nil), serving(func(p *ServerProfile) { p.Versions[5].State = evidence.Unknown }, v12), "unknown: whether the server accepts TLS 1.3 is not known"},
		{"a server of which nothing is known", modern(nil), (&ServerProfile{}).Compile(), "unknown: what the server accepts is not known"},
		{"a client of which nothing is known", (&ClientProfile{}).Compile(), serving(nil, v12), "unknown: what the client offers is not known"},
	} {
		if got := inWords(Agree(tc.client, tc.server)); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func inWords(r Result) string {
	switch r.Outcome {
	case Agrees:
		return "agrees " + r.Version.String() + " " + suiteName(r.Suite) + " " + r.Group.String()
	case Fails:
		return "fails " + string(r.Cause) + " " + string(r.LimitedBy) + ": " + r.Detail()
	}
	return "unknown: " + r.Detail()
}

func suiteName(s tlswire.Suite) string {
	if s == 0 {
		return "0x0000"
	}
	return s.String()
}

// TestFloor: what lies below goes, and nothing comes instead.
func TestFloor(t *testing.T) {
	p := serving(nil, tlswire.TLS10, tlswire.TLS12).WithFloor(tlswire.TLS13)
	if got, want := inWords(Agree(modern(nil), p.Compile())), "fails reverse server: offers TLS 1.2 and up; the server accepts nothing"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p = serving(nil, tlswire.TLS10, tlswire.TLS12).WithFloor(tlswire.TLS12)
	if got, want := inWords(Agree(old(tlswire.TLS10, nil), p.Compile())), "fails unidentified client: offers at most TLS 1.0; the server accepts only TLS 1.2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAssumed(t *testing.T) {
	r := Agree((&ClientProfile{Versions: []tlswire.Version{tlswire.TLS12}}).Compile(), serving(nil, tlswire.TLS12))
	if got := r.Assumed(); got != "that they have a suite in common: not all suites are known" {
		t.Errorf("assumed %q", got)
	}
	r = Agree(modern(nil), serving(nil, tlswire.TLS13))
	if got := r.Assumed(); got != "" {
		t.Errorf("assumed %q", got)
	}
}
