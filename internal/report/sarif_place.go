package report

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// sourceRoot is what relative addresses start at, by the name that code
// scanning tools use for the top of the repository.
const sourceRoot = "%SRCROOT%"

// mostRelated bounds the places besides the first one of a result.
const mostRelated = 9

// sarifPlaces makes locations.
type sarifPlaces struct {
	root string // slashes, none at the end
	cleaner
}

func newSarifPlaces(root string) sarifPlaces {
	return sarifPlaces{root: strings.TrimRight(slashes(root), "/")}
}

// physical is a place in a file. GitHub shows nothing without a line, so one
// that is not known is the first.
func (p sarifPlaces) physical(file string, line int) sarifPhysical {
	return sarifPhysical{Artifact: p.artifact(file), Region: &sarifRegion{max(1, line)}}
}

// artifact names a file relative to the root. Of a path elsewhere only the
// root is taken off: code scanning rejects what is absolute.
func (p sarifPlaces) artifact(file string) sarifArtifact {
	file = slashes(file)
	if rest, ok := strings.CutPrefix(file, p.root+"/"); ok && p.root != "" {
		file = rest
	} else if len(file) > 2 && file[1:3] == ":/" {
		file = file[2:] // without the drive
	}
	parts := strings.Split(strings.TrimPrefix(path.Clean("/"+file), "/"), "/")
	for i, s := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(strings.ToValidUTF8(s, "\uFFFD")), ":", "%3A")
	}
	return sarifArtifact{URI: cmp.Or(strings.Join(parts, "/"), "unnamed"), BaseID: sourceRoot}
}

// slashes writes a Windows path as others do. A backslash is part of a name
// where slashes part names.
func slashes(file string) string {
	drive := len(file) > 2 && file[1] == ':' && file[2] == '\\'
	if drive || strings.HasPrefix(file, `\\`) || !strings.Contains(file, "/") {
		return strings.ReplaceAll(file, `\`, "/")
	}
	return file
}

// setting is where a setting stands.
func (p sarifPlaces) setting(s assess.SettingVerdict) []sarifLocation {
	l := sarifLocation{Physical: p.physical(cmp.Or(s.Where.File, "hosts/"+escapeSlash(cmp.Or(s.Host, "unnamed"))), s.Where.Line)}
	if s.Where.Path != "" {
		l.Logical = []sarifLogical{{Full: p.name(s.Where.Path), Kind: "resource"}}
	}
	return []sarifLocation{l}
}

// pair is where a verdict shows: the places it rests on, a file to change
// before a log to read. A pair without any stands under the name of its
// server, since GitHub takes no result without a file.
func (p sarifPlaces) pair(v assess.Verdict) (at, related []sarifLocation) {
	logical := []sarifLogical{{
		Name: p.name(words{}.client(v)), Full: p.name(words{}.client(v) + " -> " + words{}.server(v)), Kind: "resource",
	}}
	places := fileRefs(v.Because)
	if len(places) == 0 {
		host := v.Server
		if host == assess.Anyone {
			host = v.Client
		}
		places = []evidence.Where{{File: "hosts/" + escapeSlash(cmp.Or(host, "unnamed"))}}
	}
	for _, w := range places[1:min(len(places), 1+mostRelated)] {
		related = append(related, sarifLocation{Physical: p.physical(w.File, w.Line)})
	}
	return []sarifLocation{{p.physical(places[0].File, places[0].Line), logical}}, related
}

// escapeSlash keeps a name one part of a path.
func escapeSlash(s string) string { return strings.NewReplacer("/", "_", `\`, "_").Replace(s) }

var refForm = lazyregexp.New(`(?s)^(.*[./\\].*):([0-9]{1,9})$`)

// evidenceFile tells logs and captures from files that somebody would edit.
var evidenceFile = lazyregexp.New(`(?i)\.(log|txt|csv|tsv|pcap|pcapng|cap|evtx|etl|ndjson|gz|zst|bz2|xz|zip)$`)

// fileRefs are the "file:line" places among references; the others are ids of
// facts and words.
func fileRefs(refs []string) []evidence.Where {
	var out []evidence.Where
	for _, r := range refs {
		m := refForm.FindStringSubmatch(r)
		if m == nil {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		w := evidence.Where{File: m[1], Line: line}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b evidence.Where) int {
		return cmpTrueFirst(!evidenceFile.MatchString(a.File), !evidenceFile.MatchString(b.File))
	})
	return out
}
