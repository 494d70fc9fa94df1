package assess

import (
	"cmp"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// aboutClient tells what is known of the client besides what was seen.
func (j *judge) aboutClient(v *Verdict, p *pair, shown map[string]bool) []Step {
	if v.Client == Anyone {
		return nil
	}
	var steps []Step
	if p != nil {
		c := j.clientSide(p, p.tally(j.policy.Floor))
		if s := c.software; s != nil {
			step := Step{About: "client", Says: say("its agent is that of %s", softwareName(s)), Fact: s.ID}
			if s.DefaultMax.Known() {
				step.Says = step.Says.And(say("as it comes it offers at most %s", s.DefaultMax))
			}
			if s.Max.Known() {
				step.Says = step.Says.And(say("it can do at most %s", s.Max))
			}
			steps = append(steps, j.factStep(step, shown))
		}
		for i, k := range c.programs {
			if i == mostNames {
				break
			}
			says := say("its hello is that of %s", k.Title())
			if n := len(c.programs); n > 1 {
				says = say("its hello is that of %s, one of %s programs known to share it", k.Title(), n)
			}
			steps = append(steps, j.factStep(Step{About: "client", Says: says, Fact: k.ID}, shown))
		}
		if c.elsewhere.AtLeast(j.policy.Floor) {
			steps = append(steps, Step{About: "client", Says: say("the strongest that the same program came to anywhere is %s", c.elsewhere), Confidence: string(evidence.Observed)})
		}
	}
	if h := j.dir.hostOf(v.ClientParty); h != nil {
		steps = append(steps, j.aboutHost(h, "client", shown)...)
	} else if h := j.dir.find(v.Client); h != nil {
		steps = append(steps, j.aboutHost(h, "client", shown)...)
	}
	return steps
}

// aboutServer tells what is known of the server besides what was seen.
func (j *judge) aboutServer(v *Verdict, shown map[string]bool) []Step {
	if v.Server == Anyone {
		return nil
	}
	var steps []Step
	for _, s := range j.dir.scansOver(v.ServerParty, v.Protocol) {
		steps = append(steps, scanStep(s))
		shown[scanRef(s)] = true
	}
	if best, ok := j.serverBest[v.Server]; ok {
		steps = append(steps, Step{
			About: "server", Says: say("the strongest that any client came to with it is %s, last on %s", best.version, best.last.UTC().Format(time.DateOnly)),
			Refs: nonEmpty(best.ref), Confidence: string(evidence.Observed),
		})
	}
	if e, ok := j.base.EndpointByHost(serverName(v.ServerParty, v.Server), v.ServerParty.Port); ok {
		steps = append(steps, j.factStep(Step{About: "server", Says: say("it is a host of Microsoft 365"), Fact: e.ID}, shown))
	}
	h := j.dir.hostOf(v.ServerParty)
	if h == nil {
		h = j.dir.find(hostOfID(v.Server))
	}
	if h != nil {
		steps = append(steps, j.aboutHost(h, "server", shown)...)
	}
	return steps
}

func scanStep(s *evidence.Server) Step {
	step := Step{About: "server", Source: "scan", Refs: []string{scanRef(s)}, Confidence: string(evidence.Observed)}
	accepted, rejected, unsure := versionsIn(s, evidence.Accepted), versionsIn(s, evidence.Rejected), versionsIn(s, evidence.Unknown)
	if len(accepted) == 0 {
		step.Says = say("a scan found nothing that it accepts")
	} else {
		step.Says = say("a scan found that it accepts %s", joinVersions(accepted))
	}
	if len(rejected) > 0 {
		step.Says = step.Says.And(say("it rejects %s", joinVersions(rejected)))
	}
	if len(unsure) > 0 {
		step.Says = step.Says.And(say("%s could not be settled", joinVersions(unsure)))
	}
	if s.Error != "" {
		step.Says = step.Says.And(told(s.Error))
	}
	return step
}

// aboutHost tells the settings, profiles and products of a host in one role.
func (j *judge) aboutHost(h *host, role string, shown map[string]bool) []Step {
	var steps []Step
	for _, s := range h.settings {
		if (s.Role != role && s.Role != "both") || !limits(s, j.policy.Floor) || shown[placeOf(s.Where)] {
			continue
		}
		shown[placeOf(s.Where)] = true
		steps = append(steps, j.factStep(Step{
			About: "setting", Says: say("%s keeps %s to %s", s.Value, layerName(s.Layer), joinVersions(s.Versions)),
			Refs: nonEmpty(placeOf(s.Where)), Fact: s.Fact, Confidence: string(evidence.Declared),
		}, shown))
	}
	for _, c := range h.clients {
		if role == "client" {
			steps = append(steps, j.factStep(Step{
				About: "setting", Says: say("what is set adds up to %s for programs that use %s", joinVersions(c.Versions), layerName(c.Layer)),
				Refs: nonEmpty(c.Because), Fact: c.Fact, Confidence: string(evidence.Declared),
			}, shown))
		}
	}
	for _, s := range h.servers {
		if accepted := versionsIn(s, evidence.Accepted); role == "server" && len(accepted) > 0 {
			steps = append(steps, Step{
				About: "setting", Says: say("what is set has %s accept %s", layerName(s.Layer), joinVersions(accepted)),
				Refs: nonEmpty(s.Because), Confidence: string(evidence.Declared),
			})
		}
	}
	for _, p := range h.products {
		if f, ok := productFinding(j.base, p); ok {
			step := Step{About: "product", Says: say("%s %s stands on it", p.Name, p.Version), Refs: nonEmpty(placeOf(p.Where)), Confidence: string(evidence.Declared)}
			if len(f.because) > 0 {
				step.Fact = f.because[len(f.because)-1]
			}
			steps = append(steps, j.factStep(step, shown))
		}
	}
	return steps
}

// factStep cites the fact of a step, once.
func (j *judge) factStep(s Step, shown map[string]bool) Step {
	how := s.Confidence
	j.cite(&s)
	s.Confidence = cmp.Or(s.Confidence, how)
	if s.Fact != "" {
		shown[s.Fact] = true
	}
	return s
}

// facts are the facts that a verdict names and no step has shown.
func (j *judge) facts(v *Verdict, shown map[string]bool) []Step {
	var steps []Step
	for _, id := range v.Because {
		r, ok := j.base.Record(id)
		if !ok || shown[id] {
			continue
		}
		shown[id] = true
		s := Step{About: "fact", Says: say("the knowledge base says so: %s", id), Fact: id}
		if r.Note != "" {
			s.Says = told(r.Note)
		}
		j.cite(&s)
		steps = append(steps, s)
	}
	return steps
}
