package audit

import (
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Parts of paths that rules share.
const (
	software   = `HKLM\SOFTWARE\`
	software32 = `HKLM\SOFTWARE\Wow6432Node\`
	system     = `HKLM\SYSTEM\CurrentControlSet\`
)

// origin is where a registry was read from.
type origin int

const (
	fromExport origin = iota
	fromHives
	fromSystem // the machine that runs
)

// machine is one host as its registry shows it. Rules read it and add
// records.
type machine struct {
	file    string // the first, if it was read from several
	host    string
	origin  origin
	reg     *registry
	kb      *knowledge.Base
	os      windows
	rule    Rule // the one that runs
	used    map[*regValue]bool
	covs    map[string]*evidence.Coverage // by file
	records []evidence.Record
	builds  []exactBuild
	waiting []string // layers not judged because the Schannel client is not known
}

// judge asks every rule and hands on what they found.
func (m *machine) judge(emit evidence.Emit) error {
	m.used = map[*regValue]bool{}
	m.os = m.findWindows()
	for _, rule := range Rules {
		m.rule = rule
		rule.apply(m)
	}
	m.blindAreas(Rules)
	m.blindLayers()
	for _, rec := range m.records {
		if err := emit(rec); err != nil {
			return err
		}
	}
	return nil
}

// computerName is what the host calls itself.
func (m *machine) computerName() string {
	for _, key := range []string{"ComputerName", "ActiveComputerName"} {
		a := m.reg.ask(m.reg.activeSet()+`\Control\ComputerName\`+key, "ComputerName")
		if a.value != nil && a.value.text != "" {
			return a.value.text
		}
	}
	return ""
}

// systemKey is a key of the control set in use.
func (m *machine) systemKey(rest string) string { return m.reg.activeSet() + `\` + rest }

// ref names a place in words: the line of an export, the key of a hive.
func ref(w evidence.Where) string {
	switch {
	case w.Line > 0:
		return fmt.Sprintf("%s:%d", w.File, w.Line)
	case w.File != "":
		return w.File + ":" + w.Path
	}
	return w.Path
}

func (m *machine) blind(format string, args ...any) {
	cov := m.covs[m.file]
	cov.Blind = append(cov.Blind, fmt.Sprintf(format, args...))
}

// found is one setting that a rule found, before it becomes a record.
type found struct {
	role     string
	layer    string // default: the rule's
	value    string
	effect   evidence.Effect
	versions []tlswire.Version
	note     string
	fact     string // default: the rule's
}

// setting adds a setting record for what stands at a.
func (m *machine) setting(a answer, f found) {
	if a.value != nil {
		m.use(a.value)
	}
	s := &evidence.Setting{
		Host: m.host, Role: f.role, Layer: f.layer, Value: f.value, Effect: f.effect, Versions: f.versions,
		Where: a.where(),
		Rule:  m.rule.ID, Fact: f.fact, Note: f.note,
	}
	if s.Layer == "" {
		s.Layer = m.rule.Layer
	}
	if s.Fact == "" {
		s.Fact = m.rule.Fact
	}
	m.records = append(m.records, s)
}

// client adds what a client of this host offers by its configuration. All of
// them rest on Schannel, so its suites and groups are theirs.
func (m *machine) client(c *evidence.Client) {
	if list := m.suites(); list != nil {
		c.Suites = suiteNames(slices.DeleteFunc(slices.Clone(list.suites), func(s tlswire.Suite) bool {
			return !slices.ContainsFunc(c.Versions, s.CanRun)
		}))
	}
	c.Groups = m.groups()
	c.Host, c.Basis, c.Rule, c.Source = m.host, evidence.Declared, m.rule.ID, source
	m.records = append(m.records, c)
}

// use counts a value that became evidence, once.
func (m *machine) use(v *regValue) {
	if !m.used[v] {
		m.used[v] = true
		m.covs[v.file].Used++
	}
}

// wrongType is the finding for a value that Windows passes over.
func wrongType(name, role string, v *regValue) found {
	return found{
		role: role, value: fmt.Sprintf("%s=%q", name, v.text), effect: evidence.Review,
		note: fmt.Sprintf("%s, but only a REG_DWORD is read", v.typ),
	}
}
