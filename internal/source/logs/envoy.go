package logs

func envoyFormat() *Format {
	return &Format{
		Name:   "envoy",
		Doc:    "Envoy and Istio, access log in JSON with the names of Envoy's operators as keys",
		Source: "envoy",
		Enable: envoyEnable,
		blind:  []string{"Envoy writes no access log for refused handshakes unless the listener itself has an access_log: clients that a higher floor locks out vanish from this log"},
		detect: envoyLog.detect,
		parser: envoyLog.parser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const envoyEnable = `access_log of the HttpConnectionManager, in json_format, then reload:
downstream_tls_version: "%DOWNSTREAM_TLS_VERSION%"
downstream_tls_cipher: "%DOWNSTREAM_TLS_CIPHER%"
downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%"
requested_server_name: "%REQUESTED_SERVER_NAME%"`

// envoyLog: Envoy's documentation, "Access logging", command operators. What
// is not there is "-", or null where JSON keeps its types. The remote address
// is what x-forwarded-for says where that is trusted; the direct one is not.
var envoyLog = &jsonLog{
	must: []string{"response_code", "downstream_remote_address"},
	cells: []jsonCell{
		{"downstream_direct_remote_address", cellPeer},
		{"downstream_remote_address", cellForwarded},
		{"downstream_peer_subject", cellCertName},
		{"user_agent", cellAgent},
		{"downstream_local_address", cellServerIP},
		{"requested_server_name", cellHost},
		{"authority", cellHost},
		{"downstream_tls_version", cellVersion},
		{"tls_version", cellVersion},
		{"downstream_tls_cipher", cellSuite},
		{"tls_cipher", cellSuite},
		{"tls_ja3_fingerprint", cellJA3},
		{"tls_ja4_fingerprint", cellJA4},
		{"response_code", cellStatus},
		{"start_time", cellTime},
		{"timestamp", cellTime},
	},
	plain: []string{"-"},
	null:  plainRow,
}
