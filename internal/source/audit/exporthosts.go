package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
)

// Export is a registry export as far as its host can be told from outside.
type Export struct {
	Name     string // as it stands in references
	Computer string // what it calls its host; empty if it does not say
}

// HostsOf puts the exports of one host together, for RunExports. Exports of
// one folder belong together if they
//
//   - hold the same ComputerName;
//   - say of what they are and have the rest of their names in common:
//     web01-schannel.reg and web01-windows.reg;
//   - say of what they are and nothing else, as schannel.reg and windows.reg
//     do, in a folder in which nothing speaks of a second host.
//
// All others stay by themselves: two hosts taken for one would be judged by
// each other's settings.
func HostsOf(exports []Export) [][]Export {
	folders := map[string][]Export{}
	for _, e := range exports {
		dir := path.Dir(strings.ReplaceAll(e.Name, `\`, "/"))
		folders[dir] = append(folders[dir], e)
	}
	var out [][]Export
	for _, list := range folders {
		out = append(out, hostsOfFolder(list)...)
	}
	slices.SortFunc(out, func(a, b []Export) int { return strings.Compare(a[0].Name, b[0].Name) })
	return out
}

func hostsOfFolder(list []Export) [][]Export {
	computers := map[string]bool{}
	for _, e := range list {
		if e.Computer != "" {
			computers[strings.ToLower(e.Computer)] = true
		}
	}
	groups := map[string][]Export{}
	var nameless []Export
	for _, e := range list {
		host, part := exportName(e.Name)
		host = strings.ToLower(host)
		switch {
		case e.Computer != "":
			host = strings.ToLower(e.Computer)
		case host == "":
			nameless = append(nameless, e)
			continue
		case !part && !computers[host]: // any name: of any host
			host = `\` + e.Name
		}
		groups[host] = append(groups[host], e)
	}
	// Files without a host's name are of the one host there is, or else, with
	// none or several, of one that the folder stands for, or of any.
	key := func(e Export) string { return `\` + e.Name }
	switch hosts := slices.Collect(maps.Keys(groups)); {
	case len(hosts) == 0:
		key = func(Export) string { return "" }
	case len(hosts) == 1 && computers[hosts[0]]:
		key = func(Export) string { return hosts[0] }
	}
	for _, e := range nameless {
		groups[key(e)] = append(groups[key(e)], e)
	}
	var out [][]Export
	for _, g := range groups {
		slices.SortFunc(g, byName)
		out = append(out, g)
	}
	return out
}

func byName(a, b Export) int { return strings.Compare(a.Name, b.Name) }

// exportWords are names of exports that say of what they are: those of the
// commands that coverage asks for, and the hives.
func exportWords() []string {
	words := []string{"internet-settings-user", "uninstall", "uninstall-32", "hklm", "hkcu", "hklm-system", "hklm-software", "system", "software", "ntuser"}
	for _, a := range allAreas(Rules) {
		if a.file != "" {
			words = append(words, strings.TrimSuffix(a.file, ".reg"))
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// exportName is what a file's name says besides of what it is an export: of
// the host in "web01-schannel.reg", nothing in "schannel.reg". part is false
// for a name that does not say of what it is.
func exportName(name string) (host string, part bool) {
	base := stem(name)
	lower := strings.ToLower(base)
	const separators = " ._-"
	for _, word := range exportWords() {
		if lower == word {
			return "", true
		}
		if rest, ok := strings.CutSuffix(lower, word); ok && strings.ContainsAny(rest[len(rest)-1:], separators) {
			return strings.TrimRight(base[:len(rest)], separators), true
		}
		if rest, ok := strings.CutPrefix(lower, word); ok && strings.ContainsAny(rest[:1], separators) {
			return strings.TrimLeft(base[len(word):], separators), true
		}
	}
	return base, false
}

// hostOfExports names the host of several files that do not name it
// themselves: by what their names have in common, or by their folder.
func hostOfExports(first string) string {
	if host, _ := exportName(first); host != "" {
		return host
	}
	if dir := path.Base(HostFolder(first)); !has(hostFolders, dir) {
		return dir
	}
	return stem(first)
}

// ComputerName is what an export calls its host, empty if it does not say.
// Few exports do, so the bytes are searched for the value before anything is
// read in full.
func ComputerName(ctx context.Context, name string, r io.ReadSeeker) (string, error) {
	there, err := mentions(ctx, r, `"ComputerName"=`)
	if err != nil || !there {
		return "", err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	reg := newRegistry(newWanted(windowsRule.areas))
	if err := readRegistry(reg, name, newLineReader(ctx, bufio.NewReaderSize(r, sniffLen)), new(evidence.Coverage)); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return (&machine{reg: reg}).computerName(), nil
}

// mentions reports whether a file holds a text, in bytes or in UTF-16.
func mentions(ctx context.Context, r io.Reader, text string) (bool, error) {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(text)) {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		have := buf[:kept+n]
		for _, form := range [][]byte{[]byte(text), little, big} {
			if bytes.Contains(have, form) {
				return true, nil
			}
		}
		if err == io.EOF {
			return false, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return false, err
		}
		kept = copy(buf, have[max(0, len(have)-len(little)+1):])
	}
}
