package knowledge

import "fmt"

// Product is software, or a branch of it, that must be at a build before TLS
// 1.0 and 1.1 may go.
type Product struct {
	Meta
	Vendor  string   `yaml:"vendor"`
	Name    string   `yaml:"name"`
	Version string   `yaml:"version"` // in words: "2015", "2014 SP1 CU branch"
	Names   []string `yaml:"names"`   // as inventories print it, lower case, year included and left out
	Not     []string `yaml:"not"`     // words that make it another product
	From    Build    `yaml:"from"`    // builds of this record
	Below   Build    `yaml:"below"`
	Last    int      `yaml:"compare_last"` // compare only so many last parts of a build
	Enable  *Level   `yaml:"enable"`       // needed before TLS 1.2 can be turned on
	Disable *Level   `yaml:"disable"`      // needed before TLS 1.0 and 1.1 can be turned off
	Never   bool     `yaml:"never"`        // no build survives without TLS 1.0
	Depends string   `yaml:"depends"`      // what decides besides the build
	Needs   []string `yaml:"needs"`
	Fix     string   `yaml:"fix"`
	Off     string   `yaml:"when_off"` // works, works_after_fix, breaks_no_fix
}

// Level is an update and its first build.
type Level struct {
	Update   string `yaml:"update"`
	Build    Build  `yaml:"build"`
	Released string `yaml:"released"`
	KB       string `yaml:"kb"`
}

// String is "CU9 (6.0.9319.548)".
func (l *Level) String() string {
	switch {
	case l == nil:
		return ""
	case len(l.Build) == 0:
		return l.Update
	case l.Update == "":
		return l.Build.String()
	}
	return l.Update + " (" + l.Build.String() + ")"
}

func (p *Product) check() error {
	switch {
	case p.Name == "" || len(p.Names) == 0:
		return fmt.Errorf("needs name and names")
	case !p.Never && p.Depends == "" && p.Disable == nil:
		return fmt.Errorf("needs disable, depends or never")
	case len(p.From) > 0 && len(p.Below) > 0 && p.From.Compare(p.Below) >= 0:
		return fmt.Errorf("from %s is not below %s", p.From, p.Below)
	}
	for _, n := range append(p.Names, p.Not...) {
		if words(n) != n {
			return fmt.Errorf("name %q can never match: write %q", n, words(n))
		}
	}
	switch p.Off {
	case "", "works", "works_after_fix", "breaks_no_fix":
		return nil
	}
	return fmt.Errorf("when_off %q: want works, works_after_fix or breaks_no_fix", p.Off)
}

// BuildRow is one line of a table of builds.
type BuildRow struct {
	Update string `yaml:"update"`
	Build  Build  `yaml:"build"`
}

// BuildTable names the first build of each update of a product.
type BuildTable struct {
	Meta
	Product string     `yaml:"product"`
	Meaning string     `yaml:"meaning"`
	Rows    []BuildRow `yaml:"rows"`
}

// Update is the newest listed update that build is at or above, of the same
// first two numbers.
func (t *BuildTable) Update(build Build) (string, bool) {
	var best *BuildRow
	for i, r := range t.Rows {
		if build.HasPrefix(r.Build[:min(2, len(r.Build))]) && build.Compare(r.Build) >= 0 &&
			(best == nil || r.Build.Compare(best.Build) > 0) {
			best = &t.Rows[i]
		}
	}
	if best == nil {
		return "", false
	}
	return best.Update, true
}

// LogPattern is text that a product's logs hold about TLS.
type LogPattern struct {
	Meta
	Product  string   `yaml:"product"`
	Log      string   `yaml:"log"`
	Patterns []string `yaml:"patterns"`
	Covers   []string `yaml:"covers"`
}

// Prerequisite is what must be installed on a system before a product can do
// without TLS 1.0 and 1.1.
type Prerequisite struct {
	Meta
	Product string   `yaml:"product"`
	OS      string   `yaml:"os"`
	Needs   []string `yaml:"needs"`
}
