package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
)

// utf16z is text as resources hold it.
func utf16z(s string) (b []byte) {
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// verBlock writes one block of a version resource.
func verBlock(key string, text bool, value []byte, children ...[]byte) []byte {
	b := append(make([]byte, 6), utf16z(key)...)
	pad := func() {
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	pad()
	b = append(b, value...)
	for _, c := range children {
		pad()
		b = append(b, c...)
	}
	length := len(value)
	if text {
		length /= 2
		b[4] = 1
	}
	binary.LittleEndian.PutUint16(b, uint16(len(b)))
	binary.LittleEndian.PutUint16(b[2:], uint16(length))
	return b
}

// program is a small file of the PE format with nothing but a version resource.
func program(product string, a, b, c, d uint16) []byte {
	le := binary.LittleEndian
	fixed := make([]byte, 52)
	le.PutUint32(fixed, 0xFEEF04BD)
	le.PutUint32(fixed[8:], uint32(a)<<16|uint32(b))
	le.PutUint32(fixed[12:], uint32(c)<<16|uint32(d))
	info := verBlock("VS_VERSION_INFO", false, fixed,
		verBlock("StringFileInfo", true, nil, verBlock("040904B0", true, nil,
			verBlock("CompanyName", true, utf16z("Example")), verBlock("ProductName", true, utf16z(product)))))
	var rsrc []byte
	directory := func(id, next uint32) {
		head := make([]byte, 16)
		le.PutUint16(head[14:], 1)
		rsrc = le.AppendUint32(le.AppendUint32(append(rsrc, head...), id), next)
	}
	const address = 0x1000
	directory(16, 1<<31|24)
	directory(1, 1<<31|48)
	directory(0x409, 72)
	rsrc = le.AppendUint32(le.AppendUint32(rsrc, address+88), uint32(len(info)))
	rsrc = append(append(rsrc, make([]byte, 8)...), info...)

	f := make([]byte, 0x40, 0x200+len(rsrc))
	copy(f, "MZ")
	le.PutUint32(f[0x3c:], 0x40)
	f = append(f, "PE\x00\x00"...)
	for _, v := range []uint16{0x8664, 1, 0, 0, 0, 0, 0, 0, 0, 0} { // one section, no optional header
		f = le.AppendUint16(f, v)
	}
	section := make([]byte, 40)
	copy(section, ".rsrc")
	for i, v := range []uint32{uint32(len(rsrc)), address, uint32(len(rsrc)), 0x200} {
		le.PutUint32(section[8+4*i:], v)
	}
	f = append(f, section...)
	return append(append(f, make([]byte, 0x200-len(f))...), rsrc...)
}

func runProgram(t testing.TB, name string, b []byte, all bool) (known bool, products []*evidence.Product, cov *evidence.Coverage) {
	t.Helper()
	known, err := RunProgram(context.Background(), File{name, bytes.NewReader(b)}, all, Options{Knowledge: base(t)}, func(r evidence.Record) error {
		switch r := r.(type) {
		case *evidence.Product:
			products = append(products, r)
		case *evidence.Coverage:
			cov = r
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return known, products, cov
}

func TestProgram(t *testing.T) {
	for _, c := range []struct{ name, product, host string }{
		{"web01/Program Files/Microsoft SQL Server/MSSQL/Binn/sqlservr.exe", "Microsoft SQL Server", "web01"},
		{`web01\c\Program Files (x86)\x.dll`, "Microsoft SQL Server", "web01"},
		{"C:/Program Files/x.exe", "Microsoft SQL Server", ""}, // whose disk it is, is not said
		{"Program Files/x.exe", "Microsoft SQL Server", ""},
		{"tools/x.exe", "Microsoft SQL Server", ""},
	} {
		known, products, cov := runProgram(t, c.name, program(c.product, 12, 0, 2000, 8), false)
		if !known || len(products) != 1 || cov == nil || products[0].Host != c.host || products[0].Name != c.product || products[0].Version != "12.0.2000.8" {
			t.Errorf("%s: %v %+v %+v", c.name, known, products, cov)
		}
	}
	if known, products, cov := runProgram(t, "a.exe", program("Example Tool", 1, 2, 3, 4), false); known || products != nil || cov != nil {
		t.Errorf("not known: %+v %+v", products, cov)
	}
	if _, products, _ := runProgram(t, "a.exe", program("Example Tool", 1, 2, 3, 4), true); len(products) != 1 || products[0].Version != "1.2.3.4" {
		t.Errorf("asked for: %+v", products)
	}
}

// A file that is cut or no program says so and nothing else.
func TestProgramDamaged(t *testing.T) {
	whole := program("Microsoft SQL Server", 12, 0, 2000, 8)
	for n := 0; n < len(whole)-1; n += 7 {
		if known, products, cov := runProgram(t, "a.exe", whole[:n], true); len(products) != 0 && !strings.HasPrefix("Microsoft SQL Server", products[0].Name) || cov == nil {
			t.Errorf("cut to %d: %v %+v %+v", n, known, products, cov)
		}
	}
	for _, text := range []string{"", "MZ", "MZ" + strings.Repeat("\xff", 1000), "#!/bin/sh"} {
		if _, products, cov := runProgram(t, "a.exe", []byte(text), true); len(products) != 0 || cov == nil || cov.Failed == "" {
			t.Errorf("%.9q: %+v %+v", text, products, cov)
		}
	}
}

func FuzzProgram(f *testing.F) {
	f.Add(program("Microsoft SQL Server", 12, 0, 2000, 8))
	f.Add(program("", 0, 0, 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := readVersionInfo(bytes.NewReader(b))
		if err == nil && (info.product == "" || info.version == "") {
			t.Errorf("%+v", info)
		}
	})
}
