package tlswire

// ExtensionType is the type of a hello extension.
type ExtensionType uint16

// The extensions that this package reads or writes; String knows all.
const (
	ExtServerName           ExtensionType = 0     // RFC 6066, 3
	ExtMaxFragmentLength    ExtensionType = 1     // RFC 6066, 4
	ExtStatusRequest        ExtensionType = 5     // RFC 6066, 8
	ExtSupportedGroups      ExtensionType = 10    // RFC 8446, 4.2.7
	ExtPointFormats         ExtensionType = 11    // RFC 8422, 5.1.2
	ExtSignatureAlgorithms  ExtensionType = 13    // RFC 8446, 4.2.3
	ExtHeartbeat            ExtensionType = 15    // RFC 6520, 2
	ExtALPN                 ExtensionType = 16    // RFC 7301, 3.1
	ExtSCT                  ExtensionType = 18    // RFC 6962, 3.3.1
	ExtPadding              ExtensionType = 21    // RFC 7685, 3
	ExtEncryptThenMAC       ExtensionType = 22    // RFC 7366, 2
	ExtExtendedMasterSecret ExtensionType = 23    // RFC 7627, 5.1
	ExtCompressCertificate  ExtensionType = 27    // RFC 8879, 3
	ExtSessionTicket        ExtensionType = 35    // RFC 5077, 3.2
	ExtPreSharedKey         ExtensionType = 41    // RFC 8446, 4.2.11
	ExtEarlyData            ExtensionType = 42    // RFC 8446, 4.2.10
	ExtSupportedVersions    ExtensionType = 43    // RFC 8446, 4.2.1
	ExtCookie               ExtensionType = 44    // RFC 8446, 4.2.2
	ExtPSKModes             ExtensionType = 45    // RFC 8446, 4.2.9
	ExtCertificateAuths     ExtensionType = 47    // RFC 8446, 4.2.4
	ExtPostHandshakeAuth    ExtensionType = 49    // RFC 8446, 4.2.6
	ExtSignatureAlgsCert    ExtensionType = 50    // RFC 8446, 4.2.3
	ExtKeyShare             ExtensionType = 51    // RFC 8446, 4.2.8
	ExtQUICParameters       ExtensionType = 57    // RFC 9001, 8.2
	ExtNextProtocol         ExtensionType = 13172 // draft-agl-tls-nextprotoneg
	ExtECH                  ExtensionType = 65037 // RFC 9849
	ExtRenegotiationInfo    ExtensionType = 65281 // RFC 5746, 3.2
)

var extensionNames = []named[ExtensionType]{
	{0, "server_name"},
	{1, "max_fragment_length"},
	{2, "client_certificate_url"},
	{3, "trusted_ca_keys"},
	{4, "truncated_hmac"},
	{5, "status_request"},
	{6, "user_mapping"},
	{7, "client_authz"},
	{8, "server_authz"},
	{9, "cert_type"},
	{10, "supported_groups"},
	{11, "ec_point_formats"},
	{12, "srp"},
	{13, "signature_algorithms"},
	{14, "use_srtp"},
	{15, "heartbeat"},
	{16, "application_layer_protocol_negotiation"},
	{17, "status_request_v2"},
	{18, "signed_certificate_timestamp"},
	{19, "client_certificate_type"},
	{20, "server_certificate_type"},
	{21, "padding"},
	{22, "encrypt_then_mac"},
	{23, "extended_master_secret"},
	{24, "token_binding"},
	{25, "cached_info"},
	{26, "tls_lts"},
	{27, "compress_certificate"},
	{28, "record_size_limit"},
	{29, "pwd_protect"},
	{30, "pwd_clear"},
	{31, "password_salt"},
	{32, "ticket_pinning"},
	{33, "tls_cert_with_extern_psk"},
	{34, "delegated_credential"},
	{35, "session_ticket"},
	{36, "TLMSP"},
	{37, "TLMSP_proxying"},
	{38, "TLMSP_delegate"},
	{39, "supported_ekt_ciphers"},
	{41, "pre_shared_key"},
	{42, "early_data"},
	{43, "supported_versions"},
	{44, "cookie"},
	{45, "psk_key_exchange_modes"},
	{47, "certificate_authorities"},
	{48, "oid_filters"},
	{49, "post_handshake_auth"},
	{50, "signature_algorithms_cert"},
	{51, "key_share"},
	{52, "transparency_info"},
	{53, "connection_id_deprecated"},
	{54, "connection_id"},
	{55, "external_id_hash"},
	{56, "external_session_id"},
	{57, "quic_transport_parameters"},
	{58, "ticket_request"},
	{59, "dnssec_chain"},
	{60, "sequence_number_encryption_algorithms"},
	{61, "rrc"},
	{62, "tls_flags"},
	{13172, "next_protocol_negotiation"},
	{17513, "application_settings"},
	{17613, "application_settings_new"},
	{30031, "channel_id_old"},
	{30032, "channel_id"},
	{64768, "ech_outer_extensions"},
	{65037, "encrypted_client_hello"},
	{65281, "renegotiation_info"},
	{65445, "quic_transport_parameters_draft"},
	{65486, "encrypted_server_name"},
}

// String is the IANA name, or the one in use for an extension that is not
// registered, or 0xABCD.
func (t ExtensionType) String() string {
	if s, ok := nameOf(extensionNames, t); ok {
		return s
	}
	return hex16(uint16(t))
}

// ExtensionByName reads what String writes.
func ExtensionByName(name string) (ExtensionType, bool) { return valueOf(extensionNames, name, 4) }
