package logs

func azureStorageFormat() *Format {
	return &Format{
		Name:    "azure-storage",
		Doc:     "Azure Storage, resource logs of blobs, files, queues and tables",
		Source:  "azure-storage",
		Enable:  azureStorageEnable,
		records: byJSONValue,
		blind:   []string{"Azure Storage logs requests only: those below the account's minimum version are answered with status 400, refused handshakes do not appear"},
		detect:  azureStorageLog.detect,
		parser:  azureStorageLog.parser,
		agent:   unescape,
		text:    unescape,
		suite:   namedSuite,
	}
}

const azureStorageEnable = `az monitor diagnostic-settings create --name tls --resource ACCOUNT_ID/blobServices/default --storage-account ARCHIVE --logs '[{"category":"StorageRead","enabled":true},{"category":"StorageWrite","enabled":true},{"category":"StorageDelete","enabled":true}]'`

// azureStorageLog: Microsoft's "Azure Blob Storage monitoring data
// reference", resource logs. callerIpAddress has the port behind it.
var azureStorageLog = &jsonLog{
	must: []string{"category", "operationName", "callerIpAddress", "protocol"},
	only: []jsonIs{{"category", []string{"StorageRead", "StorageWrite", "StorageDelete"}}},
	cells: []jsonCell{
		{"callerIpAddress", cellPeer},
		{"identity.requester.upn", cellUser},
		{"identity.requester.objectId", cellUser},
		{"properties.userAgentHeader", cellAgent},
		{"properties.accountName", cellListener},
		{"properties.tlsVersion", cellVersion},
		{"statusCode", cellStatus},
		{"time", cellTime},
	},
	bare: []jsonIs{{"protocol", []string{"HTTP"}}},
}
