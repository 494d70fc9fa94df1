package fix

import (
	"fmt"
	"slices"
	"strings"
)

// readmeName is the index of a folder.
const readmeName = "README.txt"

const readmeHead = `Fixes, in the order to apply them
=================================

Nothing here has been applied. Each fix says what to run, how to see that it
took, and how to go back; its files are in the folder of its host. They let the
newer version in and keep what works: TLS 1.0 and 1.1 go off later, in a step
of their own.

Try a fix on one machine first.

`

const readmeOffHead = `Taking old versions away
========================

Nothing here has been applied. This takes away what is below the floor: who
still needs it cannot connect any more. It was written because all gates of its
step were met by the evidence at hand; plan again before it is applied. Each
change says what to run, how to see that it took, and how to go back.

Try it on one machine first.

`

const readmeNone = `Nothing to fix was found: no setting in the evidence keeps anything below the
policy. What the evidence could not show stands in the report's coverage.
`

// readme is the index of fixes; folders says whether they stand below it.
func readme(fixes []Fix, folders bool) []byte {
	var b strings.Builder
	if len(fixes) > 0 && !slices.ContainsFunc(fixes, func(f Fix) bool { return !f.takesAway() }) {
		b.WriteString(readmeOffHead)
	} else {
		b.WriteString(readmeHead)
	}
	if len(fixes) == 0 {
		b.WriteString(readmeNone)
	}
	for i := range fixes {
		fixes[i].write(&b, i+1, folders)
	}
	return []byte(b.String())
}

// write puts one fix into the index.
func (f *Fix) write(b *strings.Builder, n int, folders bool) {
	title := fmt.Sprintf("%d. %s", n, clean(f.Title))
	fmt.Fprintf(b, "%s\n%s\n\n", title, strings.Repeat("-", min(len([]rune(title)), 79)))
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %-9s %s\n", name, clean(value))
		}
	}
	row("host", f.Host)
	if folders {
		row("folder", f.Folder)
	}
	row("step", f.Step)
	for _, file := range f.Files {
		row("file", file.Name)
	}
	b.WriteString("\n  why\n")
	for _, r := range f.Reasons {
		r.write(b)
	}
	section(b, "know", f.Notes)
	section(b, "by hand", f.Advice)
	section(b, "apply", f.Apply)
	section(b, "verify", f.Check)
	section(b, "roll back", f.Undo)
	b.WriteString("\n")
}

func (r *Reason) write(b *strings.Builder) {
	fmt.Fprintf(b, "    %s", clean(r.What))
	if r.Where != "" {
		fmt.Fprintf(b, "  (%s)", clean(r.Where))
	}
	b.WriteByte('\n')
	for _, line := range []string{r.Path, r.Why} {
		if line != "" && line != r.Where {
			fmt.Fprintf(b, "      %s\n", clean(line))
		}
	}
	if r.Fact != "" {
		fmt.Fprintf(b, "      fact %s\n", clean(r.Fact))
	}
	for _, s := range r.Sources {
		fmt.Fprintf(b, "      source %s\n", clean(s))
	}
}

func section(b *strings.Builder, name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n  %s\n", name)
	for _, l := range lines {
		fmt.Fprintf(b, "    %s\n", clean(l))
	}
}
