package knowledge

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml data/hellos/*.yaml data/weaknesses/*.yaml
var embedded embed.FS

// Base is all that the product knows. The lists are in the order of the data.
type Base struct {
	Sources []*Source `yaml:"sources"`

	Clients     []*Client     `yaml:"clients"`
	Simulations []*Simulation `yaml:"simulations"`
	GroupCodes  []*GroupCode  `yaml:"group_codes"`

	// KnownClients are those of data/hellos, one a file, and behind them a
	// partial one for each of Clients that has none there.
	KnownClients []*KnownClient

	AgentPrograms []*AgentName `yaml:"agent_programs"`
	AgentRuntimes []*AgentName `yaml:"agent_runtimes"`
	AgentSystems  []*AgentName `yaml:"agent_systems"`

	OSDefaults      []*OSDefault      `yaml:"os_defaults"`
	TruthTables     []*TruthTable     `yaml:"truth_tables"`
	RegistryKeys    []*RegistryKey    `yaml:"registry_keys"`
	Bitmasks        []*Bitmask        `yaml:"bitmasks"`
	WinHTTPDefaults []*WinHTTPDefault `yaml:"winhttp_defaults"`
	DotNetDefaults  []*DotNetDefault  `yaml:"dotnet_defaults"`
	Switches        []*Switch         `yaml:"switches"`
	Updates         []*Update         `yaml:"updates"`
	BrokenApps      []*BrokenApp      `yaml:"broken_apps"`
	Events          []*Event          `yaml:"events"`
	Alerts          []*Alert          `yaml:"alerts"`
	SuiteDefaults   []*SuiteDefault   `yaml:"suite_defaults"`
	GroupDefaults   []*GroupDefault   `yaml:"group_defaults"`

	Products      []*Product      `yaml:"products"`
	BuildTables   []*BuildTable   `yaml:"build_tables"`
	LogPatterns   []*LogPattern   `yaml:"log_patterns"`
	Prerequisites []*Prerequisite `yaml:"prerequisites"`

	Milestones      []*Milestone      `yaml:"milestones"`
	Endpoints       []*Endpoint       `yaml:"endpoints"`
	SuiteLists      []*SuiteList      `yaml:"suite_lists"`
	EvidenceReports []*EvidenceReport `yaml:"evidence_reports"`
	GuideClients    []*GuideClient    `yaml:"guide_clients"`
	MailOptions     []*MailOption     `yaml:"mail_options"`

	Policies      []*Policy       `yaml:"policies"`
	BrowserFloors []*BrowserFloor `yaml:"browser_floors"`

	Steps       []*Step       `yaml:"steps"`
	Constraints []*Constraint `yaml:"constraints"`
	Causes      []*Cause      `yaml:"causes"`

	ServerDefaults []*ServerDefault `yaml:"server_defaults"`
	Platforms      []*Platform      `yaml:"platforms"`

	// Weaknesses are those of data/weaknesses, one a file.
	Weaknesses []*Weakness

	Contradictions []*Contradiction `yaml:"contradictions"`
	Facts          []*Fact          `yaml:"facts"`

	agents *agentIndex
	prints *printIndex
	ids    map[string]record
}

// Source is a public document that records cite by its key.
type Source struct {
	Key      string `yaml:"key"`
	Citation string `yaml:"citation"`
	Licence  string `yaml:"licence"`
}

// record is any element of the lists of a Base.
type record interface{ meta() *Meta }

// checker is a record with rules of its own.
type checker interface{ check() error }

// Load reads the embedded data. Every error names the file and the line.
func Load() (*Base, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	return load(data)
}

// load reads every YAML file at the top of fsys, and the clients in hellos.
func load(fsys fs.FS) (*Base, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	l := &loader{base: &Base{ids: map[string]record{}}, at: map[string]place{}, sources: map[string]string{}}
	for _, f := range files {
		text, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, err
		}
		if err := l.file(path.Join("data", f), text); err != nil {
			return nil, err
		}
	}
	if err := l.knownClients(fsys); err != nil {
		return nil, err
	}
	if err := l.weaknesses(fsys); err != nil {
		return nil, err
	}
	if err := l.resolve(); err != nil {
		return nil, err
	}
	l.base.describeRest()
	l.base.prints = newPrintIndex(l.base.KnownClients)
	if l.base.agents, err = newAgentIndex(l.base, l.errorf); err != nil {
		return nil, err
	}
	return l.base, nil
}

type place struct {
	file strict
	node *yaml.Node
}

type loader struct {
	base    *Base
	at      map[string]place // of every id
	sources map[string]string
}

// file reads one file: a mapping of lists by kind.
func (l *loader) file(name string, text []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s := strict{name}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return fmt.Errorf("%s:1: want a mapping of lists", name)
	}
	lists := fields(reflect.ValueOf(l.base).Elem())
	top := doc.Content[0]
	for i := 0; i < len(top.Content); i += 2 {
		key, list := top.Content[i], top.Content[i+1]
		field, ok := lists[key.Value]
		if !ok {
			return s.errorf(key, "unknown key %q", key.Value)
		}
		if list.Kind != yaml.SequenceNode {
			return s.errorf(list, "want a list of %s", key.Value)
		}
		for _, n := range list.Content {
			if err := l.record(s, n, field); err != nil {
				return err
			}
		}
	}
	return nil
}

// record reads one element and appends it to list.
func (l *loader) record(s strict, n *yaml.Node, list reflect.Value) error {
	v := reflect.New(list.Type().Elem()).Elem()
	if err := s.fill(n, v); err != nil {
		return err
	}
	list.Set(reflect.Append(list, v))
	if src, ok := v.Interface().(*Source); ok {
		return l.source(s, n, src)
	}
	r := v.Interface().(record)
	m := r.meta()
	switch {
	case m.ID == "":
		return s.errorf(n, "record without id")
	case m.Confidence == "":
		return s.errorf(n, "%s: no confidence", m.ID)
	case len(m.Source) == 0:
		return s.errorf(n, "%s: no source", m.ID)
	}
	if old, ok := l.at[m.ID]; ok {
		return s.errorf(n, "id %s stands already at %s:%d", m.ID, old.file.file, old.node.Line)
	}
	l.at[m.ID], l.base.ids[m.ID] = place{s, n}, r
	if c, ok := r.(checker); ok {
		if err := c.check(); err != nil {
			return s.errorf(n, "%s: %v", m.ID, err)
		}
	}
	return nil
}

func (l *loader) source(s strict, n *yaml.Node, src *Source) error {
	switch {
	case src.Key == "" || src.Citation == "":
		return s.errorf(n, "a source needs key and citation")
	case strings.ContainsAny(src.Key, " /"):
		return s.errorf(n, "source key %q: no spaces or slashes", src.Key)
	case l.sources[src.Key] != "":
		return s.errorf(n, "source %s stands twice", src.Key)
	}
	l.sources[src.Key] = src.Citation
	return nil
}
