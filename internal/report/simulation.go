package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/negotiate"
)

// Simulated counts the pairs of a simulation.
type Simulated struct{ Agree, Fail, Unknown int }

func (n *Simulated) count(o negotiate.Outcome) {
	switch o {
	case negotiate.Agrees:
		n.Agree++
	case negotiate.Fails:
		n.Fail++
	default:
		n.Unknown++
	}
}

// pairJSON is one pair as programs read it.
type pairJSON struct {
	Client    string            `json:"client"`
	Server    string            `json:"server"`
	Outcome   negotiate.Outcome `json:"outcome"`
	Version   string            `json:"version,omitempty"`
	Suite     string            `json:"suite,omitempty"`
	Group     string            `json:"group,omitempty"`
	Cause     negotiate.Cause   `json:"cause,omitempty"`
	LimitedBy negotiate.Side    `json:"limited_by,omitempty"`
	Detail    string            `json:"detail,omitempty"`
	Assumed   string            `json:"assumed,omitempty"`
}

// SimulationJSON writes every client with every server, one pair a line.
func SimulationJSON(w io.Writer, clients []*negotiate.Client, servers []*negotiate.Server) (n Simulated, err error) {
	buf := bufio.NewWriter(w)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	for _, s := range servers {
		for _, c := range clients {
			r := negotiate.Agree(c, s)
			n.count(r.Outcome)
			p := pairJSON{Client: c.Name, Server: s.Name, Outcome: r.Outcome, Detail: r.Detail(), Assumed: r.Assumed()}
			switch r.Outcome {
			case negotiate.Agrees:
				p.Version, p.Suite, p.Group = r.Version.String(), codePoint(r.Suite), codePoint(r.Group)
			case negotiate.Fails:
				p.Cause, p.LimitedBy = r.Cause, r.LimitedBy
			}
			if err := enc.Encode(p); err != nil {
				return n, fmt.Errorf("writing the simulation: %w", err)
			}
		}
	}
	if err := buf.Flush(); err != nil {
		return n, fmt.Errorf("writing the simulation: %w", err)
	}
	return n, nil
}

// codePoint is the name of a suite or group, nothing for none.
func codePoint[T interface {
	~uint16
	String() string
}](x T) string {
	if x == 0 {
		return ""
	}
	return x.String()
}

// Simulation writes a table a server, with a row a client: what they agree on,
// or why not.
func Simulation(w io.Writer, clients []*negotiate.Client, servers []*negotiate.Server, opt Options) (n Simulated, err error) {
	t := simulation{page: newPage(opt), cleaner: cleaner{words{opt.Lang}, opt.ASCII}}
	for _, c := range clients {
		t.column = max(t.column, displayWidth(t.name(c.Name)))
	}
	t.column = min(t.column, t.width-versionAt-suiteRoom)
	for _, s := range servers {
		t.buf.WriteString(t.bold(t.name(s.Name)) + "\n")
		assumed := map[string]bool{}
		for _, c := range clients {
			r := negotiate.Agree(c, s)
			n.count(r.Outcome)
			t.row(c, &r)
			if a := r.TellAssumed().Tell(t.Look); a != "" {
				assumed[a] = true
			}
		}
		for _, a := range slices.Sorted(maps.Keys(assumed)) {
			t.para(indent, indent, t.T("Where it is not known, this assumes %s.", a), t.dim)
		}
		t.blank()
		if err := t.flush(w); err != nil {
			return n, err
		}
	}
	t.sum(n, len(clients), len(servers))
	return n, t.flush(w)
}

const (
	versionAt = 4 + 9  // columns of the symbol, the gaps and the version
	suiteRoom = 46     // columns for suite and group, where 80 are there
	bareTLS   = "TLS_" // goes without saying in a column of suites
)

type simulation struct {
	*page
	cleaner
	column int // of the clients' names
}

// row is one client: "✓ curl 7.88.1  TLS 1.3  AES_256_GCM_SHA384  x25519".
func (t *simulation) row(c *negotiate.Client, r *negotiate.Result) {
	k := map[negotiate.Outcome]kind{negotiate.Agrees: kindOK, negotiate.Fails: kindBreaks}
	mark, ok := k[r.Outcome]
	if !ok {
		mark = kindUnknown
	}
	name := middleCut(t.name(c.Name), t.column, t.dots)
	head := t.symbol(mark) + " " + name + strings.Repeat(" ", t.column-displayWidth(name)+2)
	rest := strings.Repeat(" ", t.column+4)
	if r.Outcome != negotiate.Agrees {
		why := r.TellDetail().Tell(t.Look)
		if r.Outcome == negotiate.Fails {
			why = t.T("%s: %s", t.failure(r.Cause), why)
		}
		t.para(head, rest, why, func(s string) string { return t.kind(mark, s) })
		return
	}
	version := r.Version.String()
	line := version + strings.Repeat(" ", max(1, 9-len(version)))
	group := codePoint(r.Group)
	room := t.width - t.column - versionAt - len(group) - 1
	suite := middleCut(strings.TrimPrefix(codePoint(r.Suite), bareTLS), room, t.dots)
	gap := strings.Repeat(" ", max(1, room-displayWidth(suite)+1))
	t.buf.WriteString(strings.TrimRight(head+line+suite+gap+group, " ") + "\n")
}

// failure names a cause: in English by its own name, as programs read it.
func (t *simulation) failure(c negotiate.Cause) string {
	switch c {
	case negotiate.Incapable:
		return t.T("incapable")
	case negotiate.CapableButOff:
		return t.T("capable but off")
	case negotiate.PinnedByCode:
		return t.T("pinned by code")
	case negotiate.PinnedByConfig:
		return t.T("pinned by config")
	case negotiate.NoCommonCipher:
		return t.T("no common cipher")
	case negotiate.NoCommonGroupOrSignature:
		return t.T("no common group or signature")
	case negotiate.CappedByFrameworkTarget:
		return t.T("capped by framework target")
	case negotiate.Middlebox:
		return t.T("middlebox")
	case negotiate.Unidentified:
		return t.T("unidentified")
	case negotiate.Reverse:
		return t.T("reverse")
	}
	return strings.ReplaceAll(string(c), "_", " ")
}

// sum is the last line.
func (t *simulation) sum(n Simulated, clients, servers int) {
	parts := []string{t.T("%s, %s: ", t.N(clients, "client", "clients"), t.N(servers, "server", "servers"))}
	for _, p := range []struct {
		kind kind
		n    int
		what string
	}{{kindBreaks, n.Fail, t.T("fail")}, {kindUnknown, n.Unknown, t.T("not known")}, {kindOK, n.Agree, t.T("agree")}} {
		parts = append(parts, t.symbol(p.kind)+" "+number(p.n)+" "+p.what)
	}
	t.buf.WriteString(strings.Join(parts, "  ") + "\n")
}

// flush hands the lines on, so that memory does not grow with the pairs.
func (t *simulation) flush(w io.Writer) error {
	err := write(w, "simulation", &t.buf)
	t.buf.Reset()
	return err
}
