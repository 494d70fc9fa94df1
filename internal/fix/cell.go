package fix

import (
	"fmt"
	"strconv"
	"strings"
)

// known says what evidence tells about a value as it is now.
type known int

const (
	notKnown known = iota // no evidence, or evidence that disagrees
	isAbsent
	isNumber
	isOther // there, but no REG_DWORD
)

// prior is what a value was before the change.
type prior struct {
	known known
	n     uint32
}

// join takes in another word about the same value: two exports that disagree
// leave it open.
func (p prior) join(o prior) prior {
	if p != o {
		return prior{}
	}
	return p
}

// cell is one REG_DWORD of the registry.
type cell struct {
	root string // HKLM, HKCU, HKU
	key  string // below it
	name string
	want uint32
	was  prior

	// What a rollback writes where the value before is not known.
	back    uint32
	hasBack bool
}

// guessed reports whether the way back of a cell is not from the evidence.
func (c cell) guessed() bool { return c.hasBack && c.was.known == notKnown }

var rootNames = map[string]string{"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKU": "HKEY_USERS"}

// long is the key as .reg files and .NET write it.
func (c cell) long() string { return rootNames[c.root] + `\` + c.key }

// numberIn reads the number of "Name=0x1F"; ok is false when the value is of
// another name.
func numberIn(value, name string) (p prior, ok bool) {
	text, ok := strings.CutPrefix(value, name+"=")
	if !ok {
		return prior{}, false
	}
	n, err := strconv.ParseUint(text, 0, 32)
	if err != nil || strings.HasPrefix(text, "0") && text != "0" && !strings.HasPrefix(text, "0x") {
		return prior{known: isOther}, true
	}
	return prior{known: isNumber, n: uint32(n)}, true
}

// show is a value in words.
func (p *planner) show(v prior) string {
	switch v.known {
	case isAbsent:
		return p.T("absent")
	case isNumber:
		return fmt.Sprintf("0x%X", v.n)
	case isOther:
		return p.T("there, but no REG_DWORD")
	}
	return p.T("not known")
}

// byKey groups cells, which stay in their order.
func byKey(cells []cell) [][]cell {
	at := map[string]int{}
	var out [][]cell
	for _, c := range cells {
		key := strings.ToLower(c.long())
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out
}
