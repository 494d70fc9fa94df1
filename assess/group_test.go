package assess

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// behind are weak handshakes of several programs and users at one address.
func behind(ip string, n int, change func(i int, h *evidence.Handshake)) []evidence.Record {
	var out []evidence.Record
	for i := range n {
		h := captured(tlswire.TLS10, tlswire.TLS10)
		h.Client.IP = ip
		change(i, h)
		out = append(out, h)
	}
	return out
}

func TestSharedAddresses(t *testing.T) {
	base := loadBase(t)
	hello := func(i int, h *evidence.Handshake) { h.Client.JA4 = "hello" + string(rune('a'+i)) }
	user := func(i int, h *evidence.Handshake) { h.Client.Identity = "user" + string(rune('a'+i)) }
	agent := func(i int, h *evidence.Handshake) { h.Client.UserAgent = "agent" + string(rune('a'+i)) }
	both := func(i int, h *evidence.Handshake) { hello(i, h); user(i, h) }
	for _, tc := range []struct {
		name    string
		records []evidence.Record
		group   bool
		apart   string
	}{
		{"one program", behind("192.0.2.7", 1, hello), false, ""},
		{"two users", behind("192.0.2.7", 2, user), false, ""},
		{"three users", behind("192.0.2.7", 3, user), true, ""},
		{"many programs", behind("192.0.2.7", 8, agent), true, ""},
		{"many hellos of nobody known", behind("192.0.2.7", 7, hello), false, ApartScanner},
		{"many hellos of many users", behind("192.0.2.7", 7, both), true, ""},
		{"carrier NAT", behind("100.64.3.9", 1, hello), true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := judgeAll(t, base, "tls12", "", tc.records).Verdicts.At(0)
			if (v.Group != nil) != tc.group || v.SetApart != tc.apart {
				t.Errorf("group %+v, set apart %q, want %v %q", v.Group, v.SetApart, tc.group, tc.apart)
			}
			if tc.group != strings.Contains(v.Why.String(), "shared address") {
				t.Errorf("why: %s", v.Why)
			}
		})
	}
}

// Weak and strong from a shared address may be two machines: nobody survives
// for the other.
func TestGroupsDoNotSurvive(t *testing.T) {
	strong := captured(tlswire.TLS13, tlswire.TLS13)
	strong.Client.IP = "100.64.0.1"
	v := judgeAll(t, loadBase(t), "tls12", "", append(behind("100.64.0.1", 1, func(int, *evidence.Handshake) {}), strong)).Verdicts.At(0)
	if v.Verdict != AtRisk || strings.Contains(v.Why.String(), "survive") || !strings.Contains(v.Why.String(), "may break") {
		t.Errorf("%s: %s", v.Verdict, v.Why)
	}
}
