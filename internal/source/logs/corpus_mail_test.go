package logs

func corpusMail() []corpusRow {
	return []corpusRow{
		{"real/exchange/smtp-fragment-crowdsec.log", "exchange-smtp", "", 0, 0, 0},
		{"synthetic/exchange/RECV20260302-1.LOG", "exchange-smtp", "TLS 1.0: 56, TLS 1.1: 5, TLS 1.2: 102, TLS 1.3: 218, fail: 3", 14, 45, 384},
		{"synthetic/exchange/SEND20260302-1.LOG", "exchange-smtp", "TLS 1.0: 48, TLS 1.1: 5, TLS 1.2: 102, TLS 1.3: 231, fail: 4", 16, 47, 390},
		{"synthetic/exchange/header-0.eml", "mail-header", "TLS 1.0: 1, TLS 1.2: 1", 1, 2, 2},
		{"synthetic/exchange/header-1.eml", "mail-header", "TLS 1.2: 2", 0, 2, 2},
		{"synthetic/exchange/header-2.eml", "mail-header", "TLS 1.1: 1, TLS 1.2: 1", 1, 2, 2},
		{"synthetic/mail/postfix.log", "postfix", "TLS 1.0: 115, TLS 1.1: 9, TLS 1.2: 254, TLS 1.3: 565, fail: 15", 16, 47, 958},
		// Of the nine records without a version, eight do not tell whether there was TLS.
		{"real/mail/exim-crowdsec.log", "exim", "-: 1, TLS 1.2: 2, TLS 1.3: 1, nofield: 8", 0, 3, 3},
		{"synthetic/mail/exim-mainlog", "exim", "-: 40, TLS 1.0: 108, TLS 1.1: 9, TLS 1.2: 231, TLS 1.3: 512", 16, 47, 860},
		{"real/mail/dovecot-crowdsec.log", "dovecot", "-: 2, nofield: 5", 0, 2, 0},
		{"synthetic/mail/dovecot.log", "dovecot", "-: 40, TLS 1.0: 108, TLS 1.1: 9, TLS 1.2: 231, TLS 1.3: 512", 16, 47, 860},
		{"synthetic/mail/sendmail.log", "sendmail", "TLS 1.0: 108, TLS 1.1: 9, TLS 1.2: 231, TLS 1.3: 512", 16, 47, 860},
		{"synthetic/db/slapd.log", "slapd", "-: 25, TLS 1.0: 79, TLS 1.1: 7, TLS 1.2: 154, TLS 1.3: 335", 14, 46, 575},
		{"synthetic/db/postgresql.log", "postgresql", "-: 25, TLS 1.0: 79, TLS 1.1: 7, TLS 1.2: 154, TLS 1.3: 335", 14, 46, 575},
		// The event names no client: all are one. Beside the completed handshakes: no shared suite ten times, and ten
		// alerts of which the event does not tell whose handshake it ended.
		{"synthetic/schannel/system-schannel.xml", "schannel", "TLS 1.0: 24, TLS 1.1: 4, TLS 1.2: 80, TLS 1.3: 122, fail: 10, nofield: 10", 1, 1, 240},
		{"real/evtx/System-plaso.evtx", "schannel", "nofield: 5009", 0, 1, 0},
		{"real/evtx/bad-chunk-magic-omerbenamram.evtx", "schannel", "nofield: 303", 0, 1, 0},
		{"real/evtx/exchange-management-omerbenamram.evtx", "schannel", "nofield: 1", 0, 1, 0},
	}
}

// goesOut are formats with rows of a server's own deliveries: of those the
// client is always the same.
var goesOut = map[string]bool{"exim": true, "postfix": true, "sendmail": true, "exchange-smtp": true}
