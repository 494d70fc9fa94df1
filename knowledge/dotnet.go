package knowledge

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

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
