package fix

import (
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// updates are what a Windows needs before the values act (win.update.kb... of
// the knowledge base), by the start of its number.
var updates = []struct {
	build knowledge.Build
	names string
	text  string
}{
	{knowledge.Build{6, 0}, "Server 2008 SP2", "KB4019276 (Schannel TLS 1.1 and 1.2) and KB3154517 (.NET 2.0 SP2) must be installed"},
	{knowledge.Build{6, 1}, "Windows 7 and Server 2008 R2", "KB3140245 (WinHTTP reads DefaultSecureProtocols only with it) and KB3154518 (.NET 3.5.1) must be installed"},
	{knowledge.Build{6, 2}, "Server 2012 and Windows 8", "KB3140245 (WinHTTP reads DefaultSecureProtocols only with it) and KB3154519 (.NET 3.5) must be installed"},
	{knowledge.Build{6, 3}, "Windows 8.1 and Server 2012 R2", "KB3154520 (.NET 3.5) must be installed"},
	{knowledge.Build{10, 0, 10586}, "Windows 10 1511", "KB3156421 (.NET) must be installed"},
}

// notes says what the values do not do by themselves.
func (w *windows) notes() {
	add := func(note string) { w.fix.Notes = append(w.fix.Notes, note) }
	if len(w.cells) == 0 {
		return
	}
	build, ok := w.host.windowsBuild()
	for _, u := range updates {
		if ok && build.HasPrefix(u.build) {
			add(w.T("On %s %s (win.update.*); the evidence does not show updates.", w.T(u.names), w.T(u.text)))
		}
	}
	if !ok {
		add(w.T("Which Windows this is, is not known. On Windows 7, Server 2008 R2 and Server 2012 KB3140245 must be installed, or WinHTTP does not read DefaultSecureProtocols (win.winhttp.key)."))
	}
	for _, c := range w.cells {
		if (c.name == wininetValue || c.name == winhttpValue) && c.want&maskBits[tlswire.SSL20] != 0 {
			add(w.T("%s of %s has the bit of SSL 2.0 (0x8), which stays. Should connections fail take it out: SSL 2.0 is said not to go with TLS 1.2 (not confirmed).", c.name, c.long()))
		}
	}
	add(w.T("Restart the machine: services keep what they read when they started (win.schannel.effect-timing)."))
	add(w.T("TLS 1.0 and 1.1 stay as they are. Turning them off is a later step, once nobody is seen to need them (step.observe, step.disable-server)."))
	add(w.T("The keys do not touch programs with a TLS of their own, such as Java, OpenSSL or Firefox (win.schannel.scope)."))
}
