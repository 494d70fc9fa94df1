package logs

// Formats lists every format, in the order in which detection asks them. A
// new one is one file and one line here.
func Formats() []*Format {
	return []*Format{
		// Access logs of web servers, balancers and clouds that are text.
		iisFormat(),
		combinedFormat(),
		apacheRequestFormat(),
		apacheErrorFormat(),
		nginxErrorFormat(),
		haproxyFormat(),
		albFormat(),
		classicELBFormat(),
		nlbFormat(),
		cloudFrontFormat(),
		s3Format(),
		w3cFormat(),
		// Logs and reports in JSON or CSV, and those of network sensors.
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
		// Mail servers, directories, databases and Windows itself.
		exchangeFormat(),
		mailHeaderFormat(),
		postfixFormat(),
		eximFormat(),
		dovecotFormat(),
		sendmailFormat(),
		slapdFormat(),
		postgresqlFormat(),
		schannelFormat(),
	}
}
