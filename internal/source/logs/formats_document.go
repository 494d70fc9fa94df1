package logs

// documentFormats are logs and reports in JSON, and those of network sensors.
func documentFormats() []*Format {
	return []*Format{
		nginxJSONFormat(),
		caddyFormat(),
		traefikFormat(),
		envoyFormat(),
		cloudflareFormat(),
		azureAppGatewayFormat(),
		azureFrontDoorFormat(),
		azureStorageFormat(),
		cloudTrailFormat(),
		entraFormat(),
		suricataFormat(),
		zeekFormat(),
		zeekJSONFormat(),
		tlsRPTFormat(),
		exchangeOnlineFormat(),
		m365TLSFormat(),
	}
}
