package tlswire

import (
	"fmt"
	"iter"
)

// CipherKind is a cipher of SSLv2: three bytes. One whose first byte is zero
// is a Suite of later versions, offered in an SSLv2 hello (RFC 5246, E.2).
type CipherKind uint32

// The ciphers of SSLv2.
const (
	SSLv2RC4128MD5      CipherKind = 0x010080
	SSLv2RC4128Export40 CipherKind = 0x020080
	SSLv2RC2128MD5      CipherKind = 0x030080
	SSLv2RC2128Export40 CipherKind = 0x040080
	SSLv2IDEA128MD5     CipherKind = 0x050080
	SSLv2DES64MD5       CipherKind = 0x060040
	SSLv2DES64SHA       CipherKind = 0x060140
	SSLv2DES192EDE3MD5  CipherKind = 0x0700C0
	SSLv2DES192EDE3SHA  CipherKind = 0x0701C0
	SSLv2RC464MD5       CipherKind = 0x080080
)

var kindNames = [...]struct {
	k    CipherKind
	name string
}{
	{SSLv2RC4128MD5, "SSL_CK_RC4_128_WITH_MD5"},
	{SSLv2RC4128Export40, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"},
	{SSLv2RC2128MD5, "SSL_CK_RC2_128_CBC_WITH_MD5"},
	{SSLv2RC2128Export40, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"},
	{SSLv2IDEA128MD5, "SSL_CK_IDEA_128_CBC_WITH_MD5"},
	{SSLv2DES64MD5, "SSL_CK_DES_64_CBC_WITH_MD5"},
	{SSLv2DES64SHA, "SSL_CK_DES_64_CBC_WITH_SHA"},
	{SSLv2DES192EDE3MD5, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
	{SSLv2DES192EDE3SHA, "SSL_CK_DES_192_EDE3_CBC_WITH_SHA"},
	{SSLv2RC464MD5, "SSL_CK_RC4_64_WITH_MD5"},
	{0xFF0800, "SSL_CK_DES_64_CFB64_WITH_MD5_1"},
	{0xFF0810, "SSL_CK_NULL"},
}

// String is the name of the SSLv2 specification (SSL_CK_...), for a suite of
// later versions its own, or 0xABCDEF.
func (k CipherKind) String() string {
	for _, n := range kindNames {
		if n.k == k {
			return n.name
		}
	}
	if s, ok := k.Suite(); ok {
		return s.String()
	}
	return fmt.Sprintf("0x%06X", uint32(k))
}

// Suite is the suite of SSLv3 and later that k stands for, if it does.
func (k CipherKind) Suite() (Suite, bool) { return Suite(k), k>>16 == 0 }

// Export reports whether the key was cut to 40 bits.
func (k CipherKind) Export() bool { return k == SSLv2RC4128Export40 || k == SSLv2RC2128Export40 }

// SSLv2Kinds is every cipher of SSLv2 a server may know, the usual ones
// first.
func SSLv2Kinds() []CipherKind {
	all := make([]CipherKind, len(kindNames))
	for i, n := range kindNames {
		all[i] = n.k
	}
	return all
}

// KindList is a vector of three-byte cipher kinds.
type KindList []byte

// Len is the number of kinds.
func (l KindList) Len() int { return len(l) / 3 }

// At is the kind at index i, counted from zero.
func (l KindList) At(i int) CipherKind { return CipherKind(be24(l[3*i:])) }

// All runs through the kinds in the order of the wire.
func (l KindList) All() iter.Seq[CipherKind] {
	return func(yield func(CipherKind) bool) {
		for i := 0; i < l.Len(); i++ {
			if !yield(l.At(i)) {
				return
			}
		}
	}
}

// The message types of SSLv2 that stand in clear text.
const (
	sslv2Error       = 0
	sslv2ClientHello = 1
	sslv2ServerHello = 4
)

// sslv2Record reads the record header of two bytes, or of three with padding,
// and returns the message and what follows. On ErrShort msg holds what is
// there.
func sslv2Record(b []byte) (msg, rest []byte, err error) {
	if len(b) < 3 {
		return nil, b, ErrShort
	}
	head, n := 2, int(b[0]&0x7f)<<8|int(b[1])
	pad := 0
	if b[0]&0x80 == 0 {
		head, n, pad = 3, int(b[0]&0x3f)<<8|int(b[1]), int(b[2])
	}
	if pad > n {
		return nil, b, errSSLv2
	}
	if len(b) < head+n {
		return b[head:], b, ErrShort
	}
	return b[head : head+n-pad : head+n-pad], b[head+n:], nil
}

// ParseSSLv2ClientHello reads a ClientHello of the SSLv2 form, with its
// record header, and returns what follows (RFC 5246, E.2). Versions up to
// TLS 1.2 can be offered in it.
func ParseSSLv2ClientHello(b []byte) (ClientHello, []byte, error) {
	h := ClientHello{Format: FormatSSLv2}
	msg, rest, short := sslv2Record(b)
	c := cursor{b: msg}
	if t := c.u8(); !c.failed && t != sslv2ClientHello {
		return h, b, ErrNotTLS
	}
	h.Version = Version(c.u16())
	kinds, id, challenge := c.u16(), c.u16(), c.u16()
	h.Kinds = KindList(c.vec(kinds))
	h.SessionID = c.vec(id)
	h.Random = c.vec(challenge)
	switch {
	case short != nil:
		return h, b, short
	case c.failed || len(c.b) > 0 || kinds%3 != 0:
		return h, b, errSSLv2
	}
	return h, rest, nil
}

// SSLv2ServerHello is the answer of an SSLv2 server.
type SSLv2ServerHello struct {
	SessionIDHit bool
	CertType     byte // 1 for X.509
	Version      Version
	Certificate  []byte
	Kinds        KindList // what both sides know; the client picks
	ConnectionID []byte
}

// ParseSSLv2ServerHello reads an SSLv2 SERVER-HELLO with its record header.
func ParseSSLv2ServerHello(b []byte) (SSLv2ServerHello, error) {
	var h SSLv2ServerHello
	msg, _, short := sslv2Record(b)
	c := cursor{b: msg}
	if t := c.u8(); !c.failed && t != sslv2ServerHello {
		return h, ErrNotTLS
	}
	h.SessionIDHit = c.u8() != 0
	h.CertType = byte(c.u8())
	h.Version = Version(c.u16())
	cert, kinds, id := c.u16(), c.u16(), c.u16()
	h.Certificate = c.vec(cert)
	h.Kinds = KindList(c.vec(kinds))
	h.ConnectionID = c.vec(id)
	switch {
	case short != nil:
		return h, short
	case h.Version != SSL20:
		return h, ErrNotTLS
	case c.failed || len(c.b) > 0 || kinds%3 != 0:
		return h, errSSLv2
	}
	return h, nil
}

// ParseSSLv2Error reads an SSLv2 ERROR message in clear text; code 1 is
// "no cipher", 2 "no certificate", 4 "bad certificate", 6 "unsupported
// certificate type".
func ParseSSLv2Error(b []byte) (code uint16, err error) {
	msg, _, err := sslv2Record(b)
	switch {
	case err != nil:
		return 0, err
	case len(msg) != 3 || msg[0] != sslv2Error:
		return 0, ErrNotTLS
	}
	return be16(msg[1:]), nil
}
