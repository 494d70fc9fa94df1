package scan

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// hold keeps a connection open and says nothing, until the other side goes.
func hold(c net.Conn) { io.Copy(io.Discard, c) }

// abort ends a connection with a reset.
func abort(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// replay is a connection of which the first bytes were read already.
type replay struct {
	net.Conn
	r io.Reader
}

func (c replay) Read(b []byte) (int, error) { return c.r.Read(b) }

// readHello reads one hello and gives a connection that still holds it.
func readHello(c net.Conn) (hello tlswire.ClientHello, size int, again net.Conn) {
	var got []byte
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		h, herr := tlswire.ReadClientHello(got, nil)
		if herr == nil || err != nil {
			return h, len(got), replay{c, io.MultiReader(bytes.NewReader(got), c)}
		}
	}
}

// behind puts something in front of a Go server: deal sees each hello, and
// answers true when it has dealt with the connection.
func behind(t *testing.T, conf *tls.Config, deal func(c net.Conn, h tlswire.ClientHello, size, n int) bool) string {
	return listen(t, func(c net.Conn, n int) {
		h, size, again := readHello(c)
		if !deal(c, h, size, n) {
			tls.Server(again, conf).Handshake()
		}
	})
}

func alertRecord(level tlswire.AlertLevel, a tlswire.Alert) []byte {
	return tlswire.AppendRecord(nil, tlswire.ContentAlert, tlswire.TLS10, []byte{byte(level), byte(a)})
}

// helloRecord is a ServerHello in its record.
func helloRecord(v tlswire.Version, s tlswire.Suite) []byte {
	body := []byte{byte(v >> 8), byte(v)}
	body = append(body, make([]byte, 32)...)
	body = append(body, 0, byte(s>>8), byte(s), 0)
	return tlswire.AppendRecord(nil, tlswire.ContentHandshake, v, tlswire.AppendHandshake(nil, tlswire.TypeServerHello, body))
}

// neverWrong is the least that holds for any server: nothing that is
// accepted is called rejected, and nothing found that is not there.
func neverWrong(t *testing.T, got *evidence.Server, want truth) {
	t.Helper()
	for v, s := range got.Versions {
		if s.State == evidence.Rejected && want[v] != nil {
			t.Errorf("%s is called rejected (%s) and is accepted", v, s.Because)
		}
		if s.State == evidence.Accepted && want[v] == nil {
			t.Errorf("%s is called accepted (%s) and is not", v, s.Because)
		}
		if s.Because == "" {
			t.Errorf("%s is %s for no reason", v, s.State)
		}
	}
}

// short keeps tests quick where servers are silent.
var short = Options{Timeout: 700 * time.Millisecond, Deadline: 20 * time.Second}

