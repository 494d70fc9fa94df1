package logs

func azureAppGatewayFormat() *Format {
	return &Format{
		Name:    "azure-appgw",
		Doc:     "Azure Application Gateway, access log of the diagnostic settings",
		Source:  "azure-appgw",
		Enable:  azureAppGatewayEnable,
		records: byJSONValue,
		blind:   []string{"Application Gateway logs requests only: clients that its TLS policy locks out do not appear"},
		detect:  azureAppGatewayLog.detect,
		parser:  azureAppGatewayLog.parser,
		agent:   unescape,
		text:    unescape,
		suite:   namedSuite,
	}
}

const azureAppGatewayEnable = `az monitor diagnostic-settings create --name tls --resource GATEWAY_ID --storage-account ACCOUNT --logs '[{"category":"ApplicationGatewayAccessLog","enabled":true}]'
(v2 gateways write sslProtocol and sslCipher into every row)`

// azureAppGatewayLog: Microsoft's "Diagnostic logs for Application Gateway",
// access log. sslEnabled is "on" or "off".
var azureAppGatewayLog = &jsonLog{
	must: []string{"category", "properties.clientIP", "properties.httpStatus"},
	also: []string{"category", "properties.instanceId"},
	only: []jsonIs{{"category", []string{"ApplicationGatewayAccessLog"}}},
	cells: []jsonCell{
		{"properties.clientIP", cellPeer},
		{"properties.userAgent", cellAgent},
		{"properties.originalHost", cellHost},
		{"properties.host", cellHost},
		{"listenerName", cellListener},
		{"properties.sslProtocol", cellVersion},
		{"properties.sslCipher", cellSuite},
		{"properties.httpStatus", cellStatus},
		{"timeStamp", cellTime},
		{"time", cellTime},
	},
	bare: []jsonIs{{"properties.sslEnabled", []string{"off"}}},
}
