package logs

import "math/bits"

// maxIISColumns bounds the columns of a log: some thirty are known to exist.
const maxIISColumns = 128

type bounds struct{ start, end uint32 }

// split finds the columns, puts those of use into their cells and says whether
// their number is right.
func (p *iisParser) split(line []byte, r *row) bool {
	n, single := p.splitSingle(line)
	if !single {
		n = p.splitAny(line)
	}
	whole := n == len(p.columns) && n <= maxIISColumns
	at := &p.at
	for _, u := range p.used {
		if u.column < n {
			b := at[u.column&(maxIISColumns-1)]
			r.cell[u.cell] = line[b.start:b.end]
		}
	}
	if whole {
		r.layout = p.layout
		for _, s := range p.spans {
			b := line[at[s.first].start:at[s.last].end]
			if len(b) > maxSpan {
				r.name = r.name[:0] // a huge agent: only its start is kept
				break
			}
			r.name = append(r.name, b)
		}
	}
	return whole
}

// splitSingle is for columns with one space between them, as in nearly all
// lines: it looks at 64 bytes at once. It reports false for all others.
func (p *iisParser) splitSingle(line []byte) (n int, ok bool) {
	if len(line) < 64 || line[0] == ' ' || line[len(line)-1] == ' ' {
		return 0, false
	}
	at := &p.at
	start, before := uint32(0), uint64(0)
	for i := 0; i < len(line); i += 64 {
		m := uint64(0)
		if i+64 <= len(line) {
			m = spaces64((*[64]byte)(line[i:]))
		} else {
			m = spaces64((*[64]byte)(line[len(line)-64:])) >> (64 - uint(len(line)-i))
		}
		if m&(m<<1|before) != 0 || n+bits.OnesCount64(m) >= maxIISColumns {
			return 0, false
		}
		before = m >> 63
		for ; m != 0; m &= m - 1 {
			end := uint32(i + bits.TrailingZeros64(m))
			at[n&(maxIISColumns-1)] = bounds{start, end}
			start = end + 1
			n++
		}
	}
	at[n] = bounds{start, uint32(len(line))}
	return n + 1, true
}

// splitAny is for any number of spaces: IIS writes two before some user names.
func (p *iisParser) splitAny(line []byte) int {
	n, start := 0, 0
	for i := 0; i <= len(line); i++ {
		if i == len(line) || line[i] == ' ' {
			if i > start {
				p.at[n&(maxIISColumns-1)] = bounds{uint32(start), uint32(i)}
				n++
			}
			start = i + 1
		}
	}
	return n
}
