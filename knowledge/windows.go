package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// State is what an operating system does with a version that nobody
// configured.
type State string

// The states.
const (
	Enabled           State = "enabled"             // offered and accepted
	DisabledByDefault State = "disabled_by_default" // there, but only for programs that name it
	Unsupported       State = "unsupported"         // not there
)

// UnmarshalText takes the known states only.
func (s *State) UnmarshalText(b []byte) error {
	return oneOf(s, b, "state", Enabled, DisabledByDefault, Unsupported)
}

// OSDefault is what a release of Windows does by itself, per role. A version
// that is not in the map is not known.
type OSDefault struct {
	Meta
	Name    string                    `yaml:"name"`
	NT      Build                     `yaml:"nt"`      // 6.1.7601; empty for preview builds
	Edition string                    `yaml:"edition"` // client, server or both
	Names   []string                  `yaml:"names"`   // as product lists print them, lower case
	Client  map[tlswire.Version]State `yaml:"client"`
	Server  map[tlswire.Version]State `yaml:"server"`
}

func (o *OSDefault) check() error {
	switch {
	case o.Name == "" || o.Client == nil || o.Server == nil:
		return fmt.Errorf("needs name, client and server")
	case o.Edition != "client" && o.Edition != "server" && o.Edition != "both":
		return fmt.Errorf("edition %q: want client, server or both", o.Edition)
	}
	return nil
}

// Role is the map of one role, "client" or "server".
func (o *OSDefault) Role(role string) map[tlswire.Version]State {
	if role == "server" {
		return o.Server
	}
	return o.Client
}

// Default is the versions on by default in a role, oldest first.
func (o *OSDefault) Default(role string) []tlswire.Version {
	var vs []tlswire.Version
	for _, v := range tlswire.StreamVersions {
		if o.Role(role)[v] == Enabled {
			vs = append(vs, v)
		}
	}
	return vs
}

// RegistryVersion is what HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion
// says of the machine, each value as text and only if it is there.
type RegistryVersion struct {
	CurrentVersion string // "6.1"; still "6.3" on Windows 10 and later
	Major          string // CurrentMajorVersionNumber, since Windows 10
	Build          string // CurrentBuildNumber or CurrentBuild
	ProductName    string // still "Windows 10 ..." on Windows 11
}

// OSDefault identifies the release by its build, or by its product name where
// no build is known. A build between two known releases gets the record of
// the older: compare its NT. It is false where the release is older than all
// that is known, or nothing tells it.
func (b *Base) OSDefault(r RegistryVersion) (*OSDefault, bool) {
	build, ok := ParseBuild(r.Build)
	if !ok {
		return b.OSDefaultByName(strings.TrimSpace(r.ProductName))
	}
	nt, ok := ParseBuild(r.CurrentVersion)
	if m, major := ParseBuild(r.Major); major && m[0] >= 10 || build[0] >= firstWindows10 {
		nt, ok = Build{10, 0}, true
	}
	if !ok {
		nt = ntOfBuild(build[0])
	}
	server := strings.Contains(strings.ToLower(r.ProductName), "server")
	return b.osByBuild(Build{nt.part(0), nt.part(1), build[0]}, server)
}

const firstWindows10 = 10240

// ntOfBuild is for exports that hold the build alone.
func ntOfBuild(build uint32) Build {
	for _, r := range []struct {
		from uint32
		nt   Build
	}{{9600, Build{6, 3}}, {9200, Build{6, 2}}, {7600, Build{6, 1}}, {6000, Build{6, 0}}, {3790, Build{5, 2}}} {
		if build >= r.from {
			return r.nt
		}
	}
	return Build{5, 1}
}

// osByBuild takes the newest release that is not newer than nt and of the
// same NT version and edition; releases of one NT version below Windows 10
// differ in service packs only.
func (b *Base) osByBuild(nt Build, server bool) (*OSDefault, bool) {
	var best, oldest *OSDefault
	for _, o := range b.OSDefaults {
		if len(o.NT) == 0 || !o.NT.HasPrefix(nt[:2]) || !o.fits(server) {
			continue
		}
		if oldest == nil || o.NT.Compare(oldest.NT) < 0 {
			oldest = o
		}
		if o.NT.Compare(nt) <= 0 && (best == nil || o.NT.Compare(best.NT) > 0) {
			best = o
		}
	}
	if best == nil && nt[0] < 10 {
		best = oldest
	}
	return best, best != nil
}

func (o *OSDefault) fits(server bool) bool {
	return o.Edition == "both" || server == (o.Edition == "server")
}

// OSDefaultByName finds a release by the name an inventory prints: "Windows
// Server 2012 R2 Standard", "Microsoft Windows 10 Enterprise 22H2". The
// longest name wins.
func (b *Base) OSDefaultByName(name string) (*OSDefault, bool) {
	name = words(name)
	var best *OSDefault
	longest := 0
	for _, o := range b.OSDefaults {
		for _, n := range o.Names {
			if len(n) > longest && containsWords(name, n) {
				best, longest = o, len(n)
			}
		}
	}
	return best, best != nil
}

// words brings a product name into the form that names in data have: lower
// case, single spaces, no marks.
func words(s string) string {
	s = strings.NewReplacer("®", " ", "™", " ", "(r)", " ", "(tm)", " ").Replace(strings.ToLower(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r == '\t' || r == ',' || r == ';' || r == '(' || r == ')' || r == '_' || r == '/' || r == '-' || r == '\u00a0'
	}), " ")
}

// containsWords reports whether the words of name stand in s side by side.
func containsWords(s, name string) bool {
	return strings.Contains(" "+s+" ", " "+name+" ")
}

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

