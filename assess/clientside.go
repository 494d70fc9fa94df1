package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// clientSide is all that is known of the client of a pair besides its
// handshakes with this server.
type clientSide struct {
	base      *knowledge.Base
	floor     tlswire.Version
	host      *host
	program   knowledge.Program        // by its agent
	software  *knowledge.Client        // the same, if it is a known one
	programs  []*knowledge.KnownClient // by its fingerprint, where no log tells its agent
	agent     string
	offered   tlswire.Version // best hello to this server
	elsewhere tlswire.Version // best version the same program agreed on with any server
}

func (j *judge) clientSide(p *pair, t *tally) *clientSide {
	c := &clientSide{
		base: j.base, floor: j.policy.Floor, host: j.dir.hostOf(p.clientParty), agent: p.clientParty.UserAgent,
		offered: t.offered, elsewhere: j.clientBest[program{p.client, p.clientParty.UserAgent}],
	}
	if c.agent != "" {
		c.program = j.program(c.agent)
		c.software = c.program.Client
	} else if t.prints <= 1 {
		c.programs = j.base.KnownByFingerprint(p.clientParty.JA3, p.clientParty.JA4)
	}
	return c
}

// program is what an agent is the name of.
func (j *judge) program(agent string) knowledge.Program {
	return j.programs.get(agent, func() knowledge.Program { return j.base.ProgramByAgent(agent) })
}

// mostAgent bounds an agent that nothing is known of, in bytes.
const mostAgent = 120

// name says what the client is: a known program, else what its agent reads
// as, else the agent.
func (c *clientSide) name() string {
	if c.software != nil {
		return softwareName(c.software)
	}
	if len(c.programs) > 0 {
		return knownName(c.programs)
	}
	if c.program.Named() {
		return c.program.String()
	}
	if len(c.agent) > mostAgent {
		return strings.ToValidUTF8(c.agent[:mostAgent], "") + "..."
	}
	return c.agent
}

// softwareName adds the range of versions to a name that does not hold it.
func softwareName(s *knowledge.Client) string {
	first, _, _ := strings.Cut(s.Range, " ")
	if first == "" || strings.Contains(s.Name, strings.Trim(first, ",;")) {
		return s.Name
	}
	return s.Name + " " + s.Range
}

// best is what the program is known to offer as it stands: seen elsewhere, or
// its default by knowledge; zero when nothing says. That it came to less than
// the floor elsewhere says nothing: the server there may have had no more.
func (c *clientSide) best() tlswire.Version {
	if c.software != nil && c.software.DefaultMax.Known() {
		return stronger(c.elsewhere, c.software.DefaultMax)
	}
	if c.elsewhere.AtLeast(c.floor) {
		return c.elsewhere
	}
	return 0
}

func (c *clientSide) known() bool { return c.best().Known() }

func (c *clientSide) fact() string {
	if c.software == nil {
		return ""
	}
	return c.software.ID
}

// cause is the first cause why this client does not reach the floor.
func (c *clientSide) cause(floor tlswire.Version) finding {
	layers := settingLayers(c.software)
	if s := c.host.pin("client", layers, floor); s != nil {
		return pinFinding(s, floor)
	}
	if f, ok := c.host.belowGate(c.base); ok {
		return f
	}
	if d := c.host.declaredClient(layers, floor); d != nil {
		return declaredFinding(c.base, d.Fact, d.Because, d.Layer, floor)
	}
	if c.software != nil {
		return c.softwareCause(floor)
	}
	if f, ok := c.knownCause(floor); ok {
		return f
	}
	return finding{cause: Unidentified}
}

// softwareCause is what knowledge of the program says.
func (c *clientSide) softwareCause(floor tlswire.Version) finding {
	s := c.software
	f := finding{because: []string{s.ID}, contradicts: contradictions(c.base, s.ID)}
	if s.Fix != "" {
		f.fix = Texts{told(s.Fix)}
	}
	switch {
	case s.Cause != "":
		f.cause = Cause(s.Cause)
	case s.ID == dotNetOfUnknownTarget:
		f.cause = CappedByFrameworkTarget
	case s.DefaultMax.Below(floor) && s.Max.AtLeast(floor):
		f.cause = CapableButOff
	case s.DefaultMax.AtLeast(floor), s.DefaultMax == 0 && c.elsewhere.AtLeast(floor):
		f.cause = Middlebox
		f.fix = Texts{say("%s offers %s as it comes: look for a proxy or inspection device on its way, or a policy that lowers it", s.Name, stronger(s.DefaultMax, c.elsewhere))}
	case s.Max.Below(floor):
		f.cause = Incapable
	default:
		f.cause = Unidentified
		if s.DecidedBy != "" {
			f.fix = append(f.fix, say("%s decides: look at it on the client", s.DecidedBy))
		}
	}
	return f
}

// dotNetOfUnknownTarget is .NET Framework 4.x whose agent does not tell the
// version a program was built for. Seen weak, it was built for 4.5.2 or less:
// later targets offer TLS 1.2.
const dotNetOfUnknownTarget = "cli.dotnet.4x"

// settingLayers are the layers of settings that decide for a program; nil is
// all of them, an empty list is none: it brings its own TLS.
func settingLayers(s *knowledge.Client) []string {
	if s == nil {
		return nil
	}
	for _, p := range []struct {
		prefix string
		layers []string
	}{
		{"cli.outlook", []string{"winhttp", "schannel"}},
		{"cli.winhttp", []string{"winhttp", "schannel"}},
		{"cli.ie.", []string{"wininet", "schannel"}},
		{"cli.edge.12", []string{"wininet", "schannel"}},
		{"cli.dotnet", []string{"dotnet4-64", "dotnet4-32", "dotnet2-64", "dotnet2-32", "schannel"}},
		{"cli.powershell", []string{"dotnet4-64", "dotnet4-32", "schannel"}},
		{"cli.os.", []string{"schannel"}},
	} {
		if strings.HasPrefix(s.ID, p.prefix) {
			return p.layers
		}
	}
	return []string{}
}

// declaredClient is the declared profile that stays below the floor, of the
// first of the layers that matter.
func (h *host) declaredClient(layers []string, floor tlswire.Version) *evidence.Client {
	if h == nil {
		return nil
	}
	var found *evidence.Client
	place := len(layers)
	for _, c := range h.clients {
		if !hasLayer(layers, c.Layer) || !highest(c.Versions).Below(floor) {
			continue
		}
		if i := slices.Index(layers, c.Layer); found == nil || i < place {
			found, place = c, i
		}
	}
	return found
}
