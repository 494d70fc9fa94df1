package scan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/starttls"
	"github.com/tlsready/tlsready/tlswire"
)

// outcome is how a probe ended. None is ever taken for another.
type outcome uint8

// The outcomes.
const (
	notAsked        outcome = iota // the time for this host ran out before
	helloed                        // a ServerHello or HelloRetryRequest that fits the offer
	misfit                         // a ServerHello naming what was not offered
	alerted                        // a fatal alert
	closed                         // an orderly end without a word
	reset                          // a TCP reset after connecting
	refused                        // a TCP reset in answer to connecting
	unreachable                    // no way to the address
	timedOut                       // connected, and silence
	connectTimedOut                // not even connected
	starttlsRefused                // the server will not start TLS
	notTLS                         // something else was received
)

// answer is what one hello was met with.
type answer struct {
	outcome outcome
	alert   tlswire.Alert
	hello   tlswire.ServerHello
	version tlswire.Version // negotiated
	group   tlswire.Group   // of the key exchange, when it was stated
	scheme  tlswire.SignatureScheme
	dhBits  int      // of the DH group, when it was stated
	chain   [][]byte // the server's certificates in DER, its own first
	whole   bool     // all that the server says first was read
	said    said     // what else the hello and what follows it say
	kinds   []tlswire.CipherKind
	detail  string // what was not TLS, how STARTTLS was refused, what did not fit
	early   bool   // the connection ended before the hello was said
	// firm is set when the end of a connection without a word was compared
	// with a hello known to succeed: it is the answer to this very hello.
	firm bool
}

// accepts reports whether the answer shows that the server takes v.
func (a *answer) accepts(v tlswire.Version) bool { return a.outcome == helloed && a.version == v }

// speaks reports whether the answer is one to the hello, and not something
// that also happens to busy servers: an internal error is OpenSSL's way to
// refuse what its security level forbids, but may as well be one.
func (a *answer) speaks() bool {
	return a.outcome == helloed || a.outcome == misfit || a.outcome == alerted && a.alert != tlswire.AlertInternalError
}

// same reports whether b ended the same way.
func (a *answer) same(b *answer) bool { return a.outcome == b.outcome && a.alert == b.alert }

// refuses reports whether the answer says that v is not taken.
func (a *answer) refuses(v tlswire.Version) bool {
	switch a.outcome {
	case helloed:
		return a.version != v
	case alerted:
		// unrecognized_name complains about the name and leaves the version
		// open.
		return a.alert != tlswire.AlertUnrecognizedName && (a.speaks() || a.firm)
	case closed, reset, notTLS:
		return a.firm
	}
	return false
}

// because says what was seen, for a record.
func (a *answer) because(v tlswire.Version) string {
	switch a.outcome {
	case helloed:
		if a.version != v {
			return "server_hello " + a.version.String()
		}
		return "server_hello"
	case alerted:
		return "alert " + a.alert.String()
	case misfit, notTLS, unreachable:
		return a.detail
	case timedOut:
		return cmp.Or(a.detail, "timeout")
	case starttlsRefused:
		return "starttls refused: " + a.detail
	}
	return a.outcome.String()
}

// String is what the person reading a record sees.
func (o outcome) String() string {
	return [...]string{
		"out of time", "server_hello", "server_hello not offered", "alert", "closed", "reset", "refused", "unreachable",
		"timeout", "connect timeout", "starttls refused", "not TLS",
	}[o]
}

// maxAnswer bounds what is read of one answer: a server hello with a long
// certificate chain has some tens of kilobytes.
const maxAnswer = 128 << 10

