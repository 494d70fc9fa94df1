package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// judgeAlone gives verdicts about one party alone: servers that were scanned
// but that nobody was seen to use, and hosts judged by their settings and
// products.
func (j *judge) judgeAlone(records []evidence.Record, ps *pairs) []Verdict {
	used := map[string]bool{}
	for _, m := range ps.members {
		used[ps.servers[m.server]] = true
	}
	var out []Verdict
	for _, r := range records {
		s, ok := r.(*evidence.Server)
		if !ok || s.Basis == evidence.Declared || s.OverUDP() {
			continue
		}
		party := evidence.Party{IP: s.IP, Port: s.Port, Name: scanName(s)}
		if id := j.dir.serverID(party); !used[id] {
			out = append(out, j.judgeScan(s, id, party))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(j.dir.hosts)) {
		out = append(out, j.judgeHost(j.dir.hosts[key], used)...)
	}
	for i := range out {
		j.notPairs(&out[i])
	}
	return out
}

func scanName(s *evidence.Server) string {
	if s.SNI != "" {
		return s.SNI
	}
	return targetHost(s.Target)
}

// judgeScan judges an endpoint by its scan alone: will any client at the
// floor reach it?
func (j *judge) judgeScan(s *evidence.Server, id string, party evidence.Party) Verdict {
	floor := j.policy.Floor
	v := Verdict{
		Client: Anyone, Server: id, Protocol: s.Protocol, Confidence: evidence.Observed,
		First: s.First, Last: s.Last, ServerParty: party,
		Because: []string{scanRef(s)},
	}
	side := &serverSide{base: j.base, dir: j.dir, floor: floor, id: id, host: j.dir.hostOf(party), scans: []*evidence.Server{s}}
	side.addScan(s)
	accepted := versionsIn(s, evidence.Accepted)
	unsure := versionsIn(s, evidence.Unknown)
	switch {
	case side.scanned.AtLeast(floor):
		v.Verdict, v.Why = OK, say("accepts %s", joinVersions(accepted))
		if weak := below(accepted, floor); len(weak) > 0 {
			v.Why = v.Why.And(say("nobody was seen using it, so who still needs %s is not known", joinVersions(weak)))
			v.Next = say("tlsready import its logs, or tlsready watch a capture, before %s goes off", joinVersions(weak))
		}
	case s.Status == evidence.StatusUnreachable || len(accepted) == 0:
		v.Verdict, v.Why = Unknown, say("could not be asked")
		if s.Error != "" {
			v.Why = say("could not be asked: %s", told(s.Error))
		}
		v.Next = Verbatim("tlsready scan " + scanArgument(s, id))
	case len(below(unsure, floor)) < len(unsure):
		v.Verdict = Unknown
		v.Why = say("accepts %s; whether it does %s could not be settled", joinVersions(accepted), floor)
		v.Next = Verbatim("tlsready scan " + scanArgument(s, id))
	default:
		v.Verdict, v.LimitedBy = Breaks, ServerSide
		v.Why = say("accepts %s and nothing above", joinVersions(accepted))
		side.cause(floor).apply(&v)
	}
	j.allowedAlone(&v, s)
	j.certified(&v, []*evidence.Server{s})
	return v
}

func scanArgument(s *evidence.Server, id string) string {
	if s.Target != "" {
		return s.Target
	}
	return id
}

// judgeHost judges a host by what its settings and products say, each layer
// apart: what Schannel may do and what WinHTTP asks for are two answers.
func (j *judge) judgeHost(h *host, used map[string]bool) []Verdict {
	var out []Verdict
	floor := j.policy.Floor
	name := strings.ToLower(h.name)
	for _, c := range h.clients {
		best := highest(c.Versions)
		if !best.Below(floor) {
			continue
		}
		v := Verdict{
			Client: name, Server: Anyone, Verdict: Breaks, LimitedBy: ClientSide, Layer: c.Layer,
			Confidence: evidence.Declared, Owner: h.owner, Offered: best, ClientParty: c.Client,
			Why: say("programs that use %s offer at most %s", layerName(c.Layer), best),
		}
		j.layerCause(h, "client", c.Layer, c.Fact, c.Because).apply(&v)
		out = append(out, v)
	}
	for _, s := range h.servers {
		if !staysBelow(s, floor) || (s.Target == "" && !j.serves(h, used)) {
			continue
		}
		v := Verdict{
			Client: Anyone, Server: cmp.Or(strings.ToLower(s.Target), name), Verdict: Breaks, LimitedBy: ServerSide, Layer: s.Layer,
			Confidence: evidence.Declared, Owner: h.owner,
			Why: say("%s is set to accept nothing from %s on", layerName(s.Layer), floor),
		}
		j.layerCause(h, "server", s.Layer, "", s.Because).apply(&v)
		out = append(out, v)
	}
	for _, p := range h.products {
		if f, ok := productFinding(j.base, p); ok {
			out = append(out, j.productVerdict(h, p, f))
		}
	}
	return out
}

// staysBelow reports whether a declared server rejects all that the policy
// leaves. What its configuration leaves open is no rejection.
func staysBelow(s *evidence.Server, floor tlswire.Version) bool {
	told := false
	for v, st := range s.Versions {
		if v.AtLeast(floor) {
			if st.State != evidence.Rejected {
				return false
			}
			told = true
		}
	}
	return told
}

// serves reports whether a host was seen to be a server, runs a server's
// Windows, or has a setting of the server role that somebody wrote. Every
// Windows has a server role; on a workstation nobody calls it.
func (j *judge) serves(h *host, used map[string]bool) bool {
	for id := range used {
		if j.dir.find(targetHost(id)) == h {
			return true
		}
	}
	for _, p := range h.products {
		if strings.Contains(p.Name, "Server") {
			return true
		}
	}
	return h.pin("server", nil, j.policy.Floor) != nil
}

func (j *judge) layerCause(h *host, role, layer, fact, because string) finding {
	if s := h.pin(role, []string{layer}, j.policy.Floor); s != nil && s.Layer == layer {
		return pinFinding(s, j.policy.Floor)
	}
	if s := j.dir.settings[because]; s != nil && limits(s, j.policy.Floor) {
		return pinFinding(s, j.policy.Floor)
	}
	return declaredFinding(j.base, fact, because, layer, j.policy.Floor)
}

func (j *judge) productVerdict(h *host, p *evidence.Product, f finding) Verdict {
	v := Verdict{
		Client: Anyone, Server: strings.ToLower(h.name), Verdict: Breaks, LimitedBy: ServerSide,
		Confidence: evidence.Declared, Owner: h.owner, Software: p.Name,
		Why: say("%s %s must be updated before TLS 1.0 and 1.1 go off", p.Name, p.Version),
	}
	if isDevice(j.base, p) {
		v.Client, v.Server, v.LimitedBy = v.Server, Anyone, ClientSide
	}
	switch f.cause {
	case Incapable:
		v.Why = say("%s %s cannot work without TLS 1.0", p.Name, p.Version)
	case Unidentified:
		v.Verdict, v.LimitedBy = Unknown, ""
		v.Why = say("%s has builds that must be updated first, and its build is not known", p.Name)
		v.Next = say("add its build to the inventory")
		f.cause = ""
	}
	f.apply(&v)
	return v
}

// layerName is a layer as an administrator calls it.
func layerName(layer string) Text {
	switch {
	case layer == "schannel":
		return Verbatim("Schannel")
	case layer == "winhttp":
		return Verbatim("WinHTTP")
	case layer == "wininet":
		return Verbatim("WinINET")
	case strings.HasPrefix(layer, "dotnet4"):
		return Verbatim(".NET Framework 4.x")
	case strings.HasPrefix(layer, "dotnet2"):
		return say(".NET Framework 2.0 to 3.5")
	}
	if layer == "source" {
		return say("this code")
	}
	return Verbatim(layer)
}

func versionsIn(s *evidence.Server, state evidence.State) []tlswire.Version {
	var out []tlswire.Version
	for v, st := range s.Versions {
		if st.State == state {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b tlswire.Version) int { return a.Rank() - b.Rank() })
	return out
}

func below(vs []tlswire.Version, floor tlswire.Version) []tlswire.Version {
	var out []tlswire.Version
	for _, v := range vs {
		if v.Below(floor) {
			out = append(out, v)
		}
	}
	return out
}

// joinVersions writes "TLS 1.0, TLS 1.1 and TLS 1.2".
func joinVersions(vs []tlswire.Version) Text {
	names := make([]string, len(vs))
	for i, v := range vs {
		names[i] = v.String()
	}
	return list(names)
}
