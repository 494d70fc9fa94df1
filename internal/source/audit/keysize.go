package audit

import (
	"fmt"

	"github.com/tlsready/tlsready/evidence"
)

const dhKey = schannelKey + `\KeyExchangeAlgorithms\Diffie-Hellman`

// What Windows does where no length is set (win.dh.key-sizes), in bits.
const (
	clientDH = 1024
	serverDH = 2048
)

var keySizeRule = Rule{
	ID:     "schannel-dh-key-size",
	Layer:  "schannel",
	Fact:   "win.dh.key-sizes",
	Yields: "a setting for each length of Diffie-Hellman keys; they decide no version",
	areas:  []area{{key: system + dhKey, optional: true}},
	apply: func(m *machine) {
		m.number(system+dhKey, "ClientMinKeyBitLength", func(n uint32) found {
			if n <= clientDH {
				return found{role: "client", effect: evidence.None, note: fmt.Sprintf("keys below %d bits are refused; it decides no version", n)}
			}
			return found{role: "client", effect: evidence.Review, note: fmt.Sprintf("servers with Diffie-Hellman keys below %d bits are refused, unless they take a suite without; it decides no version", n)}
		})
		m.number(system+dhKey, "ClientMaxKeyBitLength", func(n uint32) found {
			return found{role: "client", effect: evidence.Review, note: fmt.Sprintf("servers with Diffie-Hellman keys over %d bits are refused, unless they take a suite without; it decides no version", n)}
		})
		m.number(system+dhKey, "ServerMinKeyBitLength", func(n uint32) found {
			if n <= serverDH {
				return found{role: "server", effect: evidence.None, note: fmt.Sprintf("keys of %d bits; it decides no version", n)}
			}
			return found{role: "server", effect: evidence.Review, note: fmt.Sprintf("keys of %d bits, which old clients may not take; it decides no version", n)}
		})
	},
}
