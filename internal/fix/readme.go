package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/columns"
	"github.com/tlsready/tlsready/internal/lang"
)

// readmeName is the index of a folder.
const readmeName = "README.txt"

// lineWidth is how many columns a line of the index has at most, but for what
// is to be copied or comes from evidence.
const lineWidth = 79

// readme is the index of fixes in a language; folders says whether they stand
// below it.
func readme(fixes []Fix, folders bool, l *lang.Language) []byte {
	x := index{l, &strings.Builder{}}
	if len(fixes) > 0 && !slices.ContainsFunc(fixes, func(f Fix) bool { return !f.takesAway() }) {
		x.title(l.T("Taking old versions away"), "=")
		x.paragraph(l.T("Nothing here has been applied. This takes away what is below the floor: who still needs it cannot connect any more. It was written because all gates of its step were met by the evidence at hand; plan again before it is applied. Each change says what to run, how to see that it took, and how to go back."))
		x.paragraph(l.T("Try it on one machine first."))
	} else {
		x.title(l.T("Fixes, in the order to apply them"), "=")
		x.paragraph(l.T("Nothing here has been applied. Each fix says what to run, how to see that it took, and how to go back; its files are in the folder of its host. They let the newer version in and keep what works: TLS 1.0 and 1.1 go off later, in a step of their own."))
		x.paragraph(l.T("Try a fix on one machine first."))
	}
	if len(fixes) == 0 {
		x.lines(l.T("Nothing to fix was found: no setting in the evidence keeps anything below the policy. What the evidence could not show stands in the report's coverage."))
	}
	for i := range fixes {
		x.fix(&fixes[i], i+1, folders)
	}
	return []byte(x.b.String())
}

// index writes a readme.
type index struct {
	*lang.Language
	b *strings.Builder
}

// title is underlined as wide as it is shown.
func (x index) title(s, line string) {
	fmt.Fprintf(x.b, "%s\n%s\n\n", s, strings.Repeat(line, min(columns.Width(s), lineWidth)))
}

func (x index) paragraph(s string) {
	x.lines(s)
	x.b.WriteByte('\n')
}

// lines breaks prose of our own.
func (x index) lines(s string) {
	for _, line := range columns.WrapPieces(s, lineWidth, "...", columns.Breakable) {
		x.b.WriteString(line + "\n")
	}
}

// fix puts one fix into the index.
func (x index) fix(f *Fix, n int, folders bool) {
	x.title(fmt.Sprintf("%d. %s", n, clean(f.Title)), "-")
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(x.b, "  %s %s\n", name+strings.Repeat(" ", max(0, 9-columns.Width(name))), clean(value))
		}
	}
	row(x.T("host"), f.Host)
	if folders {
		row(x.T("folder"), f.Folder)
	}
	row(x.T("step"), f.Step)
	for _, file := range f.Files {
		row(x.T("file"), file.Name)
	}
	fmt.Fprintf(x.b, "\n  %s\n", x.T("why"))
	for i := range f.Reasons {
		x.reason(&f.Reasons[i])
	}
	x.section(x.T("know"), f.Notes)
	x.section(x.T("by hand"), f.Advice)
	x.section(x.T("apply"), f.Apply)
	x.section(x.T("verify"), f.Check)
	x.section(x.T("roll back"), f.Undo)
	x.b.WriteString("\n")
}

func (x index) reason(r *Reason) {
	fmt.Fprintf(x.b, "    %s", clean(r.What))
	if r.Where != "" {
		fmt.Fprintf(x.b, "  (%s)", clean(r.Where))
	}
	x.b.WriteByte('\n')
	for _, line := range []string{r.Path, r.Why} {
		if line != "" && line != r.Where {
			fmt.Fprintf(x.b, "      %s\n", clean(line))
		}
	}
	if r.Fact != "" {
		fmt.Fprintf(x.b, "      %s\n", x.T("fact %s", clean(r.Fact)))
	}
	for _, s := range r.Sources {
		fmt.Fprintf(x.b, "      %s\n", x.T("source %s", clean(s)))
	}
}

func (x index) section(name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(x.b, "\n  %s\n", name)
	for _, line := range lines {
		fmt.Fprintf(x.b, "    %s\n", clean(line))
	}
}
