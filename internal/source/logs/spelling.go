package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/tlswire"
)

// spelledVersion reads a version where nothing but a version can stand,
// however services and sensors spell it: as versionBare does, and DTLSv12 and
// TLSv13-draft23 besides.
func spelledVersion(b []byte) (tlswire.Version, bool) {
	if v, ok := versionBare(b); ok {
		return v, true
	}
	if rest, ok := bytes.CutPrefix(b, []byte("DTLS")); ok {
		return datagramVersion(rest)
	}
	if draft, ok := bytes.CutPrefix(b, []byte("TLSv13-draft")); ok {
		return draftVersion(draft)
	}
	return 0, false
}

// datagramVersion reads the versions of DTLS; there was never a 1.1 (RFC
// 6347, 1).
func datagramVersion(b []byte) (tlswire.Version, bool) {
	switch string(bytes.TrimLeft(b, "v ")) {
	case "1", "1.0", "10":
		return tlswire.DTLS10, true
	case "1.2", "12":
		return tlswire.DTLS12, true
	case "1.3", "13":
		return tlswire.DTLS13, true
	}
	return 0, false
}

// draftVersion reads the number of a draft of TLS 1.3, which on the wire was
// 0x7f00 and that number (draft-ietf-tls-tls13-28, 4.2.1).
func draftVersion(b []byte) (tlswire.Version, bool) {
	if len(b) == 0 || len(b) > 2 {
		return 0, false
	}
	n := tlswire.Version(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + tlswire.Version(c-'0')
	}
	return 0x7f00 | n, true
}
