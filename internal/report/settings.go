package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// The verdicts on a setting, other than that a person must look.
const (
	settingBreaks   = "breaks"
	settingExposure = "exposure"
)

func settingRank(verdict string) int {
	switch verdict {
	case settingBreaks:
		return 0
	case settingExposure:
		return 2
	}
	return 1
}

func settingKind(verdict string) kind {
	return [...]kind{kindBreaks, kindUnknown, kindRisk}[settingRank(verdict)]
}

func (w words) setting(verdict string) string {
	return [...]string{w.T("breaks"), w.T("a person must look"), w.T("still lets old versions in")}[settingRank(verdict)]
}

// settingGroup is one value, as it stands on one or many hosts.
type settingGroup struct {
	assess.SettingVerdict
	Hosts, Places []string
	Count         int
}

// groupSettings puts the same value of many hosts together: an image rolled
// out a hundred times is one thing to fix.
func groupSettings(w words, in []assess.SettingVerdict) []settingGroup {
	slices.SortStableFunc(in, compareSettings)
	at := map[string]int{}
	seen := map[string]bool{}
	once := func(list []string, i int, s string) []string {
		key := fmt.Sprint(i, "\x00", s)
		if s == "" || seen[key] {
			return list
		}
		seen[key] = true
		return append(list, s)
	}
	var out []settingGroup
	for _, s := range in {
		key := strings.Join([]string{
			strconv.Itoa(settingRank(s.Verdict)), s.Layer, s.Role, s.Value, w.effect(s.Effect, s.Versions),
			s.Where.Path, s.Why.String(), strings.Join(s.Fix.Strings(), "\x00"),
		}, "\x00")
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, settingGroup{SettingVerdict: s})
		}
		out[i].Count++
		out[i].Hosts = once(out[i].Hosts, 2*i, cmp.Or(s.Host, w.T("(no host)")))
		out[i].Places = once(out[i].Places, 2*i+1, place(s.Where))
	}
	slices.SortStableFunc(out, func(a, b settingGroup) int {
		return cmp.Or(
			cmp.Compare(settingRank(a.Verdict), settingRank(b.Verdict)),
			cmp.Compare(len(b.Hosts), len(a.Hosts)),
		)
	})
	return out
}

func compareSettings(a, b assess.SettingVerdict) int {
	return cmp.Or(
		cmp.Compare(settingRank(a.Verdict), settingRank(b.Verdict)),
		cmp.Compare(a.Host, b.Host),
		cmp.Compare(a.Layer, b.Layer),
		cmp.Compare(a.Where.File, b.Where.File),
		cmp.Compare(a.Where.Line, b.Where.Line),
		cmp.Compare(a.Where.Path, b.Where.Path),
		cmp.Compare(a.Value, b.Value),
	)
}

// place writes where a value stands.
func place(w evidence.Where) string {
	s := w.File
	if w.Line > 0 {
		s += ":" + strconv.Itoa(w.Line)
	}
	return strings.TrimSpace(s + " " + w.Path)
}
