package report

import (
	"cmp"
	"slices"

	"github.com/tlsready/tlsready/assess"
)

// kind is where a verdict is listed. The order is that of concern.
type kind int

const (
	kindBreaks kind = iota
	kindRisk
	kindUnknown
	kindOK
	kindWaived
	kindApart
	kinds
)

// class is the name of a kind in style sheets.
func (k kind) class() string {
	return [...]string{"breaks", "risk", "unknown", "ok", "waived", "apart"}[k]
}

// view is a report, cleaned and put in the order in which people read. Both
// renderers for people start from it.
type view struct {
	words
	clean    cleaner
	r        *assess.Report
	need     string
	verdicts [kinds][]assess.Verdict
	groups   [kinds][]group
	settings []settingGroup
	gaps     gaps
	head     headline
}

func newView(r *assess.Report, opt Options) *view {
	w := words{opt.Lang}
	c := cleaner{ascii: opt.ASCII, words: w}
	rc := *r
	rc.Policy, rc.AsOf, rc.PolicyText = c.name(r.Policy), c.name(r.AsOf), c.told(r.PolicyText)
	v := &view{words: w, clean: c, r: &rc, need: w.needed(&rc)}
	for k, order := range inOrder(r) {
		v.verdicts[k] = make([]assess.Verdict, 0, len(order))
		for _, in := range order {
			v.verdicts[k] = append(v.verdicts[k], c.verdict(*in))
		}
	}
	id := 0
	for _, k := range []kind{kindBreaks, kindRisk, kindUnknown} {
		v.groups[k] = groupBy(w, v.verdicts[k], &id)
	}
	var settings []assess.SettingVerdict
	for _, s := range r.Settings {
		settings = append(settings, c.setting(s))
	}
	v.settings = groupSettings(w, settings)
	v.gaps = newGaps(c, r)
	v.head = newHeadline(v)
	return v
}

// inOrder sorts verdicts by their places: there may be a million, and each is
// large.
func inOrder(r *assess.Report) (out [kinds][]*assess.Verdict) {
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		k := kindOf(v, r.AsOf)
		out[k] = append(out[k], v)
	}
	for k := range out {
		slices.SortStableFunc(out[k], compareVerdicts)
	}
	return out
}

// kindOf sorts a verdict in. A waiver that has run out waives nothing.
func kindOf(v *assess.Verdict, asOf string) kind {
	switch {
	case v.SetApart != "":
		return kindApart
	case v.Waived != nil && (asOf == "" || v.Waived.Until >= asOf):
		return kindWaived
	}
	switch v.Verdict {
	case assess.Breaks:
		return kindBreaks
	case assess.AtRisk:
		return kindRisk
	case assess.OK:
		return kindOK
	}
	return kindUnknown
}

// compareVerdicts puts first who was only ever seen weak, then who is seen
// most.
func compareVerdicts(a, b *assess.Verdict) int {
	return cmp.Or(
		cmpTrueFirst(a.OnlyEverWeak, b.OnlyEverWeak),
		cmp.Compare(b.Count, a.Count),
		cmp.Compare(a.Client, b.Client),
		cmp.Compare(a.Server, b.Server),
		cmp.Compare(a.Protocol, b.Protocol),
	)
}

func cmpTrueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// count is the number of verdicts of a kind. The summary has the same
// numbers; counting what is listed keeps page and numbers together.
func (v *view) count(k kind) int { return len(v.verdicts[k]) }

// pairs counts all verdicts.
func (v *view) pairs() int {
	n := 0
	for k := range v.verdicts {
		n += len(v.verdicts[k])
	}
	return n
}

// parties counts the different clients and servers of verdicts.
func parties(in []assess.Verdict) (clients, servers int) {
	cs, ss := map[string]bool{}, map[string]bool{}
	for _, v := range in {
		if v.Client != assess.Anyone {
			cs[v.Client] = true
		}
		if v.Server != assess.Anyone {
			ss[v.Server] = true
		}
	}
	return len(cs), len(ss)
}
