package logs

import (
	"strings"
	"testing"
)

// A log that says "TLS" and never which says how to have the version told;
// one that tells some rows does not.
func TestRowsThatDoNotTellTheirVersion(t *testing.T) {
	untold := "Mar  2 10:00:00 mx1 dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.10, mpid=7, TLS, session=<a>\n"
	told := "Mar  2 10:00:01 mx1 dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=198.51.100.8, lip=192.0.2.10, mpid=8, TLS, session=<b>, TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)\n"
	for log, want := range map[string]bool{untold + untold: true, untold + told: false} {
		c := coverageOf(mustRun(t, "dovecot.log", []byte(log), Options{Format: "dovecot"}))
		blind := strings.Join(c.Blind, "; ")
		if got := strings.Contains(blind, "To turn them on"); got != want || strings.Contains(blind, "nothing here came over TLS") {
			t.Errorf("%s: says how to turn it on: %v, want %v: %s", log, got, want, blind)
		}
	}
}

// An export of IIS by another program keeps the fields that only IIS has.
func TestIISFieldsOfAnotherSoftware(t *testing.T) {
	head := "#Software: IIS\n#Fields: date time s-ip c-ip cs-method cs-uri-stem sc-status"
	for fields, want := range map[string]bool{head + " crypt-protocol\n": true, head + "\n": false} {
		if got, _ := Detect("x.log", []byte(fields)); (got == "iis") != want {
			t.Errorf("%q is %q", fields, got)
		}
	}
}