// TestNoTLS: whatever else listens, all versions are unknown and the record
// says what was met.
func TestNoTLS(t *testing.T) {
	flood := func(b []byte) func(net.Conn, int) {
		return func(c net.Conn, _ int) {
			for {
				if _, err := c.Write(b); err != nil {
					return
				}
			}
		}
	}
	after := func(s string) func(net.Conn, int) {
		return func(c net.Conn, _ int) { c.Read(make([]byte, 4096)); io.WriteString(c, s); hold(c) }
	}
	drip := func(b []byte) func(net.Conn, int) {
		return func(c net.Conn, _ int) {
			for i := range b {
				if _, err := c.Write(b[i : i+1]); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	for name, c := range map[string]struct {
		serve func(net.Conn, int)
		want  string
	}{
		"never answers":     {func(c net.Conn, _ int) { hold(c) }, "never answers"},
		"closes":            {func(c net.Conn, _ int) {}, "ends every connection"},
		"reads and closes":  {func(c net.Conn, _ int) { readHello(c) }, "ends every connection"},
		"resets":            {func(c net.Conn, _ int) { abort(c) }, "ends every connection"},
		"garbage":           {after("\x00\xff\x17garbage garbage garbage"), "not TLS"},
		"short garbage":     {after("?"), "not TLS"},
		"http":              {after("HTTP/1.1 400 Bad Request\r\n\r\n"), "answers HTTP in plain text"},
		"ssh":               {func(c net.Conn, _ int) { io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n"); hold(c) }, "SSH banner"},
		"smtp":              {func(c net.Conn, _ int) { io.WriteString(c, "220 mail.example ESMTP\r\n"); hold(c) }, "smtp://"},
		"drips a hello":     {drip(helloRecord(tlswire.TLS12, 0xC02F)), "never answers"},
		"drips text":        {drip([]byte(strings.Repeat("HTTP/1.1 ", 100))), "HTTP"},
		"endless text":      {flood([]byte(strings.Repeat("A", 1<<14))), "not TLS"},
		"endless warnings":  {flood(alertRecord(tlswire.AlertWarning, tlswire.AlertUnrecognizedName)), "alert unrecognized_name"},
		"endless records":   {flood(tlswire.AppendRecord(nil, tlswire.ContentApplicationData, tlswire.TLS12, make([]byte, 1<<14))), "not TLS"},
		"huge record":       {after("\x16\x03\x01\xff\xff"), "malformed TLS"},
		"huge message":      {after("\x16\x03\x01\x00\x04\x02\xff\xff\xff"), "malformed TLS"},
		"half a hello":      {func(c net.Conn, _ int) { readHello(c); c.Write(helloRecord(tlswire.TLS12, 0xC02F)[:20]) }, "ends every connection"},
		"echo":              {func(c net.Conn, _ int) { io.Copy(c, c) }, ""},
		"only close_notify": {func(c net.Conn, _ int) { readHello(c); c.Write(alertRecord(tlswire.AlertWarning, 0)) }, "ends every connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := scanServer(t, listen(t, c.serve), short)
			allUnknown(t, got)
			if got.Status != evidence.StatusPartial || !strings.Contains(got.Error, c.want) {
				t.Errorf("status %s: %s", got.Status, got.Error)
			}
		})
	}
}

// TestIntolerant: servers that fail on something that has nothing to do with
// the version. All is found all the same.
func TestIntolerant(t *testing.T) {
	var active atomic.Int32
	for name, c := range map[string]struct {
		opt  Options
		deal func(c net.Conn, h tlswire.ClientHello, size, n int) bool
	}{
		"closes on hellos over 255 bytes": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			return size > 255
		}},
		"resets on hellos over 255 bytes": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if size > 255 {
				abort(c)
			}
			return size > 255
		}},
		"hangs on hellos over 255 bytes": {Options{Timeout: time.Second}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if size > 255 {
				hold(c)
			}
			return size > 255
		}},
		"alerts on hellos over 255 bytes": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if size > 255 {
				c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertDecodeError))
			}
			return size > 255
		}},
		"refuses more than 64 suites": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if h.Suites.Len() > 65 {
				c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertHandshakeFailure))
				return true
			}
			return false
		}},
		"closes on more than 64 suites": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			return h.Suites.Len() > 65
		}},
		"resets every third connection": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if n%3 == 0 {
				abort(c)
			}
			return n%3 == 0
		}},
		"an internal error every third connection": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if n%3 == 0 {
				c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertInternalError))
			}
			return n%3 == 0
		}},
		"closes the first two connections": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			return n <= 2
		}},
		"a single connection at once": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			defer active.Add(-1)
			if active.Add(1) > 1 {
				abort(c)
				return true
			}
			time.Sleep(5 * time.Millisecond)
			return false
		}},
		"warns before it answers": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			c.Write(alertRecord(tlswire.AlertWarning, tlswire.AlertUnrecognizedName))
			return false
		}},
		"wants a real key share": {Options{}, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
			if shares, ok := h.Extensions.Get(tlswire.ExtKeyShare); ok && len(shares) < 4 {
				c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertIllegalParameter))
				return true
			}
			return false
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := goConfig(t)
			want := goTruth(all4...)
			if name == "wants a real key share" {
				// Its groups cannot all be found: some need a share we do not make.
				conf.CurvePreferences = []tls.CurveID{tls.X25519}
			}
			got := scanServer(t, behind(t, conf, c.deal), c.opt)
			neverWrong(t, got, want)
			if name == "wants a real key share" {
				got.Status = evidence.StatusOK
			}
			want.check(t, got)
			for _, v := range all4 {
				if o := got.Versions[v].Order; o != "server" {
					t.Errorf("%s: order %q", v, o)
				}
			}
		})
	}
}

