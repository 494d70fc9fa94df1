package logs

func cloudflareFormat() *Format {
	return &Format{
		Name:   "cloudflare",
		Doc:    "Cloudflare Logpush, data set http_requests",
		Source: "cloudflare",
		Enable: cloudflareEnable,
		blind:  []string{"Cloudflare logs requests only: clients that its minimum version locks out do not appear"},
		detect: cloudflareLog.detect,
		parser: cloudflareLog.parser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const cloudflareEnable = `Logpush job for http_requests, output_options.field_names: add
ClientIP, ClientRequestHost, ClientRequestUserAgent, ClientSSLProtocol, ClientSSLCipher, EdgeStartTimestamp, EdgeResponseStatus`

// cloudflareLog: Cloudflare's documentation, "Log fields", HTTP requests.
// The protocol is "none" and the cipher "NONE" without TLS.
var cloudflareLog = &jsonLog{
	must: []string{"ClientIP", "EdgeStartTimestamp"},
	cells: []jsonCell{
		{"ClientIP", cellPeer},
		{"ClientRequestUserAgent", cellAgent},
		{"ClientRequestHost", cellHost},
		{"ClientSSLProtocol", cellVersion},
		{"ClientSSLCipher", cellSuite},
		{"JA3Hash", cellJA3},
		{"JA4", cellJA4},
		{"EdgeResponseStatus", cellStatus},
		{"EdgeStartTimestamp", cellTime},
	},
	plain:   []string{"none"},
	unknown: []string{"unknown"},
	bare:    []jsonIs{{"ClientRequestScheme", []string{"http"}}},
}
