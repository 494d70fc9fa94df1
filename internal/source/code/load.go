package code

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

//go:embed rules.yaml
var rulesYAML []byte

// ruleSet is everything that rules.yaml says, ready for use.
type ruleSet struct {
	rules  []*Rule
	byLang map[string]*langRules
}

// langRules are the rules of one language and the words they need.
type langRules struct {
	rules    []*Rule
	needs    [][]int // of each rule, which literals
	literals *literals
}

var loaded = sync.OnceValues(func() (*ruleSet, error) { return load(rulesYAML) })

// Rules are all rules, in the order of the data. The caller changes nothing.
func Rules() ([]*Rule, error) {
	set, err := loaded()
	if err != nil {
		return nil, err
	}
	return set.rules, nil
}

// load reads the data strictly: an unknown key, a word or group that nothing
// knows, or a rule without cases is an error that names the rule.
func load(text []byte) (*ruleSet, error) {
	var doc struct {
		Words []*Words `yaml:"words"`
		Rules []*Rule  `yaml:"rules"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("rules.yaml: %w", err)
	}
	words := map[string]*Words{}
	for _, w := range doc.Words {
		if err := w.compile(); err != nil || words[w.Name] != nil {
			return nil, fmt.Errorf("rules.yaml: words %q: %w", w.Name, cmpErr(err, "stand twice"))
		}
		words[w.Name] = w
	}
	seen := map[string]bool{}
	for _, r := range doc.Rules {
		if err := r.compile(words); err != nil || seen[r.ID] {
			return nil, fmt.Errorf("rules.yaml: rule %q: %w", r.ID, cmpErr(err, "stands twice"))
		}
		seen[r.ID] = true
		r.Fact = cmp.Or(r.Fact, "code."+r.ID) // a rule with sources of its own is the fact
	}
	return &ruleSet{rules: doc.Rules, byLang: byLanguage(doc.Rules)}, nil
}

func cmpErr(err error, otherwise string) error {
	if err != nil {
		return err
	}
	return errors.New(otherwise)
}

func byLanguage(rules []*Rule) map[string]*langRules {
	out := map[string]*langRules{}
	for _, l := range Languages {
		lr := &langRules{}
		var words []string
		for _, r := range rules {
			if !slices.Contains(r.Languages, l.Name) {
				continue
			}
			var need []int
			for _, n := range r.Needs {
				n = strings.ToLower(n)
				at := slices.Index(words, n)
				if at < 0 {
					at = len(words)
					words = append(words, n)
				}
				need = append(need, at)
			}
			lr.rules, lr.needs = append(lr.rules, r), append(lr.needs, need)
		}
		lr.literals = newLiterals(words)
		out[l.Name] = lr
	}
	return out
}

func (w *Words) compile() error {
	w.exact, w.folded = map[string]meaning{}, map[string]meaning{}
	for word, text := range w.Words {
		m, err := parseMeaning(text)
		if err != nil {
			return fmt.Errorf("word %q: %w", word, err)
		}
		w.exact[word] = m
		w.folded[strings.ToLower(word)] = m
	}
	return nil
}

func parseMeaning(text string) (m meaning, err error) {
	for part := range strings.SplitSeq(text, "+") {
		switch part = strings.TrimSpace(part); part {
		case "any":
			m.any = true
		case "lowest":
			m.lowest = true
		default:
			v, err := tlswire.ParseVersion(part)
			if err != nil {
				return m, err
			}
			m.versions = append(m.versions, v)
		}
	}
	return m, nil
}

func (r *Rule) compile(words map[string]*Words) (err error) {
	if err := r.check(); err != nil {
		return err
	}
	if r.match, err = regexp.Compile(r.Match); err != nil {
		return err
	}
	if r.within, err = compileIf(r.Within); err != nil {
		return err
	}
	if r.unless, err = compileIf(r.Unless); err != nil {
		return err
	}
	if r.never, err = compileIf(r.Never); err != nil {
		return err
	}
	for i, g := range r.match.SubexpNames() {
		switch g {
		case "":
		case "v":
			r.value = i
		case "key":
			r.key = i
		case "add":
			r.add = i
		default:
			return fmt.Errorf("group %q: want v, key or add", g)
		}
	}
	if r.Until == "" {
		r.Until = untilExpr
		if r.value > 0 {
			r.Until = untilMatch
		}
	}
	if r.Words != "" {
		if r.words = words[r.Words]; r.words == nil {
			return fmt.Errorf("words %q are not known", r.Words)
		}
	}
	if (r.key > 0) != (len(r.Keys) > 0) {
		return errors.New("a group key and keys go together")
	}
	return nil
}

func compileIf(s string) (*regexp.Regexp, error) {
	if s == "" {
		return nil, nil
	}
	return regexp.Compile(s)
}

// check finds what a record must have and lacks.
func (r *Rule) check() error {
	for _, l := range r.Languages {
		if languageByName(l) == nil {
			return fmt.Errorf("language %q is not known", l)
		}
	}
	for _, n := range r.Needs {
		if len(n) < minLiteral {
			return fmt.Errorf("needs %q: want at least %d letters", n, minLiteral)
		}
	}
	if r.Read == "" {
		r.Read = readSet
	}
	if r.read = readers[r.Read]; r.read == nil {
		return fmt.Errorf("read %q is not known", r.Read)
	}
	for _, e := range r.Keys {
		if !slices.Contains(effects, e) {
			return fmt.Errorf("effect %q is not known", e)
		}
	}
	switch {
	case r.ID == "", r.Match == "", len(r.Languages) == 0, len(r.Needs) == 0, len(r.Source) == 0:
		return errors.New("want id, languages, needs, match and source")
	case !slices.Contains([]string{"code", "string", "comment", "any"}, r.In):
		return fmt.Errorf("in %q: want code, string, comment or any", r.In)
	case r.Until != "" && !slices.Contains(untils, r.Until):
		return fmt.Errorf("until %q is not known", r.Until)
	case r.Effect != "" && !slices.Contains(effects, r.Effect):
		return fmt.Errorf("effect %q is not known", r.Effect)
	case !slices.Contains([]string{"client", "server", "both"}, r.Role):
		return fmt.Errorf("role %q: want client, server or both", r.Role)
	case !slices.Contains([]string{"confirmed", "reported", "unconfirmed"}, r.Confidence):
		return fmt.Errorf("confidence %q: want confirmed, reported or unconfirmed", r.Confidence)
	case r.Confidence == "confirmed" && r.Basis == "":
		return errors.New("want a basis: what of the source was read, and what it says")
	case len(r.Bad) == 0 || len(r.Good) == 0:
		return errors.New("want a bad and a good case")
	}
	return nil
}

var effects = []evidence.Effect{
	evidence.Pins, evidence.Caps, evidence.Floors, evidence.Allows,
	evidence.Blocks, evidence.Default, evidence.Review, evidence.None,
}
