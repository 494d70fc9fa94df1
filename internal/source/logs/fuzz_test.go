package logs

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// fuzzFormat holds what is true of any bytes read as a format: no panic, the
// counts add up, no handshake lacks a version or a client, and the size of
// pieces means nothing.
func fuzzFormat(f *testing.F, format string) {
	log := sample(f, format)
	f.Add(log)
	for line := range bytes.Lines(log) {
		f.Add(line)
	}
	f.Add(toUTF16(log, binary.LittleEndian, true))
	f.Fuzz(func(t *testing.T, data []byte) {
		opt := Options{Format: format}
		recs := mustRun(t, "f.log", data, opt)
		c := coverageOf(recs)
		skipped, used := 0, 0
		for _, s := range c.Skipped {
			skipped += max(1, s.Count)
		}
		for _, h := range handshakesOf(recs) {
			used += h.Count
			if !toldEnough(format, h) || len(h.Refs) == 0 || len(h.Refs) > evidence.MaxRefs {
				t.Errorf("handshake %s", brief(h))
			}
			if s, ok := tlswire.SuiteByName(h.Suite); h.Suite != "" && (!ok || factOf(s).contradicts(h.Negotiated) != "") {
				t.Errorf("suite %q in %s", h.Suite, brief(h))
			}
		}
		if c.Read != c.Used+skipped || used != c.Used {
			t.Errorf("read %d, used %d, skipped %d, handshakes %d", c.Read, c.Used, skipped, used)
		}
		again, err := collect(t.Context(), "f.log", &pieces{data, 3}, opt)
		if err != nil || ndjson(t, again) != ndjson(t, recs) {
			t.Errorf("in pieces: %v\n%s\n%s", err, ndjson(t, again), ndjson(t, recs))
		}
	})
}

// toldEnough reports whether a handshake says what it must: the version of
// one that was completed, and one party at least.
func toldEnough(format string, h *evidence.Handshake) bool {
	if !h.Negotiated.Known() && h.Outcome == evidence.Completed && format != "entra" {
		return false
	}
	return h.Client != (evidence.Party{}) || h.Server != (evidence.Party{})
}

func FuzzIIS(f *testing.F)       { fuzzFormat(f, "iis") }
func FuzzNginxJSON(f *testing.F) { fuzzFormat(f, "nginx-json") }

func FuzzLayout(f *testing.F) {
	f.Add(combinedNginx, combinedStart+`"a" TLSv1 AES128-SHA`)
	f.Add(`log_format x escape=json '{"a":"$remote_addr","v":"${ssl_protocol}"}';`, `{"a":"192.0.2.7","v":"TLSv1"}`)
	f.Add(`%h %l %u %t \"%r\" %>s %b %{SSL_PROTOCOL}x`, `192.0.2.7 - - [02/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 TLSv1`)
	f.Add(`%ci:%cp [%tr] %ft %hr %hs %{+Q}r %sslv/%[ssl_fc_cipher]`, `192.0.2.7:1 [02/Mar/2026:10:00:00.000] f~ {a|b} "GET / HTTP/1.1" TLSv1/-`)
	f.Add(`[%START_TIME(%s%%)%] %DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_TLS_VERSION% "%REQ(USER-AGENT)%"`, `[1772445600] 192.0.2.7:1 TLSv1 "a"`)
	f.Add(`#Fields: date time c-ip ssl-protocol`, "2026-03-02 10:00:00 192.0.2.7 TLSv1")
	f.Add(`json client=a.b version=v`, `{"a":{"b":"192.0.2.7"},"v":"1.0"}`)
	f.Add(`$http_x_forwarded_for $ssl_protocol`, "192.0.2.7, 192.0.2.8 TLSv1")
	f.Fuzz(func(t *testing.T, layout, line string) {
		if opt := (Options{Layout: layout}); layout != "" && opt.Check() == nil {
			mustRun(t, "f.log", []byte(line), opt)
		}
	})
}

func FuzzDetect(f *testing.F) {
	for _, name := range Names() {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		if name, ok := Detect("x", head); ok {
			if _, err := formatByName(name); err != nil {
				t.Error(err)
			}
		}
	})
}
