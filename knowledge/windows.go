package knowledge

import (
	"fmt"
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
