package knowledge

import (
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// TestMicrosoftGuide walks through Microsoft's guide "Preparing for TLS 1.2 in
// Office 365 and Office 365 GCC", one row for each thing it names: what the
// product says of it, and the contradiction where other sources disagree.
func TestMicrosoftGuide(t *testing.T) {
	t.Run("clients", guideClients)
	t.Run("products", guideProducts)
	t.Run("platform", guidePlatform)
	t.Run("dates", guideDates)
}

func guideClients(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		what, agent, id string
		verdict         Verdict
		contradiction   string
	}{
		{"Android 4.0 and earlier", "Mozilla/5.0 (Linux; U; Android 4.0.4; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30", "cli.android.le40", Breaks, ""},
		{"Android 4.3, its browser", "Mozilla/5.0 (Linux; U; Android 4.3; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30", "cli.android.41-43.browser", Breaks, ""},
		{"Android 4.3, programs", "Dalvik/1.6.0 (Linux; U; Android 4.3; GT-I9300 Build/JSS15J)", "cli.android.41-43.app", BreaksUnlessConfigured, ""},
		{"Android 4.4, programs, which the guide leaves out", "Dalvik/1.6.0 (Linux; U; Android 4.4.2; SM-G900F)", "cli.android.44.app", BreaksUnlessConfigured, "kb.contradiction.4"},
		{"Firefox 5.0", "Mozilla/5.0 (Windows NT 6.1; rv:5.0) Gecko/20100101 Firefox/5.0", "cli.firefox.lt24", Breaks, "kb.contradiction.2"},
		{"Firefox 23, which the guide leaves out", "Mozilla/5.0 (Windows NT 6.1; rv:23.0) Gecko/20100101 Firefox/23.0", "cli.firefox.lt24", Breaks, "kb.contradiction.2"},
		{"Firefox 26, which the guide leaves out", "Mozilla/5.0 (Windows NT 6.1; rv:26.0) Gecko/20100101 Firefox/26.0", "cli.firefox.24-26", BreaksUnlessConfigured, "kb.contradiction.2"},
		{"Firefox 27", "Mozilla/5.0 (Windows NT 6.1; rv:27.0) Gecko/20100101 Firefox/27.0", "cli.firefox.27", Works, ""},
		{"IE 8 on Windows 7", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)", "cli.ie.8-10win7", BreaksUnlessConfigured, "kb.contradiction.3"},
		{"IE 9 on Windows 7", "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)", "cli.ie.8-10win7", BreaksUnlessConfigured, "kb.contradiction.3"},
		{"IE 10 on Windows 7", "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)", "cli.ie.8-10win7", BreaksUnlessConfigured, "kb.contradiction.3"},
		{"IE 11 on Windows 7", "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "cli.ie.11", Works, ""},
		{"IE 9 on Vista", "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.0; Trident/5.0)", "cli.ie.7-8xp-vista", Breaks, ""},
		{"IE 8 on XP", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)", "cli.ie.7-8xp-vista", Breaks, ""},
		{"IE 10 on Windows Phone 8", "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch)", "cli.ie.10wp8", Breaks, "kb.contradiction.17"},
		{"Safari 6.0.4 on OS X 10.8.4", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_8_4) AppleWebKit/536.29.13 (KHTML, like Gecko) Version/6.0.4 Safari/536.29.13", "cli.macos.safari-le6", Breaks, ""},
		{"Safari 7 on OS X 10.9", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9) AppleWebKit/537.71 (KHTML, like Gecko) Version/7.0 Safari/537.71", "cli.macos.safari-7", Works, ""},
		{"a program built for .NET 4.5", "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.18444)", "cli.dotnet.45", BreaksUnlessConfigured, "kb.contradiction.1"},
		{"Outlook on Windows 7", "Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.4569; Pro)", "cli.outlook.win7", BreaksUnlessConfigured, ""},
	} {
		got, ok := b.ClientByAgent(c.agent)
		if !ok || got.ID != c.id || got.Verdict != c.verdict {
			t.Errorf("%s: %s %s, want %s %s", c.what, idOf(got), verdictOf(got), c.id, c.verdict)
			continue
		}
		if got.Verdict != Works && (got.Fix == "" || got.Cause == "") {
			t.Errorf("%s: no fix or no cause", c.what)
		}
		if got.Verdict == BreaksUnlessConfigured && (!got.Max.AtLeast(tlswire.TLS12) || !got.DefaultMax.Below(tlswire.TLS12)) {
			t.Errorf("%s: capable of %s, offers %s", c.what, got.Max, got.DefaultMax)
		}
		wantContradiction(t, b, got.ID, c.contradiction)
	}
	for _, g := range b.GuideClients {
		if len(g.Clients) == 0 || g.Reading == "" {
			t.Errorf("%s names no clients or has no reading", g.ID)
		}
	}
}

func verdictOf(c *Client) Verdict {
	if c == nil {
		return "unknown"
	}
	return c.Verdict
}

func wantContradiction(t *testing.T, b *Base, id, want string) {
	t.Helper()
	cs := b.ContradictionsAbout(id)
	if want == "" {
		if len(cs) > 0 {
			t.Errorf("%s: unexpected contradiction %s", id, cs[0].ID)
		}
		return
	}
	for _, c := range cs {
		if c.ID == want && c.String() != "" {
			return
		}
	}
	t.Errorf("%s: %s is not shown", id, want)
}

func guideProducts(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		name, below, meets string
		contradiction      string
	}{
		{"Microsoft Teams Rooms", "4.0.51.0", "4.0.64.0", ""},
		{"Surface Hub", "10.0.15063.1805", "10.0.15063.1835", ""}, // May 2019
		{"Skype for Business Server 2015", "6.0.9319.537", "6.0.9319.548", ""},
		{"Skype for Business Server 2019", "7.0.2046.0", "7.0.2046.123", "kb.contradiction.8"},
		{"Exchange Server 2010", "14.3.382.0", "14.3.389.1", "kb.contradiction.18"},
		{"Exchange Server 2013", "15.0.1365.1", "15.0.1367.3", ""},
		{"Exchange Server 2016", "15.1.1415.2", "15.1.1466.3", ""},
	} {
		p, j := b.ProductFor(c.name, c.below)
		if p == nil || j.Disable != Below || !j.Gate() {
			t.Errorf("%s %s: %+v", c.name, c.below, j)
		}
		if p, j = b.ProductFor(c.name, c.meets); p == nil || j.Disable != Meets {
			t.Errorf("%s %s: %+v", c.name, c.meets, j)
			continue
		}
		wantContradiction(t, b, p.ID, c.contradiction)
		if (len(j.About) > 0) != (c.contradiction != "") {
			t.Errorf("%s: the judgement shows %d contradictions", c.name, len(j.About))
		}
	}
	if _, j := b.ProductFor("Exchange Server 2019", "15.2.221.12"); j.Disable != Meets {
		t.Errorf("Exchange 2019: %+v", j)
	}
	for _, name := range []string{"Office Online Server", "AD FS"} {
		if p, j := b.ProductFor(name, ""); p == nil || j.Disable != BySettings || j.Needs == "" {
			t.Errorf("%s: %+v", name, j)
		}
	}
}

