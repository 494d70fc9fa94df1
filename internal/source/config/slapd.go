package config

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var slapd = Dialect{
	Name: "slapd", Product: "OpenLDAP slapd", Rule: "slapd-tls", Fact: "srv.slapd",
	names: []string{"slapd.conf", "cn=config.ldif", "ldap.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^(?:[a-zA-Z][\w;-]*(?:::?|\s+|$).*|\s+\S.*)$`),
		mark: lazyregexp.New(`(?i)^(?:olcTLSProtocolMin:|olcTLSCipherSuite:|olcTLSCertificateFile:|TLSProtocolMin\s|TLSCipherSuite\s|TLSCertificateFile\s|` +
			`suffix\s+"|rootdn\s+"|olcArgsFile:|moduleload\s+back_)`),
	},
	read: readSlapd,
}

// slapdVersions are the numbers of TLSProtocolMin: 3.1 is TLS 1.0.
var slapdVersions = vocabulary{
	"3.0": tlswire.SSL30, "3.1": tlswire.TLS10, "3.2": tlswire.TLS11, "3.3": tlswire.TLS12, "3.4": tlswire.TLS13,
	"3": tlswire.SSL30, "2": tlswire.SSL30, "2.0": tlswire.SSL30,
}

func readSlapd(j *job, f *file) {
	values := map[string]entry{}
	var read func(*file)
	read = func(f *file) {
		f.logicalLines(j, func(at pos, line string) {
			j.cov.Read++
			e, ok := syntax{blank: true, colon: true, bare: true}.split(line)
			if !ok {
				j.skip(at, "no name and value")
				return
			}
			e.at = at
			name := strings.TrimPrefix(strings.ToLower(e.name), "olc")
			if name == "include" {
				j.follow(at, dirOf(f), e.value, f.depth, false, read)
				return
			}
			if strings.HasPrefix(name, "tls") {
				values[name] = e
			}
		})
	}
	read(f)
	slapdJudge(j, f, values)
}

func slapdJudge(j *job, f *file, values map[string]entry) {
	gnu, known := j.lib.gnutls("slapd")
	suite, hasSuite := values["tlsciphersuite"]
	priority, isPriority := gnutlsPriority(suite.value)
	if hasSuite && isPriority && !known { // no cipher string of OpenSSL looks like it
		gnu, known = true, true
	}
	floor, hasFloor := values["tlsprotocolmin"]
	if _, ok := values["tlscertificatefile"]; !ok && !hasFloor && !hasSuite {
		j.blind("no TLS line here")
		return
	}
	var s sum
	because := values["tlscertificatefile"].at
	switch {
	case known && gnu:
		s, because = slapdGnuTLS(j, suite, hasSuite, priority, isPriority, because)
	case !hasFloor:
		s = j.lib.gate(unknown("TLSProtocolMin not set; the TLS library decides"), suite.value)
	}
	if hasFloor {
		var b bounds
		fd := b.set(floor, slapdVersions, true)
		switch {
		case known && gnu:
			fd.effect, fd.note = evidence.None, "slapd built on GnuTLS ignores it: TLSCipherSuite decides"
		case !known:
			fd.note = or(fd.note, "of no effect if slapd is built on GnuTLS, as Debian's is")
			s, because = unknown(floor.at.String()+": of effect with OpenSSL only, and which library slapd is built on is not known"), floor.at
		default:
			s, because = j.lib.gate(j.perhaps(b.sum(nil)), suite.value), floor.at
		}
		j.setting(fd)
	}
	j.server(endpoint{target: "slapd:389", port: 389, protocol: "ldap", because: because.String()}, s)
}

// slapdGnuTLS is what slapd built on GnuTLS does: the priority string alone
// decides.
func slapdGnuTLS(j *job, suite entry, has bool, vs []tlswire.Version, ok bool, at pos) (sum, pos) {
	if !has {
		s, fact := j.defaultSum("gnutls", "server")
		s = j.gnutlsSystem(s)
		j.defaultSetting(finding{at: at, value: "TLSCipherSuite not set", fact: fact}, s)
		return s, at
	}
	fd := finding{at: suite.at, value: suite.text(), effect: evidence.Pins, versions: vs}
	s := exactly(vs, suite.at.String())
	if !ok || len(vs) == 0 {
		fd.effect, fd.versions, fd.note = evidence.Review, nil, "no priority string that GnuTLS would take"
		s = unknown(suite.at.String() + ": " + fd.note)
	}
	j.setting(fd)
	return j.gnutlsSystem(s), suite.at
}
