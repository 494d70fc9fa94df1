package config

import (
	"path"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// keyed is a key that decides versions wherever it stands in a tree of
// settings (YAML, TOML, JSON, HCL): its name is so peculiar that the way to
// it need not be known.
type keyed struct {
	re    *lazyregexp.Regexp // made by key
	kind  string             // min, max, list, off (what is listed is off), policy
	words vocabulary
	seps  string
	role  string
	fact  string // empty: the dialect's

	// mine tells the values of this program where others spell the key alike;
	// nil: all are.
	mine func(value string) bool
}

// keyedValue is a key as it was found on a line.
type keyedValue struct{ name, sign, value string }

// on finds the key on a line.
func (k keyed) on(line string) (found []keyedValue) {
	for _, m := range k.re.FindAllStringSubmatch(line, maxFiles) {
		v := keyedValue{m[1] + m[3], " = ", strings.Trim(m[2]+m[4], `"'[], `)}
		_, behind, _ := strings.Cut(m[0], v.name)
		if strings.HasPrefix(strings.TrimLeft(behind, `"' `), ":") {
			v.sign = ": "
		}
		if k.mine == nil || k.mine(v.value) {
			found = append(found, v)
		}
	}
	return found
}

// valued is for keys whose values begin in one of these ways.
func valued(prefixes ...string) func(string) bool {
	return func(value string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(value, p) })
	}
}

// key is the expression of "name: value" in any of these languages, on a line
// of its own or in braces. Of the groups either the first two or the last two
// hold name and value.
func key(names string) *lazyregexp.Regexp {
	return lazyregexp.New(`^[\s\-]*["']?(` + names + `)["']?\s*[:=]\s*(\[[^\]]*\]|"[^"]*"|'[^']*'|\{\{.*\}\}|\$\{[^}]*\}|[^#,}"'\s][^#}"']*?)\s*,?\s*(?:(?:#|//).*)?$` +
		`|[{,]\s*["']?(` + names + `)["']?\s*[:=]\s*(\[[^\]]*\]|"[^"]*"|'[^']*'|[\w.\-]+)`)
}

// keyedShape claims a file of one of these kinds that has such a line. Source
// code and prose have other names.
func keyedShape(keys []keyed) shape {
	return shape{beside: true, whole: func(text string, named bool) bool {
		if !named {
			return false
		}
		found := false
		f := &file{text: text}
		f.lines(func(_ int, l string) bool {
			found = len(l) <= maxLine && slices.ContainsFunc(keys, func(k keyed) bool { return k.re.MatchString(l) && (k.mine == nil || len(k.on(l)) > 0) })
			return !found
		})
		return found
	}}
}

// treeNames are the usual endings of such files.
var treeNames = []string{"*.yaml", "*.yml", "*.toml", "*.json", "*.conf", "*.cfg"}

// readKeyed judges every line that has one of the keys.
func readKeyed(keys []keyed) func(*job, *file) {
	return func(j *job, f *file) {
		comment := "#"
		if path.Ext(f.name) == ".json" || path.Ext(f.name) == ".bicep" {
			comment = "/"
		}
		f.lines(func(no int, l string) bool {
			if len(l) > maxLine {
				j.skip(f.at(no), "line over %d bytes", maxLine)
				return true
			}
			if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, comment) {
				return true
			}
			j.cov.Read++
			for _, k := range keys {
				for _, m := range k.on(l) {
					k.judge(j, f.at(no), m)
				}
			}
			return j.ctx.Err() == nil
		})
		j.blind("read line by line: which listener a value is for is not told, nor what templates and variables bring")
	}
}

func (k keyed) judge(j *job, at pos, v keyedValue) {
	value := v.value
	f := finding{at: at, path: v.name, role: k.role, value: v.name + v.sign + value, fact: k.fact}
	if strings.Contains(value, "${") || strings.HasPrefix(value, "var.") || strings.Contains(value, "{{") {
		f.effect, f.note = evidence.Review, "a variable"
		j.setting(f)
		return
	}
	if k.kind == "policy" {
		k.policy(j, f, value)
		return
	}
	vs, bad := k.words.list(strings.NewReplacer(`"`, "", "'", "").Replace(value), k.seps)
	switch {
	case bad != "" || len(vs) == 0:
		f.effect, f.note = evidence.Review, "no version that this program knows"
	case k.kind == "min":
		f.effect, f.versions = evidence.Floors, vs[:1]
	case k.kind == "max":
		f.effect, f.versions = evidence.Caps, vs[:1]
	case k.kind == "off":
		f.effect, f.versions = evidence.Blocks, vs
	default:
		f.effect, f.versions = evidence.Pins, vs
	}
	j.setting(f)
}

// policy looks a named policy up.
func (k keyed) policy(j *job, f finding, value string) {
	f.effect, f.note = evidence.Review, "a policy that is not known here"
	if j.opt.Knowledge != nil {
		if d, ok := j.opt.Knowledge.ServerPolicy(j.dialect.Name, value); ok && len(d.Ranges) > 0 {
			f.effect, f.note, f.fact = evidence.Pins, d.Note, d.ID
			f.versions = between(d.Ranges[0].Min, d.Ranges[0].Max)
		}
	}
	j.setting(f)
}
