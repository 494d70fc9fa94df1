package scan

import (
	"slices"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

func testQuestion(v tlswire.Version) *question {
	h := newHost(Options{}.withDefaults(), Target{}, addrForTests, "web.example")
	q := h.question(v, formFull, suitesFor(v))
	q.wants = func(tlswire.Suite) bool { return true }
	return &q
}

func TestParseAnswer(t *testing.T) {
	text := func(s string) []byte { return []byte(s) }
	for name, c := range map[string]struct {
		version tlswire.Version
		stream  []byte
		final   bool
		done    bool
		outcome outcome
		because string
	}{
		"nothing yet":        {tlswire.TLS12, nil, false, false, closed, "closed"},
		"nothing":            {tlswire.TLS12, nil, true, false, closed, "closed"},
		"hello, more wanted": {tlswire.TLS12, helloRecord(tlswire.TLS12, 0xC02F), false, false, helloed, "server_hello"},
		"hello at the end":   {tlswire.TLS12, helloRecord(tlswire.TLS12, 0xC02F), true, true, helloed, "server_hello"},
		"lower version":      {tlswire.TLS12, helloRecord(tlswire.TLS10, 0x002F), true, true, helloed, "server_hello TLS 1.0"},
		"lower than TLS 1.3": {tlswire.TLS13, helloRecord(tlswire.TLS12, 0x1301), true, true, helloed, "server_hello TLS 1.2"},
		"higher version":     {tlswire.TLS10, helloRecord(tlswire.TLS12, 0x002F), true, true, misfit, "server_hello with TLS 1.2, which was not offered"},
		"other suite":        {tlswire.TLS10, helloRecord(tlswire.TLS10, 0xC02F), true, true, misfit, "server_hello with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, which was not offered"},
		"fatal":              {tlswire.TLS12, alertRecord(2, 70), false, true, alerted, "alert protocol_version"},
		"unnamed alert":      {tlswire.TLS12, alertRecord(2, 199), false, true, alerted, "alert 0xC7"},
		"warning":            {tlswire.TLS12, alertRecord(1, 112), false, false, closed, "closed"},
		"warning at the end": {tlswire.TLS12, alertRecord(1, 40), true, true, alerted, "alert handshake_failure"},
		"warning, fatal":     {tlswire.TLS12, append(alertRecord(1, 112), alertRecord(2, 80)...), false, true, alerted, "alert internal_error"},
		"warning, hello":     {tlswire.TLS12, append(alertRecord(1, 112), helloRecord(tlswire.TLS12, 0xC02F)...), true, true, helloed, "server_hello"},
		"close_notify":       {tlswire.TLS12, alertRecord(1, 0), true, false, closed, "closed"},
		"HTTP":               {tlswire.TLS12, text("HTTP/1.1 400 Bad Request\r\n"), false, true, notTLS, "answers HTTP in plain text"},
		"HTTP so far":        {tlswire.TLS12, text("HTTP"), false, false, notTLS, ""},
		"FTP":                {tlswire.TLS12, text("220 (vsFTPd 3.0.3)\r\n"), false, true, notTLS, "FTP or SMTP greeting; try ftp:// or smtp://"},
		"binary":             {tlswire.TLS12, text("\x00\x01\x02\x03"), true, true, notTLS, `not TLS: received "\x00\x01\x02\x03"`},
		"SSLv2 error":        {tlswire.SSL20, text("\x80\x03\x00\x00\x01"), false, true, notTLS, "SSLv2 error 1"},
		"alert to SSLv2":     {tlswire.SSL20, alertRecord(2, 70), false, true, alerted, "alert protocol_version"},
	} {
		q := testQuestion(c.version)
		a, done := parseAnswer(c.stream, q, c.final)
		if done != c.done || a.outcome != c.outcome || c.because != "" && a.because(c.version) != c.because {
			t.Errorf("%s: done %v, %s, because %q", name, done, a.outcome, a.because(c.version))
		}
	}
}

// TestHellosFit: the short forms keep what they promise, with the longest
// name that is usual, and every suite is in some hello of every form.
func TestHellosFit(t *testing.T) {
	h := newHost(Options{}.withDefaults(), Target{}, addrForTests, "autodiscover.some-department.example.com")
	for _, v := range tlswire.StreamVersions {
		for _, f := range []form{formFull, form64, form255, formPlain} {
			if f == formPlain && v == tlswire.TLS13 {
				continue
			}
			var offered []tlswire.Suite
			for _, suites := range h.chunks(v, f, suitesFor(v)) {
				q := h.question(v, f, suites)
				b := q.bytes()
				offered = append(offered, suites...)
				if len(b) == 0 || f == form255 && len(b) > maxBytes || f != formFull && len(suites) > maxSuites {
					t.Errorf("%s, %s: %d suites, %d bytes", v, f, len(suites), len(b))
				}
				hello, err := tlswire.ReadClientHello(b, nil)
				if err != nil {
					t.Fatalf("%s, %s: %v", v, f, err)
				}
				checkOffer(t, &q, &hello)
			}
			if !slices.Equal(offered, suitesFor(v)) {
				t.Errorf("%s, %s: %d suites of %d offered", v, f, len(offered), len(suitesFor(v)))
			}
		}
	}
}

func checkOffer(t *testing.T, q *question, h *tlswire.ClientHello) {
	t.Helper()
	if h.MaxVersion() != q.version {
		t.Errorf("%s, %s: offers %s", q.version, q.form, h.MaxVersion())
	}
	plain := q.form == formPlain || q.version <= tlswire.SSL30
	if h.HasExtensions == plain {
		t.Errorf("%s, %s: extensions %v", q.version, q.form, h.HasExtensions)
	}
	if name := string(h.ServerName()); (name == "") != plain {
		t.Errorf("%s, %s: name %q", q.version, q.form, name)
	}
	if q.version == tlswire.SSL30 && h.RecordVersion != tlswire.SSL30 {
		t.Errorf("SSLv3 in records of %s", h.RecordVersion)
	}
	if q.version == tlswire.TLS12 && !plain && !h.SignatureSchemes().Has(tlswire.RSAWithSHA1) {
		t.Errorf("%s, %s: RSA-SHA1 is not offered", q.version, q.form)
	}
}

func TestListsAreWide(t *testing.T) {
	for v, want := range map[tlswire.Version]int{tlswire.SSL30: 80, tlswire.TLS10: 150, tlswire.TLS12: 300, tlswire.TLS13: 10} {
		if n := len(suitesFor(v)); n < want {
			t.Errorf("%s: %d suites", v, n)
		}
	}
	for _, g := range []tlswire.Group{tlswire.GroupX25519MLKEM768, tlswire.GroupX448, tlswire.GroupFFDHE2048} {
		if !slices.Contains(groupsFor(tlswire.TLS13), g) || g != tlswire.GroupX448 && slices.Contains(groupsFor(tlswire.TLS12), g) {
			t.Errorf("group %s", g)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(helloRecord(tlswire.TLS12, 0xC02F), byte(3))
	f.Add(append(alertRecord(1, 112), helloRecord(tlswire.TLS13, 0x1301)...), byte(4))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), byte(0))
	f.Add([]byte("\x80\x03\x00\x00\x01"), byte(5))
	questions := map[byte]*question{}
	for i, v := range tlswire.StreamVersions {
		questions[byte(i)] = testQuestion(v)
	}
	f.Fuzz(func(t *testing.T, stream []byte, n byte) {
		q := questions[n%byte(len(questions))]
		a, done := parseAnswer(stream, q, true)
		parseAnswer(stream, q, false)
		// Only what was offered can be accepted.
		if a.outcome == helloed && q.version != tlswire.SSL20 && !slices.Contains(q.suites, a.hello.Suite) {
			t.Fatalf("accepted %s", a.hello.Suite)
		}
		if a.outcome == helloed && a.version.Rank() > q.version.Rank() {
			t.Fatalf("accepted %s", a.version)
		}
		if done && a.because(q.version) == "" {
			t.Fatalf("no reason for %s", a.outcome)
		}
		if len(a.chain) > 0 {
			certificate(a.chain[0])
			subjectOf(a.chain[0])
		}
	})
}
