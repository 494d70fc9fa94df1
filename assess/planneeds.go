package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// The steps of knowledge's order of work that a plan can hold.
const (
	stepInventory     = "step.inventory"
	stepScan          = "step.scan-endpoints"
	stepScanCode      = "step.scan-code"
	stepExport        = "step.export-state"
	stepEvidence      = "step.turn-on-evidence"
	stepPatchOS       = "step.patch-os"
	stepFramework     = "step.patch-framework"
	stepDatabase      = "step.patch-db-backend"
	stepDriver        = "step.patch-db-client"
	stepProduct       = "step.patch-product"
	stepCode          = "step.fix-code"
	stepEnableClient  = "step.enable-client-12"
	stepEnableServer  = "step.enable-server-12"
	stepObserve       = "step.observe"
	stepNotify        = "step.notify"
	stepFixClients    = "step.fix-clients"
	stepLab           = "step.lab-disable"
	stepPilot         = "step.pilot-disable"
	stepDisableServer = "step.disable-server"
	stepDisableClient = "step.disable-client"
	stepHarden        = "step.harden-ciphers"
	stepVerify        = "step.verify"
	stepGuard         = "step.guard"
)

// IsDisable reports whether a step takes versions away.
func IsDisable(step string) bool {
	return step == stepPilot || step == stepDisableServer || step == stepDisableClient
}

// mostWhy bounds the reasons that a step names.
const mostWhy = 4

// need puts a step into the plan, once, and notes why.
func (b *planner) need(step string, h *planHost, why Text) *node {
	id := strings.TrimPrefix(step, "step.")
	if h != nil {
		id += "/" + cmp.Or(h.name, h.file)
	}
	return b.needID(id, step, h, why)
}

func (b *planner) needID(id, step string, h *planHost, why Text) *node {
	n := b.byID[id]
	if n == nil {
		n = &node{host: h, rank: b.rank[step], PlanStep: PlanStep{ID: id, Step: step, State: StepTodo, After: []string{}, Gates: []Gate{}}}
		if h != nil {
			n.Host, n.About, n.Owner, n.Contact = h.name, h.file, h.owner, h.contact
		}
		b.byID[id] = n
		b.steps = append(b.steps, n)
		b.of[step] = append(b.of[step], n)
	}
	if !why.IsZero() && len(n.Why) < mostWhy && !n.says(why) {
		n.Why = append(n.Why, why)
	}
	return n
}

// says reports whether a step has a reason already.
func (n *node) says(why Text) bool {
	said := why.String()
	return slices.ContainsFunc(n.Why, func(w Text) bool { return w.String() == said })
}

// get is the step of a host, nil if it needs none.
func (b *planner) get(step string, h *planHost) *node {
	id := strings.TrimPrefix(step, "step.")
	if h != nil {
		id += "/" + cmp.Or(h.name, h.file)
	}
	return b.byID[id]
}

// findNeeds goes through the hosts and finds which steps each needs.
func (b *planner) findNeeds() {
	for _, name := range b.estate.names() {
		h := b.estate.hosts[name]
		b.needsOfSettings(h)
		b.needsOfProducts(h)
		b.needsAsClient(h)
		if h.serves() && !h.foreign {
			b.needsAsServer(h)
		}
		if !b.opt.Policy.Office365() {
			b.needsOfClientRole(h)
		}
		b.needsBefore(h)
	}
	for _, h := range b.estate.files {
		b.needsOfSettings(h)
	}
	b.needsOfEstate()
}

// needsOfSettings are values that keep something below the floor.
func (b *planner) needsOfSettings(h *planHost) {
	for _, v := range h.breaking {
		step := stepEnableClient
		switch {
		case v.Layer == "source":
			step = stepCode
		case v.Verdict == SettingReview && !b.opt.Policy.Office365():
			continue // nothing to change yet
		case v.Role == "server":
			step = stepEnableServer
		}
		b.need(step, h, Verbatim(fmt.Sprintf("%s (%s)", v.Value, placeOf(v.Where))))
	}
	for _, c := range h.clients {
		if highest(c.Versions).Below(b.floor) {
			b.need(stepEnableClient, h, say("%s offers at most %s", layerName(c.Layer), highest(c.Versions)))
		}
	}
}

