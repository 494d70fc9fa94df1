package logs

// mailFormats are the logs of mail servers, directories, databases and
// Windows itself.
func mailFormats() []*Format {
	return []*Format{
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
