package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

var (
	march1 = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	march2 = time.Date(2026, 3, 2, 17, 30, 0, 0, time.UTC)
)

// fixtures are the reports of the golden files.
func fixtures() map[string]*assess.Report {
	return map[string]*assess.Report{
		"mixed":      mixed(),
		"ready":      ready(),
		"unreadable": unreadable(),
		"unknown":    onlyUnknown(),
		"huge":       huge(),
		"dated":      dated(),
		"waived":     waivedAndApart(),
		"hostile":    hostile(),
	}
}

// finish fills in what assessment counts.
func finish(r *assess.Report) *assess.Report {
	r.Schema, r.Floor = 1, tlswire.TLS12
	if r.Policy == "" {
		r.Policy, r.PolicyText = "tls12", assess.Verbatim("TLS 1.2 or higher everywhere")
	}
	if r.AsOf == "" {
		r.AsOf = "2026-03-05"
	}
	s := &r.Summary
	breaking := map[string]bool{}
	for _, v := range r.Verdicts.All() {
		s.Pairs++
		o := v.Outline()
		switch kindOf(o.Shape, r.AsOf) {
		case kindBreaks:
			s.Breaks++
			if v.Client != assess.Anyone {
				breaking[v.Client] = true
			}
		case kindRisk:
			s.AtRisk++
		case kindUnknown:
			s.Unknown++
		case kindOK:
			s.OK++
		case kindWaived:
			s.Waived++
		case kindApart:
			s.SetApart++
		}
	}
	s.ClientsBreaking = len(breaking)
	for _, c := range r.Coverage {
		switch {
		case c == nil:
		case c.Failed != "":
			s.InputsFailed++
		case len(c.Skipped) > 0:
			s.InputsPartial++
		}
	}
	r.Ready = s.Breaks == 0
	return r
}

func okPair(client, server string) assess.Verdict {
	return assess.Verdict{
		Client: client, Server: server, Protocol: "https", Verdict: assess.OK, Confidence: evidence.Observed,
		Count: 40, First: march1, Last: march2, Why: assess.Verbatim("agreed on TLS 1.3"), Offered: tlswire.TLS13, Negotiated: tlswire.TLS13,
		Because: []string{"u_ex260302_x.log:4"},
	}
}

func oldOutlook(client, server string) assess.Verdict {
	return assess.Verdict{
		Client: client, Server: server, Protocol: "https", Verdict: assess.Breaks, Cause: assess.CapableButOff,
		LimitedBy: assess.ClientSide, Confidence: evidence.Inferred, OnlyEverWeak: true, Count: 1204, First: march1, Last: march2,
		Owner: "Workplace team", Contact: "desk@example.com",
		Why: assess.Verbatim("only ever on TLS 1.0, while the server does TLS 1.3"),
		Fix: told(
			"Install KB3140245.",
			`Set DefaultSecureProtocols to 0xA00 under HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp, in both views.`,
			"Restart the machine.",
		),
		Because:  []string{"u_ex260302_x.log:118", "fact cli.outlook.2010"},
		Software: "Outlook 2010 on Windows 7", Offered: tlswire.TLS10, Negotiated: tlswire.TLS10,
		ClientParty: evidence.Party{IP: "192.0.2.7", UserAgent: "Microsoft Office/14.0 (Windows NT 6.1; Outlook 14.0.7268)"},
	}
}

// listOf are the verdicts of a report, to be changed and listed anew.
func listOf(r *assess.Report) []assess.Verdict {
	var out []assess.Verdict
	for _, v := range r.Verdicts.All() {
		out = append(out, v)
	}
	return out
}

// addTo adds verdicts to a report.
func addTo(r *assess.Report, more ...assess.Verdict) {
	r.Verdicts = assess.Listed(append(listOf(r), more...)...)
}