// needsOfProducts are updates without which old versions must stay.
func (b *planner) needsOfProducts(h *planHost) {
	for _, p := range h.products {
		if !p.Gate() {
			continue
		}
		name := strings.TrimSpace(p.Name + " " + p.Version)
		if p.Disable == knowledge.UnknownBuild {
			b.need(stepInventory, h, say("the build of %s decides", name))
			continue
		}
		b.need(updateStep(p.Fact), h, say("%s needs %s first", name, told(p.Needs)))
	}
}

// updateStep is the step that updates a product.
func updateStep(fact string) string {
	switch {
	case fact == "prod.sql.native-client":
		return stepDriver
	case strings.HasPrefix(fact, "prod.sql."):
		return stepDatabase
	}
	return stepProduct
}

// needsAsClient follows from what breaks because of this host as a client.
func (b *planner) needsAsClient(h *planHost) {
	for v := range h.asClient.all() {
		if v.SetApart != "" || v.Waived.holds(b.report.AsOf) {
			continue
		}
		why := func() Text { return say("with %s: %s", v.Server, v.Whole().Why) }
		switch {
		case v.Verdict == Breaks && v.LimitedBy != ServerSide, v.Cause == DependsOnLegacyEndpoint:
			b.needsOfCause(h, v, why())
		case v.Verdict == AtRisk && v.LimitedBy == ClientSide:
			b.needsOfCause(h, v, why())
		case v.Verdict == AtRisk && v.LimitedBy != ServerSide:
			b.need(stepInventory, h, why())
		}
	}
}

func (b *planner) needsOfCause(h *planHost, v *Outline, why Text) {
	switch {
	case v.Cause == Unidentified || v.Cause == "":
		b.need(stepInventory, h, why)
		b.need(stepFixClients, h, why)
	case v.Cause == PinnedByCode, v.Cause == CappedByFrameworkTarget:
		b.need(stepCode, h, why)
	case v.Cause == ProductPrerequisiteMissing && b.get(stepProduct, h) != nil:
	case (v.Cause == CapableButOff || v.Cause == PinnedByConfig) && b.get(stepEnableClient, h) != nil:
	default:
		b.need(stepFixClients, h, why)
	}
}

// needsBefore are what a change of a host asks for before.
func (b *planner) needsBefore(h *planHost) {
	enables := b.get(stepEnableClient, h) != nil || b.get(stepEnableServer, h) != nil
	if enables && h.os != nil && len(h.os.NT) > 0 && h.os.NT.Compare(knowledge.Build{6, 3}) < 0 {
		b.need(stepPatchOS, h, say("%s needs updates before the settings act", h.os.Name))
	}
	if p := b.get(stepProduct, h); p != nil && len(h.running([]string{"prod.sfb.2015-cu9"})) > 0 {
		b.need(stepFramework, h, say(".NET 4.7, behind the update of Skype for Business (con.sfb-prereq-sequence)"))
	}
	changes := enables || b.get(stepDisableClient, h) != nil || b.get(stepDisableServer, h) != nil
	for _, step := range []string{stepProduct, stepDatabase, stepDriver, stepPatchOS, stepFramework} {
		changes = changes || b.get(step, h) != nil
	}
	if changes {
		b.need(stepExport, h, Text{})
	}
}

// needsOfEstate are the steps that are about no single host.
func (b *planner) needsOfEstate() {
	if !slices.ContainsFunc(b.records, func(r evidence.Record) bool {
		c, ok := r.(*evidence.Coverage)
		return ok && c.Source == "code" && c.Failed == ""
	}) && len(b.steps) > 0 {
		b.need(stepScanCode, nil, say("no source code was read: what it pins is not known"))
	}
	b.needsNotices()
	if len(b.of[stepDisableServer]) > 0 {
		b.need(stepLab, nil, Text{})
		b.need(stepPilot, nil, Text{})
	}
	if len(b.of[stepVerify]) > 0 {
		b.need(stepGuard, nil, Text{})
	}
}

// needsNotices tells every owner of a host that changes.
func (b *planner) needsNotices() {
	for _, n := range slices.Clone(b.steps) {
		if n.Owner == "" || n.host == nil {
			continue
		}
		notice := b.needID("notify/"+n.Owner, stepNotify, nil, Text{})
		notice.Owner, notice.Contact = n.Owner, n.Contact
		notice.Why = Texts{say("answers for hosts of this plan")}
	}
}
