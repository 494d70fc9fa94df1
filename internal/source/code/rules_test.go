package code

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// run gives the settings in a piece of code.
func run(t testing.TB, language, text string) []*evidence.Setting {
	t.Helper()
	var out []*evidence.Setting
	err := Run(context.Background(), "x", strings.NewReader(text), Options{Language: language}, func(r evidence.Record) error {
		if s, ok := r.(*evidence.Setting); ok {
			out = append(out, s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// brief is "caps TLS 1.1".
func brief(s *evidence.Setting) string {
	var vs []string
	for _, v := range s.Versions {
		vs = append(vs, v.String())
	}
	return strings.TrimSpace(string(s.Effect) + " " + strings.Join(vs, ", "))
}

func briefs(ss []*evidence.Setting) (out []string) {
	for _, s := range ss {
		out = append(out, brief(s))
	}
	return out
}

// judged reports whether a setting breaks or exposes anything where TLS 1.2
// is the floor, or asks for a person.
func judged(s *evidence.Setting) bool {
	const floor = tlswire.TLS12
	weak := slices.ContainsFunc(s.Versions, func(v tlswire.Version) bool { return v.Below(floor) })
	strong := slices.ContainsFunc(s.Versions, func(v tlswire.Version) bool { return v.AtLeast(floor) })
	switch s.Effect {
	case evidence.Blocks:
		return strong
	case evidence.Review:
		return true
	case evidence.Caps:
		return !strong
	}
	return weak && s.Effect != evidence.None
}

func TestEveryRule(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if e := r.Effects(); len(e) == 0 || slices.ContainsFunc(e, func(e evidence.Effect) bool { return !slices.Contains(effects, e) }) || r.Example() == "" {
			t.Errorf("%s: effects %q", r.ID, e)
		}
		for _, c := range r.Bad {
			checkCase(t, r, c, true)
		}
		for _, c := range r.Good {
			checkCase(t, r, c, false)
		}
	}
}

func checkCase(t *testing.T, r *Rule, c Case, bad bool) {
	t.Helper()
	language := c.Language
	if language == "" {
		language = r.Languages[0]
	}
	if !slices.Contains(r.Languages, language) {
		t.Errorf("%s: a case in %s, which the rule is not about", r.ID, language)
	}
	got := run(t, language, c.Code)
	if bad || len(c.Want) > 0 {
		if !slices.Equal(briefs(got), c.Want) {
			t.Errorf("%s (%s): %s\n got  %q\n want %q", r.ID, language, c.Code, briefs(got), c.Want)
		}
	} else if i := slices.IndexFunc(got, judged); i >= 0 {
		t.Errorf("%s (%s): good case gives %q by %s: %s", r.ID, language, brief(got[i]), got[i].Rule, c.Code)
	}
	if bad {
		for _, s := range got {
			if s.Rule != r.ID {
				t.Errorf("%s (%s): found by %s: %s", r.ID, language, s.Rule, c.Code)
			}
			if s.Layer != Layer || s.Where.Line == 0 || s.Value == "" || s.Role == "" {
				t.Errorf("%s: record %+v", r.ID, s)
			}
		}
		if len(c.Want) == 0 {
			t.Errorf("%s: a bad case that wants nothing: %s", r.ID, c.Code)
		}
	}
}
