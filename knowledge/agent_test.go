package knowledge

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// TestExamples: every agent that stands in the data as an example is found,
// and found as its own record, in spite of all others.
func TestExamples(t *testing.T) {
	b := mustBase(t)
	n := 0
	for _, c := range b.Clients {
		for _, a := range c.Agents {
			if a.Example == "" {
				continue
			}
			n++
			if got, ok := b.ClientByAgent(a.Example); !ok || got != c {
				t.Errorf("%q: %s, want %s", a.Example, idOf(got), c.ID)
			}
		}
	}
	if n < 70 {
		t.Errorf("only %d examples", n)
	}
}

func idOf(c *Client) string {
	if c == nil {
		return ""
	}
	return c.ID
}

const (
	win10 = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	winXP = "Mozilla/5.0 (Windows NT 5.1) AppleWebKit/537.36 (KHTML, like Gecko) "
)

// agentCases are the agents of the log corpus, and those where one token must
// win over another.
var agentCases = map[string]string{
	// the whole population of the synthetic logs
	win10 + "Chrome/122.0.0.0 Safari/537.36":                                     "cli.chrome.98",
	"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)": "cli.outlook.win81",
	"Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.17328;+Pro)": "cli.outlook.win81",
	"-":                         "",
	"":                          "",
	"Apple-iPhone15C2/2107.102": "cli.ios.12.2",
	"Java/1.7.0_80":             "cli.java.7",
	"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)":                     "cli.ie.7-8xp-vista",
	"Dalvik/1.6.0 (Linux; U; Android 4.3; GT-I9300 Build/JSS15J)":                         "cli.android.41-43.app",
	"Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)":            "cli.outlook.win7",
	"python-requests/2.6.0 CPython/2.7.5 Linux/3.10.0-1160.el7.x86_64":                    "cli.python.27x",
	"Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)": "cli.dotnet.4x",

	// from real logs
	"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0; SLCC2; .NET CLR 2.0.50727)":                                                                                          "cli.ie.11",
	"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; Touch; rv:11.0) like Gecko":                                                                                                               "cli.ie.11",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.125 Safari/537.36":                                                                   "cli.chrome.30",
	"Mozilla/5.0 (Linux; Android 5.0; SM-G900P Build/LRX21T; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/43.0.2357.121 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/35.0.0.48.273;]": "cli.chrome.30",
	"curl/7.74.0": "cli.curl.761",

	// product over engine, browser over system
	win10 + "Chrome/122.0.0.0 Safari/537.36 Edg/122.0.2365.52":                                                                                                "cli.edge.98",
	win10 + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51":                                                                                                "cli.edge.131",
	win10 + "Chrome/131.0.0.0 Safari/537.36":                                                                                                                  "cli.chrome.pq",
	win10 + "Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763":                                                                                                "cli.edge.12-18",
	win10 + "Chrome/28.0.1500.52 Safari/537.36 OPR/15.0.1147.100":                                                                                             "cli.opera.15-16",
	win10 + "Chrome/85.0.4183.121 Electron/10.4.7 Safari/537.36":                                                                                              "cli.chrome.70",
	winXP + "Chrome/49.0.2623.112 Safari/537.36":                                                                                                              "cli.chrome.30",
	"Mozilla/5.0 (Windows NT 5.1; rv:52.0) Gecko/20100101 Firefox/52.0":                                                                                       "cli.firefox.27",
	"Mozilla/5.0 (Windows NT 6.0; rv:52.0) Gecko/20100101 Firefox/52.0":                                                                                       "cli.firefox.27",
	"Mozilla/5.0 (Android 4.3; Mobile; rv:40.0) Gecko/40.0 Firefox/40.0":                                                                                      "cli.firefox.27",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0":                                                                        "cli.firefox.pq",
	"Mozilla/5.0 (Linux; Android 4.4.2; SM-G900F) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/30.0.0.0 Mobile Safari/537.36":                    "cli.chrome.30",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/131.0 Mobile/15E148 Safari/605.1.15": "cli.ios.12.2",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 12_1_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/72.0 Mobile/15E148 Safari/605.1":                 "cli.ios.5-12.1",
	"Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537": "cli.ie.11",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Safari/605.1.15":                                                                                       "cli.macos.safari-7",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0 Safari/605.1.15":                                                                                         "cli.macos.safari-7",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15":                                                                                       "cli.macos.safari-121",

	// application over all
	"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0; Microsoft Outlook 15.0.4569; ms-office; MSOffice 15)": "cli.outlook.win7",
	"Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.4569; Pro)":                                                    "cli.outlook.win7",
	"Microsoft Office/16.0 (Windows NT 6.1; Microsoft Outlook 16.0.4266; Pro)":                                                    "cli.outlook.win7",
	"Microsoft Office/12.0 (Windows NT 6.0; Microsoft Office Outlook 12.0.6739; Pro)":                                             "cli.os.vista",
	"Microsoft Office/16.0 (Windows NT 6.3; Microsoft Word 16.0.4266; Pro)":                                                       "cli.outlook.win81",

	// ActiveSync
	"Apple-iPhone3C1/812.1":              "cli.ios.lt5",
	"Apple-iPad2C1/902.176":              "cli.ios.5-12.1",
	"Apple-iPhone17C3/2305.5":            "cli.apple.264",
	"SAMSUNG-GT-I9300/101.40101":         "cli.android.41-43.app",
	"Android-SAMSUNG-SM-G925F/101.60001": "cli.android.5-8",
	"Android-Mail/2023.10.29.586421583":  "cli.eas.device",
	"iOS/12.4 (16G77) dataaccessd/1.0":   "cli.ios.12.2",
	"MacOutlook/0.0.0.150815 (Intel Mac OS X Version 10.10.5 (Build 14F27))": "cli.macos.safari-7",

	// Windows components and runtimes
	"Microsoft-CryptoAPI/10.0":                                  "cli.winhttp.win81",
	"Microsoft-CryptoAPI/6.2":                                   "cli.winhttp.win7",
	"Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)": "cli.winhttp.hidden",
	"Microsoft BITS/7.7":                                        "cli.winhttp.hidden",
	"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.17763.1": "cli.powershell.51",
	"Java/1.6.0_45":             "cli.java.6",
	"Java/1.6.0_115":            "cli.java.6u111",
	"Java/1.6.0_125":            "cli.java.6u121",
	"Java/1.7.0_151":            "cli.java.7u131",
	"Java/1.8.0_392":            "cli.java.8u261",
	"Java/24.0.1":               "cli.java.rsakex",
	"Java/27":                   "cli.java.27pq",
	"Java-http-client/21.0.2":   "cli.java.11",
	"Python-urllib/2.6":         "cli.python.27",
	"Python-urllib/3.12":        "cli.python.310",
	"Python/3.11 aiohttp/3.9.1": "cli.python.310",
	"curl/7.29.0":               "cli.curl.lt734",
	"curl/8.16.0":               "cli.curl.816",
	"Go-http-client/2.0":        "cli.go.any",

	// nobody we know
	"Mozilla/5.0":          "",
	"SomeInternalTool/4.2": "",
	"Windows NT":           "",
	"Chrome/":              "",
	"Firefox/x":            "",
}

