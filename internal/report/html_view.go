package report

import (
	"cmp"
	"html/template"
	"slices"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// Bounds of a page that a browser still opens at once.
const (
	mostCards = 1000
	mostRows  = 500 // of one table
	mostChips = 12  // names in the title of a card
)

// htmlView is what the template shows.
type htmlView struct {
	Lang                                          string
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
	Contents     []htmlLink
	Contacts     []contact
	ContactsLeft int
	// ContactSettings is set when somebody answers for a setting that breaks.
	ContactSettings bool
	BurnDown        *burnDown
	Plan            template.HTML
	Parties         []partyList
	Gaps            gaps
	Inputs          []*evidence.Coverage
	InputsAll       int
	InputsLeft      int
	Disputes        []dispute
	DisputesLeft    int
	OK              rows
	Waived          rows
	Apart           rows
}

// htmlHead is the answer, for whoever reads no further.
type htmlHead struct {
	Class, Symbol, Word, Lead, More string
	By                              string // the day, if one is known
	First                           *firstThing
}

// firstThing is what to do first, and where more about it stands.
type firstThing struct{ Text, About, Link string }

// htmlLink leads to a section.
type htmlLink struct{ ID, Title string }

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

func newCardSide(w words, all []string, word string, software []string) cardSide {
	s := cardSide{Names: firstOf(all, mostChips)}
	s.Left = len(all) - len(s.Names)
	if len(all) > mostTitle {
		s.Title = w.T("%s %s", number(len(all)), word)
		if len(software) == 1 {
			s.Title = w.T("%s (%s)", s.Title, software[0])
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

func newHTMLView(r *assess.Report, opt Options) (*htmlView, error) {
	v := newView(r, Options{Lang: opt.Lang})
	c := cleaner{words: v.words}
	h := &htmlView{
		Lang: v.Tag(), Title: cmp.Or(c.name(opt.Title), v.T("TLS readiness")), Version: c.name(opt.Version),
		Policy: v.r.Policy, Judged: v.judged(), Basis: v.basis(), Looked: v.gaps.looked(),
		ContentPolicy: contentPolicy(), CSS: template.CSS(htmlStyle), Script: template.JS(htmlScript),
		Head: newHead(v),
		Gaps: v.gaps, Matrix: newMatrix(v), Causes: v.byCause(v.verdicts[kindBreaks]),
		OK: newRows(v, v.verdicts[kindOK]), Waived: newRows(v, v.verdicts[kindWaived]), Apart: newRows(v, v.verdicts[kindApart]),
	}
	h.Tiles = newTiles(v)
	h.Shares, h.Shared = newShares(v)
	h.Lists = []cardList{
		newCardList(v, kindBreaks, "who-breaks", v.T("Who breaks"), v.T("Whoever was only ever seen weak comes first.")),
		newCardList(v, kindRisk, "at-risk", v.T("At risk"), v.T("These may break, or break later.")),
		newCardList(v, kindUnknown, "not-known", v.T("Not known"), v.T("Not known is not fine. Each comes with the command that finds out.")),
	}
	for _, s := range firstOf(v.settings, mostCards) {
		k := settingKind(s.Verdict)
		h.Settings = append(h.Settings, htmlSetting{
			s, k.class(), symbols[k], v.setting(s.Verdict), v.founding(s.Rule, s.Fact, s.Confidence, s.Sources),
		})
	}
	h.SettingsLeft = len(v.settings) - len(h.Settings)
	h.OK.Why = true
	disputes := newDisputes(v)
	h.Disputes = firstOf(disputes, mostRows)
	h.DisputesLeft = len(disputes) - len(h.Disputes)
	contacts := v.contacts()
	h.Contacts = firstOf(contacts, mostRows)
	h.ContactsLeft = len(contacts) - len(h.Contacts)
	h.ContactSettings = slices.ContainsFunc(h.Contacts, func(c contact) bool { return c.Settings > 0 })
	h.BurnDown = newBurnDown(v)
	inputs := orderedInputs(c, r)
	h.Inputs, h.InputsAll = firstOf(inputs, mostRows), len(inputs)
	h.InputsLeft = h.InputsAll - len(h.Inputs)
	links := v.links()
	h.Parties = []partyList{
		newParties(v, partyList{ID: "servers", Title: v.T("Server by server"), Intro: v.T("Each server, and how every client came to it."), OtherTitle: v.T("Client"), Server: true}, "s", links),
		newParties(v, partyList{ID: "clients", Title: v.T("Client by client"), Intro: v.T("Each client, and every server it was seen with."), OtherTitle: v.T("Server")}, "c", links),
	}
	var err error
	if h.Plan, err = PlanPart(r, opt); err != nil {
		return nil, err
	}
	h.Contents = h.contents(v)
	return h, nil
}

// newHead adds to the headline by when, and what to do first.
func newHead(v *view) htmlHead {
	h := htmlHead{Class: v.head.Kind.class(), Symbol: symbols[v.head.Kind], Word: v.head.Word, Lead: v.head.Lead, More: v.head.More}
	h.By = v.deadline()
	for _, k := range []kind{kindBreaks, kindRisk, kindUnknown} {
		for _, g := range v.groups[k] {
			text := firstStep(g.Lead)
			if text == "" {
				continue
			}
			h.First = &firstThing{Text: v.Sentence(text), About: g.howWide(), Link: "#" + g.ID}
			return h
		}
	}
	return h
}

// howWide says how many clients and servers a trouble is about.
func (g group) howWide() string {
	clients, servers := g.v.parties(g.Members)
	switch {
	case clients == 0:
		return g.v.N(servers, "server", "servers")
	case servers == 0:
		return g.v.N(clients, "client", "clients")
	}
	return g.v.T("%s, %s", g.v.N(clients, "client", "clients"), g.v.N(servers, "server", "servers"))
}

// contents are the sections that the page has, in their order.
func (h *htmlView) contents(v *view) []htmlLink {
	var out []htmlLink
	add := func(there bool, id, title string) {
		if there {
			out = append(out, htmlLink{id, title})
		}
	}
	add(len(h.Contacts) > 0, "contacts", v.T("Who to contact"))
	add(h.BurnDown != nil, "days", v.T("Day by day"))
	add(h.Matrix != nil, "matrix", v.T("Who talks to whom"))
	for _, l := range h.Lists {
		add(len(l.Cards) > 0, l.ID, l.Title)
	}
	add(len(h.Settings) > 0, "settings", v.T("Settings"))
	add(h.Plan != "", "plan", v.T("The plan"))
	for _, l := range h.Parties {
		add(len(l.List) > 0, l.ID, l.Title)
	}
	add(true, "not-seen", v.T("Coverage"))
	return out
}

func newRows(v *view, in []seat) rows {
	list := make([]assess.Verdict, 0, min(len(in), mostRows))
	for _, p := range firstOf(in, mostRows) {
		x := v.whole(p)
		x.Client, x.Server = v.client(x), v.server(x)
		list = append(list, x)
	}
	return rows{List: list, Left: len(in) - len(list)}
}

func newTiles(v *view) []tile {
	links := [kinds]string{"#who-breaks", "#at-risk", "#not-known", "#ok", "#waived", "#set-apart"}
	var out []tile
	for k := range kinds {
		n := v.count(k)
		if n == 0 && k >= kindWaived {
			continue
		}
		t := tile{Class: k.class(), Symbol: symbols[k], Label: v.tileLabel(k, n), N: n}
		if n > 0 {
			t.Link = links[k]
		}
		out = append(out, t)
	}
	if n := v.failed() + v.partial(); n > 0 {
		out = append(out, tile{
			Class: kindUnknown.class(), Symbol: symbols[kindUnknown], Link: "#not-seen", N: n,
			Label: v.oneOrMany(n, v.T("input not read in full"), v.T("inputs not read in full")),
		})
	}
	return out
}

// tileLabel says what a number of pairs is about.
func (w words) tileLabel(k kind, n int) string {
	switch k {
	case kindBreaks:
		return w.oneOrMany(n, w.T("pair breaks"), w.T("pairs break"))
	case kindRisk:
		return w.oneOrMany(n, w.T("pair at risk"), w.T("pairs at risk"))
	case kindUnknown:
		return w.oneOrMany(n, w.T("pair not known"), w.T("pairs not known"))
	case kindOK:
		return w.oneOrMany(n, w.T("pair ok"), w.T("pairs ok"))
	case kindWaived:
		return w.oneOrMany(n, w.T("pair waived"), w.T("pairs waived"))
	}
	return w.oneOrMany(n, w.T("pair set apart"), w.T("pairs set apart"))
}

func (words) oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
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
		ID: g.ID, Class: k.class(), Symbol: symbols[k], Outcome: v.outcome(k),
		Why: lead.Why.String(), Next: lead.Next.String(), Fix: lead.Fix.Strings(), Owners: g.owners(), Contradicts: firstOf(g.contradict(), 20),
		Rows: newRows(v, g.Members),
	}
	if k != kindUnknown {
		if f := v.fault(lead, v.need); f != "" {
			c.Fault = v.Sentence(v.howKnown(f, lead.Confidence))
		}
	}
	c.Clients = newCardSide(v.words, g.clients(), v.T("clients"), g.software())
	c.Servers = newCardSide(v.words, g.servers(), v.T("servers"), nil)
	why := g.because()
	c.Because = firstOf(why, 50)
	c.LeftBecause = len(why) - len(c.Because)
	c.Agents = firstOf(g.each(func(o assess.Outline) string { return o.Agent }), 10)
	c.Facts = cardFacts(g)
	c.Tags = cardTags(g)
	return c
}

func cardFacts(g group) []string {
	var out []string
	if s := g.software(); len(s) > 1 || len(s) == 1 && len(g.clients()) <= mostTitle {
		out = append(out, g.v.First(s, 3)) // one of many clients stands in the title
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
		out = append(out, g.v.T("breaks on %s", g.Lead.BreaksOn))
	}
	if s := g.weakOnly(); s != "" {
		out = append(out, s)
	}
	if w := g.Lead.Waived; w != nil {
		out = append(out, g.v.T("waiver ran out on %s", w.Until))
	}
	return out
}

func newDisputes(v *view) []dispute {
	var out []dispute
	add := func(link string, in []seat) {
		for _, p := range v.disputed(in) {
			x := v.whole(p)
			if len(x.Contradicts) > 0 {
				out = append(out, dispute{link, v.client(x), v.server(x), x.Contradicts})
			}
		}
	}
	for _, k := range []kind{kindBreaks, kindRisk, kindUnknown} {
		for _, g := range v.groups[k] {
			add("#"+g.ID, g.Members)
		}
	}
	for _, k := range []kind{kindOK, kindWaived, kindApart} {
		add("", v.verdicts[k])
	}
	return out
}
