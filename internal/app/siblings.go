package app

import (
	"os"
	"path/filepath"
	"strings"
)

// siblings are the files beside each log that was named by itself, under the
// names that rotation gives: access.log.1, access.log-20260302.gz,
// access-20260302.log. What such a log held when it was renamed is read on
// there, and so is what was written since the store was.
func siblings(args []string) []file {
	var out []file
	for _, arg := range args {
		if info, err := os.Stat(arg); err == nil && info.IsDir() || err != nil && strings.ContainsAny(arg, "*?[") {
			continue
		}
		folder, base := filepath.Split(arg)
		entries, err := os.ReadDir(filepath.Clean(folder))
		if err != nil {
			continue
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || !isRotated(e.Name(), base) {
				continue
			}
			out = append(out, file{name: filepath.ToSlash(folder + e.Name()), size: info.Size(), sibling: true})
		}
	}
	return out
}

// isRotated wants a number or a date behind the name, or before its ending:
// access-shop.log is another log than access.log.
func isRotated(name, base string) bool {
	if rest, ok := strings.CutPrefix(name, base); ok {
		return isGeneration(rest) || strings.HasPrefix(rest, ".old")
	}
	ext := filepath.Ext(base)
	rest, ok := strings.CutPrefix(name, strings.TrimSuffix(base, ext))
	return ok && ext != "" && ext != base && isGeneration(rest) && strings.Contains(rest, ext)
}

func isGeneration(s string) bool {
	return len(s) > 1 && strings.ContainsAny(s[:1], ".-_") && s[1] >= '0' && s[1] <= '9'
}
