package tlswire

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
)

// AppendJA3 writes the JA3 string of a hello: version, suites, extensions,
// groups and point formats in decimal, GREASE left out. A hello of the SSLv2
// form has none.
func AppendJA3(dst []byte, h *ClientHello) []byte {
	if h.Format == FormatSSLv2 {
		return dst
	}
	dst = strconv.AppendUint(dst, uint64(h.Version), 10)
	dst = appendDecimals(append(dst, ','), h.Suites)
	dst = appendExtensions(append(dst, ','), h.Extensions)
	dst = appendDecimals(append(dst, ','), h.Groups())
	dst = append(dst, ',')
	for i, f := range h.PointFormats() {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = strconv.AppendUint(dst, uint64(f), 10)
	}
	return dst
}

// JA3String is the JA3 string of a hello.
func JA3String(h *ClientHello) string { return string(AppendJA3(nil, h)) }

// JA3 is the JA3 fingerprint of a hello: MD5 of its JA3 string in
// hexadecimal, "" for a hello of the SSLv2 form.
func JA3(h *ClientHello) string {
	if h.Format == FormatSSLv2 {
		return ""
	}
	var buf [1024]byte
	return md5Hex(AppendJA3(buf[:0], h))
}

// AppendJA3S writes the JA3S string of a server's hello: version, suite,
// extensions.
func AppendJA3S(dst []byte, h *ServerHello) []byte {
	dst = strconv.AppendUint(dst, uint64(h.Version), 10)
	dst = strconv.AppendUint(append(dst, ','), uint64(h.Suite), 10)
	return appendExtensions(append(dst, ','), h.Extensions)
}

// JA3S is the JA3S fingerprint of a server's hello.
func JA3S(h *ServerHello) string {
	var buf [128]byte
	return md5Hex(AppendJA3S(buf[:0], h))
}

func md5Hex(b []byte) string {
	sum := md5.Sum(b)
	var out [2 * md5.Size]byte
	hex.Encode(out[:], sum[:])
	return string(out[:])
}

func appendDecimals[T ~uint16](dst []byte, l List[T]) []byte {
	n := len(dst)
	for v := range l.All() {
		dst = appendDecimal(dst, n, uint16(v))
	}
	return dst
}

func appendExtensions(dst []byte, e Extensions) []byte {
	n := len(dst)
	for t := range e.All() {
		dst = appendDecimal(dst, n, uint16(t))
	}
	return dst
}

// appendDecimal adds v to the list that starts at n in dst.
func appendDecimal(dst []byte, n int, v uint16) []byte {
	if IsGREASE(v) {
		return dst
	}
	if len(dst) > n {
		dst = append(dst, '-')
	}
	return strconv.AppendUint(dst, uint64(v), 10)
}
