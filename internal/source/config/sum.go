package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// judged are the versions that a sum speaks of. SSLv2 is left out: no server
// that can be configured to refuse anything still has it.
var judged = []tlswire.Version{tlswire.SSL30, tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13}

// say is what a configuration adds up to for one version, and which line.
type say struct {
	state   evidence.State
	because string
}

// sum is what a configuration adds up to. A version that is missing is not
// spoken of.
type sum map[tlswire.Version]say

// exactly allows these versions and no other.
func exactly(vs []tlswire.Version, because string) sum {
	s := sum{}
	for _, v := range judged {
		if slices.Contains(vs, v) {
			s[v] = say{evidence.Accepted, because}
		} else {
			s[v] = say{evidence.Rejected, because}
		}
	}
	return s
}

// between are the versions from lo to hi; zero is no bound.
func between(lo, hi tlswire.Version) []tlswire.Version {
	var out []tlswire.Version
	for _, v := range judged {
		if !v.Below(lo) && (hi == 0 || !hi.Below(v)) {
			out = append(out, v)
		}
	}
	return out
}

// unknown says the same reason of every version.
func unknown(because string) sum {
	s := sum{}
	for _, v := range judged {
		s[v] = say{evidence.Unknown, because}
	}
	return s
}

func (s sum) clone() sum {
	out := sum{}
	for v, x := range s {
		out[v] = x
	}
	return out
}

// limit rejects what lies below lo or above hi, whatever stood there.
func (s sum) limit(lo, hi tlswire.Version, because string) sum {
	out := s.clone()
	in := between(lo, hi)
	for _, v := range judged {
		if !slices.Contains(in, v) {
			out[v] = say{evidence.Rejected, because}
		}
	}
	return out
}

// rebound puts a new lower or upper bound in the place of the one that was
// there; zero leaves it.
func (s sum) rebound(lo, hi tlswire.Version, because string) sum {
	vs, sure := s.accepted()
	if !sure || len(vs) == 0 {
		return s.limit(lo, hi, because)
	}
	oldLo, oldHi := vs[0], vs[len(vs)-1]
	if lo != 0 {
		oldLo = lo
	}
	if hi != 0 {
		oldHi = hi
	}
	out := exactly(between(oldLo, oldHi), because)
	for v, x := range s {
		if out[v].state == x.state {
			out[v] = x
		}
	}
	return out
}

// reject takes versions away.
func (s sum) reject(vs []tlswire.Version, because string) sum {
	out := s.clone()
	for _, v := range vs {
		out[v] = say{evidence.Rejected, because}
	}
	return out
}

// only rejects what is not in vs, where it is not off already.
func (s sum) only(vs []tlswire.Version, because string) sum {
	out := s.clone()
	for v, x := range s {
		if !slices.Contains(vs, v) && x.state != evidence.Rejected {
			out[v] = say{evidence.Rejected, because}
		}
	}
	return out
}

// states are the versions of a server record.
func (s sum) states() map[tlswire.Version]*evidence.VersionState {
	m := map[tlswire.Version]*evidence.VersionState{}
	for v, x := range s {
		m[v] = &evidence.VersionState{State: x.state, Because: x.because}
	}
	return m
}

// accepted lists what is accepted; sure is false when of a version that
// matters it is not known. SSLv3 matters to no list: no current library has it.
func (s sum) accepted() (vs []tlswire.Version, sure bool) {
	sure = true
	for _, v := range judged {
		switch x := s[v]; {
		case x.state == evidence.Accepted:
			vs = append(vs, v)
		case x.state != evidence.Rejected && v != tlswire.SSL30:
			sure = false
		}
	}
	return vs, sure
}

// effectOf names what an exact list of versions does: a run from the lowest
// known up to the newest is still a pin, since it stays when the program is
// updated.
func effectOf(vs []tlswire.Version) evidence.Effect {
	if len(vs) == 0 {
		return evidence.Blocks
	}
	return evidence.Pins
}

// defaultSum is what a layer does where nothing is set. at is the place that
// shows that nothing is set.
func (j *job) defaultSum(layer, role string) (s sum, fact string) {
	because := "not set"
	if j.opt.Knowledge == nil {
		return unknown(because + "; the default is not known"), ""
	}
	d, ok := j.opt.Knowledge.ServerDefault(layer, role)
	if !ok || len(d.Ranges) == 0 {
		return unknown(because + "; the default is not known"), ""
	}
	if have, ok := j.release(layer); ok {
		r, ok := d.At(have)
		switch {
		case !ok:
			return unknown(fmt.Sprintf("not set; the default of %s %s is not known", d.Product, j.releaseText(layer))), d.ID
		case r.Library:
			return unknown("not set; the TLS library decides"), d.ID
		}
		return exactly(between(r.Min, r.Max), fmt.Sprintf("not set; default of %s %s", d.Product, j.releaseText(layer))), d.ID
	}
	// The release is not known: only what all releases share is.
	s = sum{}
	for _, v := range judged {
		s[v] = shared(v, d.Product, func(yield func(lo, hi tlswire.Version, library bool)) {
			for _, r := range d.Ranges {
				yield(r.Min, r.Max, r.Library)
			}
		})
	}
	return s, d.ID
}

// shared is what all ranges of a default say of a version.
func shared(v tlswire.Version, product string, each func(func(lo, hi tlswire.Version, library bool))) say {
	yes, no := 0, 0
	each(func(lo, hi tlswire.Version, library bool) {
		switch {
		case library:
			yes, no = yes+1, no+1
		case v.Below(lo), hi.Below(v):
			no++
		default:
			yes++
		}
	})
	switch {
	case no == 0:
		return say{evidence.Accepted, "not set; default of every " + product}
	case yes == 0:
		return say{evidence.Rejected, "not set; default of every " + product}
	}
	return say{evidence.Unknown, "not set; the default depends on the release of " + product}
}

func (j *job) releaseText(layer string) string {
	b, _ := j.release(layer)
	_, from := j.releaseFrom(layer)
	parts := make([]string, len(b))
	for i, x := range b {
		parts[i] = fmt.Sprint(x)
	}
	return strings.Join(parts, ".") + from
}

// defaultSetting adds the setting for a default: with all versions when they
// are known, else for a person to look at the release.
func (j *job) defaultSetting(f finding, s sum) {
	vs, sure := s.accepted()
	f.versions = vs
	f.effect = evidence.Default
	if !sure {
		f.note = or(f.note, s[tlswire.TLS10].because)
	} else {
		f.note = or(f.note, s[tlswire.TLS12].because)
	}
	j.setting(f)
}
