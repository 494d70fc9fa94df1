package scan

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// inUTF16 is a text as PowerShell writes it.
func inUTF16(s string) string {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// readList gives each operand as its first target, and what is wrong.
func readList(r io.Reader) (targets, wrong []string, err error) {
	for o, e := range ReadOperands(r, "list") {
		var bad *BadTarget
		switch {
		case errors.As(e, &bad):
			wrong = append(wrong, bad.Error())
		case e != nil:
			err = e
		default:
			for t := range o.All() {
				targets = append(targets, t.String())
				break
			}
		}
	}
	return targets, wrong, err
}

func TestReadOperands(t *testing.T) {
	plain := "# servers\nweb.example  192.0.2.0/24 # two\n\n\thttps://a.example/#part\n[::1]:25"
	want := []string{"web.example:443", "192.0.2.0:443", "a.example:443", "[::1]:25"}
	for name, text := range map[string]string{
		"plain": plain, "CRLF": strings.ReplaceAll(plain, "\n", "\r\n"), "BOM": "\ufeff" + plain,
		"UTF-16": inUTF16(plain), "twice the end": plain + "\n\n",
	} {
		got, wrong, err := readList(strings.NewReader(text))
		if !slices.Equal(got, want) || wrong != nil || err != nil {
			t.Errorf("%s: %q, wrong %q, %v", name, got, wrong, err)
		}
	}
	if got, wrong, err := readList(strings.NewReader("")); got != nil || wrong != nil || err != nil {
		t.Errorf("nothing: %q, wrong %q, %v", got, wrong, err)
	}
}

func TestReadOperandsNamesTheLine(t *testing.T) {
	text := "a.example\nb:99999 c.example\n" + strings.Repeat("x", 2*maxLine) + "\nd.example\n\x00\xff\n10.0.0.0/7"
	got, wrong, err := readList(strings.NewReader(text))
	if !slices.Equal(got, []string{"a.example:443", "c.example:443", "d.example:443"}) || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for i, start := range []string{`list:2: target "b:99999": port`, "list:3: longer than 65536 bytes", "list:5: ", "list:6: "} {
		if i >= len(wrong) || !strings.HasPrefix(wrong[i], start) {
			t.Errorf("wrong are %.200q, want one that begins with %q at %d", wrong, start, i)
		}
	}
	if len(wrong) != 4 {
		t.Errorf("%d are wrong", len(wrong))
	}
	if _, _, err := readList(io.MultiReader(strings.NewReader("a"), iotest.ErrReader(io.ErrNoProgress))); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a broken list ends with %v", err)
	}
}

// TestReadOperandsDoesNotWait: what stands in a pipe is there before the
// writer goes on.
func TestReadOperandsDoesNotWait(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	go fmt.Fprintln(w, "a.example")
	for o, err := range ReadOperands(r, "pipe") {
		if err != nil || o.first.Host != "a.example" {
			t.Errorf("%+v, %v", o, err)
		}
		break
	}
}

func FuzzReadOperands(f *testing.F) {
	f.Add("a:1 192.0.2.0/30\n# x\n1.2.3.4-9\n")
	f.Add(inUTF16("a.example\n::1-::4"))
	f.Add("*.example 10.0.0.0/8")
	f.Fuzz(func(t *testing.T, text string) {
		for o, err := range ReadOperands(strings.NewReader(text), "list") {
			var bad *BadTarget
			if err != nil && !errors.As(err, &bad) {
				t.Fatal(err)
			}
			if err == nil && (o.Len() < 1 || o.Len() > MaxAddresses) {
				t.Fatalf("%+v stands for %d", o, o.Len())
			}
		}
		x := new(Exclusions)
		_ = x.Read(strings.NewReader(text), "list")
		x.Done()
		x.Host("a.example")
		x.Host("192.0.2.1")
	})
}
