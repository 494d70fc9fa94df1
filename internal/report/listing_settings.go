package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// settings lists configured values host by host, what limits first. A value
// and its place are what a person acts on: they stand in full, on lines of
// their own.
func (l listing) settings(ss []*evidence.Setting) {
	if len(ss) == 0 {
		return
	}
	slices.SortStableFunc(ss, func(a, b *evidence.Setting) int {
		return cmp.Or(
			cmp.Compare(settingGroupName(a), settingGroupName(b)),
			cmp.Compare(settingWeight(a), settingWeight(b)),
			cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Where.File, b.Where.File), cmp.Compare(a.Where.Line, b.Where.Line),
		)
	})
	l.section(l.T("Settings"))
	group := ""
	for i, s := range ss {
		if i == mostListed {
			l.para(indent, indent, l.dots+" "+l.T("and %s; --json prints all", l.N(len(ss)-i, "more setting", "more settings")), l.dim)
			return
		}
		if g := settingGroupName(s); g != group {
			group = g
			l.para("", indent, l.settingGroup(s), l.bold)
		}
		l.setting(s)
	}
}

// settingGroupName is what settings are listed under: their host, or what
// they stand in.
func settingGroupName(s *evidence.Setting) string {
	switch {
	case s.Host != "":
		return s.Host
	case s.Layer == sourceLayer:
		return "source code"
	}
	return cmp.Or(s.Layer, "of no known host")
}

// settingGroup is settingGroupName for people.
func (l listing) settingGroup(s *evidence.Setting) string {
	switch {
	case s.Host != "":
		return l.name(s.Host)
	case s.Layer == sourceLayer:
		return l.T("source code")
	}
	return cmp.Or(l.name(s.Layer), l.T("of no known host"))
}

// sourceLayer is the layer of what stands in source code.
const sourceLayer = "source"

func (l listing) setting(s *evidence.Setting) {
	title := strings.TrimSpace(l.name(s.Layer) + " " + l.role(s.Role))
	if s.Host == "" {
		title = l.role(s.Role)
	}
	does := cmp.Or(l.effect(s.Effect, s.Versions), l.effectAlone(s.Effect))
	if title != "" {
		does = l.T("%s: %s", title, does)
	}
	mark := [...]kind{kindBreaks, kindUnknown, kindRisk, kindOK, kindApart}[settingWeight(s)]
	l.para(indent+l.symbol(mark)+" ", indent+indent, l.prose(does), nil)
	detail, at := l.name(s.Value), l.name(placeInFile(s.Where))
	if both := l.T("%s at %s", detail, at); displayWidth(both)+4 <= l.width {
		l.para(indent+indent, indent+indent, both, l.dim)
	} else {
		l.para(indent+indent, indent+indent+indent, detail, l.dim)
		l.para(indent+indent, indent+indent+indent, l.T("at %s", at), l.dim)
	}
	if about := l.aboutOnly(s); about != "" {
		l.para(indent+indent, indent+indent+indent, l.prose(about), l.dim)
	}
}

// aboutOnly is what limits a setting: the part of the configuration that it
// stands in, and what the audit has to say of it.
func (l listing) aboutOnly(s *evidence.Setting) string {
	const most = 200
	where := ""
	if s.Where.Line > 0 && s.Layer != sourceLayer && !strings.Contains(s.Value, s.Where.Path) {
		where = s.Where.Path
	}
	switch {
	case where == "":
		return endCut(l.note(s.Note), most, "...")
	case s.Note == "" || strings.Contains(s.Note, where):
		return endCut(cmp.Or(l.note(s.Note), l.T("in %s", where)), most, "...")
	}
	return endCut(l.T("in %s; %s", where, l.note(s.Note)), most, "...")
}

// note is what the audit has to say of a setting.
func (w words) note(s string) string { return cmp.Or(w.Look(s), s) }

// role names the side that a setting is for.
func (l listing) role(role string) string {
	switch role {
	case "client":
		return l.T("client")
	case "server":
		return l.T("server")
	case "both":
		return l.T("both")
	}
	return l.name(role)
}

// effectAlone says what a setting does that names no versions.
func (w words) effectAlone(e evidence.Effect) string {
	if e == evidence.Review {
		return w.T("a person must look")
	}
	return w.T("turns no version on or off")
}

// placeInFile is the line a value stands on; where the file has no lines, as
// a hive, its path.
func placeInFile(w evidence.Where) string {
	if w.Line > 0 {
		w.Path = ""
	}
	return place(w)
}

// settingWeight orders settings: what holds a side below TLS 1.2, what a
// person must look at, what lets old versions in, what does neither, what
// turns nothing on or off.
func settingWeight(s *evidence.Setting) int {
	weak := slices.ContainsFunc(s.Versions, func(v tlswire.Version) bool { return v.Below(tlswire.TLS12) })
	strong := slices.ContainsFunc(s.Versions, func(v tlswire.Version) bool { return !v.Below(tlswire.TLS12) })
	switch s.Effect {
	case evidence.Pins, evidence.Caps:
		if weak && !strong {
			return 0
		}
	case evidence.Blocks:
		if strong && !weak {
			return 1
		}
		return 3
	case evidence.Review:
		return 1
	case evidence.None:
		return 4
	}
	if weak {
		return 2
	}
	return 3
}
