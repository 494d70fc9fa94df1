package logs

import "bytes"

// A tail is what stands behind a layout that is known: columns of which only
// the looks tell what they are.
type tail struct {
	version int // the column with the version, or -1
	columns [maxTail][]byte
	quoted  [maxTail]bool
}

// maxTail is how many columns behind the layout are looked at.
const maxTail = 32

// learn finds the column of the version from the first lines: where most of
// them have a version or a dash, and one at least a version. Quoted columns
// hold headers that the client wrote, so there most must have a version.
func (t *tail) learn(match func(line []byte) (rest []byte, ok bool), rows [][]byte) {
	var versions, dashes [maxTail]int
	fitting := 0
	for _, line := range rows {
		rest, ok := match(line)
		if !ok {
			continue
		}
		fitting++
		for i := range t.cut(rest) {
			if _, ok := versionSpelled(t.columns[i]); ok {
				versions[i]++
			} else if string(t.columns[i]) == "-" && !t.quoted[i] {
				dashes[i]++
			}
		}
	}
	most := 0
	for i, n := range versions {
		if n > most && 2*(n+dashes[i]) > fitting {
			t.version, most = i, n
		}
	}
}

// read puts version and suite into their cells.
func (t *tail) read(rest []byte, r *row) {
	n := t.cut(rest)
	if n == 0 {
		return
	}
	if t.version < 0 || t.version >= n || !versionOrDash(t.columns[t.version]) {
		t.relearn(n)
	}
	if t.version < 0 || t.version >= n {
		return
	}
	r.cell[cellVersion] = t.columns[t.version]
	for i := range n {
		// A quoted column beside a bare version may be a header.
		if i != t.version && t.quoted[i] == t.quoted[t.version] && looksLikeSuite(t.columns[i]) {
			r.cell[cellSuite] = t.columns[i]
			return
		}
	}
}

// relearn is for a log whose layout changed on the way. Only a bare word
// counts there: a quoted one may be a header.
func (t *tail) relearn(n int) {
	for i := range n {
		if _, ok := versionSpelled(t.columns[i]); ok && !t.quoted[i] {
			t.version = i
			return
		}
	}
}

func versionOrDash(b []byte) bool {
	if string(b) == "-" {
		return true
	}
	_, ok := versionSpelled(b)
	return ok
}

// looksLikeSuite tells names of suites from numbers and dashes. Whether it
// is one is for the table of suites to say.
func looksLikeSuite(b []byte) bool {
	if len(b) < 7 || b[0] < 'A' || b[0] > 'Z' {
		return false
	}
	return bytes.IndexByte(b, '-') > 0 || bytes.HasPrefix(b, []byte("TLS_"))
}

// cut splits the tail into columns: words, strings in quotes, key=value.
func (t *tail) cut(rest []byte) int {
	n := 0
	for ; n < maxTail; n++ {
		for len(rest) > 0 && rest[0] == ' ' {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			break
		}
		var token []byte
		t.quoted[n] = rest[0] == '"'
		switch {
		case t.quoted[n]:
			token, rest = rest[1:], nil
			if end := closingQuote(token); end >= 0 {
				token, rest = token[:end:end], token[end+1:]
			}
		default:
			end := bytes.IndexByte(rest, ' ')
			if end < 0 {
				end = len(rest)
			}
			token, rest = rest[:end], rest[end:]
			if i := bytes.IndexByte(token, '='); i > 0 {
				token = token[i+1:]
			}
		}
		t.columns[n] = token
	}
	return n
}
