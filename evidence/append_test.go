package evidence

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// What is written by hand must be what encoding/json writes, for every field
// and every odd string.
func TestAppendIsEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	texts := []string{"", "plain", "\"q\" \\ <a>&b", "\x00\x1f\x7f", "é\u2028\u2029", "\xff\xfe", "日本", "Mozilla/5.0 (x)"}
	text := func() string { return texts[r.IntN(len(texts))] }
	times := []time.Time{
		{},
		time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 10, 0, 0, 123456000, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("x", 3600)),
	}
	counts := func() map[string]int {
		m := map[string]int{}
		for range r.IntN(40) {
			m[text()+string(rune('a'+r.IntN(26)))] = r.IntN(5)
		}
		if len(m) == 0 {
			return nil
		}
		return m
	}
	party := func() Party {
		return Party{IP: text(), Port: uint16(r.IntN(2) * 443), Name: text(), UserAgent: text(), Identity: text(), JA3: text(), JA4: text()}
	}
	versions := []tlswire.Version{0, tlswire.TLS10, tlswire.TLS13, 0x7f17, 0x1234}
	for range 3000 {
		h := &Handshake{
			Protocol: text(), Client: party(), Server: party(), OfferedMax: versions[r.IntN(5)], Negotiated: versions[r.IntN(5)],
			Offered: versions[1 : 1+r.IntN(4)], Suite: text(), Group: text(), ALPN: text(), Fallback: r.IntN(2) == 0, ECH: r.IntN(2) == 0, Resumed: r.IntN(2) == 0, Downgrade: versions[r.IntN(5)],
			Outcome: Outcome(text()), Status: counts(), Count: r.IntN(3), First: times[r.IntN(5)], Last: times[r.IntN(5)], Days: counts(),
			Source: text(), Refs: texts[:r.IntN(4)],
		}
		if r.IntN(2) == 0 {
			h.Alert = &Alert{From: text(), Name: text()}
		}
		for _, rec := range []Record{h, &Traffic{Server: party(), Protocol: text(), Day: text(), Negotiated: versions[r.IntN(5)], Count: r.IntN(3), Source: text()}} {
			want, wantErr := json.Marshal(rec)
			got, err := Marshal(rec)
			if (err != nil) != (wantErr != nil) {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			if err != nil {
				continue // a year that RFC 3339 cannot write
			}
			if full := `{"kind":"` + string(rec.Kind()) + `",` + string(want[1:]); string(got) != full {
				t.Fatalf("got  %s\nwant %s", got, full)
			}
		}
	}
}
