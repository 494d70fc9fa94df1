package app

import (
	"context"
	"os"
	"path"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/audit"
)

// job is how one file is read.
func (r *reading) job(f file) input {
	if r.isProgram(f) {
		return r.programInput(f)
	}
	return r.fileInput(f)
}

// isProgram reports whether a file is a program or library of Windows, which
// tells a product and its version, as an inventory does.
func (r *reading) isProgram(f file) bool {
	switch strings.ToLower(path.Ext(f.name)) {
	case ".exe", ".dll":
		return r.Logs.Format == "" && r.wants(KindInventory) && audit.IsProgram(firstBytes(f.name))
	}
	return false
}

// programInput reads the version of a program. One that was found below a
// folder and is of no product that matters is passed over like any other file.
func (r *reading) programInput(f file) input {
	return input{name: f.name, size: f.size, run: func(ctx context.Context, emit evidence.Emit) error {
		h, err := os.Open(f.name)
		if err != nil {
			return err
		}
		defer h.Close()
		known, err := audit.RunProgram(ctx, audit.File{Name: f.name, R: h}, f.named, audit.Options{Knowledge: r.Knowledge}, emit)
		if err == nil && !known && !f.named {
			return emit(&evidence.Coverage{Source: SourceFolder, Input: f.name, Skipped: []evidence.Skip{{Ref: f.name, Reason: "a program of no product that is known"}}})
		}
		return err
	}}
}
