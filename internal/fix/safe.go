package fix

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// maxName bounds the name of a folder, without the hash that may follow.
const maxName = 48

// safeName makes a file name out of any text. It can be used on every system,
// stays in its folder, and is no device of Windows. A name that had to be
// changed gets a hash of what it was, so that two never become one.
func safeName(s string) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() >= maxName {
			break
		}
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), ".")
	if name == "" || strings.HasPrefix(name, "-") || reserved(name) {
		name = "_" + name
	}
	if name != s || strings.HasPrefix(s, "_") { // "_source" is ours
		sum := sha256.Sum256([]byte(s))
		name += "_" + hex.EncodeToString(sum[:4])
	}
	return name
}

// reserved reports whether Windows takes a name, with or without an
// extension, for a device.
func reserved(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	if len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) {
		return stem[3] >= '0' && stem[3] <= '9'
	}
	return false
}

// nameFolders gives every host its folder. Names of folders are compared as
// Windows and macOS do, without case.
func nameFolders(fixes []Fix) {
	for i := range fixes {
		switch f := &fixes[i]; {
		case f.Host != "":
			f.Folder = FolderName(f.Host)
		case f.Kind == KindSource:
			f.Folder = "_source"
		default:
			f.Folder = "_host-not-known"
		}
	}
}

// clean makes one line of any text, for people to read: control characters
// and those that turn the direction of writing are shown as "?".
func clean(s string) string {
	const most = 400
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "?") {
		if n++; n > most {
			b.WriteString("...")
			break
		}
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// ascii is clean for files whose readers disagree about encodings.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, clean(s))
}

// psQuote writes a string of PowerShell in which nothing is expanded. Its
// input has no other quotation marks, which PowerShell would take for the
// ASCII one, since all but ASCII is gone.
func psQuote(s string) string {
	return "'" + strings.ReplaceAll(ascii(s), "'", "''") + "'"
}

// shQuote writes one word of a shell. A name that begins with a dash would be
// an option. Empty when the name cannot be shown in one line as it is.
func shQuote(s string) string {
	if clean(s) != s || s == "" {
		return ""
	}
	if strings.HasPrefix(s, "-") {
		s = "./" + s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// FolderName is the name of a host's folder.
func FolderName(host string) string { return safeName(strings.ToLower(host)) }
