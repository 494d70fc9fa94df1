package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// File is one file of a host.
type File struct {
	Name string // as it stands in references
	R    io.Reader
}

// RunHives reads the hives of one host together, since what is in one decides
// about the other: Schannel stands in SYSTEM, the Windows whose defaults fill
// its gaps in SOFTWARE. HiveHost tells which hives belong together. Of two that
// stand in one place of the registry only the first is read. It emits the
// evidence of the host and then the coverage of each file.
func RunHives(ctx context.Context, files []File, opt Options, emit evidence.Emit) error {
	if opt.Knowledge == nil {
		return errors.New("audit of registry hives needs the knowledge base")
	}
	reg := newRegistry(newWanted(allAreas(Rules)))
	covs := map[string]*evidence.Coverage{}
	var order, used, machines []string
	for _, f := range backupsLast(files) {
		cov := &evidence.Coverage{Source: source, Input: f.Name}
		if covs[f.Name] == nil {
			order = append(order, f.Name)
		}
		covs[f.Name] = cov
		kind, err := readHive(ctx, f, reg, cov)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if cov.Failed == "" {
			used = append(used, f.Name)
		}
		if kind == hiveSystem || kind == hiveSoftware {
			machines = append(machines, f.Name)
		}
	}
	if len(used) > 0 {
		m := &machine{file: used[0], origin: fromHives, reg: reg, kb: opt.Knowledge, covs: covs}
		m.host = cmp.Or(m.computerName(), opt.Host, hostOfHives(machines, used[0]))
		if err := m.judge(emit); err != nil {
			return fmt.Errorf("%s: %w", used[0], err)
		}
	}
	for _, name := range order {
		if err := emit(covs[name]); err != nil {
			return err
		}
	}
	return nil
}

// hostFolders are the folders of a Windows disk above a hive; what stands
// above them is the host's.
var hostFolders = []string{"config", "regback", "system32", "windows", "winnt", "registry", "hives", "c", "c:", "c_drive", "[root]", ".", "..", "/", ""}

// userFolders hold one folder for each user.
var userFolders = []string{"users", "documents and settings", "profiles"}

// HostFolder is the folder of a host to which the hive of that name belongs:
// "web01" for web01/Windows/System32/config/SYSTEM, for
// web01/Users/ann/NTUSER.DAT and for web01/SOFTWARE.
func HostFolder(name string) string {
	dir := path.Dir(strings.ReplaceAll(name, `\`, "/"))
	if up := path.Dir(dir); has(userFolders, path.Base(up)) {
		dir = path.Dir(up)
	}
	for has(hostFolders, path.Base(dir)) && dir != path.Dir(dir) {
		dir = path.Dir(dir)
	}
	return dir
}

// HiveHost tells hives of one host from those of another: by HostFolder, and
// within it by what stands in the name of a file besides SYSTEM or SOFTWARE.
// Hives for which it gives the same are read together by RunHives.
func HiveHost(name string) string {
	own := strings.ToLower(ownName(name))
	for _, hive := range []string{"system", "software"} {
		if own != "" && own != strings.ToLower(stem(name)) && strings.Contains(strings.ToLower(baseName(name)), hive) {
			return HostFolder(name) + "/" + own
		}
	}
	return HostFolder(name)
}

// backupsLast puts the copies that Windows keeps in RegBack behind the hives
// in use, which then are the ones that count.
func backupsLast(files []File) []File {
	old := func(f File) int {
		if strings.EqualFold(path.Base(path.Dir(strings.ReplaceAll(f.Name, `\`, "/"))), "RegBack") {
			return 1
		}
		return 0
	}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b File) int { return old(a) - old(b) })
	return files
}

func has(list []string, s string) bool { return slices.Contains(list, strings.ToLower(s)) }

// hiveNames are the names of hives, which name no host or user.
var hiveNames = []string{"ntuser.dat", "ntuser", "system", "software", "default"}

// hostOfHives names the host by the folder of its hives, or by what stands in
// a file's name besides the name of the hive: web01-SYSTEM.hiv.
// The name of a user's hive is that of the user.
func hostOfHives(machines []string, first string) string {
	for _, name := range machines {
		if host := ownName(name); host != "" {
			return host
		}
	}
	if dir := path.Base(HostFolder(first)); !has(hostFolders, dir) {
		return dir
	}
	return stem(first)
}

// ownName is what a file's name says besides the name of a hive.
func ownName(name string) string {
	base := baseName(name)
	lower := strings.ToLower(base)
	for _, ext := range []string{".hiv", ".hive", ".dat", ".bak", ".sav", ".reg"} {
		lower = strings.TrimSuffix(lower, ext)
	}
	const separators = " ._-"
	for _, hive := range hiveNames {
		if lower == hive {
			return ""
		}
		if rest, ok := strings.CutSuffix(lower, hive); ok && strings.ContainsAny(rest[len(rest)-1:], separators) {
			return strings.TrimRight(base[:len(rest)], separators)
		}
		if rest, ok := strings.CutPrefix(lower, hive); ok && strings.ContainsAny(rest[:1], separators) {
			return strings.TrimLeft(base[len(hive):len(lower)], separators)
		}
	}
	return base[:len(lower)]
}

// userOf names the user of a hive: by its folder, or by its file's name.
func userOf(name string) string {
	dir := path.Dir(strings.ReplaceAll(name, `\`, "/"))
	if folder := path.Base(dir); has(userFolders, path.Base(path.Dir(dir))) {
		return folder
	}
	return ownName(name)
}
