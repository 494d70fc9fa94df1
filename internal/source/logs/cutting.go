package logs

import "bytes"

// between gives what stands behind a mark and before the next end. Without
// the end it is nothing: the line may be cut.
func between(b []byte, mark, end string) []byte {
	b = behind(b, mark)
	if i := bytes.Index(b, []byte(end)); i >= 0 && b != nil {
		return b[:i:i]
	}
	return nil
}

// behind gives what stands behind the first mark, and nil without it.
func behind(b []byte, mark string) []byte {
	if i := bytes.Index(b, []byte(mark)); i >= 0 {
		return b[i+len(mark):]
	}
	return nil
}

// word gives the first word, which must have a space behind it.
func word(b []byte) (w, rest []byte) {
	i := bytes.IndexByte(b, ' ')
	if i < 0 {
		return nil, nil
	}
	return b[:i:i], bytes.TrimLeft(b[i:], " ")
}

func contains(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }

// fullName is the name that a host gives itself, if it can tell hosts apart:
// half of all devices say localhost.
func fullName(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte(".")) // the root of the DNS, as sendmail and Gmail write it
	if bytes.IndexByte(b, '.') <= 0 || bytes.HasPrefix(b, []byte("localhost")) {
		return nil
	}
	return hostName(b)
}

// nameAndAddress reads host[192.0.2.7], host [192.0.2.7] and [192.0.2.7], and
// gives what stands behind. A host without a name is "unknown".
func nameAndAddress(b []byte) (name, addr, rest []byte) {
	open := bytes.IndexByte(b, '[')
	if open < 0 {
		return nil, nil, nil
	}
	end := bytes.IndexByte(b[open:], ']')
	if end < 0 {
		return nil, nil, nil
	}
	name = bytes.Trim(b[:open], " (")
	return fullName(name), b[open+1 : open+end], b[open+end+1:]
}
