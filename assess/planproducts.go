package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// productGates are the constraints of knowledge that hold a step of a host
// back.
func (b *planner) productGates(n *node) []Gate {
	var out []Gate
	step := n.Step
	if step == stepDisableClient { // the same products keep the client role
		step = stepDisableServer
	}
	for _, c := range b.blocking(step) {
		if g, in := b.productGate(c, n); in {
			g.Constraint = c.ID
			if !g.Met && len(c.Applies) > 0 && !n.host.has(c.Applies) && c.ID != "con.cipher-not-version" {
				g.Reason = g.Reason.And(say("this host may belong to that installation"))
			}
			out = append(out, g)
		}
	}
	return out
}

// productGate says whether a constraint is in force for a host and met. What
// is the same for all hosts is found once.
func (b *planner) productGate(c *knowledge.Constraint, n *node) (Gate, bool) {
	if !b.inForce(c, n.host) {
		return Gate{}, false
	}
	switch c.ID {
	case "con.configmgr-clients-first":
		return b.managedGate(n.host), true
	case "con.exchange-deps":
		return b.dependsGate(n.host), true
	case "con.sql-certs":
		return certificateGate(c, n.host), true
	case "con.cipher-not-version":
		return b.suiteGate(n.host), true
	}
	g, ok := b.shared[c.ID]
	if !ok {
		g = b.sharedGate(c)
		b.shared[c.ID] = g
	}
	return g, true
}

// inForce reports whether a constraint is about a host. Those that
// serverGates checks for every server are not.
func (b *planner) inForce(c *knowledge.Constraint, h *planHost) bool {
	switch c.ID {
	case conServerFirst, conMail:
		return false
	case "con.sfb-cu-before-disable", "con.exchange-cu-levels", "con.lync2013":
		return b.inTopology(c, h)
	case "con.sfb-devices":
		return h.has(skypeServers) && len(b.hostsWith(c.Applies)) > 0
	case "con.sfb-edge-partners":
		return h.has(c.Applies) && h.isEdge()
	case "con.fips":
		return slices.ContainsFunc(h.settings, func(s *evidence.Setting) bool {
			return s.Fact == "win.cipher.fips" && s.Effect == evidence.Review
		})
	case "con.cipher-not-version":
		return h.asServer.any(func(v *Outline) bool { return b.isOldWindows(c, v) })
	}
	return len(c.Applies) == 0 || h.has(c.Applies)
}

// sharedGate checks a constraint that asks the same of all hosts.
func (b *planner) sharedGate(c *knowledge.Constraint) Gate {
	switch c.ID {
	case "con.sfb-cu-before-disable", "con.exchange-cu-levels", "con.sfb-devices":
		return b.levelGate(c)
	case "con.lync2013":
		return b.goneGate(c)
	case "con.sfb-cqd-first":
		return b.installedGate(c, "Call Quality Dashboard")
	case "con.exchange-all-alike", "con.adfs-whole-farm":
		return b.alikeGate(c)
	case "con.adfs-strong-crypto", "con.oos-per-server":
		return b.strongCryptoGate(c)
	case "con.sql-before-consumers":
		return b.databaseGate(c)
	}
	// What holds at an Edge's partners, or FIPS mode decided: no evidence shows
	// it. The same goes for a constraint that knowledge got since.
	return unconfirmed(c)
}

var skypeServers = []string{"prod.sfb.2015-cu9", "prod.sfb.2019-cu1"}

// unconfirmed is a gate that no evidence can show to be met.
func unconfirmed(c *knowledge.Constraint) Gate {
	return Gate{
		Unknown: true, Reason: say("nothing shows that this holds: %s", told(c.Before)),
		Next: say("see to it, then add a line for %s to the waivers file", c.ID),
	}
}

// hostsWith are the hosts on which one of some products runs.
func (b *planner) hostsWith(ids []string) []*planHost {
	key := strings.Join(ids, " ")
	out, ok := b.with[key]
	if ok {
		return out
	}
	for _, name := range b.estate.names() {
		if h := b.estate.hosts[name]; h.has(ids) {
			out = append(out, h)
		}
	}
	b.with[key] = out
	return out
}

// inTopology reports whether a host may belong to the installation that a
// constraint is about. Evidence does not tell which database or Office server
// a Skype for Business Server uses, so any server product of the same maker
// counts.
func (b *planner) inTopology(c *knowledge.Constraint, h *planHost) bool {
	if h.has(c.Applies) {
		return true
	}
	return c.ID != "con.exchange-cu-levels" && h.isWindowsServer() && len(b.hostsWith(c.Applies)) > 0
}