func guidePlatform(t *testing.T) {
	b := mustBase(t)
	// .NET 4.5: below TLS 1.2 whoever is right, and said to be disputed
	d, ok := b.DotNetDefault("4.5")
	if !ok || d.SystemDefault || d.StrongCrypto || d.HTTP[len(d.HTTP)-1] != tlswire.TLS10 {
		t.Errorf(".NET 4.5: %+v", d)
	}
	wantContradiction(t, b, d.ID, "kb.contradiction.1")
	// Windows 7: WinHTTP without and with KB3140245
	win7, _ := b.OSDefaultByName("Windows 7")
	w, ok := b.WinHTTPDefault(win7)
	if !ok || w.Default[len(w.Default)-1] != tlswire.TLS10 {
		t.Errorf("Windows 7 WinHTTP: %+v", w)
	}
	wantContradiction(t, b, w.ID, "kb.contradiction.7")
	key, _ := b.RegistryKey("win.winhttp.key")
	if key.NeedsUpdate == "" || key.Precondition == "" || !key.BothViews || len(key.Paths) != 2 {
		t.Errorf("WinHTTP key: %+v", key)
	}
	if _, ok := byID(b.Updates, "win.update.kb3140245"); !ok {
		t.Error("KB3140245 is not listed")
	}
	// AD FS and hybrid: both directions, strong crypto before the switch-off
	for _, id := range []string{"con.adfs-strong-crypto", "con.hybrid-both-directions", "o365.rule.hybrid-both-ways"} {
		if _, ok := b.Record(id); !ok {
			t.Errorf("%s is not there", id)
		}
	}
}

func guideDates(t *testing.T) {
	b := mustBase(t)
	for cloud, want := range map[string]string{"worldwide": "2020-10-15", "gcc": "2020-10-15", "gcc-high": "2020-01-15", "dod": "2020-01-15"} {
		if m, ok := b.Milestone(cloud, "office365"); !ok || m.Days() != want {
			t.Errorf("%s: %v, want %s", cloud, m, want)
		}
	}
	if m, ok := b.Milestone("worldwide", "pop-imap"); !ok || m.Days() != "2026-08-01..2026-12-31" {
		t.Errorf("POP and IMAP: %v", m)
	} else {
		wantContradiction(t, b, m.ID, "kb.contradiction.16")
	}
}