// TestUnreliable: three connections of ten end at random. A version must never
// look rejected for that.
func TestUnreliable(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			r := rand.New(rand.NewPCG(seed, 1))
			got := scanServer(t, behind(t, goConfig(t), func(c net.Conn, _ tlswire.ClientHello, _, _ int) bool {
				mu.Lock()
				defer mu.Unlock()
				if r.IntN(10) < 3 {
					abort(c)
					return true
				}
				return false
			}), Options{})
			want := goTruth(all4...)
			neverWrong(t, got, want)
			for v, suites := range want {
				if n := len(got.Versions[v].Suites); n != len(suites) && got.Status == evidence.StatusOK {
					t.Errorf("%s: %d suites of %d, and nothing said %v", v, n, len(suites), got.Versions[v].Suites)
				}
			}
		})
	}
}

// TestChoke: a server that fails on every hello with a certain suite, in one
// version. That suite is its secret; the version and the rest are found.
func TestChoke(t *testing.T) {
	ends := map[string]func(net.Conn){
		"close": func(net.Conn) {}, "reset": abort,
		"alert": func(c net.Conn) { c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertHandshakeFailure)) },
		"error": func(c net.Conn) { c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertInternalError)) },
	}
	for name, end := range ends {
		for _, bad := range []tlswire.Suite{0x002F, 0x00BE, 0xC0A6} { // popular, rare, and never below TLS 1.2
			for _, in := range []tlswire.Version{tlswire.TLS10, tlswire.TLS12} {
				t.Run(fmt.Sprint(name, " ", in, " ", bad), func(t *testing.T) {
					t.Parallel()
					got := scanServer(t, behind(t, goConfig(t), func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
						if choke := h.MaxVersion() == in && h.OffersSuite(bad); choke {
							end(c)
							return true
						}
						return false
					}), Options{})
					want := goTruth(all4...)
					want[in] = without(want[in], bad.String())
					want.check(t, got)
				})
			}
		}
	}
}

// TestVersionIntolerant: a server that resets hellos of what it does not
// know is told from one that resets at random.
func TestVersionIntolerant(t *testing.T) {
	conf := goConfig(t)
	conf.MaxVersion = tls.VersionTLS10
	got := scanServer(t, behind(t, conf, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
		if h.Version > tlswire.TLS10 {
			abort(c)
		}
		return h.Version > tlswire.TLS10
	}), Options{})
	goTruth(tlswire.TLS10).check(t, got)
	if b := got.Versions[tlswire.TLS12].Because; b != "reset" {
		t.Errorf("TLS 1.2 because %q", b)
	}
}

// TestExtensionIntolerant: extensions came after TLS 1.0 was written.
func TestExtensionIntolerant(t *testing.T) {
	conf := goConfig(t)
	conf.MaxVersion = tls.VersionTLS10
	got := scanServer(t, behind(t, conf, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
		return h.HasExtensions
	}), Options{SNI: "old.example"})
	want := truth{}
	for _, s := range goTruth(tlswire.TLS10)[tlswire.TLS10] {
		if !strings.Contains(s, "ECDHE") { // which Go does not agree to without the extension
			want[tlswire.TLS10] = append(want[tlswire.TLS10], s)
		}
	}
	neverWrong(t, got, want)
	if s := got.Versions[tlswire.TLS10]; s.State != evidence.Accepted || len(s.Suites) < len(want[tlswire.TLS10]) {
		t.Errorf("TLS 1.0: %+v", s)
	}
}

// TestSilentRefusal: a server that says nothing in place of an alert. What it
// refuses cannot be told from what it lost.
func TestSilentRefusal(t *testing.T) {
	conf := goConfig(t)
	conf.MinVersion = tls.VersionTLS12
	addr := listen(t, func(c net.Conn, _ int) {
		mute := muteAlerts{c}
		if tls.Server(mute, conf).Handshake() != nil {
			hold(c)
		}
	})
	got := scanServer(t, addr, Options{Timeout: 700 * time.Millisecond})
	want := goTruth(tlswire.TLS12, tlswire.TLS13)
	neverWrong(t, got, want)
	for v, suites := range want {
		sameSet(t, v.String(), got.Versions[v].Suites, suites)
	}
	for _, v := range []tlswire.Version{tlswire.SSL30, tlswire.TLS10, tlswire.TLS11} {
		if s := got.Versions[v]; s.State != evidence.Unknown || s.Because != "timeout" {
			t.Errorf("%s: %+v", v, s)
		}
	}
	if got.Status != evidence.StatusPartial {
		t.Errorf("status %s", got.Status)
	}
}

