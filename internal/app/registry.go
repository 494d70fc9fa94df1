package app

import (
	"bytes"
	"context"
	"io"
	"os"
	"path"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/audit"
	"github.com/tlsready/tlsready/internal/unpack"
)

// takeRegistry keeps a file of a registry for later, when all of a host are
// known; it reports false for any other file.
func (r *reading) takeRegistry(f file) bool {
	if r.Logs.Format != "" {
		return false
	}
	head := firstBytes(f.name)
	hive := strings.HasPrefix(string(head), "regf") && r.wants(KindHive)
	export := !hive && strings.EqualFold(path.Ext(f.name), ".reg") && isExport(f.name, head) && r.wants(KindRegistry)
	if !hive && !export {
		return false
	}
	if r.taken[cleanPath(f.name)] { // named twice
		return true
	}
	if r.taken == nil {
		r.taken = map[string]bool{}
	}
	r.taken[cleanPath(f.name)] = true
	if hive {
		r.hives = append(r.hives, f)
	} else {
		r.exports = append(r.exports, f)
	}
	return true
}

// firstBytes are enough to know a file of a registry by.
func firstBytes(name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	if head = head[:n]; unpack.Packed(head) == "" {
		return head
	}
	in, err := unpacked(io.MultiReader(bytes.NewReader(head), f))
	if err != nil {
		return nil
	}
	defer in.Close()
	return in.head[:min(len(in.head), 256)]
}

func isExport(name string, head []byte) bool {
	kind, ok := audit.Detect(name, head)
	return ok && kind == audit.KindReg
}

// registries are the jobs for what was kept: one a host, since one file
// decides about the other.
func (r *reading) registries(ctx context.Context) []input {
	var inputs []input
	hosts := map[string][]file{}
	for _, f := range r.hives {
		host := audit.HiveHost(f.name)
		hosts[host] = append(hosts[host], f)
	}
	for host, group := range hosts {
		inputs = append(inputs, r.hostInput(host, group, audit.RunHives))
	}
	byName := map[string]file{}
	var exports []audit.Export
	for _, f := range r.exports {
		byName[f.name] = f
		exports = append(exports, audit.Export{Name: f.name, Computer: computerName(ctx, f.name)})
	}
	for _, host := range audit.HostsOf(exports) {
		var group []file
		for _, e := range host {
			group = append(group, byName[e.Name])
		}
		inputs = append(inputs, r.hostInput(host[0].Name, group, audit.RunExports))
	}
	return inputs
}

// computerName is what an export calls its host; a packed one goes by its
// file's name. What cannot be read is told when the file is read in full.
func computerName(ctx context.Context, name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	host, _ := audit.ComputerName(ctx, name, f)
	return host
}

// hostInput reads the files of one host together.
func (r *reading) hostInput(name string, group []file, run func(context.Context, []audit.File, audit.Options, evidence.Emit) error) input {
	in := input{name: group[0].name}
	if len(group) > 1 {
		in.name = name + " (registry)"
	}
	for _, f := range group {
		in.size += f.size
	}
	in.run = func(ctx context.Context, emit evidence.Emit) error {
		var files []audit.File
		for _, f := range group {
			h, err := openFile(f.name, r.Progress)
			if err != nil {
				if err := emit(&evidence.Coverage{Source: "input", Input: f.name, Failed: reasonOf(err)}); err != nil {
					return err
				}
				continue
			}
			defer h.Close()
			files = append(files, audit.File{Name: f.name, R: h})
		}
		if len(files) == 0 {
			return nil
		}
		return run(ctx, files, audit.Options{Knowledge: r.Knowledge}, emit)
	}
	return in
}
