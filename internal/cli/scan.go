package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// scanFlags say how servers are asked.
type scanFlags struct {
	SNI         string        `name:"sni" help:"Ask for this name instead of the target's." placeholder:"NAME"`
	Port        uint16        `help:"Port where a target names none." placeholder:"PORT"`
	IPv4        bool          `short:"4" name:"ipv4" xor:"family" help:"Only IPv4 addresses."`
	IPv6        bool          `short:"6" name:"ipv6" xor:"family" help:"Only IPv6 addresses."`
	Timeout     time.Duration `help:"Longest wait for one answer." default:"5s"`
	Deadline    time.Duration `help:"Longest time for one address; what is not known then is unknown." default:"2m"`
	Concurrency int           `help:"Addresses asked at one time. Targets at one address take turns." default:"16" placeholder:"N"`
	Rate        float64       `help:"At most so many new connections a second, over all hosts; 0 is no limit." placeholder:"N"`
	Proxy       string        `help:"Connect through socks5://[user:pass@]host:port or http://host:port (CONNECT), which also finds the addresses of names." placeholder:"URL"`
	Source      string        `help:"Connect from this address of this machine." placeholder:"ADDR"`
	Exclude     []string      `help:"Never ask these: address, 192.0.2.0/28, 192.0.2.1-9, name or *.name. A name is still asked at its other addresses." placeholder:"HOST,..."`
	ExcludeFile []string      `sep:"none" help:"Never ask what this file lists." placeholder:"FILE"`
	CA          string        `name:"ca" help:"Trust the certificates in this PEM file besides the roots of this machine." placeholder:"FILE"`
	Signatures  bool          `help:"Ask for signature algorithms too: about ten connections more a host."`
}

// apply checks the flags and hands them to the scanner.
func (f scanFlags) apply(opt *app.Options) error {
	switch {
	case f.Timeout <= 0:
		return usage("--timeout %s: want more than nothing, such as 5s", f.Timeout)
	case f.Deadline <= 0:
		return usage("--deadline %s: want more than nothing, such as 2m", f.Deadline)
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
	exclude, err := f.exclusions()
	if err != nil {
		return usageError{err}
	}
	source, dialer, err := f.dialer()
	if err != nil {
		return usageError{err}
	}
	opt.Scan = scan.Options{
		SNI: f.SNI, Port: f.Port, Network: f.network(source), Dialer: dialer, ByName: f.Proxy != "", Exclude: exclude, Roots: roots, Signatures: f.Signatures,
		Timeout: f.Timeout, Deadline: f.Deadline, Rate: scan.NewRate(f.Rate), Manners: scan.NewManners(f.Concurrency),
	}
	return nil
}

// network is the kind of addresses that are asked: those that can be reached
// from source, if that is given.
func (f scanFlags) network(source netip.Addr) string {
	switch {
	case f.IPv4, f.Proxy == "" && source.Is4():
		return "ip4"
	case f.IPv6, f.Proxy == "" && source.Is6():
		return "ip6"
	}
	return "ip"
}

// dialer makes the connections.
func (f scanFlags) dialer() (source netip.Addr, dialer scan.Dialer, err error) {
	if f.Source != "" {
		if source, err = netip.ParseAddr(f.Source); err != nil {
			return source, nil, fmt.Errorf("--source %s: want an address of this machine", f.Source)
		}
		source = source.Unmap()
	}
	if f.IPv4 && source.Is6() || f.IPv6 && source.Is4() {
		return source, nil, fmt.Errorf("--source %s: an address of the other kind than what is asked", f.Source)
	}
	dialer = scan.NewDialer(source)
	if f.Proxy != "" {
		if dialer, err = scan.NewProxy(f.Proxy, dialer); err != nil {
			return source, nil, fmt.Errorf("--proxy: %w", err)
		}
	}
	return source, dialer, nil
}

// exclusions are what is not to be asked.
func (f scanFlags) exclusions() (*scan.Exclusions, error) {
	x := new(scan.Exclusions)
	defer x.Done()
	for _, arg := range f.Exclude {
		if err := x.Add(arg); err != nil {
			return nil, fmt.Errorf("--exclude: %w", err)
		}
	}
	for _, path := range f.ExcludeFile {
		in, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		err = x.Read(in, path)
		in.Close()
		if err != nil {
			return nil, err
		}
	}
	return x, nil
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
	Targets  []string `arg:"" optional:"" name:"target" help:"host, host:port, [v6]:port, 192.0.2.0/28, 192.0.2.1-9, https://host/ or smtp://host; quic://host and dtls://host ask the UDP port; - reads them from stdin."`
	File     []string `short:"f" sep:"none" help:"Read targets from this file, - for stdin. Any number a line; # starts a comment." placeholder:"FILE"`
	Versions bool     `name:"versions-only" help:"Ask for versions alone, and not for suites, groups and other facts: for many hosts."`
	Resume   string   `help:"Keep what is found in this file, and go on from it after an interruption: nothing is lost, and what is done is not asked again." placeholder:"STATE"`
	Diff     string   `help:"Print what changed since an earlier scan, of which this is the evidence, in place of what is found." placeholder:"OLD"`
	QUIC     bool     `name:"quic" xor:"quic" help:"Ask for QUIC too, at the UDP port of each HTTPS target."`
	Replay   []string `xor:"quic" help:"Instead of asking what the server accepts, send it this recorded hello as it is: of a capture, a known client's data file, or the knowledge base by name (all is every one). May be given more than once." placeholder:"FILE|NAME" sep:"none"`
	evidenceFlags
	scanFlags
}

// Run asks all targets.
func (c *scanCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	if len(c.Replay) > 0 && (c.Resume != "" || c.Diff != "" || c.Versions) {
		return usage("--replay sends what was recorded and nothing else: --resume, --diff and --versions-only do not go with it")
	}
	opt := s.options(nil)
	if err := c.apply(&opt); err != nil {
		return err
	}
	targets, err := c.targets(s)
	if err != nil {
		return err
	}
	opt.Stream, opt.Scan.VersionsOnly, opt.Scan.QUIC = c.JSON, c.Versions, c.QUIC
	if len(c.Replay) > 0 {
		return c.replay(s, targets, opt)
	}
	return c.scan(s, targets, opt)
}

// scan asks, and goes on where an earlier run was ended.
func (c *scanCmd) scan(s *session, targets *app.Targets, opt app.Options) (err error) {
	if c.Resume != "" {
		if opt.State, err = app.OpenScanState(c.Resume, "tlsready "+s.version); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, opt.State.Close()) }()
	}
	show := c.show
	if c.Diff != "" {
		before, err := app.OpenBefore(c.Diff)
		if err != nil {
			return usageError{err}
		}
		defer before.Close()
		show = func(s *session, opt app.Options, run asked) error { return c.compare(s, before, opt, run) }
	}
	return c.ask(s, opt, show, func(opt app.Options) (*app.Collection, error) { return app.Scan(s.ctx, targets, opt) })
}

