package knowledge

import (
	"testing"
	"time"
)

func TestEndpointByHost(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		host string
		port uint16
		want string
	}{
		{"smtp.office365.com", 587, "o365.ep.smtp"},
		{"SMTP.Office365.com.", 0, "o365.ep.smtp"},
		{"outlook.office365.com", 443, "o365.ep.outlook"},
		{"outlook.office365.com", 993, "o365.ep.popimap"},
		{"outlook.office365.com", 0, "o365.ep.outlook"},
		{"pop-legacy.office365.com", 995, "o365.ep.pop-legacy"},
		{"smtp-legacy.office365.com", 587, "o365.ep.smtp-legacy"},
		{"contoso-com.mail.protection.outlook.com", 25, "o365.ep.eop"},
		{"contoso.sharepoint.com", 443, "o365.ep.sharepoint"},
		{"login.microsoftonline.com", 443, "entra.ep.public"},
		{"login.microsoftonline.us", 443, "entra.ep.us"},
		{"login.partner.microsoftonline.cn", 443, "entra.ep.cn"},
		{"outlook.office365.us", 443, "o365.ep.gcch"},
		{"webmail.apps.mil", 443, "o365.ep.dod"},
		{"imap-legacy.partner.outlook.cn", 993, "o365.ep.imap-legacy-cn"},
		{"partner.outlook.cn", 995, "o365.ep.cn-popimap"},
		{"teams.microsoft.com", 443, "o365.ep.teams"},
		{"sip.pstnhub.microsoft.com", 5061, "o365.ep.direct-routing"},
		{"office365.com.example.net", 443, ""},
		{"evil-outlook.office365.com.example", 443, ""},
		{"myoffice365.com", 443, ""},
		{"mail.example", 25, ""},
		{"", 443, ""},
	} {
		e, ok := b.EndpointByHost(c.host, c.port)
		got := ""
		if ok {
			got = e.ID
		}
		if got != c.want {
			t.Errorf("%s:%d is %q, want %q", c.host, c.port, got, c.want)
		}
	}
}

func TestMicrosoft365(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		host  string
		port  uint16
		cloud string
		want  string
		days  string
	}{
		{"outlook.office365.com", 443, "", "o365.t.worldwide-gcc", "2020-10-15"},
		{"outlook.office365.com", 443, "gcc", "o365.t.worldwide-gcc", "2020-10-15"},
		{"outlook.office365.com", 993, "worldwide", "o365.t.popimap-2026", "2026-08-01..2026-12-31"},
		{"outlook.office365.com", 995, "gcc", "o365.t.worldwide-gcc", "2020-10-15"}, // GCC never had the legacy endpoints
		{"pop-legacy.office365.com", 995, "", "o365.t.popimap-2026", "2026-08-01..2026-12-31"},
		{"x.mail.protection.outlook.com", 25, "", "o365.t.exo-mailflow", "2021-01-11"},
		{"smtp.office365.com", 587, "", "o365.t.smtpauth-optin", "2022-12-31"},
		{"smtp-legacy.office365.com", 587, "", "", ""},
		{"login.microsoftonline.com", 443, "", "entra.t.public", "2022-01-31"},
		{"login.microsoftonline.us", 443, "", "entra.t.usgov", "2021-03-31"},
		{"login.partner.microsoftonline.cn", 443, "", "entra.t.21vianet", "2024-11-30"},
		{"outlook.office365.us", 443, "worldwide", "o365.t.gcchigh-dod", "2020-01-15"}, // the host decides
		{"webmail.apps.mil", 443, "", "o365.t.gcchigh-dod", "2020-01-15"},
		{"mail.partner.outlook.cn", 443, "", "o365.t.21vianet", "2023-06-30"},
		{"partner.outlook.cn", 993, "", "o365.t.popimap-2026", "2026-08-01..2026-12-31"},
		{"sip.pstnhub.microsoft.com", 5061, "", "o365.t.teams-direct-routing", "2022-01-03"},
		{"mail.example", 25, "", "", ""},
	} {
		m, ok := b.Microsoft365(c.host, c.port, c.cloud)
		got, days := "", ""
		if ok {
			got, days = m.ID, m.Days()
		}
		if got != c.want || days != c.days {
			t.Errorf("%s:%d %s: %q %s, want %q %s", c.host, c.port, c.cloud, got, days, c.want, c.days)
		}
	}
}

func TestLegacyEndpoints(t *testing.T) {
	b := mustBase(t)
	n := 0
	for _, e := range b.Endpoints {
		if !e.Legacy {
			continue
		}
		n++
		if e.Service == "pop-imap" && e.Ends.Format(time.DateOnly) != "2026-12-31" {
			t.Errorf("%s ends %s", e.ID, e.Ends)
		}
		if modern, ok := b.EndpointByHost(e.Modern, 0); !ok || modern.Legacy {
			t.Errorf("%s: %s is not known or legacy itself", e.ID, e.Modern)
		}
	}
	if n != 5 {
		t.Errorf("%d legacy endpoints", n)
	}
}

func TestWindow(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for text, want := range map[string]string{
		"2020-10-15": "2020-10-15", "2020-10": "2020-10-31", "2020-02": "2020-02-29", "2022": "2022-12-31",
		"2026-08-01..2026-12-31": "2026-08-01..2026-12-31",
	} {
		var w Window
		if err := w.parse(text); err != nil || w.Days() != want {
			t.Errorf("%s is %s, want %s (%v)", text, w.Days(), want, err)
		}
	}
	var w Window
	if err := w.parse("2026-08-01..2026-12-31"); err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string][2]bool{
		"2026-07-31": {false, false}, "2026-08-01": {true, false}, "2026-12-30": {true, false}, "2026-12-31": {false, true},
	} {
		if w.Running(day(d)) != want[0] || w.Over(day(d)) != want[1] {
			t.Errorf("%s: running %v over %v", d, w.Running(day(d)), w.Over(day(d)))
		}
	}
	if (Window{}).Over(day("2026-01-01")) {
		t.Error("no date is never over")
	}
}