// WinHTTPDefault is what a WinHTTP program offers that asks for nothing.
type WinHTTPDefault struct {
	Meta
	OS      []string          `yaml:"os"` // ids of OSDefault
	Default []tlswire.Version `yaml:"default"`
	Mask    uint32            `yaml:"mask"`
}

// WinHTTPDefault is the record for a release; for older ones than Windows 7
// none is known.
func (b *Base) WinHTTPDefault(o *OSDefault) (*WinHTTPDefault, bool) {
	for _, w := range b.WinHTTPDefaults {
		if o != nil && slices.Contains(w.OS, o.ID) {
			return w, true
		}
	}
	return nil, false
}

// DotNetDefault is what a program offers that was built for a version of the
// .NET Framework. The version it was built for decides, not the installed one.
type DotNetDefault struct {
	Meta
	Target         string            `yaml:"target"` // in words
	From           Build             `yaml:"from"`
	Below          Build             `yaml:"below"`
	HTTP           []tlswire.Version `yaml:"http"` // empty: Windows decides
	WCF            []tlswire.Version `yaml:"wcf"`  // TCP transport; empty: Windows decides
	WCFFixed       bool              `yaml:"wcf_fixed"`
	SystemDefault  bool              `yaml:"system_default_tls_versions"`
	StrongCrypto   bool              `yaml:"sch_use_strong_crypto"`
	RegistryFolder string            `yaml:"registry_folder"` // v4.0.30319 or v2.0.50727
	Fix            string            `yaml:"fix"`
}

// DotNetDefault finds the row of a target: "4.5.2", "v4.7.2", "net472",
// ".NETFramework,Version=v4.8". It is false for .NET Core and .NET 5 and
// later, which take the system's default.
func (b *Base) DotNetDefault(target string) (*DotNetDefault, bool) {
	v, ok := dotNetTarget(target)
	if !ok {
		return nil, false
	}
	for _, d := range b.DotNetDefaults {
		if v.In(d.From, d.Below) {
			return d, true
		}
	}
	return nil, false
}

// dotNetTarget reads a target framework in any of its spellings.
func dotNetTarget(s string) (Build, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.Contains(s, "core") || strings.Contains(s, "standard") {
		return nil, false
	}
	if short, ok := strings.CutPrefix(s, "net"); ok && short != "" && isDigit(short[0]) && !strings.Contains(short, ".") {
		digits := strings.Split(strings.TrimRight(short, "-abcdefghijklmnopqrstuvwxyz"), "")
		s = strings.Join(digits, ".") // net472 is 4.7.2
	}
	b, ok := leadingBuild(s[strings.LastIndexAny(s, "v=")+1:])
	return b, ok && b[0] < 5
}

// Switch is an AppContext switch of the .NET Framework.
type Switch struct {
	Meta
	Name      string `yaml:"name"`
	Good      string `yaml:"good"`
	GoodFrom  Build  `yaml:"good_from"` // target from which the default is good
	BadEffect string `yaml:"bad_effect"`
}

// Update is an update of Windows or .NET and what it brings.
type Update struct {
	Meta
	KB  string `yaml:"kb"`
	For string `yaml:"for"`
}

// BrokenApp is a program that Microsoft lists as failing without TLS 1.0/1.1.
type BrokenApp struct {
	Meta
	App      string `yaml:"app"`
	Affected string `yaml:"affected"`
	Fixed    string `yaml:"fixed"` // empty: no fixed version is known
}

// BrokenApp finds a listed program by the name an inventory prints.
func (b *Base) BrokenApp(name string) (*BrokenApp, bool) {
	name = words(name)
	for _, a := range b.BrokenApps {
		if containsWords(name, words(a.App)) {
			return a, true
		}
	}
	return nil, false
}

// Event is a Windows event about TLS.
type Event struct {
	Meta
	Channel  string `yaml:"channel"`
	Provider string `yaml:"provider"`
	EventID  int    `yaml:"event_id"`
	Meaning  string `yaml:"meaning"`
	Setting  string `yaml:"setting"` // what must be set for it to be written
}

// Alert is a TLS alert and the error Schannel makes of it.
type Alert struct {
	Meta
	Alert    int    `yaml:"alert"`
	Name     string `yaml:"name"`
	Schannel string `yaml:"schannel"`
	Code     uint32 `yaml:"code"`
}

// SuiteDefault is the cipher suites of a group of Windows releases.
type SuiteDefault struct {
	Meta
	OS            []string `yaml:"os"` // ids of OSDefault
	Order         []string `yaml:"order"`
	AEADWithRSA   []string `yaml:"aead_with_rsa"` // AEAD suites usable with an RSA certificate
	ECDHERSAGCM   *bool    `yaml:"ecdhe_rsa_gcm"`
	ECDHEECDSAGCM *bool    `yaml:"ecdhe_ecdsa_gcm"`
	LikeWithout   string   `yaml:"like_without"`
	LaterChange   string   `yaml:"later_change"`
	Consequence   string   `yaml:"consequence"`
}

// GroupDefault is the key exchange groups of a group of Windows releases.
type GroupDefault struct {
	Meta
	OS        string   `yaml:"os"`
	Order     []string `yaml:"order"`
	PQ        []string `yaml:"pq"`
	PQDefault string   `yaml:"pq_default"`
	PQBuilds  []string `yaml:"pq_builds"`
}

// Fact is a statement that no program computes with but that people need.
type Fact struct {
	Meta
	Subject string   `yaml:"subject"`
	Text    string   `yaml:"text"`
	List    []string `yaml:"list"`
}

func (f *Fact) check() error {
	if f.Subject == "" || f.Text == "" && len(f.List) == 0 {
		return fmt.Errorf("needs subject and text or list")
	}
	return nil
}
