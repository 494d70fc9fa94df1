package tlswire

import "iter"

// Certificates is the chain of a Certificate message.
type Certificates struct {
	list  []byte
	tls13 bool
}

// ParseCertificate reads the body of a Certificate message of the given
// version: a list of certificates (RFC 5246, 7.4.2), in TLS 1.3 with a
// request context before and extensions behind each (RFC 8446, 4.4.2). On
// ErrShort what is there can be listed.
func ParseCertificate(body []byte, v Version) (Certificates, error) {
	certs := Certificates{tls13: v.Rank() >= TLS13.Rank()}
	c := cursor{b: body}
	if certs.tls13 {
		c.vec8()
	}
	certs.list = c.vec24()
	switch {
	case c.failed:
		return certs, ErrShort
	case len(c.b) > 0:
		return certs, errTrailing
	}
	for c.b = certs.list; len(c.b) > 0; {
		c.vec24()
		if certs.tls13 {
			c.vec16()
		}
		if c.failed {
			return certs, errOddLength
		}
	}
	return certs, nil
}

// All runs through the certificates in DER, the server's own first. One that
// is cut ends it.
func (certs Certificates) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for c := (cursor{b: certs.list}); len(c.b) > 0; {
			der := c.vec24()
			if c.failed || !yield(der) {
				return
			}
			if certs.tls13 {
				c.vec16()
			}
		}
	}
}

// Len is the number of whole certificates.
func (certs Certificates) Len() int {
	n := 0
	for range certs.All() {
		n++
	}
	return n
}

// Leaf is the first certificate in DER, nil when there is none.
func (certs Certificates) Leaf() []byte {
	for der := range certs.All() {
		return der
	}
	return nil
}
