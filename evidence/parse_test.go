package evidence

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// sameAsJSON holds the parser against encoding/json. It reports whether the
// parser took the line.
func sameAsJSON(t *testing.T, line []byte) bool {
	t.Helper()
	rest, ok := bytes.CutPrefix(line, []byte(`{"kind":"handshake"`))
	if !ok {
		return false
	}
	got := texts{}.parseHandshake(rest)
	if got == nil {
		return false
	}
	want := &Handshake{}
	dec := json.NewDecoder(bytes.NewReader(line))
	if err := dec.Decode(want); err != nil {
		t.Fatalf("%s: taken, though %v", line, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n%+v, want\n%+v", line, got, want)
	}
	return true
}

func TestParserIsEncodingJSON(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	taken, all := 0, 0
	for range 20_000 {
		h, ok := randomRecord(rnd).(*Handshake)
		if !ok {
			continue
		}
		h.Client.Identity = strings.Repeat(`CONTOSO\ann "é" <&>`, rnd.IntN(2))
		line, err := Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		all++
		if sameAsJSON(t, line) {
			taken++
		}
	}
	if all == 0 || taken < all*9/10 {
		t.Errorf("%d of %d records were left to encoding/json", all-taken, all)
	}
}

func TestParserLeavesWhatItDoesNotKnow(t *testing.T) {
	for _, members := range []string{
		`,"count":1,"new":2}`, `,"count":1,"count":2}`, `,"source":"a","count":1}`, `,"count":-1}`, `,"count":01}`, `,"count":1e3}`,
		`,"count":12345678901}`, `,"client":{"port":70000},"count":1}`, `,"count":1} `, `,"count":1`, `}x`, `,"negotiated":"TLS 9"}`,
		`,"protocol":null}`, `,"first":"yesterday"}`, `,"client":{"ip":"a","ip":"b"}}`, `,"refs":["a",]}`, `,"days":{"a":1`, `,"client":{,}}`,
	} {
		if h := (texts{}).parseHandshake([]byte(members)); h != nil {
			t.Errorf("%s: %+v", members, h)
		}
	}
}

func FuzzParser(f *testing.F) {
	f.Add([]byte(`{"kind":"handshake","protocol":"https","client":{"ip":"192.0.2.1","user_agent":"a \"b\" \u003c"},"server":{"port":443},"negotiated":"TLS 1.0","outcome":"completed","status":{"2xx":1},"count":1,"first":"2026-03-02T10:00:00Z","days":{"2026-03-02":1},"source":"iis","refs":["a:1"]}`))
	f.Fuzz(func(t *testing.T, line []byte) { sameAsJSON(t, line) })
}

func BenchmarkReader(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 6))
	var log bytes.Buffer
	for range 2000 {
		line, err := Marshal(randomRecord(rnd))
		if err != nil {
			b.Fatal(err)
		}
		log.Write(append(line, '\n'))
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		r := NewReader(bytes.NewReader(log.Bytes()), "x")
		for {
			if _, err := r.Next(); err != nil {
				break
			}
		}
	}
}
