package logs

func azureFrontDoorFormat() *Format {
	return &Format{
		Name:    "azure-frontdoor",
		Doc:     "Azure Front Door, access log of the diagnostic settings",
		Source:  "azure-frontdoor",
		Enable:  azureFrontDoorEnable,
		records: byJSONValue,
		blind:   []string{"Front Door logs requests only: clients that its minimum version locks out do not appear"},
		detect:  azureFrontDoorLog.detect,
		parser:  azureFrontDoorLog.parser,
		agent:   unescape,
		text:    unescape,
		suite:   namedSuite,
	}
}

const azureFrontDoorEnable = `az monitor diagnostic-settings create --name tls --resource PROFILE_ID --storage-account ACCOUNT --logs '[{"category":"FrontDoorAccessLog","enabled":true}]'
(securityProtocol and securityCipher are part of every row)`

// azureFrontDoorLog: Microsoft's "Monitor metrics and logs in Azure Front
// Door", access log. The protocol is null or N/A without encryption. clientIp
// is what X-Forwarded-For says, socketIp who connected. Classic profiles call
// the category FrontdoorAccessLog.
var azureFrontDoorLog = &jsonLog{
	must: []string{"category", "properties.clientIp", "properties.httpStatusCode"},
	also: []string{"category", "properties.trackingReference"},
	only: []jsonIs{{"category", []string{"FrontDoorAccessLog", "FrontdoorAccessLog"}}},
	cells: []jsonCell{
		{"properties.socketIp", cellPeer},
		{"properties.clientIp", cellForwarded},
		{"properties.userAgent", cellAgent},
		{"properties.sni", cellHost},
		{"properties.hostName", cellHost},
		{"properties.endpoint", cellListener},
		{"properties.securityProtocol", cellVersion},
		{"properties.securityCipher", cellSuite},
		{"properties.clientJA4FingerPrint", cellJA4},
		{"properties.httpStatusCode", cellStatus},
		{"time", cellTime},
	},
	plain: []string{"N/A"},
	null:  plainRow,
}
