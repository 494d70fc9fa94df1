// Package text has sentences that can be told in another language: what the
// library's rooms say to people. A catalogue (internal/lang) gives the words
// of other languages.
package text

import "fmt"

// Text is a sentence that can be told in another language: its English
// pattern, and what stands in it. As JSON and by String it is the English
// sentence.
//
// A pattern has %s for each argument, or %[2]s where a language wants another
// order. Without arguments it is told as it stands, percent signs and all.
type Text struct {
	Pattern string
	// Args are strings, which are the same in every language (names, places,
	// versions, dates), and Texts, which are told themselves.
	Args []any
}

// verbatim is the pattern of what is the same in every language.
const verbatim = "%s"

// Verbatim is a text that is the same in every language: a command, a name,
// the words of somebody else.
func Verbatim(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{Pattern: verbatim, Args: []any{s}}
}

// Say makes a text of a pattern, which must be a literal: tests find them all
// for translators. What is no Text goes in as its English string.
func Say(pattern string, args ...any) Text {
	for i, a := range args {
		switch a := a.(type) {
		case string, Text:
		default:
			args[i] = fmt.Sprint(a)
		}
	}
	return Text{pattern, args}
}

// Whole is a text that is translated as a whole, without arguments: what the
// knowledge base says of a fix, the note of a rule.
func Whole(s string) Text { return Text{Pattern: s} }

// And joins a further half sentence to a text.
func (t Text) And(more Text) Text {
	if t.IsZero() {
		return more
	}
	return Say("%s; %s", t, more)
}

// IsZero reports whether nothing is said.
func (t Text) IsZero() bool { return t.Pattern == "" }

// String tells the text in English.
func (t Text) String() string { return t.Tell(nil) }

// Tell puts the text into words. translate gives another language's pattern
// for an English one; nil, or its answer "", leaves the English one.
func (t Text) Tell(translate func(pattern string) string) string {
	pattern := t.Pattern
	if translate != nil && pattern != verbatim && pattern != "" {
		if p := translate(pattern); p != "" {
			pattern = p
		}
	}
	if len(t.Args) == 0 {
		return pattern
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = a
		if inner, ok := a.(Text); ok {
			args[i] = inner.Tell(translate)
		}
	}
	return fmt.Sprintf(pattern, args...)
}

// MarshalText gives the English sentence.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes a sentence whose parts are no longer known.
func (t *Text) UnmarshalText(b []byte) error {
	*t = Whole(string(b))
	return nil
}

// Texts are sentences, one after the other.
type Texts []Text

// Strings tells each text in English.
func (ts Texts) Strings() []string { return ts.Tell(nil) }

// Tell puts each text into words.
func (ts Texts) Tell(translate func(pattern string) string) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.Tell(translate)
	}
	return out
}

// List writes "a, b and c".
func List(items []string) Text {
	switch len(items) {
	case 0:
		return Text{}
	case 1:
		return Verbatim(items[0])
	}
	last := len(items) - 1
	before := Verbatim(items[0])
	for _, item := range items[1:last] {
		before = Say("%s, %s", before, item)
	}
	return Say("%s and %s", before, items[last])
}
