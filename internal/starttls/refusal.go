package starttls

import (
	"fmt"
	"strings"
)

// Refusal is a server that answers and does not start TLS.
type Refusal struct {
	To   string // what was said to it; "" for its greeting
	Said string // its own words, cut to maxSaid
	Why  string // what that means, where it is clear
}

// maxSaid bounds, in bytes, what is repeated of a server's words.
const maxSaid = 120

// Error says what the server said and what it means.
func (r *Refusal) Error() string {
	said := "greeting"
	if r.To != "" {
		said = r.To + " answered"
	}
	switch {
	case r.Why == "":
		return fmt.Sprintf("%s %q", said, r.Said)
	case r.Said == "":
		return r.Why
	}
	return fmt.Sprintf("%s (%s %q)", r.Why, said, r.Said)
}

// Interruption is a connection that ended, or fell silent, before it was clear
// whether TLS starts. It is no answer.
type Interruption struct {
	Before string // what was waited for
	Hint   string // what might help
	Err    error
}

// Error says where the dialog stopped.
func (i *Interruption) Error() string {
	s := "before " + i.Before
	if i.Hint != "" {
		s += "; " + i.Hint
	}
	return s
}

// Unwrap gives the error of the connection.
func (i *Interruption) Unwrap() error { return i.Err }

// cut shortens what a server said to one line of bounded length.
func cut(b []byte) string {
	s := strings.ToValidUTF8(strings.TrimSpace(string(b[:min(len(b), maxSaid)])), "\uFFFD")
	if len(b) > maxSaid {
		s += "..."
	}
	return s
}

// command is what to call something sent: the words of its last line, less a
// tag of one letter and what is filled in, or the name of an element.
func command(send string) string {
	if strings.HasPrefix(send, "<?xml") {
		return "the stream"
	}
	if element, ok := strings.CutPrefix(send, "<"); ok {
		name, _, _ := strings.Cut(element, " ")
		return name
	}
	lines := strings.Split(strings.TrimSpace(send), "\r\n")
	line, _, _ := strings.Cut(lines[len(lines)-1], "{")
	line = strings.TrimSpace(line)
	if tag, tail, ok := strings.Cut(line, " "); ok && len(tag) == 1 {
		return tail
	}
	return line
}
