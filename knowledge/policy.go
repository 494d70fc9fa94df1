package knowledge

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tlsready/tlsready/tlswire"
)

// Policy is a rule set that servers and clients can be judged by.
type Policy struct {
	Meta
	Name          string            `yaml:"name"`
	Names         []string          `yaml:"names"` // on the command line
	Published     Window            `yaml:"published"`
	From          Window            `yaml:"from"`  // in force from its last day on; none: always was
	Min           tlswire.Version   `yaml:"min"`   // the floor; 0: the policy sets none
	Allow         []tlswire.Version `yaml:"allow"` // nothing else; empty: all from Min
	MustNot       []tlswire.Version `yaml:"must_not"`
	Must          []tlswire.Version `yaml:"must"`
	Should        []tlswire.Version `yaml:"should"`
	TLS12         []string          `yaml:"tls12"`     // the suites allowed up to TLS 1.2, IANA names; none: all
	TLS13         []string          `yaml:"tls13"`     // the same of TLS 1.3
	NoSuites      []SuiteClass      `yaml:"no_suites"` // never, whatever the lists say
	Avoid         []string          `yaml:"avoid"`
	Groups        []tlswire.Group   `yaml:"groups"`         // the groups allowed; none: all
	RequireGroups []tlswire.Group   `yaml:"require_groups"` // one of them must be agreed on
	NoSignatures  []string          `yaml:"no_signatures"`
	Signatures    []string          `yaml:"signatures"`
	Cert          CertRule          `yaml:"cert"`
	DHMin         int               `yaml:"dh_min"`
	HSTSMinAge    int               `yaml:"hsts_min_age"`
	ServerOrder   *bool             `yaml:"server_order"`
	OldestClients []string          `yaml:"oldest_clients"`
	Dates         []PolicyDate      `yaml:"dates"`
	Later         []PolicyStage     `yaml:"later"` // what it asks from a day on, in the order of the days
	Requirements  []string          `yaml:"requirements"`
	Exception     string            `yaml:"exception"`
	Text          string            `yaml:"text"`
	Summary       string            `yaml:"summary"` // one line for the head of a report
}

// PolicyStage is what a policy asks from a later day on. What it does not name
// stays as it was.
type PolicyStage struct {
	From          Window          `yaml:"from"`
	Min           tlswire.Version `yaml:"min"`
	RequireGroups []tlswire.Group `yaml:"require_groups"`
	Summary       string          `yaml:"summary"`
}

// CertRule is what a policy asks of certificates.
type CertRule struct {
	Types           []string `yaml:"types"`
	Curves          []string `yaml:"curves"`
	Signatures      []string `yaml:"signatures"`
	RSAMin          int      `yaml:"rsa_min"`
	HashMin         string   `yaml:"hash_min"`
	MaxDays         int      `yaml:"max_days"`
	RecommendedDays int      `yaml:"recommended_days"`
}

// PolicyDate is a day in a policy and what it is about.
type PolicyDate struct {
	What string `yaml:"what"`
	Date Window `yaml:"date"`
}

func (p *Policy) check() error {
	if p.Name == "" {
		return errors.New("needs name")
	}
	for _, v := range p.Allow {
		if v.Below(p.Min) {
			return fmt.Errorf("allows %s below its floor %s", v, p.Min)
		}
	}
	for _, names := range [][]string{p.TLS12, p.TLS13} {
		for _, n := range names {
			if _, ok := tlswire.SuiteByName(n); !ok {
				return fmt.Errorf("no cipher suite is called %q", n)
			}
		}
	}
	last := p.From.Until
	for _, s := range p.Later {
		switch {
		case s.From.IsZero():
			return errors.New("what comes later needs from")
		case s.From.Until.Before(last):
			return fmt.Errorf("what comes on %s stands after what comes later", s.From.Days())
		}
		last = s.From.Until
	}
	return nil
}

// PolicyByName finds a policy by its name on the command line, or by its id.
func (b *Base) PolicyByName(name string) (*Policy, bool) {
	name = strings.ToLower(name)
	for _, p := range b.Policies {
		if p.ID == name || slices.Contains(p.Names, name) {
			return p, true
		}
	}
	return nil, false
}

// PolicyNames are the names that PolicyByName takes besides ids, as they
// stand in the data.
func (b *Base) PolicyNames() []string {
	var names []string
	for _, p := range b.Policies {
		names = append(names, p.Names...)
	}
	return names
}

// maxPolicyFile bounds a policy of the user, in bytes.
const maxPolicyFile = 1 << 20

// ReadPolicy reads a policy of the user: one YAML mapping with the keys that
// the policies in data have, of which name and min (or require_groups) are
// needed. Every error names the file and the line.
func ReadPolicy(file string, text []byte) (*Policy, error) {
	if len(text) > maxPolicyFile {
		return nil, fmt.Errorf("%s: too large for a policy", file)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:1: want a policy with name, min and what else it asks for", file)
	}
	s, n := strict{file}, doc.Content[0]
	p := &Policy{}
	if err := s.fill(n, reflect.ValueOf(p).Elem()); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, s.errorf(n, "%v", err)
	}
	if !p.Min.Known() {
		return nil, s.errorf(n, "needs min, the lowest version that stays, such as TLS 1.2")
	}
	return p, nil
}

// BrowserFloor is the version from which a browser refuses what lies below
// TLS 1.2.
type BrowserFloor struct {
	Meta
	Browser     string `yaml:"browser"`
	RefusesFrom Build  `yaml:"refuses_from"`
	WarnsFrom   Build  `yaml:"warns_from"`
	LastSeen    Build  `yaml:"last_seen"` // last version seen offering TLS 1.0 or 1.1
}
