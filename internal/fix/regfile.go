package fix

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

const regHeader = "Windows Registry Editor Version 5.00"

// regChange is the .reg file that writes the wanted values.
func (p *planner) regChange(title string, cells []cell) []byte {
	lines := []string{regHeader, "", "; " + clean(title), "; " + p.T("The way back: rollback.reg, or the backup that change.ps1 makes.")}
	for _, group := range byKey(cells) {
		lines = append(lines, "", "["+group[0].long()+"]")
		for _, c := range group {
			lines = append(lines, fmt.Sprintf(`"%s"=dword:%08x`, c.name, c.want))
		}
	}
	return regBytes(lines)
}

// regRollback is the .reg file that writes what the evidence shows. A value
// that was absent is deleted. Its key stays, since the evidence does not tell
// an empty key from none, and to Windows both are the same. Of a value that is
// not known the file says so and leaves it alone.
func (p *planner) regRollback(title string, cells []cell) (file []byte, open []cell) {
	lines := []string{regHeader, "", "; " + clean(title), "; " + p.T("Back to the values that were found when this was written.")}
	for _, group := range byKey(cells) {
		lines = append(lines, "", "["+group[0].long()+"]")
		for _, c := range group {
			switch {
			case c.guessed():
				lines = append(lines, "; "+p.T("%s: what it was is not known in the evidence; this turns the version on.", c.name),
					fmt.Sprintf(`"%s"=dword:%08x`, c.name, c.back))
			case c.was.known == isNumber:
				lines = append(lines, fmt.Sprintf(`"%s"=dword:%08x`, c.name, c.was.n))
			case c.was.known == isAbsent:
				lines = append(lines, fmt.Sprintf(`"%s"=-`, c.name))
			default:
				open = append(open, c)
				lines = append(lines, "; "+p.T("%s: what it was is %s in the evidence. Use the backup that change.ps1 made.", c.name, p.show(c.was)))
			}
		}
	}
	return regBytes(lines), open
}

// regBytes is what regedit itself writes: UTF-16, little endian, with its
// mark, and CR LF.
func regBytes(lines []string) []byte {
	text := strings.Join(lines, "\r\n") + "\r\n"
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
