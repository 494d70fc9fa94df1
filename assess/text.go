package assess

import "github.com/tlsready/tlsready/text"

// Text is a sentence that can be told in another language; as JSON and by
// String it is the English sentence.
type Text = text.Text

// Texts are sentences, one after the other.
type Texts = text.Texts

// Verbatim is a text that is the same in every language: a command, a name,
// the words of somebody else.
func Verbatim(s string) Text { return text.Verbatim(s) }

// say makes a text of a pattern, which must be a literal: patterns.go lists
// them all for translators. What is no Text goes in as its English string.
func say(pattern string, args ...any) Text { return text.Say(pattern, args...) }

// told is a text that another room made and may have translated whole: what
// the knowledge base says of a fix, the note of a rule.
func told(s string) Text { return text.Whole(s) }

// list writes "a, b and c".
func list(items []string) Text { return text.List(items) }
