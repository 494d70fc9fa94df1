package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/sniff"
)

// liveFlags are named as in tcpdump and tshark.
type liveFlags struct {
	Interfaces  []string      `name:"interface" short:"i" placeholder:"NAME" help:"Listen on a network interface (Linux; any for all) until ctrl-C. Needs the right to: sudo, or setcap cap_net_raw=ep."`
	Filter      string        `short:"f" placeholder:"EXPR" help:"With -i: only these packets, in tcpdump's words: host, net, port, portrange, tcp, udp, ip, ip6, vlan, src, dst, and, or, not and ( )."`
	Program     string        `name:"bpf" placeholder:"FILE" help:"With -i: only the packets of a program that tcpdump -ddd wrote, for what -f does not know."`
	NoPromisc   bool          `name:"no-promiscuous" short:"p" help:"With -i: only what is from or for this machine."`
	Duration    time.Duration `placeholder:"TIME" help:"With -i: end after this time (10s, 5m, 24h)."`
	BufferMiB   int           `name:"buffer" short:"B" default:"8" placeholder:"MIB" help:"With -i: how much may wait to be read, in MiB (default 8)."`
	RunningUser string        `name:"user" short:"Z" placeholder:"NAME" help:"With -i as root: become this user once listening (default: who called sudo, or else nobody)."`
}

// maxBuffer bounds the ring of an interface, in MiB.
const maxBuffer = 1 << 10

// check looks for flags that do not go together.
func (f liveFlags) check(files []string) error {
	live := len(f.Interfaces) > 0
	switch {
	case live && len(files) > 0:
		return usage("read captures or listen with -i, not both: %s and -i %s", files[0], f.Interfaces[0])
	case !live && len(files) == 0:
		return usage("nothing to watch: name a capture file, - for stdin, or an interface with -i")
	case !live && (f.NoPromisc || f.Duration != 0 || f.RunningUser != "" || f.Filter != "" || f.Program != ""):
		return usage("--filter, --bpf, --no-promiscuous, --duration and --user go with -i")
	case f.Filter != "" && f.Program != "":
		return usage("--filter and --bpf: want one of them")
	case f.Duration < 0:
		return usage("--duration %v: want a time above zero", f.Duration)
	case f.BufferMiB < 2 || f.BufferMiB > maxBuffer:
		return usage("--buffer %d: want 2 to %d MiB", f.BufferMiB, maxBuffer)
	}
	return nil
}

// listening are open captures.
type listening struct {
	s        *session
	handles  []*sniff.Handle
	duration time.Duration
}

// listen opens the interfaces and gives up the privileges that this needed.
func (s *session) listen(f liveFlags) (*listening, error) {
	l := &listening{s: s, duration: f.Duration}
	filter, err := f.filter()
	if err != nil {
		return nil, err
	}
	opt := sniff.Options{Promiscuous: !f.NoPromisc, Ring: f.BufferMiB << 20, Filter: filter}
	for i, name := range f.Interfaces {
		if slices.Contains(f.Interfaces[:i], name) {
			continue
		}
		h, err := sniff.Open(name, opt)
		if err != nil {
			l.close()
			return nil, cannotListen(name, err)
		}
		l.handles = append(l.handles, h)
	}
	who, err := sniff.DropPrivileges(f.RunningUser)
	if err != nil {
		l.close()
		return nil, fmt.Errorf("listening, but not with these privileges: %w (-Z root stays root)", err)
	}
	s.say("listening on %s as user %s: ctrl-C ends", strings.Join(l.names(), ", "), who)
	return l, nil
}

func (l *listening) names() []string {
	var names []string
	for _, h := range l.handles {
		names = append(names, h.Name())
	}
	return names
}

func (l *listening) close() {
	for _, h := range l.handles {
		h.Close()
	}
}

// collect listens until ctrl-C, SIGTERM or the end of the duration: none of
// them is a failure.
func (l *listening) collect(opt app.Options) (*app.Collection, error) {
	stop, cancel := signal.NotifyContext(l.s.ctx, os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if l.duration > 0 {
		stop, cancel = context.WithTimeout(stop, l.duration)
		defer cancel()
	}
	got, err := app.CollectLive(stop, l.handles, opt)
	if err == nil && l.sawNothing(got) {
		l.s.say("no packet came by")
	}
	return got, err
}

func (l *listening) sawNothing(got *app.Collection) bool {
	for _, r := range got.Evidence.Others {
		if c, ok := r.(*evidence.Coverage); ok && (c.Read > 0 || c.Failed != "") {
			return false
		}
	}
	return true
}

// cannotListen says what to type instead.
func cannotListen(name string, err error) error {
	var none *sniff.NoInterfaceError
	switch {
	case errors.As(err, &none):
		return usageError{err}
	case errors.Is(err, sniff.ErrUnsupported):
		return fmt.Errorf("%w: have Wireshark's dumpcap do it:\n  dumpcap -q -i %q -w - | tlsready watch -", err, name)
	case errors.Is(err, os.ErrPermission):
		program, _ := os.Executable()
		program = cmp.Or(program, "tlsready")
		return fmt.Errorf("%w: listening needs a privilege. Type\n  %s\nor, once and for every user of this program,\n  %s",
			err, typable(append([]string{"sudo", program}, os.Args[1:]...)), typable([]string{"sudo", "setcap", "cap_net_raw=ep", program}))
	}
	return err
}

// typable writes words so that a shell reads them as they are.
func typable(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w; w == "" || strings.ContainsFunc(w, func(c rune) bool {
			return !strings.ContainsRune("-_./=:,@%+", c) && !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z')
		}) {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}
