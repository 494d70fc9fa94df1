package tlswire

import "testing"

// collect gives what a reader says of a stream until its first error.
func collect(stream []byte) (types []HandshakeType, n int, err error) {
	var r MessageReader
	r.Reset(stream)
	for {
		m, err := r.Next()
		if err != nil {
			return types, n, err
		}
		n++
		if m.Type == ContentHandshake && !m.Encrypted {
			types = append(types, m.Handshake.Type)
		}
	}
}

func TestSeveralInOneRecord(t *testing.T) {
	payload := AppendHandshake(nil, TypeServerHello, fill(40, 1))
	payload = AppendHandshake(payload, TypeCertificate, fill(300, 2))
	payload = AppendHandshake(payload, TypeServerHelloDone, nil)
	for size := 1; size <= len(payload); size++ {
		var stream []byte
		for rest := payload; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			stream = AppendRecord(stream, ContentHandshake, TLS12, rest[:min(size, len(rest))])
		}
		types, _, err := collect(stream)
		if len(types) != 3 || types[2] != TypeServerHelloDone || err != ErrShort {
			t.Fatalf("records of %d: %v, %v", size, types, err)
		}
		if types, _, err = collect(stream[:len(stream)-1]); err != ErrShort || len(types) > 3 {
			t.Fatalf("records of %d, cut: %v, %v", size, types, err)
		}
	}
}

// A record that is cut behind a whole message gives that message once.
func TestCutBehindMessage(t *testing.T) {
	stream := AppendRecord(nil, ContentHandshake, TLS12, append(AppendHandshake(nil, TypeHelloRequest, nil), 2, 0, 0, 9))
	types, _, err := collect(stream[:9])
	if len(types) != 1 || err != ErrShort {
		t.Errorf("%v, %v", types, err)
	}
}

func TestAfterChangeCipherSpec(t *testing.T) {
	ccs := AppendRecord(nil, ContentChangeCipherSpec, TLS12, []byte{1})
	var r MessageReader
	r.Reset(AppendRecord(ccs, ContentHandshake, TLS12, fill(40, 0x14)))
	r.Next()
	if m, err := r.Next(); err != nil || !m.Encrypted || len(m.Fragment) != 40 {
		t.Errorf("a Finished: %+v, %v", m, err)
	}
	// The second hello after a HelloRetryRequest is in clear text.
	s := ClientHelloSpec{Max: TLS13, Random: fill(32, 1), Suites: []Suite{0x1301}}
	r.Reset(append(ccs, mustBuild(t, &s)...))
	r.Next()
	if m, err := r.Next(); err != nil || m.Encrypted || m.Handshake.Type != TypeClientHello {
		t.Errorf("a second hello: %+v, %v", m, err)
	}
	if !r.AtEnd() {
		t.Error("not at the end")
	}
}

func TestMessageLimit(t *testing.T) {
	stream := AppendRecord(nil, ContentHandshake, TLS12, []byte{11, 0xff, 0, 0, 1})
	if _, _, err := collect(stream); !isError(err, ErrMalformed) {
		t.Errorf("%v", err)
	}
}

func TestParseAlert(t *testing.T) {
	if l, a, err := ParseAlert([]byte{2, 70}); l != AlertFatal || a != AlertProtocolVersion || err != nil {
		t.Errorf("%v %v %v", l, a, err)
	}
	if _, _, err := ParseAlert([]byte{2}); err != ErrShort {
		t.Error(err)
	}
	for _, b := range [][]byte{fill(26, 9), {9, 40}} {
		if _, _, err := ParseAlert(b); !isError(err, ErrMalformed) {
			t.Errorf("%x: %v", b, err)
		}
	}
}

// A fatal alert counts even behind a warning such as unrecognized_name.
func TestWarningThenFatal(t *testing.T) {
	b := AppendRecord(nil, ContentAlert, TLS12, []byte{1, 112})
	f, err := ReadServerFlight(b, nil)
	if err != nil || f.Complete() || f.Alert != AlertUnrecognizedName {
		t.Errorf("%+v, %v", f, err)
	}
	f, err = ReadServerFlight(AppendRecord(b, ContentAlert, TLS12, []byte{2, 40}), nil)
	if err != nil || !f.Complete() || f.Alert != AlertHandshakeFailure || f.AlertLevel != AlertFatal {
		t.Errorf("%+v, %v", f, err)
	}
}
