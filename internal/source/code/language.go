package code

import (
	"path"
	"strings"
)

// A Language is one that rules can be about.
type Language struct {
	Name   string
	exts   []string // lower case, with the dot
	files  []string // lower case names; one that ends in "." stands for all that start so
	shells []string // interpreters of a #! line
	syntax syntax
	// newline ends a statement, unless the expression visibly goes on.
	newline bool
	fold    bool // words are compared without regard to case
	dots    bool // a word of code may hold dots: shells
}

// Languages are all that are read. To add one: its entry here, and its name
// in the rules.
var Languages = []*Language{
	{Name: "csharp", exts: []string{".cs", ".csx", ".cshtml", ".razor"}, syntax: csharpSyntax},
	{Name: "vb", exts: []string{".vb", ".vbs", ".bas", ".cls", ".frm"}, syntax: vbSyntax, newline: true, fold: true},
	{Name: "powershell", exts: []string{".ps1", ".psm1", ".psd1"}, shells: []string{"pwsh", "powershell"}, syntax: powershellSyntax, newline: true, dots: true, fold: true},
	{Name: "c", exts: []string{".c", ".h", ".m"}, syntax: cSyntax},
	{Name: "cpp", exts: []string{".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".mm", ".inl", ".ipp"}, syntax: cppSyntax},
	{Name: "java", exts: []string{".java", ".groovy", ".gradle"}, syntax: javaSyntax},
	{Name: "kotlin", exts: []string{".kt", ".kts", ".scala", ".sc"}, syntax: kotlinSyntax, newline: true},
	{Name: "python", exts: []string{".py", ".pyw", ".pyi"}, shells: []string{"python", "python2", "python3"}, syntax: pythonSyntax, newline: true},
	{Name: "ruby", exts: []string{".rb", ".rake", ".gemspec", ".ru"}, files: []string{"rakefile", "gemfile", "vagrantfile"}, shells: []string{"ruby"}, syntax: rubySyntax, newline: true},
	{Name: "php", exts: []string{".php", ".inc", ".phtml", ".php5"}, shells: []string{"php"}, syntax: phpSyntax},
	{Name: "go", exts: []string{".go"}, syntax: goSyntax, newline: true},
	{Name: "javascript", exts: []string{".js", ".mjs", ".cjs", ".jsx"}, shells: []string{"node", "nodejs"}, syntax: jsSyntax, newline: true},
	{Name: "typescript", exts: []string{".ts", ".mts", ".cts", ".tsx"}, shells: []string{"deno", "ts-node"}, syntax: jsSyntax, newline: true},
	{Name: "rust", exts: []string{".rs"}, syntax: rustSyntax},
	{Name: "perl", exts: []string{".pl", ".pm", ".t", ".cgi"}, shells: []string{"perl"}, syntax: perlSyntax},
	{Name: "swift", exts: []string{".swift"}, syntax: swiftSyntax, newline: true},
	{
		Name: "shell", exts: []string{".sh", ".bash", ".zsh", ".ksh"}, files: []string{".bashrc", ".profile", ".zshrc", ".bash_profile"},
		shells: []string{"sh", "bash", "zsh", "ksh", "dash", "ash"}, syntax: shellSyntax, newline: true, dots: true,
	},
	{Name: "dockerfile", exts: []string{".dockerfile"}, files: []string{"dockerfile", "dockerfile.", "containerfile", "containerfile."}, syntax: dockerSyntax, newline: true, dots: true},
	{Name: "batch", exts: []string{".bat", ".cmd"}, syntax: batchSyntax, newline: true, fold: true, dots: true},
	// What stands beside code and decides for it.
	{Name: "msbuild", exts: []string{".csproj", ".vbproj", ".fsproj"}, syntax: xmlSyntax, dots: true},
	{Name: "plist", exts: []string{".plist"}, syntax: xmlSyntax, dots: true},
	{Name: "gomod", files: []string{"go.mod"}, syntax: syntax{line: slashLine}, newline: true, dots: true},
}

func languageByName(name string) *Language {
	for _, l := range Languages {
		if l.Name == name {
			return l
		}
	}
	return nil
}

var byExt, byFile, byShell = index()

func index() (ext, file, shell map[string]*Language) {
	ext, file, shell = map[string]*Language{}, map[string]*Language{}, map[string]*Language{}
	for _, l := range Languages {
		for _, e := range l.exts {
			ext[e] = l
		}
		for _, f := range l.files {
			file[f] = l
		}
		for _, s := range l.shells {
			shell[s] = l
		}
	}
	return ext, file, shell
}

// byName finds the language by the file's name alone.
func byName(name string) *Language {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if strings.HasSuffix(base, ".d.ts") {
		return nil // declarations hold no values
	}
	if l := byFile[base]; l != nil {
		return l
	}
	if head, _, ok := strings.Cut(base, "."); ok {
		if l := byFile[head+"."]; l != nil {
			return l
		}
	}
	return byExt[path.Ext(base)]
}
