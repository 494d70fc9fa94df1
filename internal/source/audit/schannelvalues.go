package audit

import (
	"fmt"

	"github.com/tlsready/tlsready/evidence"
)

const (
	schannelKey = `Control\SecurityProviders\SCHANNEL`
	fipsKey     = `Control\Lsa\FIPSAlgorithmPolicy`
)

var fipsRule = Rule{
	ID:     "fips-policy",
	Layer:  "schannel",
	Fact:   "win.cipher.fips",
	Yields: "a setting for the FIPS policy",
	areas:  []area{{key: system + fipsKey, optional: true}},
	apply: func(m *machine) {
		m.number(system+fipsKey, "Enabled", func(n uint32) found {
			if n == 0 {
				return found{effect: evidence.None, note: "FIPS mode is off"}
			}
			return found{effect: evidence.Review, note: "FIPS mode is on, which rules out ciphers and groups and, in .NET, classes: Microsoft's advice is to switch it off before TLS 1.0 and 1.1"}
		})
	},
}

var renegotiationRule = Rule{
	ID:     "schannel-renegotiation",
	Layer:  "schannel",
	Fact:   "win.renegotiation-keys",
	Yields: "a setting for each value about renegotiation of the old kind",
	areas:  []area{{key: system + schannelKey, optional: true}},
	apply: func(m *machine) {
		for _, v := range []struct{ name, role, peer string }{
			{"AllowInsecureRenegoClients", "server", "clients"}, {"AllowInsecureRenegoServers", "client", "servers"},
		} {
			m.number(system+schannelKey, v.name, func(n uint32) found {
				if n == 0 {
					return found{role: v.role, effect: evidence.None, note: v.peer + " without secure renegotiation are refused"}
				}
				return found{role: v.role, effect: evidence.Review, note: v.peer + " without secure renegotiation (RFC 5746) are let in; it decides no version"}
			})
		}
	},
}

var eventLoggingRule = Rule{
	ID:     "schannel-eventlogging",
	Layer:  "schannel",
	Fact:   "win.schannel.eventlogging",
	Yields: "a setting for what Schannel writes into the event log, and so for what evidence of connections there can be",
	areas:  []area{{key: system + schannelKey, optional: true}},
	apply: func(m *machine) {
		m.number(system+schannelKey, "EventLogging", func(n uint32) found {
			switch {
			case n&4 != 0:
				return found{effect: evidence.None, note: "each completed handshake is logged with its version (event 36880)"}
			case n&3 == 0:
				return found{effect: evidence.None, note: "nothing is logged, not even what breaks"}
			}
			return found{effect: evidence.None, note: "failures are logged, completed handshakes are not: with 7 the event log would show who still uses which version"}
		})
	},
}

// number reports the REG_DWORD name below a key of the control set in use,
// judged by its number.
func (m *machine) number(key, name string, judge func(uint32) found) {
	a := m.reg.ask(m.systemKey(key[len(system):]), name)
	if a.value == nil {
		return
	}
	n, ok := a.value.number()
	f := wrongType(name, "both", a.value)
	if ok {
		f = judge(n)
		f.value = fmt.Sprintf("%s=%s", name, shortNumber(n))
	}
	if f.role == "" {
		f.role = "both"
	}
	m.setting(a, f)
}
