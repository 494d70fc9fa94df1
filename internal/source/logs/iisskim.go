package logs

import "github.com/tlsready/tlsready/tlswire"

// atLeast looks at nothing but crypt-protocol, which stands near the end of
// the line: in most logs that is all there is to know about most lines.
func (p *iisParser) atLeast(line []byte, floor tlswire.Version) bool {
	if !p.measures || len(line) == 0 || line[0] == '#' {
		return false
	}
	end := len(line)
	if line[end-1] == '\r' {
		end--
	}
	for range p.behind {
		for end--; end >= 0 && line[end] != ' '; end-- {
		}
	}
	if end <= 0 {
		return false
	}
	start := end
	for start > 0 && line[start-1] != ' ' {
		start--
	}
	v, ok := schannelVersion(line[start:end])
	return ok && !v.Below(floor)
}
