package app

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/fix"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/internal/report"
)

// Planned is a plan with the files that its steps name.
type Planned struct {
	Report *assess.Report
	Plan   *assess.Plan
	Files  []fix.File // paths relative to the plan's folder
}

// Plan judges collected evidence, orders the work, and makes the files of
// those steps that are a change of configuration, with their words in the
// language l.
func Plan(c *Collection, opt assess.PlanOptions, l *lang.Language) (*Planned, error) {
	r, err := Assess(c, opt.Options)
	if err != nil {
		return nil, err
	}
	p, err := assess.MakePlan(r, c.Evidence, opt)
	if err != nil {
		return nil, err
	}
	r.Plan = p
	out := &Planned{Report: r, Plan: p}
	fixes := append(fix.Plan(r, c.Evidence.Others, r.Floor, l), fix.PlanDisable(r, c.Evidence.Others, r.Floor, l)...)
	fixes = fix.WithFiles(fixes, fix.ReadFile)
	for step, of := range fixesByStep(p, fixes) {
		files, names, err := stepFiles(&p.Steps[step], of, l)
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, files...)
		p.Steps[step].Files = names
	}
	byHand(p)
	slices.SortFunc(out.Files, func(a, b fix.File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// AddPlan puts the order of the work into a report, for the formats that
// show it.
func AddPlan(r *assess.Report, c *Collection, opt assess.Options, format string) error {
	if format != "json" && format != "html" {
		return nil
	}
	var err error
	r.Plan, err = assess.MakePlan(r, c.Evidence, assess.PlanOptions{Options: opt})
	return err
}

// fixesByStep finds the step that each fix belongs to: that of its host, or
// that of the file it is about.
func fixesByStep(p *assess.Plan, fixes []fix.Fix) map[int][]fix.Fix {
	byHost, byWhy := map[string]int{}, map[string]int{}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.State == assess.StepDone || s.State == assess.StepRefused && assess.IsDisable(s.Step) {
			continue // what must not be done yet gets no file that does it
		}
		byHost[s.Step+"\x00"+s.Host] = i
		if s.About != "" {
			byHost[s.Step+"\x00"+s.About] = i
		}
		for _, why := range s.Why.Strings() {
			byWhy[why] = i
		}
	}
	out := map[int][]fix.Fix{}
	for _, f := range fixes {
		if i, ok := stepOfFix(byHost, byWhy, f); ok {
			out[i] = append(out[i], f)
		}
	}
	return out
}

func stepOfFix(byHost, byWhy map[string]int, f fix.Fix) (int, bool) {
	if f.Step == fix.StepDisableServer || f.Step == fix.StepDisableClient {
		i, ok := byHost[f.Step+"\x00"+strings.ToLower(f.Host)]
		return i, ok
	}
	steps := []string{f.Step, fix.StepClient, fix.StepServer, fix.StepCode}
	for _, step := range steps {
		if f.Host != "" {
			if i, ok := byHost[step+"\x00"+strings.ToLower(f.Host)]; ok {
				return i, true
			}
			continue
		}
		for _, r := range f.Reasons {
			file, _, _ := strings.Cut(r.Where, ":")
			if i, ok := byHost[step+"\x00"+file]; ok {
				return i, true
			}
			if i, ok := byWhy[fmt.Sprintf("%s (%s)", r.What, r.Where)]; ok {
				return i, true
			}
		}
	}
	return 0, false
}

// stepFiles are the files of one step, in a folder of its wave and host. The
// plan names one file each to change, verify and go back; where several
// changes make one step, or a change has commands only, that is a list of what
// to do.
func stepFiles(s *assess.PlanStep, fixes []fix.Fix, l *lang.Language) ([]fix.File, *assess.StepFiles, error) {
	kind := strings.TrimPrefix(s.Step, "step.")
	where := fixes[0].Folder
	if s.Host != "" {
		where = fix.FolderName(s.Host)
	}
	folder := path.Join(fmt.Sprintf("wave-%02d", s.Wave), where, kind)
	for i := range fixes {
		fixes[i].Folder = folder
	}
	files, err := fix.Layout(fixes, l)
	if err != nil {
		return nil, nil, err
	}
	files = files[1:] // the index of all folders: the plan itself is that
	one := func(name string, file func(fix.Fix) string, commands func(fix.Fix) []string) string {
		if len(fixes) == 1 && file(fixes[0]) != "" {
			return path.Join(folder, file(fixes[0]))
		}
		name = path.Join(folder, name)
		files = append(files, fix.File{Name: name, Content: commandList(fixes, file, commands, l)})
		return name
	}
	return files, &assess.StepFiles{
		Change:   one("all-changes.txt", func(f fix.Fix) string { return f.Change }, func(f fix.Fix) []string { return f.Apply }),
		Verify:   one("all-checks.txt", func(f fix.Fix) string { return f.Verify }, func(f fix.Fix) []string { return f.Check }),
		Rollback: one("all-ways-back.txt", func(f fix.Fix) string { return f.Rollback }, func(f fix.Fix) []string { return f.Undo }),
	}, nil
}

// commandList is what to do for each of several fixes, in order.
func commandList(fixes []fix.Fix, file func(fix.Fix) string, commands func(fix.Fix) []string, l *lang.Language) []byte {
	var b bytes.Buffer
	for _, f := range fixes {
		fmt.Fprintf(&b, "# %s\n", report.Line(f.Title))
		if name := file(f); name != "" {
			fmt.Fprintf(&b, "# %s\n", l.T("file: %s", name))
		}
		for _, c := range commands(f) {
			fmt.Fprintf(&b, "%s\n", report.Line(c))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// PlanFile is the plan's own file in its folder: --since reads it, and people
// mark in it what leaves no trace in evidence.
const PlanFile = "plan.json"

// WritePlan puts a plan into a folder: its own files and those of its steps.
// It gives the paths written.
func WritePlan(dir string, p *Planned, opt report.Options) ([]string, error) {
	files := []fix.File{}
	for _, f := range report.PlanFiles() {
		var b bytes.Buffer
		if err := f.Render(&b, p.Report, opt); err != nil {
			return nil, err
		}
		files = append(files, fix.File{Name: "plan" + f.Extension, Content: b.Bytes()})
	}
	return fix.WriteFiles(dir, append(files, p.Files...), PlanFile)
}
