package negotiate

import (
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// commonScheme reports whether a key of this kind can sign in TLS 1.2 in a way
// that the client takes. One that sends no list takes SHA-1 (RFC 5246,
// 7.4.1.4.1).
func (n *needs) commonScheme(kind keyKind) bool {
	offered, can := n.client.Schemes, n.server.Schemes
	if offered == nil {
		return true
	}
	if len(offered) == 0 {
		return can == nil || slices.Contains(can, sha1Scheme(kind))
	}
	for _, x := range offered {
		if schemeOf(x) == kind && (can == nil || slices.Contains(can, x)) {
			return true
		}
	}
	return false
}

// anyScheme reports whether the two lists of TLS 1.2 have anything in common:
// without, servers fail even where nothing is signed, since the certificate
// itself is to be signed so (RFC 5246, 7.4.2).
func (n *needs) anyScheme() bool {
	offered, can := n.client.Schemes, n.server.Schemes
	if len(offered) == 0 || len(can) == 0 {
		return true
	}
	return slices.ContainsFunc(offered, func(x tlswire.SignatureScheme) bool { return slices.Contains(can, x) })
}

func sha1Scheme(kind keyKind) tlswire.SignatureScheme {
	switch kind {
	case keyECDSA:
		return tlswire.ECDSAWithSHA1
	case keyDSA:
		return tlswire.DSAWithSHA1
	}
	return tlswire.RSAWithSHA1
}

// schemeOf is the kind of key that a scheme is for (RFC 8446, 4.2.3; RFC 5246,
// 7.4.1.4.1).
func schemeOf(x tlswire.SignatureScheme) keyKind {
	switch x {
	case tlswire.RSAPSSRSAESHA256, tlswire.RSAPSSRSAESHA384, tlswire.RSAPSSRSAESHA512,
		tlswire.RSAPSSPSSSHA256, tlswire.RSAPSSPSSSHA384, tlswire.RSAPSSPSSSHA512:
		return keyRSA
	case tlswire.SchemeEd25519, tlswire.SchemeEd448:
		return keyECDSA
	}
	if x>>8 < 1 || x>>8 > 6 {
		return keyNone
	}
	return [...]keyKind{keyNone, keyRSA, keyDSA, keyECDSA}[min(x&0xFF, 4)%4]
}

// signs13 reports whether some key of the server can sign in TLS 1.3 in a way
// that the client takes. A kind of key that is not known is taken to do.
func (n *needs) signs13() bool {
	c, s := n.client, n.server
	if len(c.Schemes) == 0 || !s.kindsSet {
		return true
	}
	for _, k := range s.Keys {
		can := schemes13(k)
		if can == nil {
			return true
		}
		// What a scan found of TLS 1.2 narrows it, if it names any of them.
		if narrowed := common(can, s.Schemes); len(narrowed) > 0 {
			can = narrowed
		}
		if len(common(can, c.Schemes)) > 0 {
			return true
		}
	}
	return false
}

func common[T comparable](a, b []T) (out []T) {
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// schemes13 are the schemes of a key in TLS 1.3, where those of ECDSA name
// their curve (RFC 8446, 4.2.3); nil when that is not known.
func schemes13(k Key) []tlswire.SignatureScheme {
	switch {
	case k.Type == "RSA":
		return []tlswire.SignatureScheme{tlswire.RSAPSSRSAESHA256, tlswire.RSAPSSRSAESHA384, tlswire.RSAPSSRSAESHA512}
	case k.Type == "Ed25519":
		return []tlswire.SignatureScheme{tlswire.SchemeEd25519}
	case k.Curve == tlswire.GroupSecp256r1:
		return []tlswire.SignatureScheme{tlswire.ECDSAWithP256}
	case k.Curve == tlswire.GroupSecp384r1:
		return []tlswire.SignatureScheme{tlswire.ECDSAWithP384}
	case k.Curve == tlswire.GroupSecp521r1:
		return []tlswire.SignatureScheme{tlswire.ECDSAWithP521}
	}
	return nil
}
