package audit

import (
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

const cipherKeys = `Control\SecurityProviders\SCHANNEL\Ciphers`

var ciphersRule = Rule{
	ID:     "schannel-ciphers",
	Layer:  "schannel",
	Fact:   "win.cipher.weak-keys",
	Yields: "a setting for each cipher that is switched on or off",
	areas:  []area{{key: system + cipherKeys, tree: true, optional: true}},
	apply: func(m *machine) {
		root := m.systemKey(cipherKeys)
		for _, k := range m.reg.below(root) {
			if a := m.reg.ask(k.path.lower, "Enabled"); a.value != nil {
				m.setting(a, m.cipherSetting(k.path.shown[len(root)+1:], a.value))
			}
		}
	},
}

// cipherParts are the parts of suites' ciphers that a key stands for.
var cipherParts = map[string]string{
	"null": "NULL", "des 56/56": "DES_CBC", "triple des 168": "3DES_EDE_CBC", "triple des 168/168": "3DES_EDE_CBC",
	"rc2 40/128": "RC2_CBC_40", "rc2 56/56": "", "rc2 56/128": "", "rc2 128/128": "RC2_CBC_128",
	"rc4 40/128": "RC4_40", "rc4 56/128": "RC4_56", "rc4 64/128": "", "rc4 128/128": "RC4_128",
	"aes 128/128": "AES_128", "aes 256/256": "AES_256",
}

// cipherSetting judges one value; name is that of its key below Ciphers.
func (m *machine) cipherSetting(name string, v *regValue) found {
	n, ok := v.number()
	f := found{role: "both", value: fmt.Sprintf("%s: Enabled=%s", name, shortNumber(n)), effect: evidence.None}
	part, known := cipherParts[strings.ToLower(name)]
	_, slash := cipherParts[strings.ToLower(strings.ReplaceAll(name, `\`, "/"))]
	strong := strings.HasPrefix(part, "AES")
	switch {
	case !known && slash:
		f.note = "the name of this key holds a slash, and here it was split there: Schannel does not read it"
	case !known:
		f.note = fmt.Sprintf("Schannel knows no cipher %q and does not read the value", name)
	case !ok:
		f = wrongType(name+": Enabled", "both", v)
	case n == 0 && strong:
		f.effect, f.note = evidence.Review, "AES is what TLS 1.2 runs on"
	case n == 0:
		f.effect, f.note = evidence.Blocks, "Schannel does not use this cipher"
	case strong:
	default:
		f.effect, f.note = evidence.Allows, "a weak cipher, used as far as the list of cipher suites has it"
	}
	return f
}

// cipherOff reports whether the cipher of a suite is switched off. These keys
// do not reach TLS 1.3.
func (m *machine) cipherOff(s tlswire.Suite) bool {
	info, ok := s.Info()
	if !ok || s.CanRun(tlswire.TLS13) {
		return false
	}
	for name, part := range cipherParts {
		if part == "" || !strings.HasPrefix(info.Cipher, part) {
			continue
		}
		if n, ok := m.reg.ask(m.systemKey(cipherKeys)+`\`+name, "Enabled").value.number(); ok && n == 0 {
			return true
		}
	}
	return false
}
