package logs

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A jsonTable is the members of an object that a format wants, by path:
// "request.tls.version". Whatever else an object holds is passed over without
// being looked at, and no deeper than the longest path goes.
//
// A path fits nested objects and keys that contain the dot themselves:
// exports flatten what programs nest. One that ends in "[]" takes the first
// element of an array, or the value itself where there is none.
type jsonTable struct {
	root  *jsonNode
	slots int
}

// jsonNode is the wanted keys of one object, in buckets by length and first
// and last byte, so that a key nobody wants costs one comparison of a byte.
type jsonNode struct {
	keys    []jsonKey
	buckets [64]uint8 // 1 + index of the first key
}

type jsonKey struct {
	name  string
	slot  int       // where the value goes, or -1
	first bool      // of an array, its first element
	below *jsonNode // wanted members of the value
	next  uint8     // 1 + index of the next key in the bucket
}

// jsonValue is one wanted member. Strings stay escaped, without the quotes;
// objects and arrays are their text.
type jsonValue struct {
	text []byte
	kind jsonKind
}

type jsonKind uint8

const (
	jsonAbsent jsonKind = iota
	jsonNull
	jsonString
	jsonLiteral // a number, true or false
	jsonNested
)

// known gives a string or literal, unless it is empty or the dash for
// nothing.
func (v jsonValue) known() []byte {
	if v.kind != jsonString && v.kind != jsonLiteral || len(v.text) == 0 || len(v.text) == 1 && v.text[0] == '-' {
		return nil
	}
	return v.text
}

// newJSONTable gives each path the slot of its place in the list.
func newJSONTable(paths ...string) *jsonTable {
	t := &jsonTable{root: &jsonNode{}, slots: len(paths)}
	for slot, path := range paths {
		name, first := strings.CutSuffix(path, "[]")
		t.root.add(name, slot, first)
	}
	return t
}

// add enters a path at every place where one of its dots may be a level.
func (n *jsonNode) add(path string, slot int, first bool) {
	k := n.key(path)
	k.slot, k.first = slot, first
	for i, c := range path {
		if c != '.' {
			continue
		}
		k := n.key(path[:i])
		if k.below == nil {
			k.below = &jsonNode{}
		}
		k.below.add(path[i+1:], slot, first)
	}
}

// key finds or makes the entry of a name. The pointer holds until the next
// call.
func (n *jsonNode) key(name string) *jsonKey {
	for i := range n.keys {
		if n.keys[i].name == name {
			return &n.keys[i]
		}
	}
	b := &n.buckets[bucket([]byte(name))]
	n.keys = append(n.keys, jsonKey{name: name, slot: -1, next: *b})
	*b = uint8(len(n.keys))
	return &n.keys[len(n.keys)-1]
}

func (n *jsonNode) find(name []byte) *jsonKey {
	for i := n.buckets[bucket(name)]; i != 0; {
		k := &n.keys[i-1]
		if k.name == string(name) {
			return k
		}
		i = k.next
	}
	return nil
}

func bucket(name []byte) byte {
	n := len(name)
	if n == 0 {
		return 0
	}
	return (byte(n)*7 ^ name[0] ^ name[n-1]<<2) & 63
}

// read puts the wanted members of an object into their slots; of several of
// one path the first stays. It is lax about what stands between, and sure
// that the object ends where the record does: what was cut is none.
func (t *jsonTable) read(record []byte, to []jsonValue) bool {
	clear(to)
	s := jsonScan{bytes.TrimSpace(record)}
	return s.object(t.root, to) && len(s.b) == 0
}

// jsonScan is the rest of a text of JSON.
type jsonScan struct{ b []byte }

func (s *jsonScan) object(n *jsonNode, to []jsonValue) bool {
	if !s.take('{') {
		return false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		name, ok := s.str()
		if !ok || !s.take(':') {
			return false
		}
		if !s.member(n.find(name), to) {
			return false
		}
	}
	return true
}

// member reads the value of a key, wanted or not.
func (s *jsonScan) member(k *jsonKey, to []jsonValue) bool {
	if k == nil {
		_, ok := s.value()
		return ok
	}
	if k.below != nil && s.next() == '{' {
		if k.slot < 0 || to[k.slot].kind != jsonAbsent {
			return s.object(k.below, to)
		}
		whole := s.b
		if !s.object(k.below, to) {
			return false
		}
		n := len(whole) - len(s.b)
		to[k.slot] = jsonValue{whole[:n:n], jsonNested}
		return true
	}
	v, ok := s.value()
	if !ok || k.slot < 0 || to[k.slot].kind != jsonAbsent {
		return ok
	}
	if k.first && v.kind == jsonNested && v.text[0] == '[' {
		v = firstElement(v.text)
	}
	to[k.slot] = v
	return true
}

