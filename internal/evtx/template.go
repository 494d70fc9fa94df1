package evtx

import "encoding/binary"

// templateHeader is what stands before a template: place of another, GUID,
// size.
const templateHeader = 4 + 16 + 4

// template reads a template with its values. The template stands here if it
// is used for the first time in this chunk.
func (f *fragment) template(depth int) error {
	if err := f.skip(1 + 4); err != nil { // always 1, and an identifier
		return err
	}
	place, err := f.number()
	if err != nil {
		return err
	}
	c := f.d.chunk
	if place < 0 || place+templateHeader > len(c) {
		return errCut
	}
	size := int(binary.LittleEndian.Uint32(c[place+templateHeader-4:]))
	body := place + templateHeader
	if size > len(c)-body {
		return errCut
	}
	if place == f.at {
		if err := f.skip(templateHeader + size); err != nil {
			return err
		}
	}
	values, err := f.readValues()
	if err != nil {
		return err
	}
	t := fragment{d: f.d, b: c[:body+size], at: body, dependency: true, values: values}
	return t.read(f.top(), depth+1)
}

// readValues reads the list of values: how many, then size and type of each,
// then all of them.
func (f *fragment) readValues() ([]value, error) {
	n, err := f.number()
	if err != nil {
		return nil, err
	}
	if n > maxSubstitute {
		return nil, errBounds
	}
	f.d.tokens += n
	list, err := f.take(4 * n)
	if err != nil {
		return nil, err
	}
	values := make([]value, n)
	for i := range values {
		d := list[4*i:]
		from := f.at
		if err := f.skip(int(binary.LittleEndian.Uint16(d))); err != nil {
			return nil, err
		}
		values[i] = value{kind: d[2], from: from, to: f.at}
	}
	return values, nil
}

// substitute puts a value where the template asks for it.
func (f *fragment) substitute(depth int, optional bool) error {
	b, err := f.take(3)
	if err != nil {
		return err
	}
	v := value{}
	if i := int(binary.LittleEndian.Uint16(b)); i < len(f.values) {
		v = f.values[i]
	}
	if optional && v.from == v.to {
		f.dropAttr()
		return nil
	}
	if v.kind != typeBinXML {
		f.addText(text(v.kind, f.d.chunk[v.from:v.to]))
		return nil
	}
	inner := fragment{d: f.d, b: f.d.chunk[:v.to], at: v.from}
	return inner.read(f.top(), depth+1)
}

// dropAttr takes away the attribute that has no value after all.
func (f *fragment) dropAttr() {
	n := f.top()
	if last := len(n.Attrs) - 1; f.attr != "" && last >= 0 && n.Attrs[last].Value == "" {
		n.Attrs = n.Attrs[:last]
		f.attr = ""
	}
}
