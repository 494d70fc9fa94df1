package config

import (
	"path/filepath"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// Debian keeps the files of nginx, Apache and lighttpd in folders named
// ...-available, and links what counts into ...-enabled beside them.
const (
	available = "-available"
	enabled   = "-enabled"
)

// notEnabled reports whether a file stands in such a folder and nothing in
// the folder of what is enabled leads to it. Without that folder it is not
// known, and the file counts.
func (j *job) notEnabled() bool {
	folder := filepath.Dir(j.name)
	kind, ok := strings.CutSuffix(filepath.Base(folder), available)
	if !ok {
		return false
	}
	links, err := j.glob(filepath.Join(filepath.Dir(folder), kind+enabled, "*"))
	if err != nil || len(links) == 0 {
		return false
	}
	for _, l := range links {
		if filepath.Base(l) == filepath.Base(j.name) {
			return false
		}
		if to, err := j.resolve(l); err == nil && sameFile(to, j.name) {
			return false
		}
	}
	return true
}

// disable keeps the settings of a file that is not enabled, without effect,
// and drops what they would add up to.
func (j *job) disable() {
	kept := j.records[:0]
	for _, r := range j.records {
		if s, ok := r.(*evidence.Setting); ok {
			s.Effect, s.Note = evidence.None, "not enabled: nothing in the folder of what is enabled leads here"
			kept = append(kept, s)
		}
	}
	j.records = kept
	if len(kept) > 0 {
		j.blind("not enabled: nothing in the folder of what is enabled leads here")
	}
}