func TestClientByAgent(t *testing.T) {
	b := mustBase(t)
	for ua, want := range agentCases {
		c, ok := b.ClientByAgent(ua)
		if idOf(c) != want || ok != (want != "") {
			t.Errorf("%q\n is %q, want %q", ua, idOf(c), want)
		}
	}
}

// TestRecordedNames: every recorded client below TLS 1.2 that a user agent can
// express is judged as recorded.
func TestRecordedNames(t *testing.T) {
	b := mustBase(t)
	agents := map[string]string{
		"Android 2.3.7":            "Mozilla/5.0 (Linux; U; Android 2.3.7; en-us) AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1",
		"Android 4.0.4":            "Mozilla/5.0 (Linux; U; Android 4.0.4; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
		"Android 4.3":              "Mozilla/5.0 (Linux; U; Android 4.3; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
		"Chrome 29 Win 7":          "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/29.0.1547.62 Safari/537.36",
		"Firefox 17.0.7 ESR Win 7": "Mozilla/5.0 (Windows NT 6.1; rv:17.0) Gecko/20130626 Firefox/17.0",
		"Firefox 24.2.0 ESR Win 7": "Mozilla/5.0 (Windows NT 6.1; rv:24.0) Gecko/20100101 Firefox/24.0",
		"Firefox 26 Win 8":         "Mozilla/5.0 (Windows NT 6.2; rv:26.0) Gecko/20100101 Firefox/26.0",
		"IE 6 XP":                  "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
		"IE 7 Vista":               "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)",
		"IE 8 XP":                  "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)",
		"IE 8-10 Win 7":            "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
		"IE 9 Win 7":               "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
		"IE 10 Win Phone 8.0":      "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0)",
		"Opera 12.15 Win 7":        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.15",
		"Opera 16 Win 7":           "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/29.0.1547.57 Safari/537.36 OPR/16.0.1196.62",
		"Safari 5.1.9 OS X 10.6.8": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8) AppleWebKit/534.59.8 (KHTML, like Gecko) Version/5.1.9 Safari/534.59.8",
		"Safari 6.0.4 OS X 10.8.4": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_8_4) AppleWebKit/536.29.13 (KHTML, like Gecko) Version/6.0.4 Safari/536.29.13",
		"Tor 17.0.9 Win 7":         "Mozilla/5.0 (Windows NT 6.1; rv:17.0) Gecko/20100101 Firefox/17.0",
		"Java 6u45":                "Java/1.6.0_45",
		"Java 7u25":                "Java/1.7.0_25",
	}
	seen := 0
	for _, s := range b.Simulations {
		for _, row := range s.Rows {
			ua, ok := agents[row.Name]
			if !ok || s.ID != "sim.unable-tls12" {
				continue
			}
			seen++
			c, ok := b.ClientByAgent(ua)
			if !ok || c.Verdict == Works || c.DefaultMax.AtLeast(tlswire.TLS12) {
				t.Errorf("%s is recorded at %s, but is judged as %s", row.Name, row.Max, idOf(c))
			}
		}
	}
	if seen != len(agents) {
		t.Errorf("%d of %d names are in the data", seen, len(agents))
	}
}

