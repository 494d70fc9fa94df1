package logs

import (
	"fmt"

	"github.com/tlsready/tlsready/tlswire"
)

// versionByName reads the names that OpenSSL gives the versions, and what is
// made of them.
func versionByName(b []byte) (tlswire.Version, bool) {
	switch string(b) {
	case "TLSv1.3":
		return tlswire.TLS13, true
	case "TLSv1.2":
		return tlswire.TLS12, true
	case "TLSv1.1":
		return tlswire.TLS11, true
	case "TLSv1", "TLSv1.0":
		return tlswire.TLS10, true
	case "SSLv3":
		return tlswire.SSL30, true
	case "SSLv2":
		return tlswire.SSL20, true
	}
	return 0, false
}

// A suiteFact is what a row says about the suite: its name if that is
// certain, and the versions that it can have been negotiated in.
type suiteFact struct {
	name     string // IANA
	proof    string // what proves the versions, as the log writes it
	min, max tlswire.Version
}

// contradicts says why the fact and the version cannot both be true: a suite
// proves a version, since GCM never happened below TLS 1.2.
func (s suiteFact) contradicts(v tlswire.Version) string {
	switch {
	case s.min.Known() && v.Below(s.min):
		return fmt.Sprintf("contradiction: %v with %s, which needs %v", v, s.proof, s.min)
	case s.max.Known() && s.max.Below(v):
		return fmt.Sprintf("contradiction: %v with %s, which ended with %v", v, s.proof, s.max)
	}
	return ""
}

// namedSuite is the fact of a log that writes the name of the suite. A name
// that nobody knows is nothing known.
func namedSuite(r *row) suiteFact {
	s, ok := tlswire.SuiteByName(string(r.known(cellSuite)))
	if !ok {
		return suiteFact{}
	}
	return factOf(s)
}

func factOf(s tlswire.Suite) suiteFact {
	f := suiteFact{name: s.String(), proof: s.String()}
	if info, ok := s.Info(); ok {
		f.min, f.max = info.Min, info.Max
	}
	return f
}

// groupName is the IANA name of what OpenSSL calls a curve. A number without
// a name is passed on as it is.
func groupName(s string) string {
	switch s {
	case "prime256v1", "P-256":
		s = "secp256r1"
	case "P-384":
		s = "secp384r1"
	case "P-521":
		s = "secp521r1"
	case "X25519", "X448":
		s = "x" + s[1:]
	}
	g, ok := tlswire.GroupByName(s)
	if !ok {
		return ""
	}
	return g.String()
}