// asked is a scan that waits for what its results are to be done with.
type asked func(app.Options) (*app.Collection, error)

// show prints what is found.
func (c *scanCmd) show(s *session, opt app.Options, run asked) error {
	return s.show(c.evidenceFlags, true, opt, run)
}

// targets are those on the command line, all of them checked that can be.
func (c *scanCmd) targets(s *session) (*app.Targets, error) {
	targets := &app.Targets{Args: c.Targets, Lists: c.File, Stdin: s.std.In, Port: c.Port}
	stdin := 0
	for _, arg := range slices.Concat(c.Targets, c.File) {
		if arg == "-" {
			stdin++
		}
	}
	for _, arg := range c.Targets {
		if _, err := os.Stat(arg); err == nil && arg != "-" && !scan.LooksLikeTarget(arg) {
			return nil, usage("%s is a file: to read targets from it, tlsready scan -f %s", arg, arg)
		}
	}
	switch _, err := targets.Check(); {
	case len(c.Targets)+len(c.File) == 0:
		return nil, usage("no target given: tlsready scan mail.example:25, or -f FILE")
	case stdin > 1:
		return nil, usage("stdin is named %d times; it can be read once", stdin)
	case err != nil:
		return nil, usageError{err}
	}
	return targets, nil
}

// ask runs a scan and prints what it gives. Operands that only showed
// themselves to be none while others were being asked are wrong usage still.
func (c *scanCmd) ask(s *session, opt app.Options, show func(*session, app.Options, asked) error, run asked) error {
	var bad *scan.BadTarget
	err := show(s, opt, func(opt app.Options) (*app.Collection, error) {
		got, err := run(opt)
		if got != nil {
			bad = got.Bad
		}
		return got, err
	})
	if bad != nil && (err == nil || errors.Is(err, errNothingRead)) {
		return usageError{bad}
	}
	return err
}

// replay sends recorded hellos instead.
func (c *scanCmd) replay(s *session, targets *app.Targets, opt app.Options) error {
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt.Knowledge = base
	hellos, err := app.Hellos(s.ctx, c.Replay, opt)
	if err != nil {
		return usageError{err}
	}
	return c.ask(s, opt, c.show, func(opt app.Options) (*app.Collection, error) {
		return app.Replay(s.ctx, targets, hellos, opt)
	})
}
