package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// What a configured value is.
const (
	SettingBreaks   = "breaks"   // keeps something below the floor
	SettingReview   = "review"   // a person must look
	SettingExposure = "exposure" // still allows what is below the floor
)

// judgeSettings lists the configured values that break on the day, that
// expose (allow what is below the floor) or that a person must look at.
func (j *judge) judgeSettings(records []evidence.Record, owners []Owner) []SettingVerdict {
	var out []SettingVerdict
	for _, r := range records {
		s, ok := r.(*evidence.Setting)
		if !ok {
			continue
		}
		if v, ok := j.judgeSetting(s); ok {
			j.ownSetting(&v, owners)
			out = append(out, v)
		}
	}
	rank := map[string]int{SettingBreaks: 0, SettingReview: 1, SettingExposure: 2}
	slices.SortStableFunc(out, func(a, b SettingVerdict) int {
		return cmp.Or(
			cmp.Compare(rank[a.Verdict], rank[b.Verdict]),
			strings.Compare(a.Host, b.Host),
			evidence.CompareRefs(placeOf(a.Where), placeOf(b.Where)),
			strings.Compare(a.Value, b.Value),
		)
	})
	return out
}

func (j *judge) judgeSetting(s *evidence.Setting) (SettingVerdict, bool) {
	floor := j.policy.Floor
	v := SettingVerdict{
		Host: s.Host, Role: s.Role, Layer: s.Layer, Value: s.Value, Effect: s.Effect,
		Versions: s.Versions, Where: s.Where, Because: nonEmpty(placeOf(s.Where), s.Fact),
		Rule: s.Rule, Fact: s.Fact,
	}
	weak := below(s.Versions, floor)
	switch {
	case limits(s, floor):
		v.Verdict, v.Cause = SettingBreaks, pinFinding(s, floor).cause
		v.Why = say("keeps %s below %s", layerName(s.Layer), floor)
		if s.Layer == "source" {
			v.Why = say("keeps this code below %s", floor)
		}
		v.Fix = Texts{settingFix(s, floor)}
		if j.policy.Office365() {
			v.Verdict = SettingReview
			v.Why = v.Why.And(say("breaks what talks to Microsoft 365 by it"))
		}
	case s.Effect == evidence.Review:
		v.Verdict, v.Why = SettingReview, told(s.Note)
		if s.Note == "" {
			v.Why = say("a person must look at this value")
		}
	case len(weak) > 0 && (s.Effect == evidence.Allows || s.Effect == evidence.Pins || s.Effect == evidence.Floors):
		v.Verdict = SettingExposure
		v.Why = say("still allows %s", joinVersions(weak))
	default:
		return v, false
	}
	return v, true
}
