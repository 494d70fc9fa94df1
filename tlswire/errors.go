package tlswire

import "errors"

// The three ways reading can fail. Every error of a parser is one of them
// under errors.Is; they are values made once, so that failing costs no
// allocation either.
var (
	// ErrShort means that the input ends too early: more bytes may help. A
	// parser that returns it has filled in all that it could read.
	ErrShort = errors.New("tlswire: input ends too early")
	// ErrNotTLS means that the input is another protocol.
	ErrNotTLS = errors.New("tlswire: not TLS")
	// ErrMalformed means TLS that contradicts itself, which no further
	// bytes mend.
	ErrMalformed = errors.New("tlswire: malformed message")
)

// flaw is an ErrMalformed that says what is wrong.
type flaw string

func (f flaw) Error() string        { return "tlswire: malformed: " + string(f) }
func (f flaw) Is(target error) bool { return target == ErrMalformed }

// The flaws are boxed once, here.
var (
	errRecordLength  error = flaw("a record is longer than TLS allows")
	errMessageLength error = flaw("a handshake message is longer than the limit")
	errInterleaved   error = flaw("another record stands inside a handshake message")
	errEmptyRecord   error = flaw("an empty handshake record")
	errOddLength     error = flaw("a list has a length its elements do not fill")
	errOverrun       error = flaw("a field runs past the end of its message")
	errTrailing      error = flaw("bytes after the end of the message")
	errSessionID     error = flaw("a session id over 32 bytes")
	errWrongMessage  error = flaw("another handshake message than the one expected")
	errKeyExchange   error = flaw("a key exchange without such parameters")
	errAlert         error = flaw("an alert that is encrypted or none")
	errSSLv2         error = flaw("SSLv2 lengths do not add up")
)
