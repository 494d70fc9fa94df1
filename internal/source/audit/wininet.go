package audit

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

const (
	wininetFact  = "win.wininet.key"
	wininetValue = "SecureProtocols"
)

var wininetRule = Rule{
	ID:     "wininet-protocols",
	Layer:  "wininet",
	Fact:   wininetFact,
	Yields: "a setting for each SecureProtocols of a user, the machine or a policy, and the WinINET client per user",
	areas: []area{
		{key: `HKCU\SOFTWARE\` + internetSettings, file: "internet-settings-user.reg"},
		{key: `HKCU\SOFTWARE\Policies\` + internetSettings, export: `HKCU\SOFTWARE\Policies`, file: "policies-user.reg"},
		{key: software + internetSettings, file: "internet-settings.reg"},
		{key: software + `Policies\` + internetSettings, export: software + `Policies\Microsoft`, file: "policies.reg"},
		{key: software32 + internetSettings, optional: true, wow: true},
	},
	apply: wininet,
}

// wininet reports every value, and what each user comes to. Where nothing is
// set the default follows from the version of Internet Explorer, which these
// keys do not tell.
func wininet(m *machine) {
	policy := m.wininetSetting(software+`Policies\`+internetSettings, "policy of the machine")
	machine := m.wininetSetting(software+internetSettings, "the machine; a user's own value and a policy come first")
	m.wininetSetting(software32+internetSettings, "32-bit view")
	any := false
	for _, user := range m.reg.users {
		root := strings.ToUpper(user) + `\SOFTWARE\`
		userPolicy := m.wininetSetting(root+`Policies\`+internetSettings, "policy of the user")
		own := m.wininetSetting(root+internetSettings, "the user; a policy comes first")
		if policy.value == nil && userPolicy.value == nil && own.value == nil {
			continue
		}
		any = true
		m.wininetClient(user, policy, userPolicy, own)
	}
	switch {
	case any:
	case policy.value != nil || machine.value != nil:
		m.wininetClient("", policy, machine)
	case m.covers(m.rule.areas[0]):
		m.blind("WinINET: %s is not set; the default follows from the version of Internet Explorer", wininetValue)
	}
}

func (m *machine) wininetSetting(path, note string) answer {
	a := m.reg.ask(path, wininetValue)
	if a.value != nil {
		m.maskSetting(a, wininetValue, found{role: "client", note: note, fact: wininetFact})
	}
	return a
}

// wininetClient emits what programs on WinINET offer for one user: the first
// of the values counts. WinINET names its versions to Schannel, so a version
// that is only off by default works; one that is Enabled=0 does not.
func (m *machine) wininetClient(user string, values ...answer) {
	client := m.schannelRole("Client")
	for _, a := range values {
		if a.value == nil {
			continue
		}
		n, ok := a.value.number()
		if !ok || !m.decided("wininet", client) {
			return
		}
		vs, _ := m.versions(wininetFact, n)
		vs = client.named(vs)
		if len(vs) == 0 {
			m.blind("WinINET: Schannel has every version off that %s asks for (%s)", wininetValue, ref(a.where()))
			return
		}
		c := &evidence.Client{Versions: vs, Layer: "wininet", Because: ref(a.where()), Fact: wininetFact, Refs: []string{a.path}}
		if sid, ok := strings.CutPrefix(user, `hku\`); ok {
			c.Client.Identity = strings.ToUpper(sid)
		}
		m.client(c)
		return
	}
}
