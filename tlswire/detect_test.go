package tlswire

import "testing"

func TestDetectClientHello(t *testing.T) {
	s := ClientHelloSpec{Max: TLS12, Suites: []Suite{0x2F}}
	hello := mustBuild(t, &s)
	for i := range hello {
		if d := DetectClientHello(hello[:i]); d != NeedMore && (i < 11 || d != DetectedTLS) {
			t.Fatalf("%d bytes: %v", i, d)
		}
	}
	if !LooksLikeClientHello(hello) || DetectServerHello(hello) != NotDetected {
		t.Error("a client's hello")
	}
	for _, b := range []string{
		"GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "220 mail.example ESMTP\r\n", "EHLO x\r\n", "\x05\x01\x00",
		"\x16\x03\x01\x00\x31\x02\x00\x00\x2d\x03\x03",         // a ServerHello
		"\x16\x03\x01\x00\x31\x01\x00\x00\x05\x03\x03",         // too small for a hello
		"\x16\x03\x01\x00\x31\x01\x07\x00\x2d\x03\x03",         // too long
		"\x16\x02\x01\x00\x31\x01\x00\x00\x2d\x03\x03",         // no TLS record
		"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\xfe\xfd",         // DTLS
		"\x16\x03\x01\x00\x00",                                 // an empty record
		"\x15\x03\x01\x00\x02\x02\x28",                         // an alert
		"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x11",         // SSLv2, lengths that do not add up
		"\x80\x2e\x01\x03\x07\x00\x15\x00\x00\x00\x10",         // no such version
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", // a BGP marker
		"\x80\x00\x00\x28\x72\xfe\x1d\x13\x00\x00\x00\x00",     // ONC RPC
	} {
		if d := DetectClientHello([]byte(b)); d != NotDetected {
			t.Errorf("%q: %v", b, d)
		}
	}
	v2 := "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"
	if DetectClientHello([]byte(v2)) != DetectedSSLv2 || DetectClientHello([]byte(v2[:10])) != NeedMore {
		t.Error("SSLv2")
	}
}

func TestDetectServerHello(t *testing.T) {
	for b, want := range map[string]Detected{
		"\x16\x03\x03\x00\x31\x02\x00\x00\x2d\x03\x03": DetectedTLS,
		"\x16\x03\x01\x00\x31\x02\x00\x00\x2d\x7f\x12": DetectedTLS,
		"\x16\x03\x03\x00\x31\x01\x00\x00\x2d\x03\x03": NotDetected,
		"\x16\x03\x03":                 NeedMore,
		"":                             NeedMore,
		"\x80\x40\x04\x00\x01\x00\x02": DetectedSSLv2,
		"\x80\x40\x04\x00\x01\x03\x01": NotDetected,
		"\x80\x40\x04":                 NeedMore,
		"HTTP/1.1 400 Bad":             NotDetected,
	} {
		if d := DetectServerHello([]byte(b)); d != want {
			t.Errorf("%x: %v, want %v", b, d, want)
		}
	}
}
