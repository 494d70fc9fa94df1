package cli

import "github.com/tlsready/tlsready/internal/lang"

// langFlag is shared by all commands that say something to people.
type langFlag struct {
	Lang string `help:"Address people in this language: en or zh-TW. What programs read stays the same." default:"en" placeholder:"TAG"`
}

// speak finds the language, in which the session goes on.
func (s *session) speak(f langFlag) error {
	l, err := lang.Find(f.Lang)
	if err != nil {
		return usageError{err}
	}
	s.lang = l
	return nil
}
