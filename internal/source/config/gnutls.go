package config

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var gnutlsWords = vocabulary{
	"ssl3.0": tlswire.SSL30, "tls1.0": tlswire.TLS10, "tls1.1": tlswire.TLS11, "tls1.2": tlswire.TLS12, "tls1.3": tlswire.TLS13,
}

// gnutlsPriority evaluates a priority string of GnuTLS: the versions it
// leaves on. ok is false when the string stands on something unknown here.
func gnutlsPriority(s string) (vs []tlswire.Version, ok bool) {
	words := strings.Split(strings.ToUpper(s), ":")
	on, sha1, ok := gnutlsBase(strings.TrimSpace(words[0]))
	if !ok {
		return nil, false
	}
	for _, w := range words[1:] {
		w = strings.TrimSpace(w)
		if len(w) < 2 {
			continue
		}
		name, add := w[1:], w[0] == '+'
		if name == "SHA1" || name == "MAC-ALL" {
			sha1 = add
		}
		name, isVersion := strings.CutPrefix(name, "VERS-")
		if !isVersion || strings.HasPrefix(name, "DTLS") {
			continue
		}
		set, known := gnutlsVersions(name)
		switch {
		case !known:
			return nil, false
		case add:
			on = append(on, set...)
		default:
			on = slices.DeleteFunc(on, func(v tlswire.Version) bool { return slices.Contains(set, v) })
		}
	}
	if !sha1 { // below TLS 1.2 there is no suite without it
		on = slices.DeleteFunc(on, func(v tlswire.Version) bool { return v.Below(tlswire.TLS12) })
	}
	on = sorted(on)
	if n := len(on); n > 1 && on[n-1] == tlswire.TLS13 && on[n-2] != tlswire.TLS12 {
		on = on[:n-1] // GnuTLS drops TLS 1.3 where older versions are on but not TLS 1.2
	}
	return on, true
}

// gnutlsBase is what the first word of a priority string turns on.
func gnutlsBase(w string) (on []tlswire.Version, sha1, ok bool) {
	switch {
	case slices.Contains([]string{"NORMAL", "PERFORMANCE", "LEGACY", "PFS", "SECURE", "SECURE128"}, w):
		return between(tlswire.TLS10, 0), true, true
	case w == "SECURE192" || w == "SECURE256":
		return between(tlswire.TLS10, 0), false, true
	case w == "NONE":
		return nil, false, true
	case strings.HasPrefix(w, "SUITEB"):
		return []tlswire.Version{tlswire.TLS12}, false, true
	}
	return nil, false, false
}

func gnutlsVersions(name string) ([]tlswire.Version, bool) {
	if name == "ALL" || name == "TLS-ALL" {
		return between(tlswire.TLS10, 0), true
	}
	v, ok := gnutlsWords[strings.ToLower(name)]
	return []tlswire.Version{v}, ok
}

var gnutls = Dialect{
	Name: "gnutls", Product: "GnuTLS system configuration", Rule: "gnutls-config", Fact: "srv.gnutls",
	names: []string{"gnutls/config", "gnutls.config", "back-ends/gnutls.config"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:\[[\w-]+\]|[\w-]+\s*=.*)\s*$`),
		mark:    lazyregexp.New(`(?i)^\s*(?:disabled-version|enabled-version|tls-disabled-cipher|insecure-hash|override-mode)\s*=`),
	},
	read: readGnuTLS,
}

// gnutlsConf is what the system's file of GnuTLS leaves on.
type gnutlsConf struct {
	sum     sum
	listed  bool              // allowlist mode: what is not enabled is off
	enabled []tlswire.Version // in allowlist mode
	last    pos
}

// readGnuTLS reads /etc/gnutls/config: what it disables no priority string
// brings back.
func readGnuTLS(j *job, f *file) {
	g := gnutlsRead(j, f)
	j.blind("what a program's own priority string leaves out is off besides")
	if j.cov.Used > 0 {
		because := or(g.last.String(), f.name)
		j.client(g.sum, because, "srv.gnutls")
		if j.opt.Host != "" {
			j.server(endpoint{protocol: "tls", because: because}, g.sum)
		}
	}
}

// gnutlsRead judges each line and adds up what is left.
func gnutlsRead(j *job, f *file) *gnutlsConf {
	g := &gnutlsConf{sum: exactly(between(tlswire.TLS10, 0), "not disabled in "+f.name)}
	f.entries(j, syntax{comment: "#", trailing: "#", sections: true}, func(e entry) {
		switch strings.ToLower(e.name) {
		case "override-mode":
			g.listed = strings.EqualFold(e.value, "allowlist")
		case "disabled-version", "enabled-version":
			g.version(j, e)
		case "system":
			if vs, ok := gnutlsPriority(e.value); ok {
				j.setting(finding{at: e.at, path: "[" + e.section + "]", role: "both", value: e.text(), effect: effectOf(vs), versions: vs, note: "what a program gets that asks for @SYSTEM"})
			}
		}
	})
	if g.listed {
		g.sum = exactly(g.enabled, or(g.last.String(), f.name)+": nothing but what is enabled here is on")
	}
	g.sum = gnutlsGap(g.sum)
	return g
}

// version judges a line that disables a version, or in allowlist mode enables
// one.
func (g *gnutlsConf) version(j *job, e entry) {
	v, ok := gnutlsWords[strings.ToLower(e.value)]
	enables := strings.EqualFold(e.name, "enabled-version")
	fd := finding{at: e.at, path: "[" + e.section + "]", role: "both", value: e.text(), effect: evidence.Blocks, versions: []tlswire.Version{v}}
	if enables {
		fd.effect = evidence.Allows
	}
	switch {
	case !ok && strings.HasPrefix(strings.ToLower(e.value), "dtls"):
		return
	case !ok:
		fd.effect, fd.versions, fd.note = evidence.Review, nil, "no version that GnuTLS knows: it passes over the line"
	case !strings.EqualFold(e.section, "overrides"):
		fd.effect, fd.note = evidence.None, "GnuTLS reads it in [overrides] only"
	case enables != g.listed:
		fd.effect, fd.note = evidence.None, "of the other override-mode: GnuTLS passes over the line"
	case enables:
		g.enabled, g.last = append(g.enabled, v), e.at
	default:
		g.sum, g.last = g.sum.reject(fd.versions, e.at.String()), e.at
	}
	j.setting(fd)
}

// gnutlsSystem takes away what the system's file of GnuTLS does not leave to
// any program.
func (j *job) gnutlsSystem(s sum) sum {
	g := j.sys.gnutls
	if g == nil {
		return s
	}
	for v, x := range g.sum {
		if x.state == evidence.Rejected && v != tlswire.SSL30 {
			s = s.only(slices.DeleteFunc(slices.Clone(judged), func(o tlswire.Version) bool { return o == v }), x.because)
		}
	}
	return gnutlsGap(s)
}

// gnutlsGap drops TLS 1.3 where older versions are on but not TLS 1.2, as
// GnuTLS does.
func gnutlsGap(s sum) sum {
	older := s[tlswire.TLS10].state == evidence.Accepted || s[tlswire.TLS11].state == evidence.Accepted
	if x := s[tlswire.TLS12]; older && x.state == evidence.Rejected && s[tlswire.TLS13].state == evidence.Accepted {
		s = s.reject([]tlswire.Version{tlswire.TLS13}, x.because+": GnuTLS does no TLS 1.3 above a gap")
	}
	return s
}
