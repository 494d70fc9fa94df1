package scan

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Hello is a recorded ClientHello.
type Hello struct {
	Name   string // of its client
	Stream []byte // as it stands at the start of a connection
}

// Replay sends recorded hellos to one target as they are and emits what came
// back to each: a replay record, and a coverage record for an address at which
// none got an answer. It keeps to the pace of Run and asks again what met with
// silence. A hello that cannot be parsed is an error.
func Replay(ctx context.Context, t Target, hellos []Hello, opt Options, emit evidence.Emit) error {
	opt = opt.withDefaults()
	t = t.OrPort(opt.Port)
	if t.overUDP() {
		return fmt.Errorf("replay to %s: recorded hellos are those of TCP; leave %s:// out", t, t.Protocol)
	}
	questions, err := recorded(hellos)
	if err != nil {
		return err
	}
	return eachAddress(ctx, t, "", opt, emit, func(ip netip.Addr, opt Options) error {
		h := newHost(opt, t, netip.AddrPortFrom(ip, t.Port), "")
		return h.replay(ctx, hellos, questions, emit)
	})
}

// recorded makes questions of recorded hellos.
func recorded(hellos []Hello) ([]question, error) {
	out := make([]question, len(hellos))
	for i, r := range hellos {
		h, err := tlswire.ReadClientHello(r.Stream, nil)
		if err != nil {
			return nil, fmt.Errorf("hello %s: %w", r.Name, err)
		}
		out[i] = question{
			version: h.MaxVersion(), raw: r.Stream, suites: slices.Collect(h.CipherSuites()), groups: h.Groups().Append(nil),
			wants: func(tlswire.Suite) bool { return true },
		}
	}
	return out, nil
}

func (h *host) replay(ctx context.Context, hellos []Hello, questions []question, emit evidence.Emit) error {
	first := h.opt.Now()
	within, clock, cancel := withClock(ctx, h.opt.Deadline)
	h.clock = clock
	defer cancel()
	answers := make([]answer, len(questions))
	var wg sync.WaitGroup
	for i, q := range questions {
		wg.Go(func() { answers[i] = h.ask(within, q) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	heard := false
	for i := range answers {
		a := &answers[i]
		heard = heard || a.speaks()
		if err := emit(h.replayRecord(hellos[i], &questions[i], a)); err != nil {
			return err
		}
	}
	if heard || len(answers) == 0 {
		return nil
	}
	return emit(&evidence.Coverage{
		Source: source, Input: h.input(), First: first.UTC(), Last: h.opt.Now().UTC(),
		Failed: "no hello got an answer: " + answers[0].because(questions[0].version),
	})
}

func (h *host) replayRecord(r Hello, q *question, a *answer) *evidence.Replay {
	hello, _ := tlswire.ReadClientHello(q.raw, nil)
	rec := &evidence.Replay{
		Hello:  evidence.Party{Name: r.Name},
		Server: evidence.Party{IP: h.ip(), Port: h.addr.Port(), Name: string(hello.ServerName())},
		Target: h.target.String(), Protocol: h.target.Protocol, OfferedMax: q.version,
		Answer: a.because(cmp.Or(a.version, q.version)), At: h.opt.Now().UTC(),
	}
	if hello.Format == tlswire.FormatTLS {
		rec.Hello.JA3, rec.Hello.JA4 = tlswire.JA3(&hello), tlswire.JA4(&hello, tlswire.TransportTCP)
	}
	if a.outcome != helloed {
		return rec
	}
	rec.Version = a.version
	if a.hello.Suite != 0 {
		rec.Suite = a.hello.Suite.String()
	}
	if a.group != 0 {
		rec.Group = a.group.String()
	}
	return rec
}
