package cli

import (
	"reflect"
	"slices"
	"strings"
)

// grammarOf gives the commands that arguments may mean: one alone, if they begin with
// its name and ask for no help. To make the flags of all commands takes longer than
// many a command. The other result gives the flags of all commands once they are read.
func grammarOf(args []string) (grammar any, globals func() Globals) {
	if len(args) > 0 && !slices.ContainsFunc(args, asksHelp) {
		t := reflect.TypeFor[commands]()
		for i := range t.NumField() {
			if f := t.Field(i); !f.Anonymous && strings.ToLower(f.Name) == args[0] {
				one := reflect.New(reflect.StructOf([]reflect.StructField{t.Field(0), f}))
				return one.Interface(), func() Globals { return one.Elem().Field(0).Interface().(Globals) }
			}
		}
	}
	all := new(commands)
	return all, func() Globals { return all.Globals }
}

func asksHelp(arg string) bool { return arg == "-h" || strings.HasPrefix(arg, "--help") }