// firstElement is that of an array, and nothing for an empty one.
func firstElement(array []byte) jsonValue {
	s := jsonScan{array[1:]}
	v, ok := s.value()
	if !ok {
		return jsonValue{}
	}
	return v
}

// elements calls back with each element of an array.
func elements(array []byte, each func(v jsonValue)) bool {
	s := jsonScan{bytes.TrimSpace(array)}
	if !s.take('[') {
		return false
	}
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') {
			return false
		}
		v, ok := s.value()
		if !ok {
			return false
		}
		each(v)
	}
	return true
}

// next is the next byte that is no space, or 0.
func (s *jsonScan) next() byte {
	for len(s.b) > 0 {
		switch s.b[0] {
		case ' ', '\t', '\r', '\n':
			s.b = s.b[1:]
		default:
			return s.b[0]
		}
	}
	return 0
}

// take passes over spaces and then c, if it comes next.
func (s *jsonScan) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.b = s.b[1:]
	return true
}

// str reads a string, without the quotes.
func (s *jsonScan) str() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	end := closingQuote(s.b)
	if end < 0 {
		return nil, false
	}
	text := s.b[:end:end]
	s.b = s.b[end+1:]
	return text, true
}

// value reads any value.
func (s *jsonScan) value() (v jsonValue, ok bool) {
	switch s.next() {
	case 0:
		return v, false
	case '"':
		v.text, ok = s.str()
		v.kind = jsonString
		return v, ok
	case '{', '[':
		whole := s.b
		ok = s.passNested()
		n := len(whole) - len(s.b)
		return jsonValue{whole[:n:n], jsonNested}, ok
	}
	end := 0
	for end < len(s.b) && isLiteralByte(s.b[end]) {
		end++
	}
	if end == 0 || end == len(s.b) {
		return v, false // no value, or one that was cut
	}
	v = jsonValue{s.b[:end:end], jsonLiteral}
	if string(v.text) == "null" {
		v.kind = jsonNull
	}
	s.b = s.b[end:]
	return v, true
}

// isLiteralByte tells the bytes of numbers and of true, false and null.
func isLiteralByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// passNested passes over an object or an array, however deep it is.
func (s *jsonScan) passNested() bool {
	depth := 0
	for i := 0; i < len(s.b); i++ {
		switch s.b[i] {
		case '"':
			end := closingQuote(s.b[i+1:])
			if end < 0 {
				return false
			}
			i += end + 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				s.b = s.b[i+1:]
				return true
			}
		}
	}
	return false
}

// appendUnescaped appends the text of a JSON string that holds JSON itself.
// A part of a character beyond the first 65536 becomes U+FFFD: only texts
// have them, and none that decides anything.
func appendUnescaped(to, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			to = append(to, c)
			continue
		}
		i++
		switch c = text[i]; c {
		case 'n', 'r', 't', 'b', 'f':
			to = append(to, ' ')
		case 'u':
			n, ok := hexDigits(string(text[i:min(i+5, len(text))]), 1, 4)
			if !ok {
				to = append(to, '\\', 'u')
				continue
			}
			to = appendJSONRune(to, rune(n))
			i += 4
		default:
			to = append(to, c)
		}
	}
	return to
}

// appendJSONRune keeps what means something in JSON escaped: the text is read
// as JSON once more.
func appendJSONRune(to []byte, r rune) []byte {
	if r == '"' || r == '\\' || r < ' ' {
		return append(to, ' ')
	}
	return utf8.AppendRune(to, r)
}

// flatJSON calls back with every member of an object that is a string or a
// literal; strings stay escaped. It is for logs whose keys are the user's.
func flatJSON(record []byte, member func(key, value []byte)) bool {
	s := jsonScan{bytes.TrimSpace(record)}
	if !s.take('{') {
		return false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		key, ok := s.str()
		if !ok || !s.take(':') {
			return false
		}
		v, ok := s.value()
		if !ok {
			return false
		}
		if v.kind == jsonString || v.kind == jsonLiteral {
			member(key, v.text)
		}
	}
	return len(s.b) == 0
}
