package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/tlswire"
)

// versionSpelled reads a version in any spelling that names TLS or SSL:
// TLSv1.2 (OpenSSL), TLS1.2 (GnuTLS), tlsv12 (Network Load Balancer), TLS/1.2
// (Squid), "TLS 1.2", TLS_1_2. What follows must be a version and nothing
// else, so that the name of a suite is none.
func versionSpelled(b []byte) (tlswire.Version, bool) {
	if v, ok := versionByName(b); ok {
		return v, true
	}
	if len(b) < 4 || len(b) > 8 {
		return 0, false
	}
	tls := bytes.EqualFold(b[:3], []byte("TLS"))
	if !tls && !bytes.EqualFold(b[:3], []byte("SSL")) {
		return 0, false
	}
	digits, ok := twoDigitVersion(b[3:])
	switch {
	case !ok:
		return 0, false
	case !tls && digits == 20:
		return tlswire.SSL20, true
	case !tls && digits == 30:
		return tlswire.SSL30, true
	case tls:
		return tlsMinor(digits)
	}
	return 0, false
}

// versionBare reads what stands where nothing but a version can: also 1.2,
// and the number on the wire, 771.
func versionBare(b []byte) (tlswire.Version, bool) {
	if v, ok := versionSpelled(b); ok {
		return v, true
	}
	switch string(b) {
	case "1.0", "769", "0x0301", "0301":
		return tlswire.TLS10, true
	case "1.1", "770", "0x0302", "0302":
		return tlswire.TLS11, true
	case "1.2", "771", "0x0303", "0303":
		return tlswire.TLS12, true
	case "1.3", "772", "0x0304", "0304":
		return tlswire.TLS13, true
	case "3.0", "768", "0x0300", "0300":
		return tlswire.SSL30, true
	}
	return 0, false
}

func tlsMinor(digits int) (tlswire.Version, bool) {
	switch digits {
	case 10:
		return tlswire.TLS10, true
	case 11:
		return tlswire.TLS11, true
	case 12:
		return tlswire.TLS12, true
	case 13:
		return tlswire.TLS13, true
	}
	return 0, false
}

// twoDigitVersion reads v1.2, 1_2, 12, /1.2 or 1 as ten times the major
// number and the minor.
func twoDigitVersion(b []byte) (int, bool) {
	if len(b) > 0 && (b[0] == ' ' || b[0] == '/' || b[0] == '_') {
		b = b[1:]
	}
	if len(b) > 0 && (b[0] == 'v' || b[0] == 'V') {
		b = b[1:]
	}
	if len(b) == 0 || b[0] < '1' || b[0] > '3' {
		return 0, false
	}
	major := int(b[0]-'0') * 10
	if b = b[1:]; len(b) == 0 {
		return major, true
	}
	if b[0] == '.' || b[0] == '_' {
		b = b[1:]
	}
	if len(b) != 1 || b[0] < '0' || b[0] > '9' {
		return 0, false
	}
	return major + int(b[0]-'0'), true
}
