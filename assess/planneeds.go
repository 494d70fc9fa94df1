package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
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

// planner makes one plan.
type planner struct {
	base    *knowledge.Base
	floor   tlswire.Version
	report  *Report
	opt     PlanOptions
	window  Window
	estate  *estate
	records []evidence.Record
	rank    map[string]int // of the steps, as knowledge orders them

	steps []*node
	byID  map[string]*node
	of    map[string][]*node // by step
	last  int                // the last wave in which a server's role goes off
}

// node is a step with what it waits for.
type node struct {
	PlanStep
	host  *planHost // nil for the estate
	after []*node
	seen  map[*node]bool // of after
	rank  int
}

// waitsFor adds an edge.
func (n *node) waitsFor(before *node) {
	if before == nil || before == n || n.seen[before] {
		return
	}
	if n.seen == nil {
		n.seen = map[*node]bool{}
	}
	n.seen[before] = true
	n.after = append(n.after, before)
}

func newPlanner(r *Report, records []evidence.Record, opt PlanOptions) *planner {
	b := &planner{
		base: opt.Knowledge, floor: r.Floor, report: r, opt: opt, window: opt.Window, records: records,
		estate: newEstate(r, records, opt.Knowledge), rank: map[string]int{}, byID: map[string]*node{}, of: map[string][]*node{},
	}
	for i, s := range b.base.StepOrder() {
		b.rank[s.ID] = i
	}
	for _, h := range b.estate.hosts {
		b.applyOwners(h)
	}
	return b
}

func (b *planner) applyOwners(h *planHost) {
	for _, o := range b.opt.Owners {
		if matchesParty(o.Pattern, h.name, "") {
			h.owner, h.contact, h.window = o.Owner, o.Contact, o.Window
			return
		}
	}
}

// mostWhy bounds the reasons that a step names.
const mostWhy = 4

// need puts a step into the plan, once, and notes why.
func (b *planner) need(step string, h *planHost, why string) *node {
	id := strings.TrimPrefix(step, "step.")
	if h != nil {
		id += "/" + cmp.Or(h.name, h.file)
	}
	return b.needID(id, step, h, why)
}

func (b *planner) needID(id, step string, h *planHost, why string) *node {
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
	if why != "" && len(n.Why) < mostWhy && !slices.Contains(n.Why, why) {
		n.Why = append(n.Why, why)
	}
	return n
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
		b.need(step, h, fmt.Sprintf("%s (%s)", v.Value, placeOf(v.Where)))
	}
	for _, c := range h.clients {
		if highest(c.Versions).Below(b.floor) {
			b.need(stepEnableClient, h, fmt.Sprintf("%s offers at most %s", layerName(c.Layer), highest(c.Versions)))
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
			b.need(stepInventory, h, "the build of "+name+" decides")
			continue
		}
		b.need(updateStep(p.Fact), h, fmt.Sprintf("%s needs %s first", name, p.Needs))
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
	for _, v := range h.asClient {
		if v.SetApart != "" || v.Waived.holds(b.report.AsOf) {
			continue
		}
		why := fmt.Sprintf("with %s: %s", v.Server, v.Why)
		switch {
		case v.Verdict == Breaks && v.LimitedBy != ServerSide, v.Cause == DependsOnLegacyEndpoint:
			b.needsOfCause(h, v, why)
		case v.Verdict == AtRisk && v.LimitedBy == ClientSide:
			b.needsOfCause(h, v, why)
		case v.Verdict == AtRisk && v.LimitedBy != ServerSide:
			b.need(stepInventory, h, why)
		}
	}
}

