package evtx

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The tokens of binary XML, without the bit that says that more follows.
const (
	tokenEnd          = 0x00
	tokenOpen         = 0x01
	tokenCloseStart   = 0x02
	tokenCloseEmpty   = 0x03
	tokenCloseElement = 0x04
	tokenValue        = 0x05
	tokenAttribute    = 0x06
	tokenCDATA        = 0x07
	tokenCharacter    = 0x08
	tokenEntity       = 0x09
	tokenPITarget     = 0x0a
	tokenPIData       = 0x0b
	tokenTemplate     = 0x0c
	tokenSubstitution = 0x0d
	tokenOptional     = 0x0e
	tokenFragment     = 0x0f

	moreFlag = 0x40
)

// Bounds of one event, and of the events of one chunk: a chunk has 64 KiB,
// so that only a hostile one comes near, whose templates point at each other.
const (
	maxDepth      = 32
	maxTokens     = 20_000
	maxText       = 1 << 20  // bytes of text that are read and moved
	maxChunkWork  = 200_000  // tokens
	maxChunkText  = 16 << 20 // bytes, like maxText
	maxSubstitute = 4096
)

var (
	errCut     = errors.New("binary XML that ends too early")
	errToken   = errors.New("binary XML with a token that does not exist")
	errBounds  = errors.New("binary XML beyond any bounds")
	errNoEvent = errors.New("binary XML without an element")
)

// A decoder reads binary XML that lies in a chunk: names and templates stand
// anywhere in it, where they were used first.
type decoder struct {
	chunk  []byte
	work   int // tokens read of this chunk
	moved  int // bytes of text of this chunk
	tokens int // of this event
	text   int // bytes of this event
}

func (d *decoder) reset(chunk []byte) { *d = decoder{chunk: chunk} }

// event reads what stands in chunk[from:to].
func (d *decoder) event(from, to int) (*Node, error) {
	d.tokens, d.text = 0, 0
	top := &Node{}
	f := fragment{d: d, b: d.chunk[:to], at: from}
	err := f.read(top, 0)
	d.work += d.tokens
	d.moved += d.text
	switch {
	case err != nil:
		return nil, err
	case len(top.Children) == 0:
		return nil, errNoEvent
	}
	return top.Children[0], nil
}

// A fragment is binary XML that is being read: of a record, a template or a
// value.
type fragment struct {
	d          *decoder
	b          []byte // the chunk up to where the fragment ends
	at         int
	dependency bool // within a template: elements begin with a number that means nothing here
	values     []value

	open []*Node // elements not closed, below the one that was given
	attr string  // the attribute that values belong to
}

// value is what a template's substitution stands for.
type value struct {
	kind     byte
	from, to int
}

// read puts the content of the fragment into an element.
func (f *fragment) read(into *Node, depth int) error {
	if depth > maxDepth {
		return errBounds
	}
	f.open = append(f.open, into)
	for f.at < len(f.b) {
		if f.d.tokens++; f.d.tokens > maxTokens || f.d.work+f.d.tokens > maxChunkWork || f.d.text > maxText || f.d.moved+f.d.text > maxChunkText {
			return errBounds
		}
		token := f.b[f.at]
		f.at++
		if token == tokenEnd {
			return nil
		}
		if err := f.token(token&^moreFlag, token&moreFlag != 0, depth); err != nil {
			return err
		}
	}
	return nil
}

func (f *fragment) token(token byte, more bool, depth int) error {
	switch token {
	case tokenFragment:
		return f.skip(3)
	case tokenOpen:
		return f.element(more, depth)
	case tokenAttribute:
		name, err := f.name()
		f.attr = name
		f.top().Attrs = append(f.top().Attrs, Attr{Name: name})
		return err
	case tokenCloseStart:
		f.attr = ""
		return nil
	case tokenCloseEmpty, tokenCloseElement:
		f.attr = ""
		if len(f.open) > 1 {
			f.open = f.open[:len(f.open)-1]
		}
		return nil
	case tokenTemplate:
		return f.template(depth)
	case tokenSubstitution, tokenOptional:
		return f.substitute(depth, token == tokenOptional)
	}
	return f.characters(token)
}

// characters reads the tokens that are text.
func (f *fragment) characters(token byte) error {
	switch token {
	case tokenValue:
		kind, err := f.take(1)
		if err != nil {
			return err
		}
		if kind[0] != typeString {
			return fmt.Errorf("%w: a value of type %d", errToken, kind[0])
		}
		return f.counted(true)
	case tokenCDATA:
		return f.counted(true)
	case tokenPIData:
		return f.counted(false)
	case tokenCharacter:
		b, err := f.take(2)
		if err == nil {
			f.addText(utf16Text(b))
		}
		return err
	case tokenEntity:
		name, err := f.name()
		f.addText(entities[name])
		return err
	case tokenPITarget:
		_, err := f.name()
		return err
	}
	return fmt.Errorf("%w: 0x%02x", errToken, token)
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// counted reads a string behind the number of its characters.
func (f *fragment) counted(use bool) error {
	n, err := f.take(2)
	if err != nil {
		return err
	}
	b, err := f.take(2 * int(binary.LittleEndian.Uint16(n)))
	if err == nil && use {
		f.addText(utf16Text(b))
	}
	return err
}

// element begins an element.
func (f *fragment) element(attributes bool, depth int) error {
	if depth+len(f.open) > maxDepth {
		return errBounds
	}
	skip := 4 // its size
	if f.dependency {
		skip += 2
	}
	if err := f.skip(skip); err != nil {
		return err
	}
	name, err := f.name()
	if err != nil {
		return err
	}
	if attributes {
		if err := f.skip(4); err != nil { // the size of the list
			return err
		}
	}
	n := &Node{Name: name}
	f.top().Children = append(f.top().Children, n)
	f.open = append(f.open, n)
	f.attr = ""
	return nil
}

func (f *fragment) top() *Node { return f.open[len(f.open)-1] }

// addText adds to the attribute or the element that is being read.
func (f *fragment) addText(s string) {
	n := f.top()
	to := &n.Text
	if f.attr != "" && len(n.Attrs) > 0 {
		to = &n.Attrs[len(n.Attrs)-1].Value
	}
	f.d.text += len(*to) + len(s)
	*to += s
}

func (f *fragment) skip(n int) error {
	_, err := f.take(n)
	return err
}

func (f *fragment) take(n int) ([]byte, error) {
	if len(f.b)-f.at < n {
		return nil, errCut
	}
	b := f.b[f.at : f.at+n]
	f.at += n
	return b, nil
}

func (f *fragment) number() (int, error) {
	b, err := f.take(4)
	if err != nil {
		return 0, err
	}
	return int(binary.LittleEndian.Uint32(b)), nil
}

// name reads the place of a name, and the name itself if it stands right
// here. Names are: place of another, hash, number of characters, characters,
// NUL.
func (f *fragment) name() (string, error) {
	place, err := f.number()
	if err != nil {
		return "", err
	}
	c := f.d.chunk
	if place < 0 || place+8 > len(c) {
		return "", errCut
	}
	size := 8 + 2*int(binary.LittleEndian.Uint16(c[place+6:])) + 2
	if place+size > len(c) {
		return "", errCut
	}
	if place == f.at {
		if err := f.skip(size); err != nil {
			return "", err
		}
	}
	s := cleanName(utf16Text(c[place+8 : place+size-2]))
	f.d.text += len(s)
	return s, nil
}
