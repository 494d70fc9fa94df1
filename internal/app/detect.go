package app

import (
	"bytes"
	"unicode/utf8"

	"github.com/tlsready/tlsready/internal/source/audit"
	"github.com/tlsready/tlsready/internal/source/code"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/internal/source/watch"
)

// Kind is what an input holds, and so which source reads it.
type Kind string

// The kinds of input.
const (
	KindEvidence  Kind = "evidence"
	KindCapture   Kind = "capture"
	KindLog       Kind = "log"
	KindRegistry  Kind = "registry"
	KindHive      Kind = "hive"
	KindInventory Kind = "inventory"
	KindConfig    Kind = "configuration"
	KindSource    Kind = "source"
	KindUnknown   Kind = ""
)

// FileKinds are all kinds that files hold, for commands that read whatever
// is there but ask no host.
func FileKinds() []Kind {
	return []Kind{KindEvidence, KindCapture, KindLog, KindRegistry, KindHive, KindInventory, KindConfig, KindSource}
}

// headSize is how much of a file decides its kind: some logs start with long
// comments.
const headSize = 64 << 10

// unknownKind is the error for bytes that no source reads; it says why.
type unknownKind string

func (e unknownKind) Error() string { return string(e) }

// mayBeEvidence reports whether the bytes may hold evidence that we cannot
// get at, such as a compressed log, and not just something else.
func (e unknownKind) mayBeEvidence() bool {
	return e != textOfNoKind && e != binaryOfNoKind && e != emptyFile
}

const (
	textOfNoKind   unknownKind = "text of no kind that is read (import --format NAME forces a log format)"
	emptyFile      unknownKind = "empty file"
	binaryOfNoKind unknownKind = "binary data of no kind that is read"
)

// detect tells the kind of an input from its first bytes, and never from its
// name alone. For an unknown one the reason says what to do.
func detect(name string, head []byte) (kind Kind, reason string) {
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return KindUnknown, string(emptyFile)
	case watch.Detect(head) != watch.NotCapture:
		return KindCapture, ""
	case isEvidence(head):
		return KindEvidence, ""
	}
	if kind, ok := audit.Detect(name, head); ok {
		switch kind {
		case audit.KindInventory:
			return KindInventory, ""
		case audit.KindHive:
			return KindHive, ""
		}
		return KindRegistry, ""
	}
	if _, ok := logs.Detect(name, head); ok {
		return KindLog, ""
	}
	if _, ok := config.Detect(name, head); ok {
		return KindConfig, ""
	}
	if _, ok := code.Detect(name, head); ok {
		return KindSource, ""
	}
	return KindUnknown, unknownReason(head)
}

// isEvidence reports whether the first line is a record of ours.
func isEvidence(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte("\n"))
	line = bytes.TrimSpace(line)
	return bytes.HasPrefix(line, []byte(`{"kind":"`)) || bytes.HasPrefix(line, []byte(`{"kind": "`))
}

// unknownReason says why bytes that no source reads were passed over, and
// what would help.
func unknownReason(head []byte) string {
	for _, m := range []struct{ magic, reason string }{
		{"PK\x03\x04", "a zip archive: unpack it first"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.reason
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" { // POSIX pax, ustar interchange format
		return "a tar archive: unpack it first"
	}
	if bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(trimPartialRune(head)) {
		return string(binaryOfNoKind)
	}
	return string(textOfNoKind)
}

// trimPartialRune takes off a character that the end of the head cut in two.
func trimPartialRune(b []byte) []byte {
	for i := 1; i <= min(3, len(b)); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}
