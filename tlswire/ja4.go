package tlswire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Transport is the first letter of a JA4 fingerprint.
type Transport byte

// The transports of JA4.
const (
	TransportTCP  Transport = 't'
	TransportQUIC Transport = 'q'
	TransportDTLS Transport = 'd'
)

// JA4 is the JA4 client fingerprint of a hello, "" for one of the SSLv2 form.
//
// JA4 is by FoxIO, BSD 3-Clause. Of the JA4+ family only this method is free
// in that way, and only it is implemented here.
func JA4(h *ClientHello, t Transport) string {
	var buf [64]byte
	return string(AppendJA4(buf[:0], h, t))
}

// AppendJA4 writes the JA4 client fingerprint of a hello.
func AppendJA4(dst []byte, h *ClientHello, t Transport) []byte {
	if h.Format == FormatSSLv2 {
		return dst
	}
	var suiteBuf, extBuf [256]uint16
	suites, exts := suiteBuf[:0], extBuf[:0]
	for s := range h.Suites.All() {
		if !IsGREASE(uint16(s)) {
			suites = append(suites, uint16(s))
		}
	}
	count, sni := 0, byte('i')
	for e := range h.Extensions.All() {
		switch {
		case IsGREASE(uint16(e)):
			continue
		case e == ExtServerName:
			sni = 'd'
		case e != ExtALPN:
			exts = append(exts, uint16(e))
		}
		count++
	}
	dst = append(dst, byte(t))
	dst = append(dst, ja4Version(h)...)
	dst = append(dst, sni)
	dst = appendTwoDigits(dst, len(suites))
	dst = appendTwoDigits(dst, count)
	dst = appendJA4ALPN(dst, h.ALPN().First())
	slices.Sort(suites)
	slices.Sort(exts)
	var hashed [4096]byte
	dst = appendHash12(append(dst, '_'), appendHexList(hashed[:0], suites))
	list := appendHexList(hashed[:0], exts)
	n := len(list)
	for s := range h.SignatureSchemes().All() {
		if IsGREASE(uint16(s)) {
			continue
		}
		sep := byte(',')
		if len(list) == n {
			sep = '_'
		}
		list = appendHex(append(list, sep), uint16(s))
	}
	if n == 0 {
		list = list[:0]
	}
	return appendHash12(append(dst, '_'), list)
}

// ja4Version is the highest version offered.
func ja4Version(h *ClientHello) string {
	v := h.Version
	if h.Extensions.Has(ExtSupportedVersions) {
		v = h.MaxVersion()
	}
	switch v {
	case TLS13:
		return "13"
	case TLS12:
		return "12"
	case TLS11:
		return "11"
	case TLS10:
		return "10"
	case SSL30:
		return "s3"
	case SSL20:
		return "s2"
	case DTLS10:
		return "d1"
	case DTLS12:
		return "d2"
	case DTLS13:
		return "d3"
	}
	return "00"
}

// appendJA4ALPN writes the first and the last character of the first
// protocol; when either is not alphanumeric, the first and the last digit of
// its hexadecimal form.
func appendJA4ALPN(dst, proto []byte) []byte {
	if len(proto) == 0 {
		return append(dst, "00"...)
	}
	first, last := proto[0], proto[len(proto)-1]
	if alphanumeric(first) && alphanumeric(last) {
		return append(dst, first, last)
	}
	return append(dst, hexDigits[first>>4], hexDigits[last&15])
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

const hexDigits = "0123456789abcdef"

func appendHex(dst []byte, v uint16) []byte {
	return append(dst, hexDigits[v>>12], hexDigits[v>>8&15], hexDigits[v>>4&15], hexDigits[v&15])
}

func appendHexList(dst []byte, list []uint16) []byte {
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendHex(dst, v)
	}
	return dst
}

func appendTwoDigits(dst []byte, n int) []byte {
	n = min(n, 99)
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

// appendHash12 writes the first 12 digits of SHA-256, of an empty list zeros.
func appendHash12(dst, list []byte) []byte {
	if len(list) == 0 {
		return append(dst, "000000000000"...)
	}
	sum := sha256.Sum256(list)
	return hex.AppendEncode(dst, sum[:6])
}
