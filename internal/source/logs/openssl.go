package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Reasons why bytes on a TLS port are no handshake: OpenSSL sends no alert
// to what does not look like TLS (ssl/record: "Doesn't look like TLS").
const (
	reasonPlainHTTP  = plainMark + "HTTP on a TLS port: no handshake began"
	reasonPlainBytes = plainMark + "bytes on a TLS port, which are no TLS: no handshake began"
)

// opensslFailure reads why a server's handshake failed, in the words of
// OpenSSL. The alert is set only where it follows: the client's is logged
// with its number, and the server's is what OpenSSL sends with that reason.
func opensslFailure(text []byte, r *row) (state, string) {
	r.cell[cellReason] = text // half of it would be another
	if n := bytes.Index(text, []byte("SSL alert number ")); n >= 0 {
		return clientAlert(text[n+len("SSL alert number "):], r)
	}
	for i := range opensslReasons {
		if e := &opensslReasons[i]; bytes.Contains(text, []byte(e.text)) {
			r.alert, r.outcome = e.alert, e.outcome
			return e.state, e.plain
		}
	}
	return failedRow, ""
}

// opensslReason is a reason of OpenSSL, and what follows from it.
type opensslReason struct {
	text    string
	state   state
	alert   evidence.Alert
	outcome evidence.Outcome
	plain   string
}

// opensslReasons are in the order in which they are looked for.
var opensslReasons = [...]opensslReason{
	{text: "unsupported protocol", state: failedRow, alert: fromServer(tlswire.AlertProtocolVersion)},
	{text: "CLIENT_HELLO:wrong version number", state: failedRow, alert: fromServer(tlswire.AlertProtocolVersion)}, // before 1.1.0
	{text: "version too low", state: failedRow, alert: fromServer(tlswire.AlertProtocolVersion)},
	{text: "no shared cipher", state: failedRow, alert: fromServer(tlswire.AlertHandshakeFailure)},
	{text: "inappropriate fallback", state: failedRow, alert: fromServer(tlswire.AlertInappropriateFallback)},
	{text: "https proxy request", state: plainRow, plain: reasonPlainHTTP},
	{text: "http request", state: plainRow, plain: reasonPlainHTTP},
	{text: "wrong version number", state: plainRow, plain: reasonPlainBytes},
	{text: "unexpected eof", state: failedRow, outcome: evidence.Unfinished},
}

func fromServer(a tlswire.Alert) evidence.Alert {
	return evidence.Alert{From: "server", Name: a.String()}
}

// clientAlert is a handshake that the client ended with an alert, after it
// had the server's hello.
func clientAlert(number []byte, r *row) (state, string) {
	n, digits := 0, 0
	for digits < len(number) && number[digits] >= '0' && number[digits] <= '9' && n < 256 {
		n = n*10 + int(number[digits]-'0')
		digits++
	}
	r.outcome = evidence.Aborted
	if digits > 0 && n < 256 {
		r.alert = evidence.Alert{From: "client", Name: alertName(n)}
	}
	return failedRow, ""
}

// alertName is the name of an alert by its number (RFC 8446, 6).
func alertName(n int) string { return tlswire.Alert(n).String() }