// levelGate: every host with the product is at its build.
func (b *planner) levelGate(c *knowledge.Constraint) Gate {
	for _, h := range b.hostsWith(c.Applies) {
		for _, p := range h.running(c.Applies) {
			switch p.Disable {
			case knowledge.Below, knowledge.Cannot:
				return Gate{Reason: say("%s: %s %s needs %s first", h.name, p.Name, p.Version, told(p.Needs))}
			case knowledge.UnknownBuild:
				return Gate{
					Unknown: true, Reason: say("%s: the build of %s is not known; it must be at %s", h.name, p.Name, told(c.Before)),
					Next: say("add the build of %s on %s to the inventory", p.Name, h.name),
				}
			}
		}
	}
	if c.ID == "con.sfb-devices" {
		for _, h := range b.hostsWith(skypeServers) {
			for _, p := range h.running(skypeServers) {
				if p.Gate() {
					return Gate{Reason: say("%s: %s; %s needs %s first", h.name, told(c.Text), p.Name, told(p.Needs))}
				}
			}
		}
	}
	return Gate{Met: true, Reason: say("every host with the product is at its build: %s", told(c.Before))}
}

// goneGate: what can never do without the old versions is gone.
func (b *planner) goneGate(c *knowledge.Constraint) Gate {
	for _, h := range b.hostsWith(c.Applies) {
		return Gate{Reason: say("%s: %s %s", h.name, told(c.Product), told(c.Text))}
	}
	return Gate{Met: true, Reason: say("no %s", told(c.Product))}
}

// installedGate: a product that must be there before is in an inventory.
func (b *planner) installedGate(c *knowledge.Constraint, name string) Gate {
	for _, key := range b.estate.names() {
		for _, p := range b.estate.hosts[key].products {
			if strings.Contains(strings.ToLower(p.Name), strings.ToLower(name)) {
				return Gate{Met: true, Reason: say("%s is on %s", p.Name, key)}
			}
		}
	}
	g := unconfirmed(c)
	g.Next = say("add %s to the inventory; if nobody wants it, add a line for %s to the waivers file", name, c.ID)
	return g
}

// managedGate: Configuration Manager's clients come before its servers.
func (b *planner) managedGate(site *planHost) Gate {
	known := false
	for _, name := range b.estate.names() {
		h := b.estate.hosts[name]
		if h == site {
			continue
		}
		if n := b.get(stepEnableClient, h); n != nil {
			return Gate{Reason: say("%s comes first: a site server that moves before its clients orphans them", n.ID)}
		}
		known = known || len(h.clients) > 0
	}
	if !known {
		return Gate{
			Unknown: true, Reason: say("whether the clients it manages do TLS 1.2 is not known; a site server that moves first orphans them"),
			Next: say("export the registry of its clients: tlsready audit EXPORTS"),
		}
	}
	return Gate{Met: true, Reason: say("all clients that were read have TLS 1.2 on")}
}

// alikeGate: all hosts with the product are prepared before any of them loses
// the old versions.
func (b *planner) alikeGate(c *knowledge.Constraint) Gate {
	for _, h := range b.hostsWith(c.Applies) {
		for _, step := range []string{stepProduct, stepPatchOS, stepFramework, stepEnableClient, stepEnableServer} {
			if n := b.get(step, h); n != nil {
				return Gate{Reason: say("%s comes first: %s", n.ID, told(c.Before))}
			}
		}
		if h.takesFloor(b.floor) != surely {
			return Gate{
				Unknown: true, Reason: say("whether %s does %s is not known; %s", h.name, b.floor, told(c.Before)),
				Next: Verbatim(scanCommand(h)),
			}
		}
	}
	return Gate{Met: true, Reason: say("all hosts with the product are prepared")}
}

// dependsGate: what an Exchange server and its partners do with each other
// all reaches the floor.
func (b *planner) dependsGate(h *planHost) Gate {
	for v := range concat(h.asServer, h.asClient) {
		if v.SetApart == "" && v.Verdict != OK && !v.Waived.holds(b.report.AsOf) {
			return Gate{
				Unknown: v.Verdict == Unknown, Reason: say("%s with %s: %s", v.Client, v.Server, v.Whole().Why), Next: v.Whole().Next,
			}
		}
	}
	if h.asClient.len() == 0 {
		return Gate{
			Unknown: true, Reason: say("what it calls itself (domain controllers, partner applications, balancers) was not seen"),
			Next: say("capture what %s sends: tlsready watch CAPTURE", h.name),
		}
	}
	return Gate{Met: true, Reason: say("all that was seen of it reached %s", b.floor)}
}