func (b *planner) needsOfCause(h *planHost, v *Verdict, why string) {
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

// needsAsServer follows from what others find here.
func (b *planner) needsAsServer(h *planHost) {
	takes, weak := h.takesFloor(b.floor), h.takesWeak(b.floor)
	switch takes {
	case surelyNot:
		b.need(stepEnableServer, h, "does not accept "+b.floor.String()+" yet")
	case nothingTells:
		b.need(stepScan, h, "whether it accepts "+b.floor.String()+" is not known")
	}
	for _, v := range slices.Concat(h.asServer, h.alone) {
		if v.Verdict == Breaks && v.LimitedBy == ServerSide && v.Layer != "" && takes != surely {
			b.need(stepEnableServer, h, v.Why.String())
		}
	}
	if len(h.scans) == 0 {
		b.need(stepScan, h, "never scanned")
	}
	if weak == surelyNot || b.opt.Policy.Office365() {
		return
	}
	why := "still accepts less than " + b.floor.String()
	if weak == nothingTells {
		why = "whether it still accepts less than " + b.floor.String() + " is not known"
	}
	b.need(stepDisableServer, h, why)
	b.need(stepVerify, h, "")
	if len(h.sources) == 0 {
		b.need(stepEvidence, h, "no log or capture shows who connects to it")
	}
	if !b.windowOf(h).gate(h.name, h.spans).Met {
		b.need(stepObserve, h, "not watched for a whole business cycle yet")
	}
	if suite := weakSuite(h.scans); suite != "" {
		b.need(stepHarden, h, "still accepts "+suite)
	}
}

// windowOf is the window that the owner asks for, else that of the plan.
func (b *planner) windowOf(h *planHost) Window {
	if h.window != "" {
		if w, err := ParseWindow(h.window); err == nil {
			return w
		}
	}
	return b.window
}

// weakSuite names a suite that any policy has dropped: RC4 (RFC 7465), single
// and triple DES, NULL, EXPORT and anonymous ones (RFC 9325 section 4.1).
func weakSuite(scans []*evidence.Server) string {
	var found []string
	for _, s := range scans {
		for _, st := range s.Versions {
			for _, suite := range st.Suites {
				for _, mark := range []string{"_RC4_", "_3DES_", "_DES_", "_NULL_", "_EXPORT_", "_anon_"} {
					if strings.Contains(suite, mark) {
						found = append(found, suite)
					}
				}
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// needsOfClientRole: a server is a client too, and its client role goes off
// last.
func (b *planner) needsOfClientRole(h *planHost) {
	switch h.offersWeak(b.floor) {
	case surely:
		b.need(stepDisableClient, h, "its own client role still offers less than "+b.floor.String())
	case nothingTells:
		if b.get(stepDisableServer, h) != nil && h.isWindowsServer() {
			b.need(stepDisableClient, h, "a server is a client too: what its client role offers is not known")
		}
	}
}

// isWindowsServer reports whether a server of Microsoft's runs here.
func (h *planHost) isWindowsServer() bool {
	return slices.ContainsFunc(h.products, func(p installed) bool {
		return p.known != nil && p.known.Vendor == "Microsoft" && !p.isClientProduct() || strings.Contains(p.Name, "Windows Server")
	})
}

// needsBefore are what a change of a host asks for before.
func (b *planner) needsBefore(h *planHost) {
	enables := b.get(stepEnableClient, h) != nil || b.get(stepEnableServer, h) != nil
	if enables && h.os != nil && len(h.os.NT) > 0 && h.os.NT.Compare(knowledge.Build{6, 3}) < 0 {
		b.need(stepPatchOS, h, h.os.Name+" needs updates before the settings act")
	}
	if p := b.get(stepProduct, h); p != nil && len(h.running([]string{"prod.sfb.2015-cu9"})) > 0 {
		b.need(stepFramework, h, ".NET 4.7, behind the update of Skype for Business (con.sfb-prereq-sequence)")
	}
	changes := enables || b.get(stepDisableClient, h) != nil || b.get(stepDisableServer, h) != nil
	for _, step := range []string{stepProduct, stepDatabase, stepDriver, stepPatchOS, stepFramework} {
		changes = changes || b.get(step, h) != nil
	}
	if changes {
		b.need(stepExport, h, "")
	}
}

// needsOfEstate are the steps that are about no single host.
func (b *planner) needsOfEstate() {
	if !slices.ContainsFunc(b.records, func(r evidence.Record) bool {
		c, ok := r.(*evidence.Coverage)
		return ok && c.Source == "code" && c.Failed == ""
	}) && len(b.steps) > 0 {
		b.need(stepScanCode, nil, "no source code was read: what it pins is not known")
	}
	b.needsNotices()
	if len(b.of[stepDisableServer]) > 0 {
		b.need(stepLab, nil, "")
		b.need(stepPilot, nil, "")
	}
	if len(b.of[stepVerify]) > 0 {
		b.need(stepGuard, nil, "")
	}
}

// needsNotices tells every owner of a host that changes.
func (b *planner) needsNotices() {
	for _, n := range slices.Clone(b.steps) {
		if n.Owner == "" || n.host == nil {
			continue
		}
		notice := b.needID("notify/"+n.Owner, stepNotify, nil, "")
		notice.Owner, notice.Contact = n.Owner, n.Contact
		notice.Why = []string{"answers for hosts of this plan"}
	}
}