func mixed() *assess.Report {
	r := &assess.Report{Verdicts: assess.Listed(
		oldOutlook("pc7.example", "mail.example"),
		oldOutlook("pc8.example", "mail.example"),
		assess.Verdict{
			Client: "printer-3.example", Server: "mail.example", Protocol: "smtp", Verdict: assess.Breaks,
			Cause: assess.Unidentified, LimitedBy: assess.ClientSide, Confidence: evidence.Observed, OnlyEverWeak: true,
			Count: 31, First: march1, Last: march2, Why: assess.Verbatim("offers at most TLS 1.1; the floor is TLS 1.2"),
			Next: assess.Verbatim("tlsready scan printer-3.example"), Because: []string{"office.pcap:812"}, Offered: tlswire.TLS11, Negotiated: tlswire.TLS11,
		},
		assess.Verdict{
			Client: "erp.example", Server: "db-old.example:1433", Protocol: "tds", Verdict: assess.Breaks, Cause: assess.Incapable,
			LimitedBy: assess.ServerSide, Confidence: evidence.Observed, Count: 88000, First: march1, Last: march2,
			Why: assess.Verbatim("the server does at most TLS 1.0"), Fix: told("Update SQL Server to a build with TLS 1.2 (KB3135244)."),
			Owner: "DBA", Because: []string{"scan.ndjson:3"}, Offered: tlswire.TLS12, Negotiated: tlswire.TLS10, OnlyEverWeak: true,
			Contradicts: []string{"inventory.csv:9 says SQL Server 2016, the scan saw TLS 1.0 only"},
		},
		assess.Verdict{
			Client: "web01.example", Server: "db-old.example:1433", Protocol: "tds", Verdict: assess.Breaks, Cause: assess.Incapable,
			LimitedBy: assess.ServerSide, Confidence: evidence.Observed, Count: 120, First: march1, Last: march2,
			Why: assess.Verbatim("the server does at most TLS 1.0"), Fix: told("Update SQL Server to a build with TLS 1.2 (KB3135244)."),
			Owner: "DBA", Because: []string{"scan.ndjson:3"}, Offered: tlswire.TLS12, Negotiated: tlswire.TLS10,
		},
		assess.Verdict{
			Client: "10.0.0.1 (shared address)", Server: "portal.example", Protocol: "https", Verdict: assess.AtRisk,
			Confidence: evidence.Observed, Count: 512, First: march1, Last: march2, Negotiated: tlswire.TLS10, Offered: tlswire.TLS13,
			Why: assess.Verbatim("seen on TLS 1.0 (12) and on TLS 1.3 (500): it will probably survive"),
			Fix: told("Find out which program behind this address is old.", "Update it."),
		},
		assess.Verdict{
			Client: "partner.example", Server: "edge.example", Protocol: "smtp", Verdict: assess.Unknown,
			Why: assess.Verbatim("the client offers TLS 1.2; the server's answer was not seen"), Next: assess.Verbatim("tlsready scan smtp://edge.example"), Count: 3, Last: march2,
		},
		okPair("pc1.example", "portal.example"), okPair("pc2.example", "portal.example"), okPair("pc1.example", "mail.example"),
	)}
	r.Settings = mixedSettings()
	r.Coverage = []*evidence.Coverage{
		{
			Source: "iis", Input: "u_ex260302_x.log", Read: 1200, Used: 1100, First: march1, Last: march2,
			Skipped: []evidence.Skip{
				{Ref: "u_ex260302_x.log:9", Reason: "row is short: 12 of 18 columns", Count: 99},
				{Ref: "u_ex260302_x.log:700", Reason: "time cannot be read"},
			},
			Blind: []string{"no TLS fields before line 400"},
		},
		{Source: "iis", Input: "u_ex260301_x.log", Failed: "no TLS columns: add crypt-protocol to the log's custom fields"},
		{Source: "watch", Input: "office.pcap", Read: 90000, Used: 90000, First: march1, Last: march1, Blind: []string{"sessions that began before the capture"}},
	}
	return finish(r)
}

func mixedSettings() []assess.SettingVerdict {
	return []assess.SettingVerdict{
		{
			Host: "WEB01", Role: "server", Layer: "schannel", Value: "Enabled=1", Effect: evidence.Allows,
			Versions: []tlswire.Version{tlswire.TLS10},
			Where:    evidence.Where{File: "web01.reg", Line: 40, Path: `HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server`},
			Verdict:  "exposure", Why: assess.Verbatim("still allows TLS 1.0"),
		},
		{
			Host: "WEB01", Role: "client", Layer: "source", Value: "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls",
			Effect: evidence.Pins, Versions: []tlswire.Version{tlswire.TLS10}, Where: evidence.Where{File: "src/Billing/Startup.cs", Line: 118},
			Verdict: "breaks", Why: assess.Verbatim("keeps this program below TLS 1.2"),
			Fix:   told("Delete the line, so that the system decides.", "Build for .NET Framework 4.7 or later."),
			Owner: "Billing", Contact: "billing@example.com",
			Rule: "dotnet.security-protocol", Fact: "code.cs.spm-weak", Confidence: "confirmed",
			Sources: []string{"Microsoft, \"Transport Layer Security (TLS) best practices with .NET Framework\"", "another document"},
		},
		{
			Host: "proxy1", Role: "server", Layer: "nginx", Value: "include ssl-*.conf", Effect: evidence.Review,
			Where: evidence.Where{File: "/etc/nginx/nginx.conf", Line: 12}, Verdict: "review", Why: assess.Verbatim("the included files are not among the inputs"),
		},
	}
}

