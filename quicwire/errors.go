package quicwire

import "errors"

// What can be wrong with a datagram. They are values made once, so that
// failing costs no allocation.
var (
	ErrShort       = errors.New("quicwire: packet ends too early")
	ErrNotLong     = errors.New("quicwire: no long header")
	ErrMalformed   = errors.New("quicwire: malformed packet")
	ErrVersion     = errors.New("quicwire: version whose keys are not known")
	ErrNotInitial  = errors.New("quicwire: not an Initial packet")
	ErrUnprotected = errors.New("quicwire: not protected with these keys")
	ErrTooMuch     = errors.New("quicwire: more handshake bytes than are kept")
)
