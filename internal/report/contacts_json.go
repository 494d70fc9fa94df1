package report

import (
	"cmp"
	"slices"

	"github.com/tlsready/tlsready/assess"
)

// contactJSON is somebody who answers for what is in trouble, as programs read
// it. Without owner and contact it is what nobody answers for.
type contactJSON struct {
	Owner            string   `json:"owner,omitempty"`
	Contact          string   `json:"contact,omitempty"`
	Breaks           int      `json:"breaks"`            // pairs
	AtRisk           int      `json:"at_risk"`           // pairs
	SettingsBreaking int      `json:"settings_breaking"` // configured values
	Parties          []string `json:"parties"`           // those that must change, sorted
	First            string   `json:"first,omitempty"`   // the first thing to do
}

// contactsJSON are all who must be told, who has most that breaks first. It
// looks at each verdict once and copies none.
func contactsJSON(r *assess.Report) []contactJSON {
	type who struct{ owner, contact string }
	at := map[who]int{}
	seen := map[string]bool{}
	out := []contactJSON{}
	of := func(owner, contact, party string, first func() string) *contactJSON {
		i, ok := at[who{owner, contact}]
		if !ok {
			i = len(out)
			at[who{owner, contact}] = i
			out = append(out, contactJSON{Owner: owner, Contact: contact, First: first()})
		}
		c := &out[i]
		if key := owner + "\x00" + contact + "\x00" + party; party != "" && !seen[key] {
			seen[key] = true
			c.Parties = append(c.Parties, party)
		}
		return c
	}
	for _, v := range r.Verdicts.Outlines() {
		party := v.Client
		if atServer(v.LimitedBy, v.Client) {
			party = v.Server
		}
		first := func() string { return firstStep(v.Whole()) }
		switch kindOf(v.Shape, r.AsOf) {
		case kindBreaks:
			of(v.Owner, v.Contact, party, first).Breaks++
		case kindRisk:
			of(v.Owner, v.Contact, party, first).AtRisk++
		}
	}
	for _, s := range r.Settings {
		if s.Verdict == settingBreaks {
			of(s.Owner, s.Contact, s.Host, func() string { return cmp.Or(append(s.Fix.Strings(), s.Why.String())...) }).SettingsBreaking++
		}
	}
	for i := range out {
		out[i].Parties = append([]string{}, out[i].Parties...) // never null
		slices.Sort(out[i].Parties)
	}
	slices.SortStableFunc(out, func(a, b contactJSON) int {
		return cmp.Or(
			cmpTrueFirst(b.Owner+b.Contact == "", a.Owner+a.Contact == ""),
			cmp.Compare(b.Breaks, a.Breaks), cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.SettingsBreaking, a.SettingsBreaking),
			cmp.Compare(a.Owner, b.Owner),
		)
	})
	return out
}
