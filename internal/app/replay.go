package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/scan"
	"github.com/tlsready/tlsready/internal/source/watch"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Replay sends recorded hellos to targets and gives what came back.
func Replay(ctx context.Context, targets *Targets, hellos []scan.Hello, opt Options) (*Collection, error) {
	return askAll(ctx, targets, opt, func(ctx context.Context, t scan.Target, emit evidence.Emit) error {
		return scan.Replay(ctx, t, hellos, opt.Scan, emit)
	})
}

// Hellos finds recorded hellos: those of a capture, the one of a known
// client's data file, or those of the knowledge base by id, by name or by a
// part of the name; "all" is every one of them.
func Hellos(ctx context.Context, args []string, opt Options) ([]scan.Hello, error) {
	var out []scan.Hello
	for _, arg := range args {
		found, err := hellosOf(ctx, arg, opt)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func hellosOf(ctx context.Context, arg string, opt Options) ([]scan.Hello, error) {
	head, err := readHead(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return knownHellos(opt.Knowledge, arg)
	case err != nil:
		return nil, fmt.Errorf("hello %s: %w", arg, err)
	case watch.Detect(head) != watch.NotCapture:
		return capturedHellos(ctx, arg, opt)
	}
	k, err := opt.Knowledge.ParseKnownClient(arg, head)
	if err != nil {
		return nil, fmt.Errorf("hello %s: neither a capture nor a known client's data file: %w", arg, err)
	}
	if len(k.Hello) == 0 {
		return nil, fmt.Errorf("hello %s: the file of %s holds none", arg, k.ID)
	}
	return []scan.Hello{{Name: k.Title(), Stream: k.Hello}}, nil
}

// readHead is the start of a file; a data file is shorter.
func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, headSize)
	n, err := f.Read(b)
	if n == 0 && err != nil {
		return nil, err
	}
	return b[:n], nil
}

// capturedHellos are the hellos of a capture, one of each sort.
func capturedHellos(ctx context.Context, path string, opt Options) ([]scan.Hello, error) {
	var mu sync.Mutex
	var out []scan.Hello
	seen := map[string]bool{}
	take := func(ref string, h *tlswire.ClientHello, stream []byte) {
		sort := tlswire.JA4(h, tlswire.TransportTCP) + " " + tlswire.JA3(h)
		mu.Lock()
		defer mu.Unlock()
		if !seen[sort] {
			seen[sort] = true
			out = append(out, scan.Hello{Name: filepath.Base(ref), Stream: append([]byte(nil), stream...)})
		}
	}
	_, err := Collect(ctx, []string{path}, Options{Kinds: []Kind{KindCapture}, Hello: take})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("hello %s: the capture holds no whole ClientHello", filepath.Base(path))
	}
	return out, err
}

// knownHellos are the recorded hellos of known clients.
func knownHellos(base *knowledge.Base, name string) ([]scan.Hello, error) {
	var exact, part []scan.Hello
	for _, k := range base.KnownClients {
		if len(k.Hello) == 0 {
			continue
		}
		h := scan.Hello{Name: k.Title(), Stream: k.Hello}
		switch lower, title := strings.ToLower(name), strings.ToLower(k.Title()); {
		case lower == k.ID || "known."+lower == k.ID || lower == title:
			exact = append(exact, h)
		case lower == "all" || strings.Contains(title, lower):
			part = append(part, h)
		}
	}
	if len(exact) > 0 {
		return exact, nil
	}
	if len(part) == 0 {
		return nil, fmt.Errorf("hello %q: no such file, and no known client of that name has a recorded hello", name)
	}
	return part, nil
}
