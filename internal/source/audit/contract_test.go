package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tlsready/tlsready/evidence"
)

// inputs are one file of each kind.
func inputs(t *testing.T) map[string]string {
	t.Helper()
	reg, err := os.ReadFile("testdata/win10.reg")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"win10.reg": string(reg),
		"inv.csv":   "host,product,version\nA,P,1\nB,\"Q, R\",2\nC,S,3\n",
		"SOFTWARE":  string(hiveWriter{}.write(softwareTree())),
	}
}

func TestTruncated(t *testing.T) {
	for name, in := range inputs(t) {
		whole := map[string]bool{}
		for _, l := range bytes.Split(ndjson(t, name, in), []byte("\n")) {
			whole[string(l)] = true
		}
		for n := 0; n < len(in); n += 1 + len(in)/400 {
			for _, part := range []string{in[:n], utf16Bytes(in, true, false)[:2*n+1]} {
				recs, cov := run(t, name, part)
				if n == 0 && cov.Failed == "" {
					t.Errorf("%s: nothing read, and not said", name)
				}
				for _, r := range recs {
					b, _ := evidence.Marshal(r)
					if p, ok := r.(*evidence.Product); ok && name == "inv.csv" && !whole[string(b)] && p.Version != "" {
						t.Errorf("%s cut at %d: %s", name, n, b)
					}
				}
			}
		}
	}
}

// TestCutInsideAKey: where the end of a file is seen to be missing, nothing
// is said about what may have stood there.
func TestCutInsideAKey(t *testing.T) {
	in := strings.TrimSuffix(export("10", protocolsLine+clientKey+"TLS 1.0\\Client]\n\"Enabled\"=dword:00000001\n\"DisabledByDefault\"=dword:0000"), "\n")
	recs, cov := run(t, "t.reg", in)
	for _, r := range recs {
		if _, ok := r.(*evidence.Client); ok {
			t.Errorf("client %+v", r)
		}
	}
	if !strings.Contains(strings.Join(cov.Blind, " "), "the file was cut") || len(cov.Skipped) != 1 {
		t.Errorf("coverage %+v", cov)
	}
}

// TestTooManyUsers: what is kept is bounded, and once something was left out
// nothing is taken to be absent.
func TestTooManyUsers(t *testing.T) {
	var s strings.Builder
	for i := range maxKept {
		fmt.Fprintf(&s, "[HKEY_USERS\\S-1-5-21-%d\\Software\\%s]\n", i, inet)
	}
	in := export("7", s.String()+protocolsLine+winhttp64)
	recs, cov := run(t, "t.reg", in)
	if len(recs) != 1 || !strings.Contains(strings.Join(cov.Blind, " "), "more users and keys than are kept") {
		t.Errorf("%d records, %q", len(recs), cov.Blind)
	}
}

func TestEmpty(t *testing.T) {
	for _, name := range []string{"x.reg", "x.csv"} {
		for _, in := range []string{"", "\xff\xfe", "\r\n"} {
			recs, cov := run(t, name, in)
			if len(recs) != 0 || cov.Failed == "" || cov.Input != name || cov.Source != "audit" {
				t.Errorf("%s %q: %v %+v", name, in, recs, cov)
			}
		}
	}
	recs, cov := run(t, "x.reg", headerV5+"\r\n\r\n")
	if len(recs) != 0 || len(cov.Blind) == 0 {
		t.Errorf("header alone: %v %+v", recs, cov)
	}
}

func TestHugeLineIsSkipped(t *testing.T) {
	long := strings.Repeat("x", maxLine+1)
	for name, in := range inputs(t) {
		if name == "SOFTWARE" {
			continue // has no lines
		}
		recs, _ := run(t, name, in)
		first, rest, _ := strings.Cut(in, "\n")
		got, cov := run(t, name, first+"\n"+long+"\n"+rest+long)
		if len(got) != len(recs) || len(cov.Skipped) != 1 || cov.Skipped[0].Ref != name+":2" || cov.Skipped[0].Count != 2 {
			t.Errorf("%s: %d records, want %d; %+v", name, len(got), len(recs), cov.Skipped)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, in := range inputs(t) {
		err := Run(ctx, name, strings.NewReader(in), Options{Knowledge: base(t)}, func(evidence.Record) error { return nil })
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// In the middle of a file that never ends, too.
	ctx, cancel = context.WithCancel(context.Background())
	n := 0
	endless := readerFunc(func(p []byte) (int, error) {
		if n++; n == 100 {
			cancel()
		}
		return copy(p, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\x]\n\"a\"=\"b\"\n"), nil
	})
	err := Run(ctx, "x.reg", io.MultiReader(strings.NewReader(headerV5+"\n"), endless), Options{Knowledge: base(t), Kind: KindReg}, func(evidence.Record) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestErrorsAreHandedOn(t *testing.T) {
	stop := errors.New("stop")
	for name, in := range inputs(t) {
		opt := Options{Knowledge: base(t)}
		if err := Run(context.Background(), name, strings.NewReader(in), opt, func(evidence.Record) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("%s, emit: %v", name, err)
		}
		broken := io.MultiReader(strings.NewReader(in), iotest.ErrReader(stop))
		if err := Run(context.Background(), name, broken, opt, func(evidence.Record) error { return nil }); !errors.Is(err, stop) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s, read: %v", name, err)
		}
		want := ndjson(t, name, in)
		var got bytes.Buffer
		err := Run(context.Background(), name, iotest.OneByteReader(strings.NewReader(in)), opt, func(r evidence.Record) error {
			b, err := evidence.Marshal(r)
			got.Write(append(b, '\n'))
			return err
		})
		if err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s, byte by byte: %v %s", name, err, got.Bytes())
		}
	}
	if err := Run(context.Background(), "x.reg", strings.NewReader(headerV5+"\n"), Options{}, nil); err == nil {
		t.Error("no knowledge, and no error")
	}
}

// BenchmarkRun reads an export of a whole hive, of which nothing is of
// interest: the speed of a big file.
func BenchmarkRun(b *testing.B) {
	var s strings.Builder
	s.WriteString(headerV5 + "\r\n\r\n")
	for s.Len() < 16<<20 {
		s.WriteString("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\CLSID\\{00020810-0000-0000-C000-000000000046}\\InprocServer32]\r\n" +
			"@=\"C:\\\\Windows\\\\System32\\\\ole32.dll\"\r\n\"ThreadingModel\"=\"Both\"\r\n\"Flags\"=dword:00000001\r\n" +
			"\"Blob\"=hex:01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,16,\\\r\n  17,18\r\n\r\n")
	}
	for name, in := range map[string]string{"UTF-8": s.String(), "UTF-16": utf16Bytes(s.String(), true, false)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := Run(context.Background(), "x.reg", strings.NewReader(in), Options{Knowledge: base(b)}, func(evidence.Record) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
