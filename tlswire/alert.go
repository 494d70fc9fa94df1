package tlswire

import "fmt"

// Alert is the description of an alert (RFC 8446, 6).
type Alert uint8

// AlertLevel is the level of an alert; TLS 1.3 ignores it.
type AlertLevel uint8

// The levels.
const (
	AlertWarning AlertLevel = 1
	AlertFatal   AlertLevel = 2
)

// The alerts that a scanner and a watcher tell apart; String knows all.
const (
	AlertCloseNotify            Alert = 0
	AlertUnexpectedMessage      Alert = 10
	AlertBadRecordMAC           Alert = 20
	AlertHandshakeFailure       Alert = 40
	AlertNoCertificate          Alert = 41
	AlertBadCertificate         Alert = 42
	AlertUnsupportedCertificate Alert = 43
	AlertCertificateExpired     Alert = 45
	AlertCertificateUnknown     Alert = 46
	AlertIllegalParameter       Alert = 47
	AlertUnknownCA              Alert = 48
	AlertDecodeError            Alert = 50
	AlertDecryptError           Alert = 51
	AlertProtocolVersion        Alert = 70
	AlertInsufficientSecurity   Alert = 71
	AlertInternalError          Alert = 80
	AlertInappropriateFallback  Alert = 86
	AlertUserCanceled           Alert = 90
	AlertNoRenegotiation        Alert = 100
	AlertMissingExtension       Alert = 109
	AlertUnsupportedExtension   Alert = 110
	AlertUnrecognizedName       Alert = 112
	AlertUnknownPSKIdentity     Alert = 115
	AlertCertificateRequired    Alert = 116
	AlertNoApplicationProtocol  Alert = 120
)

var alertNames = []named[Alert]{
	{0, "close_notify"},
	{10, "unexpected_message"},
	{20, "bad_record_mac"},
	{21, "decryption_failed"},
	{22, "record_overflow"},
	{30, "decompression_failure"},
	{40, "handshake_failure"},
	{41, "no_certificate"},
	{42, "bad_certificate"},
	{43, "unsupported_certificate"},
	{44, "certificate_revoked"},
	{45, "certificate_expired"},
	{46, "certificate_unknown"},
	{47, "illegal_parameter"},
	{48, "unknown_ca"},
	{49, "access_denied"},
	{50, "decode_error"},
	{51, "decrypt_error"},
	{52, "too_many_cids_requested"},
	{60, "export_restriction"},
	{70, "protocol_version"},
	{71, "insufficient_security"},
	{80, "internal_error"},
	{86, "inappropriate_fallback"},
	{90, "user_canceled"},
	{100, "no_renegotiation"},
	{109, "missing_extension"},
	{110, "unsupported_extension"},
	{111, "certificate_unobtainable"},
	{112, "unrecognized_name"},
	{113, "bad_certificate_status_response"},
	{114, "bad_certificate_hash_value"},
	{115, "unknown_psk_identity"},
	{116, "certificate_required"},
	{117, "general_error"},
	{120, "no_application_protocol"},
	{121, "ech_required"},
}

// String is the name in the RFCs (protocol_version), or 0xAB.
func (a Alert) String() string {
	if s, ok := nameOf(alertNames, a); ok {
		return s
	}
	return fmt.Sprintf("0x%02X", uint8(a))
}

// AlertByName reads what String writes.
func AlertByName(name string) (Alert, bool) { return valueOf(alertNames, name, 2) }

// String is "warning" or "fatal", or 0xAB.
func (l AlertLevel) String() string {
	switch l {
	case AlertWarning:
		return "warning"
	case AlertFatal:
		return "fatal"
	}
	return fmt.Sprintf("0x%02X", uint8(l))
}

// ParseAlert reads the fragment of an alert record in clear text. An
// encrypted alert is longer and gives ErrMalformed.
func ParseAlert(fragment []byte) (AlertLevel, Alert, error) {
	switch {
	case len(fragment) < 2:
		return 0, 0, ErrShort
	case len(fragment) > 2 || fragment[0] != byte(AlertWarning) && fragment[0] != byte(AlertFatal):
		return 0, 0, errAlert
	}
	return AlertLevel(fragment[0]), Alert(fragment[1]), nil
}
