package knowledge

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// strict fills Go values from YAML nodes and gives every error its file and
// line. The YAML library's own decoder loses the line when a value's
// UnmarshalText fails, and takes "yes" or 1.10 for things they are not.
type strict struct{ file string }

func (s strict) errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.file, n.Line, fmt.Sprintf(format, args...))
}

// fill sets v, which must be addressable, from n.
func (s strict) fill(n *yaml.Node, v reflect.Value) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if parse := textParser(v.Addr().Interface()); parse != nil {
		if n.Kind != yaml.ScalarNode {
			return s.errorf(n, "want one value")
		}
		if err := parse(n.Value); err != nil {
			return s.errorf(n, "%v", err)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return s.fillStruct(n, v)
	case reflect.Slice:
		return s.fillSlice(n, v)
	case reflect.Map:
		return s.fillMap(n, v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return s.fill(n, v.Elem())
	}
	return s.fillScalar(n, v)
}

// textParser is how p reads itself from text, or nil.
func textParser(p any) func(string) error {
	switch p := p.(type) {
	case *time.Time: // its own UnmarshalText wants more than a day
		return func(s string) (err error) {
			*p, err = parseDay(s)
			return err
		}
	case *Window:
		return p.parse
	case encoding.TextUnmarshaler:
		return func(s string) error { return p.UnmarshalText([]byte(s)) }
	}
	return nil
}

func (s strict) fillStruct(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.MappingNode {
		return s.errorf(n, "want a mapping of keys")
	}
	known := fields(v)
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		f, ok := known[key.Value]
		if !ok {
			return s.errorf(key, "unknown key %q", key.Value)
		}
		if seen[key.Value] {
			return s.errorf(key, "key %q stands twice", key.Value)
		}
		seen[key.Value] = true
		if err := s.fill(n.Content[i+1], f); err != nil {
			return err
		}
	}
	return nil
}

// fields maps the keys of a struct to its fields; embedded structs without a
// key of their own lend theirs.
func fields(v reflect.Value) map[string]reflect.Value {
	m := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("yaml")
		switch {
		case key != "":
			m[key] = v.Field(i)
		case f.Anonymous:
			for k, e := range fields(v.Field(i)) {
				m[k] = e
			}
		}
	}
	return m
}

func (s strict) fillSlice(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.SequenceNode {
		return s.errorf(n, "want a list")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		if err := s.fill(c, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s strict) fillMap(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.MappingNode {
		return s.errorf(n, "want a mapping of keys")
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i < len(n.Content); i += 2 {
		key := reflect.New(v.Type().Key()).Elem()
		if err := s.fill(n.Content[i], key); err != nil {
			return err
		}
		if v.MapIndex(key).IsValid() {
			return s.errorf(n.Content[i], "key %q stands twice", n.Content[i].Value)
		}
		val := reflect.New(v.Type().Elem()).Elem()
		if err := s.fill(n.Content[i+1], val); err != nil {
			return err
		}
		v.SetMapIndex(key, val)
	}
	return nil
}

func (s strict) fillScalar(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode {
		return s.errorf(n, "want one value")
	}
	text := n.Value
	if strings.TrimSpace(text) == "" {
		return s.errorf(n, "empty value: leave the key out")
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return s.errorf(n, "%q: want true or false", text)
		}
		v.SetBool(text == "true")
	case reflect.Int:
		x, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return s.errorf(n, "%q is no number", text)
		}
		v.SetInt(x)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		x, err := strconv.ParseUint(text, 0, v.Type().Bits())
		if err != nil {
			return s.errorf(n, "%q is no number of %d bits", text, v.Type().Bits())
		}
		v.SetUint(x)
	default:
		return s.errorf(n, "cannot read into %s", v.Type())
	}
	return nil
}
