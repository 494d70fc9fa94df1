package tlswire

import "math/bits"

// ServerKeyExchange is what a server sends for an ephemeral key exchange
// before TLS 1.3 (RFC 5246, 7.4.3; RFC 8422, 5.4).
type ServerKeyExchange struct {
	Hint   []byte // PSK identity hint (RFC 4279, 2)
	Group  Group  // the named curve of ECDHE
	Point  []byte
	P, G   []byte // DHE; of export RSA the modulus and the exponent
	Public []byte // the server's DH value
	// Scheme signs the parameters; from TLS 1.2 on it is stated.
	Scheme    SignatureScheme
	Signature []byte
}

// Bits is the size of P: of the DH group, or of the export RSA key.
func (k *ServerKeyExchange) Bits() int {
	for i, b := range k.P {
		if b != 0 {
			return (len(k.P)-i-1)*8 + bits.Len8(b)
		}
	}
	return 0
}

// ParseServerKeyExchange reads the body of a ServerKeyExchange of the given
// suite and version. A curve that is given by its parameters has no Group.
func ParseServerKeyExchange(body []byte, s Suite, v Version) (ServerKeyExchange, error) {
	var k ServerKeyExchange
	info, _ := s.Info()
	c := cursor{b: body}
	if info.KeyExchange.psk() {
		k.Hint = c.vec16()
	}
	switch info.KeyExchange {
	case KexECDHE, KexECDHEPSK:
		const namedCurve = 3
		if t := c.u8(); t != namedCurve && !c.failed {
			return k, errKeyExchange
		}
		k.Group = Group(c.u16())
		k.Point = c.vec8()
	case KexDHE, KexDHEPSK:
		k.P, k.G, k.Public = c.vec16(), c.vec16(), c.vec16()
	case KexRSA:
		k.P, k.G = c.vec16(), c.vec16()
	case KexPSK, KexRSAPSK:
	default:
		return k, errKeyExchange
	}
	if signed := info.Auth.signs() || info.KeyExchange == KexRSA; signed && !c.failed {
		if v.Rank() >= TLS12.Rank() {
			k.Scheme = SignatureScheme(c.u16())
		}
		k.Signature = c.vec16()
	}
	switch {
	case c.failed:
		return k, ErrShort
	case len(c.b) > 0:
		return k, errTrailing
	}
	return k, nil
}
