package audit

import (
	"bytes"
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// TestTreesOfAMachine: what is walked on a running system says the same as
// its hives, by registry path alone.
func TestTreesOfAMachine(t *testing.T) {
	var trees []tree
	for path, k := range map[string]*treeKey{`HKLM\SYSTEM`: systemTree(), `HKLM\SOFTWARE`: softwareTree()} {
		b := hiveWriter{}.write(k)
		h, err := openHive(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		root, err := h.key(h.root)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree{path, root})
	}
	var got []evidence.Record
	if err := judgeTrees(context.Background(), trees, "h", base(t), func(r evidence.Record) error {
		got = append(got, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	cov := got[len(got)-1].(*evidence.Coverage)
	if cov.Input != liveInput || cov.Used == 0 || cov.Used > cov.Read || strings.Contains(strings.Join(cov.Blind, " "), "reg export") {
		t.Errorf("%+v", cov)
	}
	for _, r := range got {
		if s, ok := r.(*evidence.Setting); ok && (s.Host != "HOST2" || s.Where.File != "" || s.Where.Line != 0 || !strings.HasPrefix(s.Where.Path, "HKLM")) {
			t.Errorf("%+v", s)
		}
	}
	want, _ := runHives(t, File{"host/SYSTEM", bytes.NewReader(hiveWriter{}.write(systemTree()))}, File{"host/SOFTWARE", bytes.NewReader(hiveWriter{}.write(softwareTree()))})
	if g, w := plain(t, got[:len(got)-1]), plain(t, want); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestLive(t *testing.T) {
	var last evidence.Record
	err := Live(context.Background(), Options{Knowledge: base(t)}, func(r evidence.Record) error { last = r; return nil })
	if runtime.GOOS != "windows" {
		if err == nil || !strings.Contains(err.Error(), ".reg export") {
			t.Error(err)
		}
		return
	}
	if cov, ok := last.(*evidence.Coverage); err != nil || !ok || cov.Used == 0 {
		t.Errorf("%v, %+v", err, last)
	}
}
