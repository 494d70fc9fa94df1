package evidence

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestFieldsAreDocumented: whoever reads evidence finds each field on the
// page about it. Facts have their own page, positions are of stores alone.
func TestFieldsAreDocumented(t *testing.T) {
	pages := map[string]string{}
	for _, name := range []string{"evidence.md", "scan.md"} {
		b, err := os.ReadFile("../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(b)
	}
	seen := map[reflect.Type]bool{}
	var check func(typ reflect.Type, page string)
	check = func(typ reflect.Type, page string) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || typ == reflect.TypeFor[Position]() || typ == reflect.TypeFor[OCSPResponse]() {
			return
		}
		seen[typ] = true
		if typ == reflect.TypeFor[Facts]() {
			page = "scan.md"
		}
		for f := range typ.NumField() {
			field := typ.Field(f)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			if !strings.Contains(pages[page], "`"+name+"`") {
				t.Errorf("docs/%s lacks `%s` of %s", page, name, typ)
			}
			check(field.Type, page)
		}
	}
	for _, r := range []Record{&Stream{}, &Handshake{}, &Traffic{}, &Server{}, &Client{}, &Setting{}, &Product{}, &Coverage{}, &Replay{}} {
		if !strings.Contains(pages["evidence.md"], "`"+string(r.Kind())+"`") {
			t.Errorf("docs/evidence.md lacks the kind `%s`", r.Kind())
		}
		check(reflect.TypeOf(r), "evidence.md")
	}
}