// parseAnswer reads what has come so far. It reports done when the rest does
// not matter; final says that no more will come, so that what is there has to
// do. It looks at nothing but its arguments.
func parseAnswer(stream []byte, q *question, final bool) (a answer, done bool) {
	f, err := tlswire.ReadServerFlight(stream, nil)
	switch {
	case f.HasSSLv2 && q.version == tlswire.SSL20:
		return sslv2Answer(&f.SSLv2), true
	case f.HasSSLv2:
		return answer{outcome: misfit, detail: "server_hello SSLv2, which was not offered"}, true
	case f.HasHello:
		a = q.judge(&f)
		wants := a.outcome == helloed && !f.Hello.NegotiatedVersion().AtLeast(tlswire.TLS13) &&
			q.wants != nil && q.wants(a.hello.Suite)
		return a, final || !wants || f.Complete() || err != nil && !errors.Is(err, tlswire.ErrShort) || len(stream) >= maxAnswer
	case f.HasAlert && f.Alert != tlswire.AlertCloseNotify &&
		(f.AlertLevel == tlswire.AlertFatal || final || len(stream) >= maxAnswer):
		return answer{outcome: alerted, alert: f.Alert}, true
	case q.version == tlswire.SSL20:
		if code, e := tlswire.ParseSSLv2Error(stream); e == nil {
			return answer{outcome: notTLS, detail: fmt.Sprintf("SSLv2 error %d", code), firm: true}, true
		}
	}
	return noHello(stream, err, final)
}

// noHello tells apart what has no hello and no alert in it.
func noHello(stream []byte, err error, final bool) (answer, bool) {
	alien := answer{outcome: notTLS, detail: describe(stream)}
	switch {
	case len(stream) == 0:
		return answer{outcome: closed}, false
	case errors.Is(err, tlswire.ErrNotTLS):
		// Wait for as much as it takes to name the thing.
		return alien, final || len(stream) >= 16
	case err != nil && !errors.Is(err, tlswire.ErrShort):
		alien.detail = "malformed TLS: " + strings.TrimPrefix(err.Error(), "tlswire: ")
		return alien, true
	case len(stream) >= maxAnswer:
		return alien, true
	}
	return answer{outcome: closed}, false
}

// judge holds a ServerHello against the offer.
func (q *question) judge(f *tlswire.ServerFlight) answer {
	a := answer{outcome: helloed, hello: f.Hello, version: f.Hello.NegotiatedVersion()}
	misfits := func(format string, args ...any) answer {
		a.outcome, a.detail = misfit, "server_hello with "+fmt.Sprintf(format, args...)
		return a
	}
	family := tlswire.TLS10 >> 8
	if q.version>>8 == tlswire.DTLS10>>8 {
		family = tlswire.DTLS10 >> 8
	}
	a.said, a.whole = hear(f), f.Complete()
	a.hello = tlswire.ServerHello{Suite: f.Hello.Suite, Version: f.Hello.Version}
	switch {
	case a.version.Rank() > q.version.Rank() || a.version.Rank() < tlswire.SSL30.Rank() || a.version.Rank() > tlswire.TLS13.Rank(),
		a.version>>8 != family:
		return misfits("%s, which was not offered", a.version)
	case !slices.Contains(q.suites, a.hello.Suite):
		return misfits("%s, which was not offered", a.hello.Suite)
	case a.version.AtLeast(tlswire.TLS13):
		a.group = f.Hello.SelectedGroup()
		if !slices.Contains(q.groups, a.group) {
			return misfits("group %s, which was not offered", a.group)
		}
		return a
	}
	if f.HasCertificate {
		a.chain = shownChain(f.Certificate)
	}
	if k, err := f.ParseKeyExchange(); err == nil && f.KeyExchange != nil {
		a.group, a.scheme = k.Group, k.Scheme
		if byDH(a.hello.Suite) {
			a.dhBits = k.Bits()
		}
	}
	return a
}

func sslv2Answer(h *tlswire.SSLv2ServerHello) answer {
	a := answer{outcome: helloed, version: tlswire.SSL20}
	if len(h.Certificate) > 0 {
		a.chain = [][]byte{bytes.Clone(h.Certificate)}
	}
	for k := range h.Kinds.All() {
		a.kinds = append(a.kinds, k)
	}
	return a
}

// describe names what a server said that is not TLS.
func describe(b []byte) string {
	if what := starttls.Speaks(b); what != "" {
		return what
	}
	return fmt.Sprintf("not TLS: received %.40q", b[:min(len(b), 16)])
}