func ready() *assess.Report {
	return finish(&assess.Report{
		Verdicts: assess.Listed(okPair("pc1.example", "portal.example"), okPair("pc2.example", "portal.example")),
		Coverage: []*evidence.Coverage{{Source: "iis", Input: "u_ex1.log", Read: 80, Used: 80, First: march1, Last: march2}},
	})
}

func unreadable() *assess.Report {
	return finish(&assess.Report{Coverage: []*evidence.Coverage{
		{Source: "watch", Input: "dump.pcap", Failed: "not a capture: begins with PK"},
		{Source: "iis", Input: "logs/u_ex1.log", Failed: "permission denied"},
	}})
}

func onlyUnknown() *assess.Report {
	r := &assess.Report{}
	for i := range 4 {
		addTo(r, assess.Verdict{
			Client: fmt.Sprintf("192.0.2.%d", i+1), Server: "legacy.example", Protocol: "https", Verdict: assess.Unknown,
			Why: assess.Verbatim("connections were seen, but nothing shows their version"), Next: assess.Verbatim("tlsready scan legacy.example"), Count: 10 - i, Last: march2,
		})
	}
	addTo(r, assess.Verdict{
		Client: assess.Anyone, Server: "nas.example:443", Protocol: "https", Verdict: assess.Unknown,
		Why: assess.Verbatim("could not be asked: connection timed out"), Next: assess.Verbatim("tlsready scan nas.example:443"),
	})
	return finish(r)
}

// huge is an estate that no list can hold: 500 clients, 40 servers.
func huge() *assess.Report {
	r := &assess.Report{}
	var list []assess.Verdict
	software := []string{"Outlook 2010 on Windows 7", "Java 7", "Internet Explorer 10 on Windows 8", "OpenSSL 1.0.0", ""}
	for c := range 500 {
		client := fmt.Sprintf("client-%03d.branch-%02d.corp.example", c, c%17)
		for s := range 6 {
			server := fmt.Sprintf("srv-%02d.corp.example", (c*7+s*5)%40)
			v := okPair(client, server)
			switch {
			case c%4 == 0:
				v = oldOutlook(client, server)
				v.Software, v.Count = software[c/4%len(software)], 1000-c
				if v.Software == "" {
					v.Cause, v.Fix, v.Next = assess.Unidentified, nil, assess.Verbatim("tlsready explain "+client+" "+server)
				}
			case server == "srv-13.corp.example" || server == "srv-27.corp.example":
				v.Verdict, v.LimitedBy, v.Cause, v.Negotiated = assess.Breaks, assess.ServerSide, assess.Incapable, tlswire.TLS10
				v.Why, v.Fix = assess.Verbatim("the server does at most TLS 1.0"), told("Update the server.")
			case c%31 == 0:
				v.Verdict, v.Negotiated, v.Why = assess.AtRisk, tlswire.TLS11, assess.Verbatim("seen on TLS 1.1 (1) and on TLS 1.3 (39): it will probably survive")
			case c%29 == 0:
				v.Verdict, v.Why, v.Next = assess.Unknown, assess.Verbatim("connections were seen, but nothing shows their version"), assess.Verbatim("tlsready scan "+server)
			}
			list = append(list, v)
		}
	}
	r.Verdicts = assess.Listed(list...)
	for i := range 60 {
		name := fmt.Sprintf("logs/srv-%02d/u_ex2603%02d_x.log", i%40, i%28+1)
		c := &evidence.Coverage{
			Source: "iis", Input: name, Read: 100000, Used: 99990, First: march1, Last: march2,
			Blind: []string{"shows no handshake that failed"},
		}
		switch i % 5 {
		case 1:
			c.Skipped = []evidence.Skip{{Ref: name + ":17", Reason: "row is short", Count: 10}}
		case 2:
			c.Failed = "permission denied"
		}
		r.Coverage = append(r.Coverage, c)
	}
	for i := range 45 {
		s := mixedSettings()[i%3]
		s.Host = fmt.Sprintf("WEB%02d", i)
		r.Settings = append(r.Settings, s)
	}
	return finish(r)
}

