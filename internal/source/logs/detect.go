package logs

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
)

// headSize is how much of a log decides its format. It is fixed, so that the
// answer does not depend on how the input arrives.
const headSize = 64 << 10

// sure is the confidence from which a format claims a file. Formats stay
// below it for what could as well be prose, source code or another log.
const sure = 50

// Detect says which format reads this file, by its first bytes: 64 KiB are
// plenty, and half a line at the end does no harm. It is careful rather than
// eager: text that only talks about logs is not claimed. The name decides
// nothing, since logs are rotated, renamed and piped.
func Detect(_ string, head []byte) (format string, ok bool) {
	f := detect(plainHead(head))
	if f == nil {
		return "", false
	}
	return f.Name, true
}

func detect(head []byte) *Format {
	var best *Format
	score := sure - 1
	for _, f := range Formats() {
		if s := f.detect(head); s > score {
			best, score = f, s
		}
	}
	return best
}

// choose gives the format to read a log with.
func choose(name string, head []byte, opt *Options) (*Format, error) {
	if opt.Layout != "" {
		return opt.layoutFormat()
	}
	if opt.Format != "" {
		return formatByName(opt.Format)
	}
	if f := detect(head); f != nil {
		return f, nil
	}
	return nil, fmt.Errorf("%s: %w: if it is a log, name its format (%s)",
		cmp.Or(name, "-"), ErrUnknownFormat, strings.Join(Names(), ", "))
}

// headLines are the whole lines at the start of a log, at most max. A head
// without any line end is one line.
func headLines(head []byte, max int) [][]byte {
	whole := head
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		whole = head[:i]
	}
	var out [][]byte
	for line := range bytes.Lines(whole) {
		if line = cleanLine(bytes.TrimSuffix(line, []byte("\n"))); len(line) > 0 {
			out = append(out, line)
		}
		if len(out) == max {
			break
		}
	}
	return out
}
