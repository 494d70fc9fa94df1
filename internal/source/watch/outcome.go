package watch

import (
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// alertFrom takes an alert in clear text.
func (s *session) alertFrom(d int, level tlswire.AlertLevel, alert tlswire.Alert) {
	if s.ev == nil {
		return
	}
	s.touch()
	switch {
	case alert == tlswire.AlertCloseNotify:
		s.closed(d)
		return
	case level != tlswire.AlertFatal && !(s.tls13 && alert != tlswire.AlertUserCanceled):
		return // a warning: the handshake may go on
	}
	from := "server"
	if d == s.client {
		from = "client"
	}
	s.ev.Alert = &evidence.Alert{From: from, Name: alert.String()}
	s.ev.Outcome = evidence.Refused
	if s.gotServer {
		s.ev.Outcome = evidence.Aborted
	}
	s.over = true
}

// Sizes of protected records of TLS 1.3: an alert is 2 bytes, the content type
// and a tag; EndOfEarlyData is a little more; a Finished has 36 bytes at
// least, besides the type and the tag.
const (
	largestAlert     = 19
	smallestFinished = 36
)

// protected takes a record whose content is encrypted.
func (s *session) protected(d, length int) {
	s.hidden[d] = true
	s.touch()
	if s.gotServer && s.tls13 && d == s.client {
		s.finished = s.finished || length >= smallestFinished
		s.alertLike = s.alertLike || length <= largestAlert
	}
}

// decide ends the session once the handshake is completed.
func (s *session) decide() {
	if s.ev != nil && s.ev.Outcome == "" && s.completed() {
		s.ev.Outcome = evidence.Completed
		s.over = true
	}
}

// completed reports whether both sides reached protected data. In TLS 1.3 the
// client's Finished is the last message; before, each side switches with a
// ChangeCipherSpec.
func (s *session) completed() bool {
	switch {
	case s.sslv2Ready:
		return true
	case s.gotServer && s.tls13:
		return s.finished
	case !s.gotServer:
		return s.hidden[0] && s.hidden[1]
	}
	return s.reached(0) && s.reached(1)
}

func (s *session) reached(d int) bool { return s.half[d].ccs || s.hidden[d] }

// closed notes that a direction ended, by FIN, reset or close_notify.
func (s *session) closed(d int) {
	if s.closedBy == 0 {
		s.closedBy = 1 + d
		s.touch()
	}
}

// judge says how a handshake ended of which no more will be seen. Absence of
// an answer is only believed when nothing was missed.
func (s *session) judge() {
	if s.ev.Outcome != "" {
		return
	}
	server := 1 - s.client
	switch {
	case s.completed():
		s.ev.Outcome = evidence.Completed
	case !s.gotServer && s.closedBy == 1+server && !s.blind(server), !s.gotServer && s.versionRefused():
		s.ev.Outcome = evidence.Refused
	case s.alertLike, s.gotServer && s.closedBy != 0 && !s.blind(0) && !s.blind(1):
		s.ev.Outcome = evidence.Aborted
	default:
		s.ev.Outcome = evidence.Unfinished
	}
}

// blind reports whether something of a direction was not captured.
func (s *session) blind(d int) bool {
	h := &s.half[d]
	return !h.seen || h.lost || h.unseen()
}
