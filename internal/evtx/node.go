package evtx

import (
	"strings"
	"unicode/utf8"
)

// Node is an element.
type Node struct {
	Name     string
	Attrs    []Attr
	Children []*Node
	Text     string // of the element itself, all pieces together
}

// Attr is an attribute.
type Attr struct{ Name, Value string }

// Child gives the first child of that name, and nil for none. It may be
// called on nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Attr gives an attribute, and "" for none. It may be called on nil.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// AppendXML appends the element as text, on one line.
func (n *Node) AppendXML(dst []byte) []byte {
	dst = append(append(dst, '<'), n.Name...)
	for _, a := range n.Attrs {
		dst = append(append(append(dst, ' '), a.Name...), `="`...)
		dst = append(appendEscaped(dst, a.Value), '"')
	}
	if n.Text == "" && len(n.Children) == 0 {
		return append(dst, "/>"...)
	}
	dst = appendEscaped(append(dst, '>'), n.Text)
	for _, c := range n.Children {
		dst = c.AppendXML(dst)
	}
	return append(append(append(dst, "</"...), n.Name...), '>')
}

func appendEscaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '"':
			dst = append(dst, "&quot;"...)
		case c < ' ':
			dst = append(dst, ' ') // XML 1.0 has no other control characters
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
}

// cleanName is a name that can stand in XML: damage makes strange ones.
func cleanName(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '.', c == ':':
			return c
		}
		return '_'
	}, s)
}