// TestClosesInPlaceOfAlerts: Windows ends the connection where others send an
// alert. That is an answer, once the control shows that the server is well.
func TestClosesInPlaceOfAlerts(t *testing.T) {
	for name, end := range map[string]func(net.Conn){"closed": func(net.Conn) {}, "reset": abort} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := goConfig(t)
			conf.MinVersion = tls.VersionTLS11
			got := scanServer(t, listen(t, func(c net.Conn, _ int) {
				tls.Server(muteAlerts{c}, conf).Handshake()
				end(c)
			}), Options{})
			goTruth(tlswire.TLS11, tlswire.TLS12, tlswire.TLS13).check(t, got)
			if b := got.Versions[tlswire.TLS10].Because; b != name {
				t.Errorf("TLS 1.0 because %q", b)
			}
		})
	}
}

// muteAlerts swallows alerts, and pretends to have sent them.
type muteAlerts struct{ net.Conn }

func (c muteAlerts) Write(b []byte) (int, error) {
	if len(b) > 0 && b[0] == byte(tlswire.ContentAlert) {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// Close is left to the test, since a close would be an answer.
func (c muteAlerts) Close() error { return nil }

// TestRateLimited: more than so many connections a second are closed at
// once.
func TestRateLimited(t *testing.T) {
	for name, end := range map[string]func(net.Conn){"close": func(net.Conn) {}, "reset": abort} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var window time.Time
			var count int
			conf := goConfig(t)
			got := scanServer(t, behind(t, conf, func(c net.Conn, _ tlswire.ClientHello, _, _ int) bool {
				mu.Lock()
				defer mu.Unlock()
				if now := time.Now(); now.Sub(window) > time.Second {
					window, count = now, 0
				}
				if count++; count > 20 {
					end(c)
					return true
				}
				return false
			}), Options{})
			goTruth(all4...).check(t, got)
		})
	}
}

// TestConnectionLimit: a server that has room for so many connections at once,
// and ends or leaves hanging all others, whatever they say.
func TestConnectionLimit(t *testing.T) {
	for name, end := range map[string]func(net.Conn){"close": func(net.Conn) {}, "reset": abort, "hang": hold} {
		for _, room := range []int32{1, 2, 4} {
			t.Run(fmt.Sprint(room, " ", name), func(t *testing.T) {
				t.Parallel()
				var active atomic.Int32
				conf := goConfig(t)
				addr := listen(t, func(c net.Conn, _ int) {
					if active.Add(1) > room {
						active.Add(-1)
						end(c)
						return
					}
					defer active.Add(-1)
					_, _, again := readHello(c)
					time.Sleep(3 * time.Millisecond) // so that connections meet
					tls.Server(again, conf).Handshake()
				})
				want := goTruth(all4...)
				got := scanServer(t, addr, Options{Timeout: 2 * time.Second})
				neverWrong(t, got, want)
				want.check(t, got)
			})
		}
	}
}

// TestMisfit: a ServerHello that names what was not offered is no evidence.
func TestMisfit(t *testing.T) {
	for name, c := range map[string]struct {
		version tlswire.Version
		suite   tlswire.Suite
		want    string
	}{
		"suite":           {tlswire.TLS12, 0xFEED, "0xFEED"},
		"null suite":      {tlswire.TLS10, 0x0000, "TLS_NULL_WITH_NULL_NULL"},
		"version too new": {0x0305, 0xC02F, "0x0305"},
		"version absurd":  {0x1234, 0xC02F, "0x1234"},
		"version zero":    {0x0000, 0xC02F, "0x0000"},
		"draft":           {0x7f1c, 0x1301, "draft"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := listen(t, func(c2 net.Conn, _ int) { readHello(c2); c2.Write(helloRecord(c.version, c.suite)) })
			got := scanServer(t, addr, Options{})
			neverWrong(t, got, truth{tlswire.SSL30: {}, tlswire.TLS10: {}, tlswire.TLS11: {}, tlswire.TLS12: {}, tlswire.TLS13: {}})
			for v, s := range got.Versions {
				if s.State == evidence.Accepted {
					t.Errorf("%s accepted", v)
				}
			}
		})
	}
}

