package config

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var cryptoPolicies = Dialect{
	Name: "crypto-policies", Product: "RHEL and Fedora crypto-policies", Rule: "crypto-policy", Fact: "srv.crypto-policies", NameOnly: true,
	names: []string{"crypto-policies/config", "crypto-policies/state/current"},
	shape: shape{whole: func(text string, named bool) bool { return named && policyWord.MatchString(text) }},
	read:  readCryptoPolicies,
}

var policyWord = lazyregexp.New(`(?m)^\s*[A-Z][A-Z0-9-]*(?::[A-Z0-9:-]+)?\s*$`)

// readCryptoPolicies reads the one word that names the policy.
func readCryptoPolicies(j *job, f *file) {
	f.lines(func(no int, l string) bool {
		word := strings.TrimSpace(l)
		if word == "" || word[0] == '#' {
			return true
		}
		j.cov.Read++
		if len(word) > maxLine || !policyWord.MatchString(word) {
			j.skip(f.at(no), "no policy name")
			return true
		}
		name, modules, _ := strings.Cut(word, ":")
		fd := finding{at: f.at(no), role: "both", value: word}
		switch name {
		case "DEFAULT", "FUTURE", "FIPS":
			fd.effect, fd.versions = evidence.Floors, []tlswire.Version{tlswire.TLS12}
		case "LEGACY":
			fd = legacyPolicy(j, fd)
		default:
			fd.effect, fd.note = evidence.Review, "a policy of one's own"
		}
		if modules != "" && fd.effect != evidence.Review {
			fd.note = strings.TrimSpace(fd.note + " modules " + bounded(modules) + " change it")
		}
		j.setting(fd)
		return j.ctx.Err() == nil
	})
	if j.cov.Used == 0 {
		j.blind("no policy is named")
	}
}

// legacyPolicy allows TLS 1.0 on RHEL 8, and nothing below 1.2 on RHEL 9.
func legacyPolicy(j *job, f finding) finding {
	switch j.opt.Platform {
	case "RHEL 8":
		f.effect, f.versions = evidence.Floors, []tlswire.Version{tlswire.TLS10}
	case "RHEL 9", "RHEL 10":
		f.effect, f.versions = evidence.Floors, []tlswire.Version{tlswire.TLS12}
	default:
		f.effect, f.note = evidence.Review, "allows TLS 1.0 on RHEL 8, nothing below TLS 1.2 on RHEL 9"
	}
	return f
}
