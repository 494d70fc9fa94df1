//go:build !unix

package cli

// screens says that terminals here understand xterm's sequences: not every
// console does.
const screens = false

// restoreOnSignals has nothing to do without a screen.
func restoreOnSignals(*screen) (done func()) { return func() {} }
