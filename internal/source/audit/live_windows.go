package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	winreg "golang.org/x/sys/windows/registry"

	"github.com/tlsready/tlsready/evidence"
)

// liveAccess asks for the 64-bit view, in which the 32-bit one is
// Wow6432Node, whatever this program was built for.
const liveAccess = winreg.READ | winreg.WOW64_64KEY

func runLive(ctx context.Context, opt Options, emit evidence.Emit) error {
	name, _ := os.Hostname()
	trees := []tree{{"HKLM", liveKey{winreg.LOCAL_MACHINE}}, {"HKU", liveUsers{liveKey{winreg.USERS}}}}
	return judgeTrees(ctx, trees, cmp.Or(opt.Host, name), opt.Knowledge, emit)
}

// liveKey is an open key, a node.
type liveKey struct{ k winreg.Key }

// eachValue implements node.
func (l liveKey) eachValue(want func(string) bool, each func(*regValue)) (read int, damage string, err error) {
	names, err := l.k.ReadValueNames(-1)
	if err != nil && err != io.EOF {
		damage = "values not readable: " + err.Error()
	}
	buf := make([]byte, 256)
	for _, name := range names {
		read++
		if !want(name) {
			continue
		}
		n, typ, err := l.k.GetValue(name, buf)
		if errors.Is(err, winreg.ErrShortBuffer) && n <= maxValue {
			buf = make([]byte, n)
			n, typ, err = l.k.GetValue(name, buf)
		}
		switch {
		case errors.Is(err, winreg.ErrNotExist): // gone since
		case errors.Is(err, winreg.ErrShortBuffer):
			damage = "value over 64 KiB"
		case err != nil:
			damage = "value not readable: " + err.Error()
		default:
			v := &regValue{name: name}
			v.setData(regType(typ), buf[:n])
			each(v)
		}
	}
	return read, damage, nil
}

// eachChild implements node.
func (l liveKey) eachChild(want func(string) bool, each func(string, node) error) (damage string, err error) {
	names, err := l.k.ReadSubKeyNames(-1)
	if err != nil && err != io.EOF {
		damage = "keys not readable: " + err.Error()
	}
	for _, name := range names {
		if !want(name) {
			continue
		}
		k, err := winreg.OpenKey(l.k, name, liveAccess)
		if errors.Is(err, winreg.ErrNotExist) { // gone since
			continue
		}
		if err != nil {
			damage = fmt.Sprintf("key %s not readable: %v", name, err)
			continue
		}
		err = each(name, liveKey{k})
		k.Close()
		if err != nil {
			return damage, err
		}
	}
	return damage, nil
}

// liveUsers is HKEY_USERS without what shows other keys once more: the
// classes of each user, and .DEFAULT, which is S-1-5-18.
type liveUsers struct{ liveKey }

func (l liveUsers) eachChild(want func(string) bool, each func(string, node) error) (string, error) {
	return l.liveKey.eachChild(func(name string) bool {
		return !strings.HasSuffix(strings.ToLower(name), "_classes") && !strings.EqualFold(name, ".DEFAULT") && want(name)
	}, each)
}
