package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// scanFlags say how servers are asked.
type scanFlags struct {
	SNI         string        `name:"sni" help:"Ask for this name instead of the target's." placeholder:"NAME"`
	Port        uint16        `help:"Port where a target names none." placeholder:"PORT"`
	Timeout     time.Duration `help:"Longest wait for one answer." default:"5s"`
	Concurrency int           `help:"Hosts asked at one time." default:"16" placeholder:"N"`
	Rate        float64       `help:"At most so many connections a second, over all hosts; 0 is no limit." placeholder:"N"`
	CA          string        `name:"ca" help:"Trust the certificates in this PEM file besides the roots of this machine." placeholder:"FILE"`
	Signatures  bool          `help:"Ask for signature algorithms too: about ten connections more a host."`
}

// apply checks the flags and hands them to the scanner.
func (f scanFlags) apply(opt *app.Options) error {
	switch {
	case f.Timeout <= 0:
		return usage("--timeout %s: want more than nothing, such as 5s", f.Timeout)
	case f.Concurrency < 1:
		return usage("--concurrency %d: want 1 or more", f.Concurrency)
	case f.Rate < 0:
		return usage("--rate %g: want connections a second, or 0 for no limit", f.Rate)
	}
	opt.Hosts = f.Concurrency
	roots, err := f.roots()
	if err != nil {
		return err
	}
	opt.Scan = scan.Options{
		SNI: f.SNI, Port: f.Port, Timeout: f.Timeout, Dialer: app.Paced(f.Rate), Roots: roots, Signatures: f.Signatures,
	}
	return nil
}

// roots are what certificates are judged by.
func (f scanFlags) roots() (*scan.Roots, error) {
	roots := scan.SystemRoots()
	if f.CA == "" {
		return roots, nil
	}
	text, err := os.ReadFile(f.CA)
	if err != nil {
		return nil, usageError{err}
	}
	if !roots.Add(text) {
		return nil, usage("--ca %s: holds no certificate in PEM", f.CA)
	}
	return roots, nil
}

type scanCmd struct {
	Targets []string `arg:"" optional:"" name:"target" help:"host, host:port, [v6]:port, 192.0.2.0/28, https://host/ or smtp://host."`
	File    string   `short:"f" help:"Read targets from this file, one a line." placeholder:"FILE"`
	Replay  []string `help:"Instead of asking what the server accepts, send it this recorded hello as it is: of a capture, a known client's data file, or the knowledge base by name (all is every one). May be given more than once." placeholder:"FILE|NAME" sep:"none"`
	evidenceFlags
	scanFlags
}

// Run asks all targets.
func (c *scanCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	targets := c.Targets
	if c.File != "" {
		more, err := readTargets(c.File)
		if err != nil {
			return err
		}
		targets = append(targets, more...)
	}
	if len(targets) == 0 {
		return usage("no target given: tlsready scan mail.example:25, or -f FILE")
	}
	for _, t := range targets {
		if _, err := scan.ParseTarget(t); err != nil {
			return usageError{err}
		}
	}
	opt := s.options(nil)
	if err := c.apply(&opt); err != nil {
		return err
	}
	if len(c.Replay) > 0 {
		return c.replay(s, targets, opt)
	}
	return s.show(c.evidenceFlags, true, opt, func(opt app.Options) (*app.Collection, error) {
		return app.Scan(s.ctx, targets, opt)
	})
}

// replay sends recorded hellos instead.
func (c *scanCmd) replay(s *session, targets []string, opt app.Options) error {
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt.Knowledge = base
	hellos, err := app.Hellos(s.ctx, c.Replay, opt)
	if err != nil {
		return usageError{err}
	}
	return s.show(c.evidenceFlags, true, opt, func(opt app.Options) (*app.Collection, error) {
		return app.Replay(s.ctx, targets, hellos, opt)
	})
}

// readTargets reads one target a line; # starts a comment.
func readTargets(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var targets []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line, _, _ := strings.Cut(sc.Text(), "#")
		if line = strings.TrimSpace(line); line != "" {
			targets = append(targets, line)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return targets, nil
}
