package audit

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

const (
	currentVersion = software + `Microsoft\Windows NT\CurrentVersion`
	computerName   = system + `Control\ComputerName\`
)

var windowsRule = Rule{
	ID:     "windows",
	Yields: "a product record for the Windows of the host; its defaults stand for what is not set",
	areas: []area{
		{key: currentVersion, file: "windows.reg"},
		{key: computerName + "ComputerName", optional: true},
		{key: computerName + "ActiveComputerName", optional: true},
		{key: `HKLM\SYSTEM\Select`, optional: true},
	},
	apply: func(m *machine) {
		if m.os.version == "" && m.os.name == "" {
			return
		}
		for _, v := range m.os.values {
			m.use(v)
		}
		if text := m.os.unknownRelease(); text != "" {
			m.blind("%s", text)
		}
		m.records = append(m.records, &evidence.Product{
			Host: m.host, Name: cmp.Or(m.os.name, "Windows"), Version: m.os.version,
			Where: evidence.Where{File: m.os.values[0].file, Line: m.os.values[0].line, Path: currentVersion},
		})
	},
}

// windows is the operating system of a host; what is not known is empty.
type windows struct {
	name    string // "Windows 7 Professional"
	version string // "6.1.7601", "10.0.19045.3803"
	server  bool
	bits    int         // 32, 64; 0 is not known
	values  []*regValue // what it was read from

	defaults *knowledge.OSDefault // nil if the release is not known
}

// modern reports whether this is Windows 8, Server 2012 or later.
func (w *windows) modern() bool {
	return w.defaults != nil && w.defaults.NT.Compare(knowledge.Build{6, 2}) >= 0
}

// unknownRelease says in words that no record fits this Windows, or only that
// of an older release.
func (w *windows) unknownRelease() string {
	build, ok := knowledge.ParseBuild(w.version)
	switch {
	case w.defaults == nil:
		return fmt.Sprintf("what %s %s does by default is not known", cmp.Or(w.name, "this Windows"), w.version)
	case ok && build[0] >= 10 && !build.HasPrefix(w.defaults.NT):
		return fmt.Sprintf("Windows build %s is not known; its defaults are taken to be those of %s", w.version, w.defaults.Name)
	}
	return ""
}

// findWindows reads the values that name the Windows. Some lie: the build of
// XP is under CurrentBuildNumber only, Windows 10 says that it is 6.3, and 11
// calls itself 10.
func (m *machine) findWindows() windows {
	var w windows
	get := func(name string) *regValue {
		v := m.reg.ask(currentVersion, name).value
		if v != nil {
			w.values = append(w.values, v)
		}
		return v
	}
	text := func(name string) string {
		if v := get(name); v != nil {
			return strings.TrimSpace(v.text)
		}
		return ""
	}
	w.name = text("ProductName")
	version, build := text("CurrentVersion"), text("CurrentBuildNumber")
	if build == "" {
		build = text("CurrentBuild")
	}
	if major, ok := get("CurrentMajorVersionNumber").number(); ok {
		minor, _ := get("CurrentMinorVersionNumber").number()
		version = strconv.Itoa(int(major)) + "." + strconv.Itoa(int(minor))
	}
	number, err := strconv.Atoi(build)
	if err == nil && number >= 10240 {
		version = "10.0"
	}
	if version != "" && err == nil {
		w.version = version + "." + build
		if revision, ok := get("UBR").number(); ok && version == "10.0" {
			w.version += "." + strconv.Itoa(int(revision))
		}
	}
	kind := text("InstallationType")
	w.server = strings.HasPrefix(kind, "Server") || strings.Contains(w.name, "Server")
	if number >= 22000 && !w.server {
		w.name = strings.Replace(w.name, "Windows 10", "Windows 11", 1)
	}
	w.bits = m.bits(text("BuildLabEx") + text("BuildLab"))
	release := knowledge.RegistryVersion{CurrentVersion: version, Build: build, ProductName: w.name}
	if w.server && !strings.Contains(w.name, "Server") {
		release.ProductName += " Server"
	}
	w.defaults, _ = m.kb.OSDefault(release)
	return w
}

// bits tells 32-bit from 64-bit Windows, from the name of the build or from
// the 32-bit view that only the latter has.
func (m *machine) bits(buildLab string) int {
	const root, view = `hklm\software`, `hklm\software\wow6432node`
	switch {
	case strings.Contains(buildLab, ".x86"):
		return 32
	case strings.Contains(buildLab, ".amd64"), strings.Contains(buildLab, ".arm64"):
		return 64
	}
	for lower := range m.reg.keys {
		if lower == view || strings.HasPrefix(lower, view+`\`) {
			return 64
		}
	}
	if m.reg.covered(root) != nil {
		return 32
	}
	return 0
}
