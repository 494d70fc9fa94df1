package config

import (
	"encoding/xml"
	"io"
	"strings"
)

// xmlNode is one element of a configuration in XML.
type xmlNode struct {
	name   string // without its prefix
	attrs  []xml.Attr
	text   string // all of it, joined
	line   int    // where the start tag ends: its attributes stand there, often
	parent *xmlNode
	kids   []*xmlNode
}

// maxNodes bounds a tree; a configuration has a few hundred.
const maxNodes = 100000

// xmlTree reads a file as a tree. A damaged file is read up to its damage, and
// the damage is noted.
func (f *file) xmlTree(j *job) *xmlNode {
	d := xml.NewDecoder(strings.NewReader(f.text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the text is UTF-8 already
	root := &xmlNode{}
	now, depth := root, 0
	for n := 0; j.ctx.Err() == nil; {
		line, _ := d.InputPos()
		tok, err := d.Token()
		if err != nil {
			if err != io.EOF {
				j.skip(f.at(line), "XML is damaged: %v", err)
			}
			break
		}
		switch el := tok.(type) {
		case xml.StartElement:
			if n++; n > maxNodes || depth > 4*maxDepth {
				j.skip(f.at(line), "more elements, or deeper ones, than are read")
				return root
			}
			j.cov.Read++
			line, _ = d.InputPos()
			kid := &xmlNode{name: el.Name.Local, attrs: el.Attr, line: line, parent: now}
			now.kids = append(now.kids, kid)
			now, depth = kid, depth+1
		case xml.CharData:
			if len(now.text)+len(el) <= maxLine {
				now.text += string(el)
			}
		case xml.EndElement:
			if now.parent != nil {
				now, depth = now.parent, depth-1
			}
		}
	}
	return root
}

// attr is an attribute, whatever case its name is written in.
func (n *xmlNode) attr(name string) string {
	for _, a := range n.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// each calls fn for the element and all below it, in their order.
func (n *xmlNode) each(fn func(*xmlNode)) {
	fn(n)
	for _, k := range n.kids {
		k.each(fn)
	}
}

// below is the nearest element around this one with that name, or nil.
func (n *xmlNode) below(name string) *xmlNode {
	for p := n.parent; p != nil; p = p.parent {
		if strings.EqualFold(p.name, name) {
			return p
		}
	}
	return nil
}
