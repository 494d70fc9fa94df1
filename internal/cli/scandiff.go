package cli

import (
	"encoding/json"
	"errors"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
)

// compare prints what changed since an earlier scan in place of what was
// found: an object a line with --json, as servers are done, else a page.
func (c *scanCmd) compare(s *session, before *app.Before, opt app.Options, run asked) error {
	var page []evidence.Change
	lines := json.NewEncoder(s.std.Out)
	lines.SetEscapeHTML(false)
	tell := func(changes []evidence.Change) error {
		if !c.JSON {
			page = append(page, changes...)
			return nil
		}
		for _, change := range changes {
			if err := lines.Encode(change); err != nil {
				return err
			}
		}
		return nil
	}
	opt.Stream = true
	opt.Emit = func(r evidence.Record) error {
		server, ok := r.(*evidence.Server)
		if !ok {
			return nil
		}
		changes, err := before.Compare(server)
		return errors.Join(err, tell(changes))
	}
	got, err := run(opt)
	if err != nil {
		return err
	}
	rest, err := before.Rest()
	if err := errors.Join(err, tell(rest)); err != nil {
		return err
	}
	if !c.JSON {
		if err := report.Changes(s.std.Out, page, report.ChangeCounts(before.Counts), s.pageOptions()); err != nil {
			return err
		}
	}
	if got.Readable == 0 {
		s.sayFailures(got)
		return errNothingRead
	}
	return nil
}
