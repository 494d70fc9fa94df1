package cli

import (
	"errors"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

type simulateCmd struct {
	Evidence []string `arg:"" optional:"" help:"Evidence (from scan, watch, audit or check --save), captures and configurations, folders of them, or - for stdin."`
	Policy   string   `help:"Add a server that does what this policy allows; without evidence tls12." placeholder:"NAME|FILE"`
	Floor    string   `help:"Simulate that the servers lose what lies below this version, as in \"TLS 1.3\"." placeholder:"VERSION"`
	Client   string   `help:"Only clients with this in their name." placeholder:"TEXT"`
	Known    bool     `help:"With the known clients besides those of the evidence." default:"true" negatable:""`
	JSON     bool     `name:"json" help:"Print one JSON object a pair."`
	langFlag
}

// Run compares every client with every server.
func (c *simulateCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt := app.SimulateOptions{Knowledge: base, Policy: c.Policy, Known: c.Known, Client: c.Client}
	if c.Floor != "" {
		if opt.Floor, err = tlswire.ParseVersion(c.Floor); err != nil || !opt.Floor.Known() {
			return usage("--floor %q: want a version such as \"TLS 1.3\"", c.Floor)
		}
	}
	if len(c.Evidence) == 0 && c.Policy == "" {
		opt.Policy = "tls12"
	}
	if _, _, err := app.Parties(nil, opt); err != nil {
		return usageError{err} // a wrong policy, before any work is done
	}
	got, err := c.collect(s, base)
	if err != nil {
		return err
	}
	clients, servers, err := app.Parties(got.Evidence.Others, opt)
	switch {
	case err != nil:
		return err
	case len(servers) == 0:
		return errNoServer
	case len(clients) == 0:
		return errNoClient
	}
	var n report.Simulated
	if c.JSON {
		n, err = report.SimulationJSON(s.std.Out, clients, servers)
	} else {
		n, err = report.Simulation(s.std.Out, clients, servers, report.Options{Color: s.color(s.std.Out), Width: min(width(s.std.Out), 100), Lang: s.lang})
	}
	if err == nil && n.Fail > 0 {
		err = errBreaks
	}
	return err
}

var (
	errNoServer = errors.New("no server in the evidence: add a scan (tlsready scan --json HOST > scan.ndjson) or --policy NAME")
	errNoClient = errors.New("no client to simulate: see --known and --client")
)

// collect reads the evidence, if any is given. What could not be read is said:
// the table has no place for it.
func (c *simulateCmd) collect(s *session, base *knowledge.Base) (*app.Collection, error) {
	if len(c.Evidence) == 0 {
		return &app.Collection{Evidence: evidence.SetOf(nil)}, nil
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindEvidence, app.KindCapture, app.KindConfig}
	opt.Clients = true
	got, err := app.Collect(s.ctx, c.Evidence, opt)
	if err != nil {
		return nil, err
	}
	if err := got.NewerSchema(); err != nil {
		return nil, err
	}
	s.sayFailures(got)
	if got.Readable == 0 {
		return nil, errNothingRead
	}
	return got, nil
}
