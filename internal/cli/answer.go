package cli

import (
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/knowledge"
)

// answerFlags are what commands share that judge and print a report.
type answerFlags struct {
	Policy  string `help:"Judge against: tls12, tls13, office365 or office365:CLOUD (gcc, gcc-high, dod, 21vianet), pqc, pci-dss-4, nist-800-52r2, mozilla-intermediate, bsi-tr-02102-2, or a file with rules of your own." default:"tls12" placeholder:"NAME|FILE"`
	At      string `help:"Judge as of this day; without it as if all announced dates had come." placeholder:"DATE"`
	Waivers string `help:"CSV of party,reason,owner,until: what breaks there does not count until that day." placeholder:"FILE"`
	Owners  string `help:"CSV of pattern,owner,contact: who answers for what." placeholder:"FILE"`
	Strict  bool   `help:"Let what is at risk or unknown count as not ready."`
	Format  string `help:"Print as text, json, html, csv, xlsx, sarif, junit or prometheus." default:"text" placeholder:"FORMAT"`
	Notices string `help:"Write a text to send to each owner, in every language, into this folder." placeholder:"FOLDER"`
	Ask     string `help:"Whom owners may ask, as notices name it; without it whoever sent them." placeholder:"NAME"`
	Output  string `short:"o" help:"Write to this file instead of the terminal." placeholder:"FILE"`
	langFlag
}

// judgement is a checked set of answer flags.
type judgement struct {
	flags  answerFlags
	assess assess.Options
	format report.Format
}

// check finds every wrong flag before any work is done.
func (f answerFlags) check(base *knowledge.Base) (*judgement, error) {
	policy, err := app.Policy(base, f.Policy)
	if err != nil {
		return nil, usageError{err}
	}
	j := &judgement{flags: f, assess: assess.Options{Policy: policy, Knowledge: base, Today: today(), Strict: f.Strict}}
	if f.At != "" {
		if j.assess.At, err = app.Day(f.At); err != nil {
			return nil, usageError{err}
		}
	}
	if f.Waivers != "" {
		if j.assess.Waivers, err = app.ReadWaivers(f.Waivers); err != nil {
			return nil, usageError{err}
		}
	}
	if f.Owners != "" {
		if j.assess.Owners, err = app.ReadOwners(f.Owners); err != nil {
			return nil, usageError{err}
		}
	}
	if j.format, err = report.Find(f.Format); err != nil {
		return nil, usageError{err}
	}
	return j, nil
}

// print judges, renders, and says by its error whether something breaks.
func (s *session) print(j *judgement, c *app.Collection) error {
	r, err := app.Assess(c, j.assess)
	if err != nil {
		return err
	}
	if err := app.AddPlan(r, c, j.assess, j.format.Name); err != nil {
		return err
	}
	w, done, err := s.output(j.flags.Output)
	if err != nil {
		return err
	}
	if j.format.Binary && isTerminal(w) {
		return usage("--format %s is not text: add -o FILE%s", j.format.Name, j.format.Extension)
	}
	opt := report.Options{Root: workingFolder(), Color: j.flags.Output == "" && s.color(w), Width: min(width(w), 100), Version: s.version, Lang: s.lang}
	if err := j.format.Render(w, r, opt); err != nil {
		done()
		return err
	}
	if err := done(); err != nil {
		return err
	}
	if j.flags.Output != "" {
		s.say("wrote %s", j.flags.Output)
	}
	if err := s.notices(j, r, opt); err != nil {
		return err
	}
	if c.Readable == 0 {
		return errNothingRead
	}
	if !r.Ready {
		return errBreaks
	}
	return nil
}

// notices writes what owners are to be sent, if that was asked for.
func (s *session) notices(j *judgement, r *assess.Report, opt report.Options) error {
	if j.flags.Notices == "" {
		return nil
	}
	n, err := app.WriteNotices(j.flags.Notices, r, opt, j.flags.Ask)
	if err != nil {
		return err
	}
	s.say("wrote %d notices to %s", n, j.flags.Notices)
	return nil
}

// workingFolder is what files are named relative to; empty if it is not known.
func workingFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// errNothingRead ends a command none of whose inputs could be looked at.
var errNothingRead = errors.New("nothing could be read: see the reasons above")

// today is the day in UTC. SOURCE_DATE_EPOCH (seconds) stands in for the
// clock where output must be reproducible.
func today() time.Time {
	if s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(s, 0).UTC()
	}
	return time.Now().UTC()
}
