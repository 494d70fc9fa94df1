package tlswire

// MaxHandshake is the longest handshake message a MessageReader assembles.
// Hellos have a few kilobytes, long certificate chains some tens.
const MaxHandshake = 1 << 18

// Message is what stands in the records of one direction: a whole handshake
// message, or the fragment of one other record.
type Message struct {
	Type    ContentType
	Version Version // of the record in which the message starts
	// Handshake is set for a ContentHandshake in clear text.
	Handshake Handshake
	// Fragment is the content of any other record, and of a handshake
	// record that is encrypted.
	Fragment []byte
	// Encrypted is set for records after a ChangeCipherSpec and for
	// application data; a handshake record is then the Finished of TLS 1.2
	// and older.
	Encrypted bool
	// Offset is where the record in which the message starts stands in the
	// stream.
	Offset int
}

// MessageReader takes the handshake messages out of the records of one
// direction of a connection: a message may span records, and several may
// share one (RFC 8446, 5.1). It works on the bytes from the start of the
// stream that are there so far; when more arrive, Reset it on all of them.
//
// A message that stands in one record is a slice of the stream. One that
// spans records is assembled in Scratch, which grows when it must; what was
// assembled stays valid until the next Reset.
type MessageReader struct {
	Scratch []byte

	stream  []byte
	off     int     // of the next record
	start   int     // of the record that pending came from
	pending []byte  // the rest of the current handshake record
	version Version // of the record that pending came from
	used    int     // of Scratch
	cut     error   // why the record of pending is not whole
	ccs     bool
}

// Reset starts over on stream, which begins at a record.
func (r *MessageReader) Reset(stream []byte) {
	*r = MessageReader{Scratch: r.Scratch, stream: stream}
}

// Offset is how much of the stream was read, in whole records.
func (r *MessageReader) Offset() int { return r.off }

// AtEnd reports whether the stream was read to its end, between two messages.
func (r *MessageReader) AtEnd() bool {
	return len(r.pending) == 0 && r.cut == nil && r.off == len(r.stream)
}

// Next is the next message. ErrShort means that the stream ends before or
// inside it; a handshake message then holds in Body what is there. After an
// error only Reset goes on.
func (r *MessageReader) Next() (Message, error) {
	switch {
	case len(r.pending) > 0:
		return r.handshake()
	case r.cut != nil: // the record's whole messages were taken before
		return Message{Type: ContentHandshake, Version: r.version, Offset: r.start}, r.cut
	}
	start := r.off
	rec, err := r.record()
	hidden := r.ccs && !plainHello(rec.Fragment)
	if rec.Type == ContentHandshake && !hidden {
		if rec.Length == 0 && err == nil {
			return Message{Type: rec.Type, Version: rec.Version, Offset: start}, errEmptyRecord
		}
		r.pending, r.version, r.start, r.cut = rec.Fragment, rec.Version, start, err
		return r.handshake()
	}
	if rec.Type == ContentChangeCipherSpec && err == nil {
		r.ccs = true
	}
	return Message{
		Type: rec.Type, Version: rec.Version, Offset: start, Fragment: rec.Fragment,
		Encrypted: hidden || rec.Type == ContentApplicationData,
	}, err
}

func (r *MessageReader) record() (Record, error) {
	rec, rest, err := ParseRecord(r.stream[r.off:])
	if err == nil {
		r.off = len(r.stream) - len(rest)
	}
	return rec, err
}

// handshake takes the next message from pending, and from further records
// when it goes on there.
func (r *MessageReader) handshake() (Message, error) {
	m := Message{Type: ContentHandshake, Version: r.version, Offset: r.start}
	var err error
	m.Handshake, r.pending, err = ParseHandshake(r.pending)
	switch {
	case err == nil:
		return m, nil
	case m.Handshake.Length > MaxHandshake:
		return m, errMessageLength
	case r.cut != nil:
		return m, r.cut
	}
	m.Handshake, err = r.assemble()
	return m, err
}

// assemble joins pending with the records that follow, until the message it
// begins is whole. What a record holds beyond that becomes pending.
func (r *MessageReader) assemble() (Handshake, error) {
	base := r.used
	buf := append(r.Scratch[:base], r.pending...)
	r.pending = nil
	for {
		start := r.off
		rec, err := r.record()
		switch {
		case rec.Type != ContentHandshake && rec.Type != 0:
			err = errInterleaved
		case rec.Length == 0 && err == nil:
			err = errEmptyRecord
		}
		if err != nil && err != ErrShort {
			h, _, _ := ParseHandshake(buf[base:])
			return h, err
		}
		// The message ends in this record or goes on; its length is known
		// once four bytes are there.
		was := len(buf) - base
		buf = append(buf, rec.Fragment...)
		h, rest, herr := ParseHandshake(buf[base:])
		r.Scratch, r.used = buf, len(buf)-len(rest)
		switch {
		case h.Length > MaxHandshake:
			return h, errMessageLength
		case herr == nil:
			r.pending = rec.Fragment[handshakeHeader+h.Length-was:]
			r.version, r.start, r.cut = rec.Version, start, err
			return h, nil
		case err != nil:
			return h, err
		}
	}
}

// plainHello reports whether a handshake record after a ChangeCipherSpec is
// in clear text all the same: in TLS 1.3 a ChangeCipherSpec may stand between
// HelloRetryRequest and the second hello (RFC 8446, D.4).
func plainHello(b []byte) bool {
	return len(b) >= 6 && (b[0] == byte(TypeClientHello) || b[0] == byte(TypeServerHello)) &&
		b[1] == 0 && b[4] == 3 && b[5] <= 4
}
