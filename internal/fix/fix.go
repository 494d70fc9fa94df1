package fix

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// The kinds of fix.
const (
	KindWindows = "windows" // values of a registry
	KindServer  = "server"  // a line of a server's or system's configuration
	KindSource  = "source"  // a line of a program
)

// Steps of the order of work (knowledge, order.yaml) that a fix belongs to.
const (
	StepCode   = "step.fix-code"
	StepClient = "step.enable-client-12"
	StepServer = "step.enable-server-12"
)

// Fix is one change that a person applies as a whole, and can take back.
type Fix struct {
	Host   string // as the evidence names it; empty: not known
	Folder string // the name of its folder, safe on every system
	Kind   string
	Layer  string // of a server or system
	Step   string // of the order of work
	Title  string

	Reasons []Reason
	Notes   []string // what to know before
	Advice  []string // what a person must do where no file can

	// Change, Verify and Rollback name files of the folder, as the plan's
	// "files" do; empty where there is none.
	Change, Verify, Rollback string
	// Apply, Check and Undo are the commands, run in the folder.
	Apply, Check, Undo []string

	Files []File // all files, in the order to read them

	prefix string // of the names of its files
	file   string // that the edits are about
	edits  []edit
	said   *lang.Language // of its words
}

// File is one file of a fix.
type File struct {
	Name    string
	Content []byte
}

// Reason is one configured value, or the lack of one, that a fix is for.
type Reason struct {
	What    string // the value: "Enabled=0"
	Where   string // "web01.reg:12"
	Path    string // registry key or block of the configuration
	Why     string
	Fact    string   // record of the knowledge base
	Sources []string // where that fact is from
}

func (f *Fix) add(name string, content []byte) string {
	f.Files = append(f.Files, File{Name: f.prefix + name, Content: content})
	return f.prefix + name
}

// Plan makes the fixes for what a report found to break, in the language l. It
// does no I/O; the same report and records give the same bytes. Commands, names
// and what a program runs are the same in every language.
func Plan(report *assess.Report, records []evidence.Record, floor tlswire.Version, l *lang.Language) []Fix {
	return newPlanner(report, floor, factSources, l).plan(records)
}

// planner is what all fixes are made from.
type planner struct {
	*lang.Language
	floor    tlswire.Version
	sources  func(fact string) []string
	breaking map[settingID]assess.SettingVerdict
	serving  map[string]bool // hosts whose server role was found to break, in lower case

	// For what takes versions away:
	listeners  map[string][]*evidence.Server // by host, in lower case
	declaredBy map[[2]string][]string        // hosts by the layer and place that decide for their listeners
}

// settingID finds the verdict on a setting.
type settingID struct {
	host, role, layer, value string
	where                    evidence.Where
}

func newPlanner(report *assess.Report, floor tlswire.Version, sources func(string) []string, l *lang.Language) *planner {
	p := &planner{Language: l, floor: floor, sources: sources, breaking: map[settingID]assess.SettingVerdict{}, serving: map[string]bool{}}
	if report == nil {
		return p
	}
	for _, v := range report.Settings {
		if v.Verdict == "breaks" {
			p.breaking[settingID{v.Host, v.Role, v.Layer, v.Value, v.Where}] = v
		}
	}
	for _, v := range report.Verdicts.Outlines() {
		if v.Client == assess.Anyone && v.Layer == layerSchannel && (v.Verdict == assess.Breaks || v.Verdict == assess.AtRisk) {
			p.serving[strings.ToLower(v.Server)] = true
		}
	}
	return p
}

// breaks gives the verdict on a setting, if it was found to break.
func (p *planner) breaks(s *evidence.Setting) (assess.SettingVerdict, bool) {
	v, ok := p.breaking[settingID{s.Host, s.Role, s.Layer, s.Value, s.Where}]
	return v, ok
}

// weak reports whether the best of some versions is known and below the floor.
func (p *planner) weak(vs []tlswire.Version) bool {
	if len(vs) == 0 {
		return false
	}
	return !slices.ContainsFunc(vs, func(v tlswire.Version) bool { return v.AtLeast(p.floor) })
}

func (p *planner) plan(records []evidence.Record) []Fix {
	var out []Fix
	for _, h := range hostsOf(records) {
		if f, ok := p.windows(h); ok {
			out = append(out, f)
		}
		out = append(out, p.servers(h)...)
		out = append(out, p.code(h)...)
	}
	p.finish(out)
	rank := map[string]int{StepCode: 0, StepClient: 1, StepServer: 2}
	slices.SortStableFunc(out, func(a, b Fix) int {
		return cmp.Or(cmp.Compare(rank[a.Step], rank[b.Step]), strings.Compare(a.Folder, b.Folder))
	})
	return out
}

// finish gives fixes what they have in common.
func (p *planner) finish(fixes []Fix) {
	nameFolders(fixes)
	for i := range fixes {
		fixes[i].said = p.Language
	}
}

// told is a sentence of the assessment in the language.
func (p *planner) told(t assess.Text) string { return t.Tell(p.Look) }

// note is what an input says of a setting, in the language if it is ours.
func (p *planner) note(s string) string { return cmp.Or(p.Look(s), s) }

func (p *planner) reason(s *evidence.Setting, why string) Reason {
	return Reason{
		What: s.Value, Where: placeOf(s.Where), Path: s.Where.Path, Why: why,
		Fact: s.Fact, Sources: p.sources(s.Fact),
	}
}

// factSources gives the citations of a fact of the knowledge base.
func factSources(id string) []string {
	base, err := loadBase()
	if err != nil || id == "" {
		return nil
	}
	if r, ok := base.Record(id); ok {
		return r.Source
	}
	return nil
}

var loadBase = sync.OnceValues(knowledge.Load)
