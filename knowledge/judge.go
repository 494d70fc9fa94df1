package knowledge

import "strings"

// Standing is how an installed build stands to a level.
type Standing string

// The standings. Empty: the product is not in the knowledge base.
const (
	Meets        Standing = "meets"         // at or above the level
	Below        Standing = "below"         // an update is needed first
	Cannot       Standing = "cannot"        // no build will do: replace
	UnknownBuild Standing = "unknown_build" // the build is missing or fits no branch
	BySettings   Standing = "by_settings"   // settings decide, not the build
)

// Judgement is what the knowledge base says of an installed product.
type Judgement struct {
	Enable     Standing // can TLS 1.2 be turned on
	Disable    Standing // can TLS 1.0 and 1.1 be turned off
	Build      string   // as compared
	Needs      string   // the update that is missing, or what must be set
	Fix        string
	Fact       string // id of the product's record
	Confidence Confidence
	About      []*Contradiction // sources that disagree about this product
}

// Gate reports whether TLS 1.0 and 1.1 must stay on for this product: the
// build is too old, unknown, or no build will do.
func (j Judgement) Gate() bool {
	return j.Disable == Below || j.Disable == Cannot || j.Disable == UnknownBuild
}

// ProductFor finds what an inventory calls name and judges its version. A
// version may be a build ("6.0.9319.516", "Version 15.1 (Build 1466.3)"), an
// update ("CU9") or a year. The product is nil, and the judgement empty, for
// what is not known; it is nil with UnknownBuild where only the build could
// tell which record of a family it is.
func (b *Base) ProductFor(name, version string) (*Product, Judgement) {
	w := words(name)
	if v := strings.TrimSpace(version); isYear(v) {
		w, version = w+" "+v, ""
	}
	build, known := ParseBuild(version)
	if upd := updateNumber(version); upd > 0 {
		build, known = nil, false
	}
	best, others := b.productsNamed(w)
	if len(best) == 0 {
		return nil, Judgement{}
	}
	p := pickBranch(best, build, known)
	if p == nil && known {
		p = branchOf(others, build)
	}
	if p == nil {
		return nil, Judgement{
			Disable: UnknownBuild, Enable: UnknownBuild, Build: build.String(), Confidence: Confirmed,
			Needs: "the build number of " + best[0].Name, Fact: best[0].ID,
		}
	}
	j := p.judge(build, known, version)
	j.About = b.ContradictionsAbout(p.ID)
	return p, j
}

// productsNamed are the records that share the longest name contained in w,
// and those that have a shorter one: the year in a name may be the wrong one,
// as after an upgrade in place; the build is not.
func (b *Base) productsNamed(w string) (best, others []*Product) {
	longest := 0
	for _, p := range b.Products {
		n := p.nameIn(w)
		switch {
		case n == 0:
		case n > longest:
			best, others, longest = []*Product{p}, append(others, best...), n
		case n == longest:
			best = append(best, p)
		default:
			others = append(others, p)
		}
	}
	return best, others
}

// nameIn is the length of the longest name of p that stands in w.
func (p *Product) nameIn(w string) int {
	for _, not := range p.Not {
		if containsWords(w, not) {
			return 0
		}
	}
	longest := 0
	for _, n := range p.Names {
		if len(n) > longest && containsWords(w, n) {
			longest = len(n)
		}
	}
	return longest
}

// pickBranch is the one record, or the one whose builds include build.
func pickBranch(ps []*Product, build Build, known bool) *Product {
	if len(ps) == 1 && (!known || build.In(ps[0].From, ps[0].Below)) {
		return ps[0]
	}
	if !known {
		return nil
	}
	return branchOf(ps, build)
}

func branchOf(ps []*Product, build Build) *Product {
	for _, p := range ps {
		if len(p.From)+len(p.Below) > 0 && build.In(p.From, p.Below) {
			return p
		}
	}
	return nil
}

func (p *Product) judge(build Build, known bool, version string) Judgement {
	j := Judgement{Fact: p.ID, Confidence: p.Confidence, Fix: p.Fix}
	if known {
		j.Build = build.String()
	}
	switch {
	case p.Never:
		j.Enable, j.Disable, j.Needs = Cannot, Cannot, "replacement"
		return j
	case p.Disable == nil:
		j.Enable, j.Disable, j.Needs = BySettings, BySettings, p.Depends
		return j
	}
	j.Disable = p.standing(p.Disable, build, known, version)
	j.Enable = j.Disable
	if p.Enable != nil {
		j.Enable = p.standing(p.Enable, build, known, version)
	}
	if j.Disable != Meets {
		j.Needs = p.Disable.String()
	}
	return j
}

func (p *Product) standing(l *Level, build Build, known bool, version string) Standing {
	if have, want := updateNumber(version), updateNumber(l.Update); have > 0 && want > 0 {
		return standingOf(have >= want)
	}
	switch {
	case len(l.Build) == 0 && l.Update == "none": // every build does
		return Meets
	case !known || len(l.Build) == 0:
		return UnknownBuild
	case p.Last > 0:
		if len(build) < p.Last {
			return UnknownBuild
		}
		return standingOf(build.Last(p.Last).Compare(l.Build.Last(p.Last)) >= 0)
	}
	return standingOf(build.Compare(l.Build) >= 0)
}

func standingOf(ok bool) Standing {
	if ok {
		return Meets
	}
	return Below
}

// updateNumber is 9 for "CU9", "2016 CU9" and "CU 9", else 0.
func updateNumber(s string) int {
	s = strings.ToUpper(s)
	i := strings.Index(s, "CU")
	if i < 0 || i > 0 && isLetter(s[i-1]) {
		return 0
	}
	n := 0
	for _, c := range strings.TrimLeft(s[i+2:], " ") {
		if c < '0' || c > '9' || n > 1000 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func isYear(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) && isDigit(s[2]) && isDigit(s[3])
}