// dated is a report for a day before everything is in force.
func dated() *assess.Report {
	v := oldOutlook("pc7.example", "outlook.office365.com")
	v.Verdict, v.BreaksOn = assess.AtRisk, "2026-12-31"
	w := oldOutlook("scanner-2.example", "smtp-legacy.office365.com")
	w.Verdict, w.Cause, w.BreaksOn, w.Software, w.Protocol = assess.AtRisk, assess.DependsOnLegacyEndpoint, "2027-04-30", "", "smtp"
	w.Why = assess.Verbatim("uses an endpoint for legacy clients that ends on 2027-04-30")
	return finish(&assess.Report{
		Policy: "office365", PolicyText: assess.Verbatim("Microsoft 365 worldwide takes TLS 1.2 or higher"), AsOf: "2026-06-01", Dated: true,
		Verdicts: assess.Listed(w, v, okPair("pc1.example", "outlook.office365.com")),
		Coverage: []*evidence.Coverage{{Source: "squid", Input: "access.log", Read: 10, Used: 10, First: march1, Last: march2}},
	})
}

func waivedAndApart() *assess.Report {
	held := oldOutlook("plc-4.plant.example", "historian.example")
	held.Waived = &assess.Waiver{Owner: "Plant engineering", Until: "2026-09-30", Reason: "the vendor delivers in August"}
	over := oldOutlook("kiosk.example", "portal.example")
	over.Waived = &assess.Waiver{Owner: "Front desk", Until: "2026-01-31", Reason: "to be replaced"}
	scan := oldOutlook("198.51.100.9", "portal.example")
	scan.SetApart = assess.ApartScanner
	denied := oldOutlook("203.0.113.80", "portal.example")
	denied.SetApart = assess.ApartDeniedOnly
	alone := assess.Verdict{
		Client: assess.Anyone, Server: "fax.example:443", Protocol: "https", Verdict: assess.Breaks, Cause: assess.PinnedByConfig,
		LimitedBy: assess.ServerSide, Confidence: evidence.Declared, Layer: "nginx", Why: assess.Verbatim("services that use nginx accept at most TLS 1.1"),
		Fix: told("Set ssl_protocols TLSv1.2 TLSv1.3; in nginx.conf:12."), Because: []string{"nginx.conf:12"},
	}
	return finish(&assess.Report{Verdicts: assess.Listed(held, over, scan, denied, alone, okPair("pc1.example", "portal.example"))})
}

// hostile is what strangers may put into names.
func hostile() *assess.Report {
	v := oldOutlook("pc\x1b[2J\x1b]0;owned\x07.example\nREADY. All is well", "mail\u202eelpmaxe\u202c.example")
	v.Software = "<script>alert(1)</script>\u009b31m"
	v.ClientParty.UserAgent = `"><script>alert(document.domain)</script><img src=x onerror=alert(2)>`
	v.Owner, v.Contact = "Zoë\u200b <b>bold</b>", "javascript:alert(3)"
	v.Why = assess.Verbatim("line one\r\n\x1b[31mline two\x1b[0m " + string([]byte{0xff, 0xfe}))
	v.Fix = told("{{.Title}} ${x} `y` </script><script>alert(4)</script>", "b\x00c\x7f")
	v.Because = []string{"log\x1b[1A.log:1"}
	v.Contradicts = []string{"<iframe src=//evil.example>"}
	long := oldOutlook("host-"+strings.Repeat("a-very-long-label-", 14)+".example", "日本語-"+strings.Repeat("漢字", 40)+".example")
	long.Software, long.Why = "", assess.Verbatim(strings.Repeat("word ", 300))
	long.ClientParty.UserAgent = strings.Repeat("Mozilla/5.0 (compatible) ", 400)
	unknown := assess.Verdict{Client: "'; rm -rf / #", Server: "-oProxyCommand=x", Verdict: assess.Unknown, Why: assess.Verbatim("<i>"), Next: assess.Verbatim("tlsready scan '-oProxyCommand=x'")}
	return finish(&assess.Report{
		PolicyText: assess.Verbatim("own policy \x1b[5m"), Policy: "own<policy>",
		Verdicts: assess.Listed(v, long, unknown, assess.Verdict{}),
		Settings: []assess.SettingVerdict{{
			Host: "h\x1b[0m", Layer: "java", Value: "\u2066x\u2069=" + strings.Repeat("y", 2000), Verdict: "odd", Why: assess.Verbatim("<svg onload=alert(5)>"),
			Where: evidence.Where{File: `C:\` + strings.Repeat(`long\`, 60) + "x.config", Line: 3},
		}},
		Coverage: []*evidence.Coverage{nil, {
			Source: "iis\x1b", Input: "\u202egol.exe", Failed: "\x1b[8mhidden", Blind: []string{"\nblind"},
			Skipped: []evidence.Skip{{Ref: "r\x07", Reason: "</title><script>alert(6)</script>"}},
		}},
	})
}

// told are sentences that no catalogue knows.
func told(sentences ...string) assess.Texts {
	var out assess.Texts
	for _, s := range sentences {
		out = append(out, assess.Verbatim(s))
	}
	return out
}
