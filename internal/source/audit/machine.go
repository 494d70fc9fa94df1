package audit

import (
	"fmt"
	"path"
	"strings"

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

// machine is one host as its registry shows it. Rules read it and add
// records.
type machine struct {
	file    string
	host    string
	reg     *registry
	kb      *knowledge.Base
	os      windows
	rule    Rule // the one that runs
	used    map[*regValue]bool
	cov     *evidence.Coverage
	records []evidence.Record
	waiting []string // layers not judged because the Schannel client is not known
}

func newMachine(name string, reg *registry, kb *knowledge.Base, cov *evidence.Coverage) *machine {
	m := &machine{file: name, reg: reg, kb: kb, cov: cov, used: map[*regValue]bool{}}
	m.host = m.hostName()
	m.os = m.findWindows()
	return m
}

// hostName is the ComputerName of the export, or else the name of the file.
func (m *machine) hostName() string {
	for _, key := range []string{"ComputerName", "ActiveComputerName"} {
		a := m.reg.ask(m.reg.activeSet()+`\Control\ComputerName\`+key, "ComputerName")
		if a.value != nil && a.value.text != "" {
			return a.value.text
		}
	}
	base := path.Base(strings.ReplaceAll(m.file, `\`, "/"))
	return strings.TrimSuffix(base, path.Ext(base))
}

// systemKey is a key of the control set in use.
func (m *machine) systemKey(rest string) string { return m.reg.activeSet() + `\` + rest }

// ref names a line of the file.
func (m *machine) ref(line int) string { return fmt.Sprintf("%s:%d", m.file, line) }

func (m *machine) blind(format string, args ...any) {
	m.cov.Blind = append(m.cov.Blind, fmt.Sprintf(format, args...))
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
		Where: evidence.Where{File: m.file, Line: a.line, Path: a.path},
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

// client adds what a client of this host offers by its configuration.
func (m *machine) client(c *evidence.Client) {
	c.Host, c.Basis, c.Rule, c.Source = m.host, evidence.Declared, m.rule.ID, source
	m.records = append(m.records, c)
}

// use counts a value that became evidence, once.
func (m *machine) use(v *regValue) {
	if !m.used[v] {
		m.used[v] = true
		m.cov.Used++
	}
}

// wrongType is the finding for a value that Windows passes over.
func wrongType(name, role string, v *regValue) found {
	return found{
		role: role, value: fmt.Sprintf("%s=%q", name, v.text), effect: evidence.Review,
		note: fmt.Sprintf("%s, but only a REG_DWORD is read", v.typ),
	}
}
