package report

import (
	"cmp"
	"html/template"

	"github.com/tlsready/tlsready/assess"
)

// Bounds of a page that a browser still opens at once.
const (
	mostCards = 1000
	mostRows  = 500 // of one table
	mostChips = 12  // names in the title of a card
)

// htmlView is what the template shows.
type htmlView struct {
	Title, Version, Policy, Judged, Basis, Looked string
	ContentPolicy                                 string
	CSS                                           template.CSS
	Script                                        template.JS

	Head         htmlHead
	Tiles        []tile
	Shares       []share
	Shared       string // the shares in words
	Causes       []causeCount
	Matrix       *matrix
	Lists        []cardList
	Settings     []htmlSetting
	SettingsLeft int
	Gaps         gaps
	Disputes     []dispute
	DisputesLeft int
	OK           rows
	Waived       rows
	Apart        rows
}

type htmlHead struct{ Class, Symbol, Word, Lead, More string }

// tile is one number at the top.
type tile struct {
	Class, Symbol, Label, Link string
	N                          int
}

// cardList is one section of troubles.
type cardList struct {
	ID, Title, Intro, Class string
	N, Left                 int
	Cards                   []card
}

// card is one trouble.
type card struct {
	ID, Class, Symbol, Outcome string
	Clients, Servers           cardSide
	Fault                      string
	Facts                      []string
	Tags                       []string
	Why, Next                  string
	Fix                        []string
	Owners                     []string
	Because, Agents            []string
	LeftBecause                int
	Contradicts                []string
	Rows                       rows
}

// cardSide is one side of a trouble: its names, or when they are many their
// number in the title and the first of them below.
type cardSide struct {
	Title string
	Names []string
	Left  int
}

func newCardSide(all []string, word string, software []string) cardSide {
	s := cardSide{Names: firstOf(all, mostChips)}
	s.Left = len(all) - len(s.Names)
	if len(all) > mostTitle {
		s.Title = number(len(all)) + " " + word
		if len(software) == 1 {
			s.Title += " (" + software[0] + ")"
		}
	}
	return s
}

// rows is a table of pairs, and how many did not fit.
type rows struct {
	List []assess.Verdict
	Left int
	Why  bool // each row has its own reason
}

// N is the number of all rows, shown or not; Many is set when one line above
// the table does not say it all.
func (r rows) N() int     { return len(r.List) + r.Left }
func (r rows) Many() bool { return r.N() > 1 }

type htmlSetting struct {
	settingGroup
	Class, Symbol, Words string
	Founding             string // rule, fact, confidence and sources
}

// dispute is a pair whose sources disagree.
type dispute struct {
	Link, Client, Server string
	What                 []string
}

func newHTMLView(r *assess.Report, opt Options) *htmlView {
	v := newView(r, false)
	c := cleaner{}
	h := &htmlView{
		Title: cmp.Or(c.name(opt.Title), "TLS readiness"), Version: c.name(opt.Version),
		Policy: v.r.Policy, Judged: v.judged(), Basis: v.basis(), Looked: v.gaps.looked(),
		ContentPolicy: contentPolicy(), CSS: template.CSS(htmlStyle), Script: template.JS(htmlScript),
		Head: htmlHead{v.head.Kind.class(), symbols[v.head.Kind], v.head.Word, v.head.Lead, v.head.More},
		Gaps: v.gaps, Matrix: newMatrix(v), Causes: byCause(v.verdicts[kindBreaks], v.need),
		OK: newRows(v.verdicts[kindOK]), Waived: newRows(v.verdicts[kindWaived]), Apart: newRows(v.verdicts[kindApart]),
	}
	h.Tiles = newTiles(v)
	h.Shares, h.Shared = newShares(v)
	h.Lists = []cardList{
		newCardList(v, kindBreaks, "who-breaks", "Who breaks", "Whoever was only ever seen weak comes first."),
		newCardList(v, kindRisk, "at-risk", "At risk", "These may break, or break later."),
		newCardList(v, kindUnknown, "not-known", "Not known", "Not known is not fine. Each comes with the command that finds out."),
	}
	for _, s := range firstOf(v.settings, mostCards) {
		k := settingKind(s.Verdict)
		h.Settings = append(h.Settings, htmlSetting{
			s, k.class(), symbols[k], settingWords(s.Verdict), founding(s.Rule, s.Fact, s.Confidence, s.Sources),
		})
	}
	h.SettingsLeft = len(v.settings) - len(h.Settings)
	h.OK.Why = true
	disputes := newDisputes(v)
	h.Disputes = firstOf(disputes, mostRows)
	h.DisputesLeft = len(disputes) - len(h.Disputes)
	return h
}

