package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// Policy is a rule set that servers and clients can be judged by.
type Policy struct {
	Meta
	Name          string            `yaml:"name"`
	Names         []string          `yaml:"names"` // on the command line
	Published     Window            `yaml:"published"`
	Min           tlswire.Version   `yaml:"min"`   // the floor; 0: the policy sets none
	Allow         []tlswire.Version `yaml:"allow"` // nothing else; empty: all from Min
	MustNot       []tlswire.Version `yaml:"must_not"`
	Must          []tlswire.Version `yaml:"must"`
	Should        []tlswire.Version `yaml:"should"`
	TLS12         []string          `yaml:"tls12"` // suites, IANA names
	TLS13         []string          `yaml:"tls13"`
	NoSuites      []string          `yaml:"no_suites"` // in words: RC4, 3DES ...
	Avoid         []string          `yaml:"avoid"`
	Groups        []string          `yaml:"groups"`
	RequireGroups []string          `yaml:"require_groups"` // at least one of them
	NoSignatures  []string          `yaml:"no_signatures"`
	Signatures    []string          `yaml:"signatures"`
	Cert          CertRule          `yaml:"cert"`
	DHMin         int               `yaml:"dh_min"`
	HSTSMinAge    int               `yaml:"hsts_min_age"`
	ServerOrder   *bool             `yaml:"server_order"`
	OldestClients []string          `yaml:"oldest_clients"`
	Dates         []PolicyDate      `yaml:"dates"`
	Requirements  []string          `yaml:"requirements"`
	Exception     string            `yaml:"exception"`
	Text          string            `yaml:"text"`
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
		return fmt.Errorf("needs name")
	}
	for _, v := range p.Allow {
		if v.Below(p.Min) {
			return fmt.Errorf("allows %s below its floor %s", v, p.Min)
		}
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

// BrowserFloor is the version from which a browser refuses what lies below
// TLS 1.2.
type BrowserFloor struct {
	Meta
	Browser     string `yaml:"browser"`
	RefusesFrom Build  `yaml:"refuses_from"`
	WarnsFrom   Build  `yaml:"warns_from"`
	LastSeen    Build  `yaml:"last_seen"` // last version seen offering TLS 1.0 or 1.1
}
