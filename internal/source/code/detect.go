package code

import (
	"bytes"
	"path"
	"strings"
)

// Detect tells whether a file is source code or a script that Run reads, and
// in which language: by its name, or by its #! line if it has no extension.
// The content must be text.
func Detect(name string, head []byte) (language string, ok bool) {
	l := detect(name, head)
	if l == nil {
		return "", false
	}
	return l.Name, true
}

func detect(name string, head []byte) *Language {
	head = plainHead(head)
	if isBinary(head) {
		return nil
	}
	l := byName(name)
	switch {
	case l == nil && path.Ext(name) == "":
		return byShebang(head)
	case l != nil && notThatLanguage(l, name, head):
		return nil
	}
	return l
}

// byShebang reads "#!/usr/bin/env -S python3.11 -u" and the like.
func byShebang(head []byte) *Language {
	line, _, _ := bytes.Cut(head[:min(len(head), 256)], []byte("\n"))
	rest, ok := bytes.CutPrefix(line, []byte("#!"))
	if !ok {
		return nil
	}
	for word := range strings.FieldsSeq(string(rest)) {
		prog := path.Base(word)
		if prog == "env" || strings.HasPrefix(prog, "-") || strings.Contains(prog, "=") {
			continue
		}
		if l := byShell[prog]; l != nil {
			return l
		}
		return byShell[strings.TrimRight(prog, "0123456789.")]
	}
	return nil
}

// notThatLanguage is for extensions that other things use too: .ts is a video
// stream and a Qt translation, .m is MATLAB, .cls is LaTeX, .inc is anything.
func notThatLanguage(l *Language, name string, head []byte) bool {
	text := bytes.TrimSpace(head)
	switch strings.ToLower(path.Ext(name)) {
	case ".ts":
		return bytes.HasPrefix(text, []byte("<?xml")) || bytes.HasPrefix(text, []byte("<!DOCTYPE TS"))
	case ".m":
		return !bytes.Contains(text, []byte("#i")) && !bytes.Contains(text, []byte("@i"))
	case ".cls":
		return bytes.HasPrefix(text, []byte(`\`)) || bytes.HasPrefix(text, []byte("%"))
	case ".inc":
		return !bytes.Contains(text, []byte("<?"))
	}
	return l == nil
}

// isBinary reports whether the start of a file, already without UTF-16, holds
// what text never does.
func isBinary(head []byte) bool {
	return bytes.IndexByte(head[:min(len(head), headSize)], 0) >= 0
}
