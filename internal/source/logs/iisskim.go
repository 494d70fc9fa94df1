package logs

import (
	"math/bits"

	"github.com/tlsready/tlsready/tlswire"
)

// atLeast looks at nothing but crypt-protocol, which stands near the end of
// the line: in most logs that is all there is to know about most lines.
func (p *iisParser) atLeast(line []byte, floor tlswire.Version) bool {
	if !p.measures || len(line) < 64 || line[0] == '#' {
		return false
	}
	end := len(line)
	if line[end-1] == '\r' {
		if end--; end < 64 {
			return false
		}
	}
	tail := (*[64]byte)(line[end-64 : end])
	m := spaces64(tail)
	if m&(m<<1) != 0 {
		return false // columns stand apart by more than one space
	}
	to := 64
	for range p.behind {
		if m == 0 {
			return false
		}
		to = 63 - bits.LeadingZeros64(m)
		m &^= 1 << to
	}
	if m == 0 {
		return false
	}
	v, ok := schannelVersion(tail[64-bits.LeadingZeros64(m) : to])
	return ok && !v.Below(floor)
}