// TestLastByteOnly: a server that compares only the last byte of a suite
// (yaSSL did) answers suites that were taken out.
func TestLastByteOnly(t *testing.T) {
	knows := []tlswire.Suite{0x0035, 0x002F, 0x000A}
	addr := listen(t, func(c net.Conn, _ int) {
		h, _, _ := readHello(c)
		if h.Version > tlswire.TLS11 {
			h.Version = tlswire.TLS11
		}
		for _, k := range knows {
			for s := range h.CipherSuites() {
				if s&0xff == k&0xff && h.Version >= tlswire.TLS10 {
					c.Write(helloRecord(h.Version, k))
					return
				}
			}
		}
		c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertHandshakeFailure))
	})
	got := scanServer(t, addr, Options{})
	want := truth{tlswire.TLS10: nil, tlswire.TLS11: nil}
	for _, k := range knows {
		for v := range want {
			want[v] = append(want[v], k.String())
		}
	}
	neverWrong(t, got, want)
	for v := range want {
		sameSet(t, v.String(), got.Versions[v].Suites, want[v])
	}
}

// TestEveryAlert: any fatal alert in answer to one version, while others are
// accepted, is a refusal, but for the one that is about the name; the same
// alert in answer to everything says nothing.
func TestEveryAlert(t *testing.T) {
	for code := 1; code < 256; code++ {
		a := tlswire.Alert(code)
		addr := listen(t, func(c net.Conn, _ int) { readHello(c); c.Write(alertRecord(tlswire.AlertFatal, a)) })
		allUnknown(t, scanServer(t, addr, Options{}))
	}
	for _, a := range []tlswire.Alert{
		tlswire.AlertProtocolVersion, tlswire.AlertHandshakeFailure, tlswire.AlertInternalError, tlswire.AlertInsufficientSecurity,
		tlswire.AlertIllegalParameter, tlswire.AlertDecodeError, tlswire.AlertUnrecognizedName, tlswire.AlertUnexpectedMessage, 200,
	} {
		for _, level := range []tlswire.AlertLevel{tlswire.AlertFatal, tlswire.AlertWarning} {
			t.Run(fmt.Sprint(level, " ", a), func(t *testing.T) {
				conf := goConfig(t)
				addr := behind(t, conf, func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
					if h.MaxVersion() != tlswire.TLS10 {
						return false
					}
					c.Write(alertRecord(level, a))
					return true
				})
				got := scanServer(t, addr, Options{})
				s := got.Versions[tlswire.TLS10]
				want := evidence.Rejected
				if a == tlswire.AlertUnrecognizedName {
					want = evidence.Unknown
				}
				if s.State != want || s.Because != "alert "+a.String() {
					t.Errorf("TLS 1.0: %+v", s)
				}
				rest := goTruth(tlswire.TLS11, tlswire.TLS12, tlswire.TLS13)
				for v, suites := range rest {
					sameSet(t, v.String(), got.Versions[v].Suites, suites)
				}
			})
		}
	}
}

