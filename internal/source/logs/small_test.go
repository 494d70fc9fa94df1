package logs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "192.0.2.7:443": "192.0.2.7", "2001:db8::7": "2001:db8::7", "[2001:db8::7]:443": "2001:db8::7",
		"[2001:db8::7]": "2001:db8::7", "fe80::7%12": "fe80::7", "192.0.2.7, 10.0.0.1": "192.0.2.7", " 192.0.2.7 ": "192.0.2.7",
		`"192.0.2.7"`: "192.0.2.7", "::1": "::1", "::": "::", "::ffff:192.0.2.7": "::ffff:192.0.2.7",
		"-": "", "": "", "unknown": "", "unix:": "", "host.example": "", "[2001:db8::7": "", "1.2.3": "", "dead": "", ",": "",
	} {
		if got := string(address([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestHostName(t *testing.T) {
	for in, want := range map[string]string{
		"mail.example": "mail.example", "Mail.Example:443": "Mail.Example", "a_b-c": "a_b-c",
		"192.0.2.7": "", "192.0.2.7:443": "", "[2001:db8::7]": "", "-": "", "": "", "evil<script>": "", strings.Repeat("a", 254): "",
	} {
		if got := string(hostName([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for in, want := range map[string]string{
		"2026-03-02T10:00:00Z":           "2026-03-02T10:00:00Z",
		"2026-03-02T10:00:00+01:30":      "2026-03-02T08:30:00Z",
		"2026-03-02 10:00:00":            "2026-03-02T10:00:00Z",
		"2026-03-02T10:00:00.123456Z":    "2026-03-02T10:00:00Z",
		"2026-03-02T00:30:00+0100":       "2026-03-01T23:30:00Z",
		"02/Mar/2026:10:00:00 +0000":     "2026-03-02T10:00:00Z",
		"02/Mar/2026:10:00:00 -0700":     "2026-03-02T17:00:00Z",
		"1772445600.123":                 "2026-03-02T10:00:00Z",
		"1772445600":                     "2026-03-02T10:00:00Z",
		"2026-02-30T10:00:00Z":           "",
		"2026-03-02T24:00:00Z":           "",
		"2026-03-02T10:00:00X":           "",
		"2026-03-02T10:00:00+1":          "",
		"2026-03-02T1":                   "",
		"02/Foo/2026:10:00:00 +0000":     "",
		"12:00":                          "",
		"99999999999999999999999":        "",
		"":                               "",
		"2026-03-02T10-00-00Z":           "",
		"2026-03-02T10:00:00 +00:00 UTC": "",
	} {
		var c clock
		got := ""
		if at, ok := c.time([]byte(in)); ok {
			got = time.Unix(at, 0).UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Days do not depend on the order of rows, and go when they are not wanted.
func TestDays(t *testing.T) {
	var log strings.Builder
	log.WriteString(iisHeader)
	for _, day := range []string{"03", "02", "04", "02"} {
		for _, crypt := range []string{"40 6610 8004 ae06", "400 6610 800d ae06"} {
			log.WriteString(strings.Replace(iisRow("198.51.100.7", "a/1", crypt), "-02 ", "-"+day+" ", 1))
		}
	}
	const all = `{"2026-03-02":2,"2026-03-03":1,"2026-03-04":1}`
	tests := []struct {
		opt        Options
		weak, sure string
	}{
		{Options{}, all, all},
		{Options{Days: DaysAll}, all, all},
		{Options{Days: DaysWeak}, all, "null"},
		{Options{Days: DaysWeak, Floor: tlswire.TLS13}, all, all},
		{Options{Days: DaysNone}, "null", "null"},
	}
	for _, tt := range tests {
		recs := mustRun(t, "u.log", []byte(log.String()), tt.opt)
		h := handshakesOf(recs)
		weak, _ := json.Marshal(h[0].Days)
		sure, _ := json.Marshal(h[1].Days)
		if string(weak) != tt.weak || string(sure) != tt.sure {
			t.Errorf("%+v: weak %s, sure %s", tt.opt, weak, sure)
		}
		if h[0].First.Day() != 2 || h[0].Last.Day() != 4 || h[0].Count != 4 {
			t.Errorf("first %v, last %v, count %d", h[0].First, h[0].Last, h[0].Count)
		}
		if traffic := len(recs) - 3; traffic != 6 {
			t.Errorf("%+v: %d traffic records, want 6", tt.opt, traffic)
		}
	}
}

func TestDetectClaimsOnlyLogs(t *testing.T) {
	for name, text := range map[string]string{
		"prose":     "IIS writes #Fields: date time c-ip crypt-protocol at the start.\nThen come rows.\n",
		"markdown":  "# IIS\n\n#Fields: date time s-ip c-ip cs-method crypt-protocol\n2026-03-02 10:00:00 - -\n",
		"Go":        "package x\n\nconst fields = `\n#Fields: date time s-ip cs-method c-ip sc-status crypt-protocol\n`\n",
		"CSV":       "date,time,c-ip,crypt-protocol\n2026-03-02,10:00:00,192.0.2.7,40\n",
		"evidence":  `{"kind":"handshake","remote_addr":"192.0.2.7","ssl_protocol":"TLSv1","status":"200"}` + "\n",
		"JSON":      `{"remote_addr":"192.0.2.7","name":"x"}` + "\n",
		"JSON file": "{\n \"remote_addr\": \"192.0.2.7\",\n \"ssl_protocol\": \"TLSv1\"\n}\n",
		"HTTPERR":   "#Software: Microsoft HTTP API 2.0\n#Version: 1.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status\n",
		"script":    "#!/bin/sh\nawk '{print $1}' u_ex.log\n",
		"syslog":    "Mar  2 10:00:00 host nginx: 192.0.2.7 TLSv1\n",
		"NULs":      strings.Repeat("\x00", 5000),
		"nothing":   "",
	} {
		if got, ok := Detect("x.log", []byte(text)); ok || got != "" {
			t.Errorf("%s is claimed by %s", name, got)
		}
	}
}

func TestNamesOfServers(t *testing.T) {
	log := combinedStart + `"a/1" TLSv1 AES128-SHA` + "\n"
	h := handshakesOf(mustRun(t, "a.log", []byte(log), Options{Server: "WEB01"}))
	if h[0].Server.Name != "web01" {
		t.Errorf("server %+v", h[0].Server)
	}
}

// Strangers write agents: they must not fill memory, and must stay text.
func TestLongAndInvalidAgents(t *testing.T) {
	log := iisHeader + iisRow("198.51.100.7", strings.Repeat("x", 5000)+"1", "40 6610 8004 ae06") +
		iisRow("198.51.100.7", strings.Repeat("x", 5000)+"2", "40 6610 8004 ae06") + iisRow("198.51.100.7", "\xff", "40 6610 8004 ae06")
	h := handshakesOf(mustRun(t, "u.log", []byte(log), Options{}))
	if len(h) != 2 || len(h[0].Client.UserAgent) != maxAgent || h[0].Count != 2 || h[1].Client.UserAgent != "\uFFFD" {
		t.Errorf("%d records", len(h))
	}
}

func TestManyReasonsStayBounded(t *testing.T) {
	var c coverage
	for i := range 100 {
		c.skip(i+1, 1, fmt.Sprint("reason ", i))
	}
	total := 0
	for _, s := range c.skipped {
		total += s.count
	}
	if len(c.skipped) != 20 || total != 100 {
		t.Errorf("%d reasons, %d in all", len(c.skipped), total)
	}
}
