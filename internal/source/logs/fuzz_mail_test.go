package logs

import "testing"

func FuzzExchange(f *testing.F)   { fuzzFormat(f, "exchange-smtp") }
func FuzzMailHeader(f *testing.F) { fuzzFormat(f, "mail-header") }
func FuzzPostfix(f *testing.F)    { fuzzFormat(f, "postfix") }
func FuzzExim(f *testing.F)       { fuzzFormat(f, "exim") }
func FuzzDovecot(f *testing.F)    { fuzzFormat(f, "dovecot") }
func FuzzSendmail(f *testing.F)   { fuzzFormat(f, "sendmail") }
func FuzzSlapd(f *testing.F)      { fuzzFormat(f, "slapd") }
func FuzzPostgreSQL(f *testing.F) { fuzzFormat(f, "postgresql") }
func FuzzSchannel(f *testing.F)   { fuzzFormat(f, "schannel") }
