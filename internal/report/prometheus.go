package report

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
)

var prometheusFormat = Format{Name: "prometheus", Extension: ".prom", Render: renderPrometheus}

// mostSeries bounds what one metric may cost who stores it: servers beyond it
// are counted and not named.
const mostSeries = 100

// exposition writes the text format of Prometheus, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/), as the
// textfile collector of node_exporter takes it.
type exposition struct{ bytes.Buffer }

// metric starts a gauge. All are gauges: a report is a state, nothing counts up.
func (e *exposition) metric(name, help string) func(value float64, labels ...string) {
	name = "tlsready_" + name
	e.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n")
	return func(value float64, labels ...string) {
		e.WriteString(name)
		for i := 0; i+1 < len(labels); i += 2 {
			e.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + labels[i] + `="` + labelValue.Replace(labels[i+1]) + `"`)
		}
		if len(labels) > 1 {
			e.WriteByte('}')
		}
		e.WriteString(" " + strconv.FormatFloat(value, 'f', -1, 64) + "\n")
	}
}

// labelValue escapes what the format gives a meaning.
var labelValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// renderPrometheus writes the answer as metrics. Labels have the names and
// values of JSON, in every language.
func renderPrometheus(w io.Writer, r *assess.Report, opt Options) error {
	v := newView(r, Options{})
	var e exposition
	e.metric("info", "What was judged: always 1.")(1, "policy", v.r.Policy, "as_of", v.r.AsOf, "version", cleaner{}.name(opt.Version))
	ready := 0.0
	if r.Ready {
		ready = 1
	}
	e.metric("ready", "1 if nothing breaks that is not waived, else 0: the exit code.")(ready)
	pairs := e.metric("pairs", "Pairs of a client and a server by verdict.")
	for k := range kinds {
		pairs(float64(v.count(k)), "verdict", statusNames[k])
	}
	e.metric("clients_breaking", "Clients that break.")(float64(r.Summary.ClientsBreaking))
	e.metric("settings_breaking", "Configured values that keep something below the floor.")(float64(r.Summary.SettingsBreaking))
	e.causes(v)
	e.servers(v)
	e.inputs(v)
	e.days(v)
	return write(w, "Prometheus", &e.Buffer)
}

// causes are as many as the schema knows.
func (e *exposition) causes(v *view) {
	type key struct{ cause, side string }
	n := map[key]int{}
	for o := range v.outlines(v.verdicts[kindBreaks]) {
		n[key{cmp.Or(string(o.Cause), "none"), cmp.Or(string(o.LimitedBy), string(assess.UnknownSide))}]++
	}
	keys := make([]key, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.cause, b.cause), cmp.Compare(a.side, b.side)) })
	put := e.metric("breaking_pairs", "Pairs that break by their first cause and the side that limits them.")
	for _, k := range keys {
		put(float64(n[k]), "cause", k.cause, "limited_by", k.side)
	}
}

// servers names those with the most that breaks.
func (e *exposition) servers(v *view) {
	n := map[string]int{}
	for x := range v.outlines(v.verdicts[kindBreaks]) {
		n[x.Server]++
	}
	names := make([]string, 0, len(n))
	for s := range n {
		names = append(names, s)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	put := e.metric("server_breaking_pairs", "Pairs that break at a server, of the servers with the most; * is any server.")
	for _, s := range firstOf(names, mostSeries) {
		put(float64(n[s]), "server", s)
	}
	e.metric("servers_not_named", "Servers at which pairs break and that have no series of their own.")(float64(max(0, len(names)-mostSeries)))
}

func (e *exposition) inputs(v *view) {
	put := e.metric("inputs", "Inputs by how far they could be read.")
	failed, partial := v.failed(), v.partial()
	put(float64(failed), "state", "failed")
	put(float64(partial), "state", "partial")
	put(float64(max(0, v.gaps.Inputs-failed-partial)), "state", "read")
	if !v.gaps.Last.IsZero() {
		e.metric("evidence_last_timestamp_seconds", "When the evidence ends, in seconds since 1970.")(float64(v.gaps.Last.Unix()))
	}
}

func (e *exposition) days(v *view) {
	if t, err := time.Parse(time.DateOnly, v.deadline()); err == nil {
		e.metric("deadline_timestamp_seconds", "The day judged for, or the first on which something breaks, in seconds since 1970.")(float64(t.Unix()))
	}
	if len(v.r.Days) == 0 {
		return
	}
	last := v.r.Days[len(v.r.Days)-1]
	e.metric("last_day_weak_clients", "Clients below the floor on the last day with evidence.")(float64(last.WeakClients))
	e.metric("last_day_weak_requests", "Connections or requests below the floor on the last day with evidence.")(float64(last.Weak))
}
