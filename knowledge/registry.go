package knowledge

import (
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// TruthTable says what Schannel makes of the two values under a protocol's
// role key.
type TruthTable struct {
	Meta
	Rows            []TruthRow        `yaml:"rows"`
	Meaning         map[string]string `yaml:"meaning"`
	AcceptedEnabled []uint32          `yaml:"accepted_enabled"`
	CallerOverride  string            `yaml:"caller_override"`
}

// TruthRow is one line of the table.
type TruthRow struct {
	Enabled           Match  `yaml:"enabled"`
	DisabledByDefault Match  `yaml:"disabled_by_default"`
	State             string `yaml:"state"`      // a key of TruthTable.Meaning
	Documented        string `yaml:"documented"` // yes or partly
	Note              string `yaml:"note"`
}

// Match is what a row of the truth table asks of a registry value.
type Match string

// The matches.
const (
	Absent  Match = "absent"
	Zero    Match = "0"
	Nonzero Match = "nonzero"
	Any     Match = "any"
)

// UnmarshalText takes the known words only.
func (m *Match) UnmarshalText(b []byte) error {
	return oneOf(m, b, "match", Absent, Zero, Nonzero, Any)
}

func (m Match) fits(v *uint32) bool {
	switch m {
	case Any:
		return true
	case Absent:
		return v == nil
	case Zero:
		return v != nil && *v == 0
	}
	return v != nil && *v != 0
}

func (t *TruthTable) check() error {
	for _, r := range t.Rows {
		if t.Meaning[r.State] == "" {
			return fmt.Errorf("state %q has no meaning", r.State)
		}
	}
	return nil
}

// Schannel is the row for a pair of values; nil stands for an absent value.
func (b *Base) Schannel(enabled, disabledByDefault *uint32) (TruthRow, bool) {
	for _, t := range b.TruthTables {
		for _, r := range t.Rows {
			if r.Enabled.fits(enabled) && r.DisabledByDefault.fits(disabledByDefault) {
				return r, true
			}
		}
	}
	return TruthRow{}, false
}

// Bitmask is the bits that stand for versions in a Windows value.
type Bitmask struct {
	Meta
	Name      string                     `yaml:"name"`
	Server    map[tlswire.Version]uint32 `yaml:"server"`
	Client    map[tlswire.Version]uint32 `yaml:"client"`
	ZeroMeans string                     `yaml:"zero_means"`
}

// VersionsOf reads a mask by a table of bits, oldest version first, with the
// bits that stand for nothing.
func VersionsOf(bits map[tlswire.Version]uint32, mask uint32) (vs []tlswire.Version, rest uint32) {
	for v, bit := range bits {
		if mask&bit != 0 {
			vs = append(vs, v)
			mask &^= bit
		}
	}
	slices.SortFunc(vs, func(a, b tlswire.Version) int { return a.Rank() - b.Rank() })
	return vs, mask
}

// RegistryKey is a place in the registry that decides about TLS.
type RegistryKey struct {
	Meta
	Paths        []string                   `yaml:"paths"`
	Subkeys      []string                   `yaml:"subkeys"`
	Roles        []string                   `yaml:"roles"`
	Values       []RegistryValue            `yaml:"values"`
	Bits         map[tlswire.Version]uint32 `yaml:"bits"`
	CommonValues []CommonValue              `yaml:"common_values"`
	BothViews    bool                       `yaml:"both_views"` // 64-bit Windows needs the value in both registry views
	AppliesWhen  string                     `yaml:"applies_when"`
	OverruledBy  string                     `yaml:"overruled_by"`
	NeedsUpdate  string                     `yaml:"needs_update"`
	Precondition string                     `yaml:"precondition"`
	Limits       string                     `yaml:"limits"`
}

func (k *RegistryKey) check() error {
	if len(k.Paths) == 0 || len(k.Values) == 0 {
		return fmt.Errorf("needs paths and values")
	}
	return nil
}

// RegistryValue is one value below a key.
type RegistryValue struct {
	Name   string  `yaml:"name"`
	Type   string  `yaml:"type"`
	Good   *uint32 `yaml:"good"`
	Effect string  `yaml:"effect"`
}

// CommonValue is a bit mask that is often seen.
type CommonValue struct {
	Value uint32 `yaml:"value"`
	Means string `yaml:"means"`
}

// RegistryKey finds a key by its id.
func (b *Base) RegistryKey(id string) (*RegistryKey, bool) {
	return byID(b.RegistryKeys, id)
}