// strongCryptoGate: .NET is told to use strong cryptography, in both views of
// the registry, on every host with the product.
func (b *planner) strongCryptoGate(c *knowledge.Constraint) Gate {
	for _, h := range b.hostsWith(c.Applies) {
		patched := c.ID == "con.oos-per-server" && slices.ContainsFunc(h.products, func(p installed) bool {
			return strings.Contains(p.Name+" "+p.Version, "KB5001973")
		})
		for _, layer := range []string{"dotnet4-64", "dotnet4-32"} {
			if patched || h.hasSetting(layer, "SchUseStrongCrypto=1") {
				continue
			}
			if len(h.settings) > 0 {
				return Gate{Reason: say("%s: SchUseStrongCrypto=1 is not set (%s); needed: %s", h.name, layer, told(c.Before))}
			}
			return Gate{
				Unknown: true, Reason: say("%s: its registry was not read; needed: %s", h.name, told(c.Before)),
				Next: say("export the registry of %s: tlsready audit EXPORT", h.name),
			}
		}
	}
	return Gate{Met: true, Reason: told(c.Before)}
}

// databaseGate: the databases and all drivers that call them are at their
// builds.
func (b *planner) databaseGate(c *knowledge.Constraint) Gate {
	if g := b.levelGate(c); !g.Met {
		return g
	}
	if len(b.hostsWith([]string{"prod.sql.native-client"})) == 0 {
		return Gate{
			Unknown: true, Reason: say("which drivers its consumers use is not known; a login is always encrypted"),
			Next: say("add SQL Server Native Client and ODBC drivers of its consumers to the inventory"),
		}
	}
	return Gate{Met: true, Reason: say("databases and drivers are at their builds")}
}

// certificateGate: no certificate of a database's endpoints is signed with
// MD5.
func certificateGate(c *knowledge.Constraint, h *planHost) Gate {
	for _, s := range h.scans {
		for _, cert := range s.Certificates {
			if strings.Contains(strings.ToUpper(cert.SignatureAlgorithm), "MD5") {
				return Gate{Reason: say("%s presents a certificate signed with %s", s.Target, cert.SignatureAlgorithm)}
			}
		}
	}
	return unconfirmed(c)
}

// isOldWindows reports whether the client of a pair runs a Windows that a
// constraint is about.
func (b *planner) isOldWindows(c *knowledge.Constraint, v *Outline) bool {
	client := b.partyOf(v)
	return client != nil && client.os != nil && slices.Contains(c.Applies, client.os.ID) && v.SetApart == ""
}

// suiteGate: an old Windows that can do TLS 1.2 may still share no suite with
// the server.
func (b *planner) suiteGate(h *planHost) Gate {
	var accepted []string
	for _, s := range h.scans {
		if st := s.Versions[b.floor]; st != nil {
			accepted = append(accepted, st.Suites...)
		}
	}
	for v := range h.asServer.all() {
		client := b.partyOf(v)
		if client == nil || client.os == nil || v.Verdict == OK || v.SetApart != "" {
			continue
		}
		offered, known := b.strongSuites(client.os)
		switch {
		case !known:
		case len(accepted) == 0:
			return Gate{
				Unknown: true, Reason: say("which suites it shares with %s (%s) is not known", v.Client, client.os.Name), Next: Verbatim(scanCommand(h)),
			}
		case !slices.ContainsFunc(accepted, func(s string) bool { return slices.Contains(offered, s) || isCBC(s) }):
			return Gate{Reason: say("%s (%s) shares no suite of %s with it", v.Client, client.os.Name, b.floor)}
		}
	}
	return Gate{Met: true, Reason: say("old Windows clients share a suite with it")}
}

// strongSuites are the AEAD suites that a Windows offers by itself to a
// server with an RSA certificate.
func (b *planner) strongSuites(os *knowledge.OSDefault) (suites []string, known bool) {
	for _, d := range b.base.SuiteDefaults {
		if slices.Contains(d.OS, os.ID) && len(d.AEADWithRSA) > 0 {
			return d.AEADWithRSA, true
		}
	}
	return nil, false
}

// isCBC is for the suites of before TLS 1.2, which every Windows offers there,
// too.
func isCBC(suite string) bool {
	return strings.Contains(suite, "_AES_") && strings.Contains(suite, "_CBC_")
}
