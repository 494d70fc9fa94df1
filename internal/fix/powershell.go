package fix

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

//go:embed script/change.ps1
var changeScript string

//go:embed script/verify.ps1
var verifyScript string

// script fills one of the scripts. They are ASCII, since PowerShell 5.1 takes
// a file without a mark for one of the system's code page, and so in English.
func (w *windows) script(text string) []byte {
	var cells, keys []string
	seen := map[string]bool{}
	for _, c := range w.cells {
		cells = append(cells, fmt.Sprintf("    @{ Key = %s; Name = %s; Value = %d }", psQuote(c.long()), psQuote(c.name), c.want))
		if key := saveKey(c); !seen[key] {
			seen[key] = true
			keys = append(keys, "    "+psQuote(key))
		}
	}
	short, _, _ := strings.Cut(w.host.name, ".") // COMPUTERNAME has no domain
	dotnet := "Tls12"
	if w.floor.AtLeast(tlswire.TLS13) {
		dotnet = "Tls13"
	}
	text = strings.NewReplacer(
		"{{HOST}}", psQuote(short),
		"{{TITLE}}", ascii(w.english),
		"{{CELLS}}", strings.Join(cells, "\n"),
		"{{KEYS}}", strings.Join(keys, "\n"),
		"{{VERSION}}", w.floor.String(),
		"{{DOTNET}}", dotnet,
	).Replace(text)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

// saveKey is the key to export before a value changes: all of Schannel, since
// its values act together, else the key itself.
func saveKey(c cell) string {
	if before, _, ok := strings.Cut(c.long(), `\Protocols\`); ok {
		return before
	}
	return c.long()
}

// files writes what applies the cells, checks them and takes them back.
func (w *windows) files() {
	f := &w.fix
	if len(w.cells) == 0 {
		return
	}
	const run = `powershell.exe -ExecutionPolicy Bypass -File .\`
	rollback, open := w.regRollback(f.Title, w.cells)
	f.Change = f.add("change.ps1", w.script(changeScript))
	f.add("change.reg", w.regChange(f.Title, w.cells))
	f.Verify = f.add("verify.ps1", w.script(verifyScript))
	f.Rollback = f.add("rollback.reg", rollback)
	f.Apply = []string{run + "change.ps1 -WhatIf", run + "change.ps1", w.T("or, without a backup: %s", "reg import change.reg")}
	f.Check = []string{run + "verify.ps1", run + "verify.ps1 -Target server.example:443"}
	f.Undo = []string{w.T("%s (of the backup that change.ps1 made), then restart", `reg import backup-DATE\rollback.reg`)}
	if len(open) == 0 {
		f.Undo = append(f.Undo, w.T("or: %s, then restart", "reg import rollback.reg"))
		return
	}
	for _, c := range open {
		f.Notes = append(f.Notes, w.T("What %s of %s was is %s in the evidence: rollback.reg leaves it alone, only the backup has it.", c.name, c.long(), w.show(c.was)))
	}
	f.Undo = append(f.Undo, w.T("or, for the values it knows: %s, then restart", "reg import rollback.reg"))
}