func TestSetApart(t *testing.T) {
	b := mustBase(t)
	for ua, want := range map[string]ClientKind{
		"ELB-HealthChecker/2.0":                        KindProbe,
		"kube-probe/1.29":                              KindProbe,
		"check_http/v2.3.3 (monitoring-plugins 2.3.3)": KindProbe,
		"AMProbe/Local/ClientAccess":                   KindProbe,
		"Mozilla/5.0 zgrab/0.x":                        KindScanner,
		"Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)": KindScanner,
	} {
		c, ok := b.ClientByAgent(ua)
		if !ok || c.Kind != want || !c.Kind.SetApart() {
			t.Errorf("%q is %q", ua, idOf(c))
		}
	}
	if KindBrowser.SetApart() {
		t.Error("browsers are not set apart")
	}
}

// TestAgentHeads: the work on one agent is bounded, and a cut one is still
// recognised by its head.
func TestAgentHeads(t *testing.T) {
	b := mustBase(t)
	ua := win10 + "Chrome/122.0.0.0 Safari/537.36 " + strings.Repeat("x", 1<<20)
	if c, _ := b.ClientByAgent(ua); idOf(c) != "cli.chrome.98" {
		t.Errorf("long agent is %q", idOf(c))
	}
}

func FuzzClientByAgent(f *testing.F) {
	b := mustBase(f)
	for _, c := range b.Clients {
		for _, a := range c.Agents {
			f.Add(a.Example + a.Token)
		}
	}
	f.Fuzz(func(t *testing.T, ua string) {
		c, ok := b.ClientByAgent(ua)
		if ok != (c != nil) {
			t.Errorf("%q: %v %v", ua, c, ok)
		}
		if again, _ := b.ClientByAgent(ua); again != c {
			t.Errorf("%q: two answers", ua)
		}
	})
}

func BenchmarkClientByAgent(b *testing.B) {
	base := mustBase(b)
	for name, ua := range map[string]string{
		"chrome":  win10 + "Chrome/122.0.0.0 Safari/537.36",
		"outlook": "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
		"nobody":  "SomeInternalTool/4.2 (a client that nobody knows)",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				base.ClientByAgent(ua)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
