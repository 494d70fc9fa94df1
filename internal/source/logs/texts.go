package logs

import "strings"

// texts keeps many short strings in few pieces of memory.
type texts struct{ blocks []*strings.Builder }

// A text is a string of texts: the number of its block from 1, its place in
// it and its length. Zero is the empty string.
type text uint64

// textBlock is the size of a block in bytes. No string is longer.
const textBlock = 1 << 16

func (t *texts) put(s string) text {
	if s == "" {
		return 0
	}
	s = s[:min(len(s), textBlock-1)]
	last := len(t.blocks) - 1
	if last < 0 || t.blocks[last].Len()+len(s) > textBlock {
		b := &strings.Builder{}
		if last >= 0 {
			b.Grow(textBlock) // the first one grows: most logs have few clients
		}
		t.blocks = append(t.blocks, b)
		last++
	}
	at := t.blocks[last].Len()
	t.blocks[last].WriteString(s)
	return text(last+1)<<32 | text(at)<<16 | text(len(s))
}

func (t *texts) get(x text) string {
	if x == 0 {
		return ""
	}
	at := int(x >> 16 & (textBlock - 1))
	return t.blocks[x>>32-1].String()[at : at+int(x&(textBlock-1))]
}
