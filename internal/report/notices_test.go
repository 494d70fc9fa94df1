package report

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/tlswire"
)

func TestNoticesGolden(t *testing.T) {
	for _, tag := range lang.Tags() {
		l, err := lang.Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, n := range Notices(mixed(), Options{Lang: l}, "tls@example.com") {
			b.WriteString("--- " + n.Name + "\n" + n.Text)
		}
		golden(t, filepath.Join("testdata", "mixed.notices."+tag+".txt"), b.String())
	}
}

// TestEveryTroubleHasItsNotice: whatever breaks or is at risk is told to
// somebody, once, and every setting that breaks.
func TestEveryTroubleHasItsNotice(t *testing.T) {
	for name, r := range fixtures() {
		v := newView(r, Options{})
		pairs, settings := v.count(kindBreaks)+v.count(kindRisk), 0
		for _, s := range r.Settings {
			if s.Verdict == settingBreaks {
				settings++
			}
		}
		gotPairs, gotSettings := 0, 0
		for _, c := range v.contacts() {
			gotPairs += c.Breaks + c.Risk
			for _, g := range c.settings {
				gotSettings += g.Count
			}
		}
		if gotPairs != pairs || gotSettings != settings {
			t.Errorf("%s: %d pairs are told of %d, %d settings of %d", name, gotPairs, pairs, gotSettings, settings)
		}
		for _, c := range contactsJSON(r) {
			gotPairs, gotSettings = gotPairs-c.Breaks-c.AtRisk, gotSettings-c.SettingsBreaking
		}
		if gotPairs != 0 || gotSettings != 0 {
			t.Errorf("%s: JSON tells %d pairs and %d settings fewer", name, gotPairs, gotSettings)
		}
	}
}

// TestNoticeNames: an owner's name comes from a file and must not become a
// path, a device of Windows or a name that another owner has.
func TestNoticeNames(t *testing.T) {
	r := &assess.Report{}
	for i, owner := range []string{"../../etc/passwd", `C:\CON`, "con", "", "a b", "a/b", "a\x00b", strings.Repeat("long ", 100), "王小明", "..", "-rf"} {
		v := oldOutlook("pc.example", "mail.example")
		v.Owner, v.Contact = owner, ""
		v.Client = string(rune('a' + i))
		addTo(r, v)
	}
	safe := regexp.MustCompile(`^notice-[\p{Han}a-z0-9-]{1,70}$`)
	seen := map[string]bool{}
	for _, n := range Notices(finish(r), Options{}, "") {
		if !safe.MatchString(n.Name) {
			t.Errorf("the name %q", n.Name)
		}
		if seen[n.Name] {
			t.Errorf("%q is there twice", n.Name)
		}
		seen[n.Name] = true
	}
	if len(seen) != 11 {
		t.Errorf("%d notices, want 11", len(seen))
	}
}

// TestNoticesAreMail: each line fits a mail, and the first is the subject.
func TestNoticesAreMail(t *testing.T) {
	for name, r := range fixtures() {
		for _, n := range Notices(r, Options{}, "") {
			if !strings.HasPrefix(n.Text, "Subject: ") {
				t.Errorf("%s, %s: no subject", name, n.Name)
			}
			for i, line := range strings.Split(n.Text, "\n") {
				if i > 0 && displayWidth(line) > noticeWidth {
					t.Errorf("%s, %s:%d is %d columns wide", name, n.Name, i+1, displayWidth(line))
				}
			}
		}
	}
}

// TestHowToTest: what a notice says to type asks the server in its protocol.
func TestHowToTest(t *testing.T) {
	v := newView(&assess.Report{Floor: tlswire.TLS12}, Options{})
	for _, tt := range []struct{ server, protocol, want string }{
		{"web.example:443", "https", "run: tlsready scan web.example:443; it must then accept TLS 1.2"},
		{"web.example:443/udp", "quic", "run: tlsready scan quic://web.example:443; it must then accept TLS 1.2"},
		{"mail.example:2525", "smtp", "run: tlsready scan smtp://mail.example:2525; it must then accept TLS 1.2"},
	} {
		x := assess.Verdict{Client: "pc.example", Server: tt.server, Protocol: tt.protocol, LimitedBy: assess.ServerSide}
		if got := v.test(x); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