func newRows(in []assess.Verdict) rows {
	list := make([]assess.Verdict, 0, min(len(in), mostRows))
	for _, v := range firstOf(in, mostRows) {
		v.Client, v.Server = clientName(v), serverName(v)
		list = append(list, v)
	}
	return rows{List: list, Left: len(in) - len(list)}
}

func newTiles(v *view) []tile {
	links := [kinds]string{"#who-breaks", "#at-risk", "#not-known", "#ok", "#waived", "#set-apart"}
	labels := [kinds]string{"pairs break", "pairs at risk", "pairs not known", "pairs ok", "pairs waived", "pairs set apart"}
	var out []tile
	for k := range kinds {
		n := v.count(k)
		if n == 0 && k >= kindWaived {
			continue
		}
		t := tile{Class: k.class(), Symbol: symbols[k], Label: labels[k], N: n}
		if n == 1 {
			t.Label = [kinds]string{"pair breaks", "pair at risk", "pair not known", "pair ok", "pair waived", "pair set apart"}[k]
		}
		if n > 0 {
			t.Link = links[k]
		}
		out = append(out, t)
	}
	if n := v.failed() + v.partial(); n > 0 {
		out = append(out, tile{
			Class: kindUnknown.class(), Symbol: symbols[kindUnknown], Link: "#not-seen", N: n,
			Label: map[bool]string{true: "input not read in full", false: "inputs not read in full"}[n == 1],
		})
	}
	return out
}

func newCardList(v *view, k kind, id, title, intro string) cardList {
	groups := v.groups[k]
	l := cardList{ID: id, Title: title, Intro: intro, Class: k.class(), N: len(v.verdicts[k])}
	for _, g := range firstOf(groups, mostCards) {
		l.Cards = append(l.Cards, newCard(v, k, g))
	}
	l.Left = len(groups) - len(l.Cards)
	return l
}

func newCard(v *view, k kind, g group) card {
	lead := g.Lead
	c := card{
		ID: g.ID, Class: k.class(), Symbol: symbols[k], Outcome: outcomeWords(k),
		Why: lead.Why.String(), Next: lead.Next.String(), Fix: lead.Fix.Strings(), Owners: g.owners(), Contradicts: firstOf(g.contradict(), 20),
		Rows: newRows(g.Members),
	}
	if k != kindUnknown {
		if f := fault(lead, v.need); f != "" {
			c.Fault = sentence(f + howKnown(lead))
		}
	}
	c.Clients = newCardSide(g.clients(), "clients", g.software())
	c.Servers = newCardSide(g.servers(), "servers", nil)
	why := g.because()
	c.Because = firstOf(why, 50)
	c.LeftBecause = len(why) - len(c.Because)
	c.Agents = firstOf(g.each(func(v assess.Verdict) string { return v.ClientParty.UserAgent }), 10)
	c.Facts = cardFacts(g)
	c.Tags = cardTags(g)
	return c
}

func cardFacts(g group) []string {
	var out []string
	if s := g.software(); len(s) > 1 || len(s) == 1 && len(g.clients()) <= mostTitle {
		out = append(out, names(s, 3)) // one of many clients stands in the title
	}
	for _, s := range []string{g.Lead.Layer, g.versions(), g.seen()} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func cardTags(g group) []string {
	var out []string
	if g.Lead.BreaksOn != "" {
		out = append(out, "breaks on "+g.Lead.BreaksOn)
	}
	if s := g.weakOnly(); s != "" {
		out = append(out, s)
	}
	if w := g.Lead.Waived; w != nil {
		out = append(out, "waiver ran out on "+w.Until)
	}
	return out
}

func newDisputes(v *view) []dispute {
	var out []dispute
	for _, k := range []kind{kindBreaks, kindRisk, kindUnknown} {
		for _, g := range v.groups[k] {
			for _, m := range g.Members {
				if len(m.Contradicts) > 0 {
					out = append(out, dispute{"#" + g.ID, clientName(m), serverName(m), m.Contradicts})
				}
			}
		}
	}
	for _, k := range []kind{kindOK, kindWaived, kindApart} {
		for _, m := range v.verdicts[k] {
			if len(m.Contradicts) > 0 {
				out = append(out, dispute{"", clientName(m), serverName(m), m.Contradicts})
			}
		}
	}
	return out
}
