// Package lang holds what the program says to people, in every language it
// speaks. The English pattern is the key: a catalogue (one YAML file a
// language, one more for the texts of the knowledge base, and one for the
// sentences that stand in evidence) gives the same pattern in another language. What a catalogue lacks is said in English and
// never left out.
//
// Patterns are those of package fmt. A translation may take the arguments in
// another order: "%[2]s ... %[1]s". Names of versions, suites, products and
// files, and all that programs read, are the same in every language.
package lang

import (
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// English is the language of the patterns themselves.
const English = "en"

// ErrUnknown is wrapped by the error of Find.
var ErrUnknown = errors.New("unknown language")

//go:embed *.yaml
var catalogues embed.FS

// Language says things. The nil Language speaks English.
type Language struct {
	tag      string
	patterns map[string]string
	texts    map[string]string // of the knowledge base: whole texts without arguments
	seen     map[string]string // sentences that stand in evidence
	forms    []form            // those of them that have arguments
}

// Tags are the languages there are, as BCP 47 writes them.
func Tags() []string { return []string{English, "zh-TW"} }

// Find gives the language of a tag. Case and the sign between the parts do
// not matter: zh_tw is zh-TW. No tag is English.
func Find(tag string) (*Language, error) {
	if tag == "" {
		return nil, nil //nolint:nilnil // the nil Language is English
	}
	for _, t := range Tags() {
		if strings.EqualFold(t, strings.ReplaceAll(tag, "_", "-")) {
			return load(t)
		}
	}
	return nil, fmt.Errorf("%w %q: want %s", ErrUnknown, tag, strings.Join(Tags(), " or "))
}

func load(tag string) (*Language, error) {
	if tag == English {
		return nil, nil //nolint:nilnil // the nil Language is English
	}
	l := &Language{tag: tag, patterns: map[string]string{}, texts: map[string]string{}, seen: map[string]string{}}
	for file, into := range map[string]*map[string]string{tag + ".yaml": &l.patterns, tag + ".knowledge.yaml": &l.texts, tag + ".evidence.yaml": &l.seen} {
		raw, err := catalogues.ReadFile(file)
		if err == nil {
			err = yaml.Unmarshal(raw, into)
		}
		if err != nil {
			return nil, fmt.Errorf("the catalogue %s: %w", file, err)
		}
	}
	l.forms = formsOf(l.seen)
	return l, nil
}

// Tag is the language's tag, as it stands in a page.
func (l *Language) Tag() string {
	if l == nil {
		return English
	}
	return l.tag
}

// Has reports whether a pattern or a whole text can be said in the language.
func (l *Language) Has(pattern string) bool {
	if l == nil {
		return true
	}
	_, pattern2 := l.patterns[pattern]
	_, text := l.texts[pattern]
	return pattern2 || text
}

// contextEnd stands behind what a pattern is about, where English has one word
// for two things: "handshake\x04refused". Nobody is shown what stands before.
const contextEnd = "\x04"

// T says a pattern with its arguments.
func (l *Language) T(pattern string, args ...any) string {
	if said, ok := l.look(pattern); ok {
		pattern = said
	} else if _, after, found := strings.Cut(pattern, contextEnd); found {
		pattern = after
	}
	if len(args) == 0 {
		return pattern
	}
	return fmt.Sprintf(pattern, args...)
}

func (l *Language) look(pattern string) (string, bool) {
	if l == nil {
		return "", false
	}
	if said, ok := l.patterns[pattern]; ok {
		return said, true
	}
	said, ok := l.texts[pattern]
	return said, ok
}

// N says how many: "1 client", "1,204 clients". The number stands before what
// is given and is the first argument of the pattern; further ones follow. A
// language that knows no plural has the pattern of many alone: "%s clients".
func (l *Language) N(n int, one, many string, args ...any) string {
	all := append([]any{Number(n)}, args...)
	if n == 1 && (l == nil || l.Has("%s "+one)) {
		return l.T("%s "+one, all...)
	}
	return l.T("%s "+many, all...)
}

// Number writes 1204 as 1,204, as English and Chinese do.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// List says "a", "a and b" or "a, b and c".
func (l *Language) List(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	before, after := strings.Join(parts[:last], l.T(", ")), parts[last]
	if l == nil {
		return l.T("%s and %s", before, after)
	}
	// Between Chinese signs there is no blank, between Latin letters and
	// Chinese there is one.
	and := l.T("%s and %s", "", "")
	if r, _ := utf8.DecodeLastRuneInString(before); unicode.Is(unicode.Han, r) {
		and = strings.TrimLeft(and, " ")
	}
	if r, _ := utf8.DecodeRuneInString(after); unicode.Is(unicode.Han, r) {
		and = strings.TrimRight(and, " ")
	}
	return before + and + after
}

// First says the first few of many, and how many more there are.
func (l *Language) First(all []string, most int) string {
	if len(all) <= most+1 {
		return l.List(all)
	}
	return l.T("%s and %s more", strings.Join(all[:most], l.T(", ")), Number(len(all)-most))
}

// Sentence ends s with a full stop, unless it ends with some sign.
func (l *Language) Sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:") {
		return s
	}
	for _, end := range []string{"。", "！", "？", "：", "…"} {
		if strings.HasSuffix(s, end) {
			return s
		}
	}
	return s + l.T(".")
}

// Join writes sentences after each other: with a blank between, where the
// language has blanks.
func (l *Language) Join(sentences ...string) string {
	var out []string
	for _, s := range sentences {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, l.T(" "))
}

// Look gives a pattern, or a sentence that stands in evidence, in the
// language, or "" if the catalogue lacks it.
func (l *Language) Look(pattern string) string {
	if said, ok := l.look(pattern); ok || l == nil {
		return said
	}
	return l.recognise(pattern, 0)
}