// TestHandshakeNeverGoesOn: after the ServerHello comes nothing, or nonsense.
// The version is accepted all the same.
func TestHandshakeNeverGoesOn(t *testing.T) {
	for name, then := range map[string]func(net.Conn){
		"silence": hold, "close": func(net.Conn) {}, "reset": abort,
		"garbage": func(c net.Conn) { io.WriteString(c, "\x16\x03\x03\x00\x08\x0b\x00\x00\x04\xff\xff\xff\xff") },
		"text":    func(c net.Conn) { io.WriteString(c, "HTTP/1.0 500\r\n\r\n") },
		"bad cert": func(c net.Conn) {
			io.WriteString(c, "\x16\x03\x03\x00\x0b\x0b\x00\x00\x07\x00\x00\x04\x00\x00\x01\xff")
		},
		"certificates of 64 KiB by the hundred": func(c net.Conn) {
			one := append([]byte{1, 0, 0}, make([]byte, 1<<16)...)
			list := bytes.Repeat(one, 100)
			n := len(list)
			list = append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, list...)
			c.Write(tlswire.AppendRecord(nil, tlswire.ContentHandshake, tlswire.TLS12, tlswire.AppendHandshake(nil, tlswire.TypeCertificate, list)))
			hold(c)
		},
		"hellos without end": func(c net.Conn) {
			for {
				if _, err := c.Write(helloRecord(tlswire.TLS12, 0xC02F)); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, func(c net.Conn, _ int) {
				h, _, _ := readHello(c)
				if h.Version != tlswire.TLS12 || h.MaxVersion() == tlswire.TLS13 || !h.OffersSuite(0xC02F) {
					c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertProtocolVersion))
					return
				}
				c.Write(helloRecord(tlswire.TLS12, 0xC02F))
				then(c)
			})
			got := scanServer(t, addr, short)
			neverWrong(t, got, truth{tlswire.TLS12: {}})
			if s := got.Versions[tlswire.TLS12]; s.State != evidence.Accepted || len(s.Suites) != 1 {
				t.Errorf("TLS 1.2: %+v", s)
			}
			if name == "bad cert" && (len(got.Certificates) != 1 || got.Certificates[0].SHA256 == "") {
				t.Errorf("certificates %+v", got.Certificates)
			}
		})
	}
}

// TestDeadline: a scan ends when its time is over, with what it knows, and
// what it did not get to is unknown.
func TestDeadline(t *testing.T) {
	addr := behind(t, goConfig(t), func(c net.Conn, h tlswire.ClientHello, size, n int) bool {
		if n > 12 {
			hold(c)
		}
		return n > 12
	})
	got := scanServer(t, addr, Options{Timeout: time.Minute, Deadline: time.Second})
	neverWrong(t, got, goTruth(all4...))
	if got.Status != evidence.StatusPartial || got.Error == "" {
		t.Errorf("status %s: %s", got.Status, got.Error)
	}
}

// TestSSLv2: the hello of SSLv2 is one of its own, and its answer names all
// ciphers.
func TestSSLv2(t *testing.T) {
	addr := listen(t, func(c net.Conn, _ int) {
		h, _, _ := readHello(c)
		if h.Format != tlswire.FormatSSLv2 {
			return
		}
		// hit, certificate type, version, lengths, a certificate, two kinds, an id
		m := []byte{4, 0, 1, 0, 2, 0, 1, 0, 6, 0, 16, 0x30, 1, 0, 0x80, 7, 0, 0xC0}
		m = append(m, make([]byte, 16)...)
		c.Write(append([]byte{0x80, byte(len(m))}, m...))
	})
	got := scanServer(t, addr, Options{})
	s := got.Versions[tlswire.SSL20]
	if s.State != evidence.Accepted {
		t.Fatalf("SSLv2: %+v", s)
	}
	sameSet(t, "SSLv2", s.Suites, []string{"SSL_CK_RC4_128_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"})
	neverWrong(t, got, truth{tlswire.SSL20: {}})
}

// TestSSLv3: Go and OpenSSL no longer speak it, so a few bytes must do. It
// takes no hello with extensions and no other record version.
func TestSSLv3(t *testing.T) {
	knows := []tlswire.Suite{0x0005, 0x000A}
	addr := listen(t, func(c net.Conn, _ int) {
		h, _, _ := readHello(c)
		for _, k := range knows {
			if h.RecordVersion == tlswire.SSL30 && h.Version == tlswire.SSL30 && !h.HasExtensions && h.OffersSuite(k) {
				c.Write(helloRecord(tlswire.SSL30, k))
				return
			}
		}
		c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertHandshakeFailure))
	})
	got := scanServer(t, addr, Options{})
	want := truth{tlswire.SSL30: {knows[0].String(), knows[1].String()}}
	neverWrong(t, got, want)
	if s := got.Versions[tlswire.SSL30]; s.State != evidence.Accepted || s.Order != "server" {
		t.Errorf("SSLv3: %+v", s)
	}
	sameSet(t, "SSLv3", got.Versions[tlswire.SSL30].Suites, want[tlswire.SSL30])
}
