package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

const (
	winhttpValue = "DefaultSecureProtocols"
	wininetValue = "SecureProtocols"

	internetSettings = `Microsoft\Windows\CurrentVersion\Internet Settings`
	wow64            = `SOFTWARE\Wow6432Node\`
)

// Keys that a change may name. A path from evidence is looked up here and
// never written itself, since a hostile file can call its keys anything.
var (
	winhttpKeys = []string{`SOFTWARE\` + internetSettings + `\WinHttp`, wow64 + internetSettings + `\WinHttp`}
	wininetKeys = []string{
		`SOFTWARE\` + internetSettings, wow64 + internetSettings,
		`SOFTWARE\Policies\` + internetSettings, wow64 + `Policies\` + internetSettings,
	}
	dotnetKeys = []string{
		`SOFTWARE\Microsoft\.NETFramework\v4.0.30319`, wow64 + `Microsoft\.NETFramework\v4.0.30319`,
		`SOFTWARE\Microsoft\.NETFramework\v2.0.50727`, wow64 + `Microsoft\.NETFramework\v2.0.50727`,
	}
)

// knownKey finds a path of HKLM in a list of keys.
func knownKey(path string, keys []string) (string, bool) {
	for _, k := range keys {
		if strings.EqualFold(path, `HKLM\`+k) {
			return k, true
		}
	}
	return "", false
}

var (
	userPath = lazyregexp.New(`(?i)^HKU\\([^\\]+)\\(.+)$`)
	userSID  = lazyregexp.New(`^S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}$`)
)

// userKey takes the path of a key apart. user is whose it is, for words, if
// not of who is there; a user's offline hive has no key of the running system.
func userKey(path string, keys []string) (root, key, user string, ok bool) {
	if k, found := knownKey(path, keys); found {
		return "HKLM", k, "", true
	}
	rest, found := cutFold(path, `HKCU\`)
	if found {
		k, ok := knownKey(`HKLM\`+rest, keys)
		return "HKCU", k, "", ok
	}
	m := userPath.FindStringSubmatch(path)
	if m == nil {
		return "", "", "", false
	}
	k, ok := knownKey(`HKLM\`+m[2], keys)
	if sid := strings.ToUpper(m[1]); userSID.MatchString(sid) {
		return "HKU", sid + `\` + k, sid, ok
	}
	return "", k, m[1], ok
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// wininet adds the versions to each SecureProtocols that lacks them.
func (w *windows) wininet() {
	for _, s := range w.host.settings {
		if s.Layer != layerWinINET {
			continue
		}
		v, bad := w.breaks(s)
		if !bad {
			continue
		}
		root, key, user, ok := userKey(s.Where.Path, wininetKeys)
		was := w.prior(layerWinINET, s.Where.Path, wininetValue)
		if !ok || was.known == isOther {
			continue
		}
		mask := maskOf(s.Versions) | maskOf(w.added())
		if was.known == isNumber {
			mask |= was.n
		}
		w.because(s, w.told(v.Why))
		w.wininetNotes(root, key, user, mask, s)
		if root != "" {
			w.put(cell{root: root, key: key, name: wininetValue, want: mask, was: was})
		}
	}
}

// wininetNotes says for whom a value is, where that matters for applying it.
func (w *windows) wininetNotes(root, key, user string, mask uint32, s *evidence.Setting) {
	note := func(text string) {
		if !slices.Contains(w.fix.Notes, text) {
			w.fix.Notes = append(w.fix.Notes, text)
		}
	}
	if strings.Contains(key, `Policies\`) {
		note(w.T("SecureProtocols at %s is a policy: change the group policy that writes it, or it comes back.", clean(s.Where.Path)))
	}
	switch root {
	case "HKCU":
		note(w.T("SecureProtocols below HKCU is of one user: apply the files as that user (elevated), not as another administrator."))
	case "HKU":
		note(w.T("SecureProtocols of user %s can be written only while that user is logged on. Other users of this machine were not judged unless they stand here.", user))
	case "":
		w.fix.Advice = append(w.fix.Advice, w.T(
			"The registry of user %s was read offline. As that user: %s (it was %s)",
			clean(user), fmt.Sprintf(`reg add "HKCU\%s" /v %s /t REG_DWORD /d 0x%X /f`, key, wininetValue, mask), clean(s.Value)))
	}
}
