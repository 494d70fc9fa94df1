package code

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// notOurs are folders of code that others wrote or a machine made: what they
// hold is judged where it is made, or by its version.
var notOurs = map[string]string{
	"node_modules":     "packages of npm",
	"bower_components": "packages of bower",
	"vendor":           "vendored code",
	"third_party":      "vendored code",
	"thirdparty":       "vendored code",
	"third-party":      "vendored code",
	"site-packages":    "packages of Python",
	"dist-packages":    "packages of Python",
	"__pycache__":      "compiled Python",
	"dist":             "built files",
	"bin":              "built files",
	"obj":              "built files",
	"target":           "built files",
	".git":             "version control",
	".hg":              "version control",
	".svn":             "version control",
	".tox":             "packages of Python",
	".venv":            "packages of Python",
	"venv":             "packages of Python",
	".gradle":          "built files",
	"Pods":             "packages of CocoaPods",
	"Carthage":         "packages of Carthage",
	"jspm_packages":    "packages of jspm",
}

// builtOnlyBeside are names that also are used for source: they are passed
// over only where a file beside them says that a tool fills them.
var builtOnlyBeside = map[string][]string{
	"bin":    {"*.csproj", "*.vbproj", "*.fsproj", "*.sln"},
	"obj":    {"*.csproj", "*.vbproj", "*.fsproj", "*.sln"},
	"target": {"pom.xml", "Cargo.toml", "build.sbt"},
	"dist":   {"package.json", "setup.py", "pyproject.toml"},
	"vendor": {"go.mod", "composer.json", "Gemfile", "*.gemspec", "package.json", "Cargo.toml", "modules.txt"},
	"venv":   {"*"},
}

// A Skipper decides which files below a folder are worth reading. Ask it for
// a folder before asking for what is in it, as fs.WalkDir does; it is for one
// goroutine. Names are relative to the folder, with slashes.
type Skipper struct {
	fsys  fs.FS
	rules map[string][]ignoreRule // of the .gitignore in each folder
	// All turns the built-in list of folders off; .gitignore still counts.
	All bool
}

// NewSkipper is a Skipper for one folder: os.DirFS of it, or a part of one.
func NewSkipper(fsys fs.FS) *Skipper {
	return &Skipper{fsys: fsys, rules: map[string][]ignoreRule{}}
}

// Dir tells whether a folder is passed over, and why. It reads the folder's
// .gitignore if not.
func (s *Skipper) Dir(name string) (reason string, skip bool) {
	if name != "." {
		if why, ok := notOurs[path.Base(name)]; ok && !s.All && s.isBuilt(name) {
			return why + ", not judged", true
		}
		if s.ignored(name, true) {
			return "named by .gitignore", true
		}
	}
	text, err := fs.ReadFile(s.fsys, path.Join(name, ".gitignore"))
	if err == nil && len(text) <= 1<<20 {
		s.rules[name] = parseIgnore(text)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false // an unreadable list excludes nothing
	}
	return "", false
}

func (s *Skipper) isBuilt(name string) bool {
	marks, ok := builtOnlyBeside[path.Base(name)]
	if !ok {
		return true
	}
	entries, err := fs.ReadDir(s.fsys, path.Dir(name))
	if err != nil {
		return false
	}
	for _, e := range entries {
		for _, m := range marks {
			if ok, _ := path.Match(m, e.Name()); ok && !e.IsDir() || m == "*" {
				return true
			}
		}
	}
	// "vendor" at the top of a module of Go lists itself.
	_, err = fs.Stat(s.fsys, path.Join(name, "modules.txt"))
	return err == nil
}

// File tells whether a file is passed over, and why. Files in no language we
// read by name are not its business: Detect decides.
func (s *Skipper) File(name string) (reason string, skip bool) {
	switch {
	case isMinifiedName(name):
		return "minified: judge the source it was made from", true
	case isGeneratedName(name):
		return "generated: judge the source it was made from", true
	case s.ignored(name, false):
		return "named by .gitignore", true
	case path.Base(name) == "go.mod" && strings.Contains(path.Dir(name), "@v"):
		return "the module file of a dependency, which decides nothing", true
	}
	return "", false
}

func isGeneratedName(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, s := range []string{".pb.go", ".g.cs", ".designer.cs", ".designer.vb", ".g.i.cs", "_pb2.py"} {
		if strings.HasSuffix(base, s) {
			return true
		}
	}
	return false
}

// ignored applies the lists of all folders above, the nearest last.
func (s *Skipper) ignored(name string, dir bool) bool {
	if len(s.rules) == 0 {
		return false
	}
	ignored := false
	for at := 0; ; {
		folder := "."
		rest := name
		if at > 0 {
			folder, rest = name[:at-1], name[at:]
		}
		for _, r := range s.rules[folder] {
			if r.matches(rest, dir) {
				ignored = !r.keep
			}
		}
		n := strings.IndexByte(name[at:], '/')
		if n < 0 {
			return ignored
		}
		at += n + 1
	}
}
