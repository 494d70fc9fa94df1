package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// schannel is the state of every version in one role.
type schannel map[tlswire.Version]protocol

func (m *machine) schannelRole(role string) schannel {
	s := schannel{}
	list := m.suites()
	for _, v := range tlswire.StreamVersions {
		p := m.protocol(role, v)
		if list != nil && v >= tlswire.SSL30 && (p.use == useOn || p.use == useIfNamed) && len(list.of(v)) == 0 {
			p = protocol{use: useNever, at: list.where(), because: "no cipher suite for it", explicit: true}
		}
		s[v] = p
	}
	return s
}

// undecided are the versions of TLS whose state is not known. SSL is left
// out: no policy asks for it, and what old systems do with it is not known.
func (s schannel) undecided() []tlswire.Version {
	return s.pick(func(v tlswire.Version, p protocol) bool { return p.use == useUnknown && v >= tlswire.TLS10 })
}

// on are the versions that a program gets without asking.
func (s schannel) on() []tlswire.Version {
	return s.pick(func(_ tlswire.Version, p protocol) bool { return p.use == useOn })
}

// named are those of vs that a program gets which names them itself.
func (s schannel) named(vs []tlswire.Version) []tlswire.Version {
	return s.pick(func(v tlswire.Version, p protocol) bool {
		return slices.Contains(vs, v) && (p.use == useOn || p.use == useIfNamed)
	})
}

func (s schannel) pick(keep func(tlswire.Version, protocol) bool) []tlswire.Version {
	var out []tlswire.Version
	for _, v := range tlswire.StreamVersions {
		if keep(v, s[v]) {
			out = append(out, v)
		}
	}
	return out
}

// decides is the protocol that decides what is offered: that of the newest
// version the system has or, if that is on by itself, the newest that a value
// is about.
func (s schannel) decides() protocol {
	newest := func(fits func(protocol) bool) (p protocol, ok bool) {
		for _, v := range tlswire.StreamVersions {
			if v >= tlswire.TLS10 && fits(s[v]) {
				p, ok = s[v], true
			}
		}
		return p, ok
	}
	top, _ := newest(func(p protocol) bool { return p.use != useImpossible })
	if top.use == useOn && !top.explicit {
		if p, ok := newest(func(p protocol) bool { return p.explicit }); ok {
			return p
		}
	}
	return top
}

// schannelClient emits what programs offer that leave the choice to Windows.
func (m *machine) schannelClient() {
	s := m.schannelRole("Client")
	switch open := s.undecided(); {
	case len(open) > 0:
		m.blind("the Schannel client cannot be judged: %s", m.reasons(s, open))
	case len(s.on()) == 0:
		m.blind("the Schannel client: every version is off")
	default:
		p := s.decides()
		m.client(&evidence.Client{Versions: s.on(), Layer: "schannel", Because: ref(p.at), Fact: cmp.Or(p.fact, m.rule.Fact)})
	}
}

// decided reports whether the Schannel client is known, on which that of a
// layer rests; if not the layer is remembered as not judged.
func (m *machine) decided(layer string, s schannel) bool {
	if len(s.undecided()) == 0 {
		return true
	}
	if !slices.Contains(m.waiting, layer) {
		m.waiting = append(m.waiting, layer)
	}
	return false
}

func (m *machine) reasons(s schannel, vs []tlswire.Version) string {
	var why []string
	for _, v := range vs {
		why = append(why, fmt.Sprintf("%s (%s)", v, m.reason(s[v])))
	}
	return strings.Join(why, ", ")
}

// reason says in words why a version is as it is.
func (m *machine) reason(p protocol) string {
	switch {
	case p.at == evidence.Where{}:
		return p.because
	case p.explicit:
		return p.because + ", " + ref(p.at)
	case p.fact != "" && p.use == useImpossible:
		return "not in this Windows, " + p.fact
	case p.fact != "":
		return "default, " + p.fact
	case p.because == "default":
		return "not set, and the Windows of this host is not known"
	}
	return p.because + ", " + ref(p.at)
}

// schannelServer emits what services take that leave the choice to Windows.
// A version that is off by default counts as rejected: a service would have to
// name it.
func (m *machine) schannelServer() {
	s := m.schannelRole("Server")
	server := &evidence.Server{
		Host: m.host, Basis: evidence.Declared, Layer: "schannel", Versions: map[tlswire.Version]*evidence.VersionState{},
	}
	known := false
	for _, v := range tlswire.StreamVersions {
		state := evidence.Unknown
		switch s[v].use {
		case useOn:
			state = evidence.Accepted
		case useIfNamed, useNever, useImpossible:
			state = evidence.Rejected
		}
		known = known || state != evidence.Unknown
		server.Versions[v] = &evidence.VersionState{State: state, Because: m.reason(s[v])}
		if list := m.suites(); list != nil && state == evidence.Accepted && v >= tlswire.SSL30 {
			server.Versions[v].Suites = suiteNames(list.of(v))
		}
	}
	if open := s.undecided(); len(open) > 0 {
		m.blind("the Schannel server cannot be judged in full: %s", m.reasons(s, open))
	}
	if known {
		server.Because, server.Groups = ref(s.decides().at), m.groups()
		m.records = append(m.records, server)
	}
}

func names(vs []tlswire.Version) string {
	s := make([]string, len(vs))
	for i, v := range vs {
		s[i] = v.String()
	}
	return strings.Join(s, ", ")
}
