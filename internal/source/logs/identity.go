package logs

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// How much of a log its identity is taken from. Rows hold times and
// addresses: two logs that agree in some dozen rows at the start and in the
// last ones before an offset are one.
const (
	identityHead = 4 << 10
	identityTail = 1 << 10
	maxSteps     = 256
)

func hashed(b []byte) string { return shortHash(b, 16) }

// shortHash is the start of the SHA-256 in hex.
func shortHash(b []byte, n int) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:n])
}

// setIdentity says what a log holds before an offset: head is its start, tail
// what stands before the offset.
func setIdentity(p *evidence.Position, head, tail []byte, offset int64) {
	head = head[:min(int64(len(head)), identityHead, offset)]
	tail = tail[max(0, len(tail)-identityTail):]
	p.Head, p.HeadBytes = hashed(head), len(head)
	p.Tail, p.TailBytes = hashed(tail), len(tail)
	p.Offset = offset
	p.Steps = nil
	for at := 0; len(p.Steps) < maxSteps; {
		i := bytes.IndexByte(head[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		p.Steps = append(p.Steps, shortHash(head[:at], 4))
	}
}

// Positions are how far the logs of a store were read, found by what a log
// holds. Each stands in the coverage of its log.
type Positions struct {
	byHead  map[string][]*evidence.Coverage
	sizes   map[int]int // how many positions have a head of this size
	archive map[string]*evidence.Coverage
}

// NewPositions takes coverage that has a position.
func NewPositions(covers []*evidence.Coverage) *Positions {
	k := &Positions{byHead: map[string][]*evidence.Coverage{}, sizes: map[int]int{}, archive: map[string]*evidence.Coverage{}}
	for _, c := range covers {
		k.put(nil, c)
	}
	return k
}

// All are the coverage records, in one order.
func (k *Positions) All() []*evidence.Coverage {
	all := slices.Concat(slices.Collect(maps.Values(k.byHead))...)
	slices.SortFunc(all, func(a, b *evidence.Coverage) int {
		return cmp.Or(cmp.Compare(a.Input, b.Input), cmp.Compare(a.Position.Head, b.Position.Head), cmp.Compare(a.Position.Tail, b.Position.Tail))
	})
	return all
}

// Len is how many logs are known.
func (k *Positions) Len() int {
	n := 0
	for _, all := range k.byHead {
		n += len(all)
	}
	return n
}

// put takes a record in the place of an earlier one.
func (k *Positions) put(was, is *evidence.Coverage) {
	if was != nil {
		p := was.Position
		k.byHead[p.Head] = slices.DeleteFunc(k.byHead[p.Head], func(c *evidence.Coverage) bool { return c == was })
		if len(k.byHead[p.Head]) == 0 {
			delete(k.byHead, p.Head)
		}
		if k.sizes[p.HeadBytes]--; k.sizes[p.HeadBytes] == 0 {
			delete(k.sizes, p.HeadBytes)
		}
		delete(k.archive, p.Packed)
	}
	p := is.Position
	k.byHead[p.Head] = append(k.byHead[p.Head], is)
	k.sizes[p.HeadBytes]++
	if p.Packed != "" {
		k.archive[p.Packed] = is
	}
}

// find gives the record of a log that was read before: up to where, and
// whether this is an older copy of it that holds nothing new.
func (k *Positions) find(v *view) (have *evidence.Coverage, older bool, err error) {
	var maybe []*evidence.Coverage
	for size := range k.sizes {
		if size <= len(v.head) {
			for _, c := range k.byHead[hashed(v.head[:size])] {
				if c.Position.HeadBytes == size {
					maybe = append(maybe, c)
				}
			}
		}
	}
	slices.SortFunc(maybe, func(a, b *evidence.Coverage) int { return cmp.Compare(a.Position.Offset, b.Position.Offset) })
	for _, c := range maybe {
		tail, err := v.before(c.Position.Offset, c.Position.TailBytes)
		switch {
		case errors.Is(err, io.EOF):
			older = older || c.Position.HeadBytes == identityHead
		case err != nil:
			return nil, false, err
		case hashed(tail) == c.Position.Tail:
			have = c
		}
	}
	if have != nil {
		return have, false, nil
	}
	return nil, older || len(v.head) < identityHead && k.stepOf(v.head), nil
}

// stepOf reports whether a short log is the start of one that was read.
func (k *Positions) stepOf(head []byte) bool {
	whole := head[:bytes.LastIndexByte(head, '\n')+1]
	n := bytes.Count(whole, []byte("\n"))
	if n == 0 {
		return false
	}
	step := shortHash(whole, 4)
	for _, all := range k.byHead {
		for _, c := range all {
			if s := c.Position.Steps; n <= len(s) && s[n-1] == step && int64(len(whole)) < c.Position.Offset {
				return true
			}
		}
	}
	return false
}

// A view is a log that can be looked at from its start on, at places that
// come one behind the other.
type view struct {
	head []byte // its first bytes, as UTF-8
	file io.ReaderAt
	text io.Reader // instead, of an archive or UTF-16; nothing of it is taken yet
	seen tailKeeper
}

// before gives n bytes before an offset, io.EOF if the log ends earlier.
func (v *view) before(offset int64, n int) ([]byte, error) {
	if v.file != nil {
		b := make([]byte, n)
		got, err := v.file.ReadAt(b, offset-int64(n))
		if got == n {
			return b, nil
		}
		return nil, cmp.Or(err, io.EOF)
	}
	if _, err := io.CopyN(&v.seen, v.text, offset-v.seen.n); err != nil {
		return nil, err
	}
	return v.seen.last(n), nil
}

// tailKeeper counts what is written to it and keeps the end.
type tailKeeper struct {
	n    int64
	tail []byte
}

// Write implements io.Writer.
func (t *tailKeeper) Write(p []byte) (int, error) {
	t.n += int64(len(p))
	t.tail = append(t.tail, p[max(0, len(p)-identityTail):]...)
	if len(t.tail) > 8*identityTail {
		t.tail = append(t.tail[:0], t.tail[len(t.tail)-identityTail:]...)
	}
	return len(p), nil
}

func (t *tailKeeper) last(n int) []byte { return t.tail[max(0, len(t.tail)-n):] }
