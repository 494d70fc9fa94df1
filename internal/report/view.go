package report

import (
	"iter"
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
// renderers for people start from it. It holds no verdict, only their places:
// what is shown of them is bounded, and made when it is shown.
type view struct {
	words
	clean    cleaner
	r        *assess.Report
	need     string
	shapes   map[*assess.Shape]*assess.Shape // cleaned
	verdicts [kinds][]seat
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
	v := &view{words: w, clean: c, r: &rc, need: w.needed(&rc), shapes: map[*assess.Shape]*assess.Shape{}}
	for _, s := range r.Verdicts.Shapes() {
		v.shapes[s] = c.shape(s)
	}
	v.verdicts = inOrder(r)
	id := 0
	for _, k := range []kind{kindBreaks, kindRisk, kindUnknown} {
		v.groups[k] = groupBy(v, v.verdicts[k], &id)
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

// seat is where a verdict stands in its report.
type seat uint32

// whole is the verdict of a seat, cleaned.
func (v *view) whole(p seat) assess.Verdict { return v.clean.verdict(v.r.Verdicts.At(int(p))) }

// outline is the verdict of a seat but for its words, cleaned.
func (v *view) outline(p seat) assess.Outline {
	o := v.r.Verdicts.Outline(int(p))
	o.Client, o.Server, o.Agent = v.clean.name(o.Client), v.clean.name(o.Server), v.clean.name(o.Agent)
	s, ok := v.shapes[o.Shape]
	if !ok {
		s = v.clean.shape(o.Shape)
	}
	o.Shape = s
	return o
}

// outlines are those of many seats.
func (v *view) outlines(in []seat) iter.Seq[assess.Outline] {
	return func(yield func(assess.Outline) bool) {
		for _, p := range in {
			if !yield(v.outline(p)) {
				return
			}
		}
	}
}

// inOrder sorts verdicts by their places: there may be a million. They stand
// in this order already but for few.
func inOrder(r *assess.Report) (out [kinds][]seat) {
	known := map[*assess.Shape]kind{}
	for _, s := range r.Verdicts.Shapes() {
		known[s] = kindOf(s, r.AsOf)
	}
	for i := range r.Verdicts.Len() {
		s := r.Verdicts.Shape(i)
		k, ok := known[s]
		if !ok {
			k = kindOf(s, r.AsOf)
		}
		out[k] = append(out[k], seat(i))
	}
	for k := range out {
		slices.SortStableFunc(out[k], func(x, y seat) int { return r.Verdicts.Compare(int(x), int(y)) })
	}
	return out
}

// kindOf sorts a verdict in. A waiver that has run out waives nothing.
func kindOf(v *assess.Shape, asOf string) kind {
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
func (v *view) parties(in []seat) (clients, servers int) {
	cs, ss := map[string]bool{}, map[string]bool{}
	for o := range v.outlines(in) {
		if o.Client != assess.Anyone {
			cs[o.Client] = true
		}
		if o.Server != assess.Anyone {
			ss[o.Server] = true
		}
	}
	return len(cs), len(ss)
}
