package negotiate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Tri is an answer that may not be known.
type Tri uint8

// The answers.
const (
	NotKnown Tri = iota
	Yes
	No
)

// ServerProfile is what a server accepts and what it refuses. A nil list is
// not known.
type ServerProfile struct {
	Name     string
	Versions []VersionProfile
	Groups   []tlswire.Group           // in its order
	Schemes  []tlswire.SignatureScheme // that it signs with in TLS 1.2 and 1.3
	Keys     []Key                     // of its certificates
	DHBits   int                       // of its DH group before TLS 1.3; 0: not known

	NeedsName bool // refuses clients without server_name
	Fallback  Tri  // refuses a fallback that it could better (RFC 7507)
	EMS       Tri  // answers extended_master_secret (RFC 7627)
	SSLv2Form Tri  // reads hellos of the SSLv2 form
	// IgnoresList is set when it does not read supported_versions, as those
	// of before TLS 1.3, and so answers by the legacy version alone.
	IgnoresList Tri
	NeedsGroup  Tri             // takes no ECDHE without supported_groups
	Bears       tlswire.Version // fails on hellos above this version; 0: bears all
}

// VersionProfile is one version of a server.
type VersionProfile struct {
	Version     tlswire.Version
	State       evidence.State
	ServerOrder Tri             // its own order of suites decides
	ChaChaFirst bool            // and yet ChaCha20 comes first for a client that has it first
	Suites      []tlswire.Suite // in its order; nil: not known
}

// Key is what signs for a server.
type Key struct {
	Type  string // RSA, ECDSA, Ed25519, DSA
	Bits  int
	Curve tlswire.Group // of an ECDSA key
	SHA1  bool          // the certificate is signed over SHA-1
}

// FromServer is the profile of a server record: scanned, or declared by a
// configuration.
func FromServer(s *evidence.Server) ServerProfile {
	p := ServerProfile{
		Name:    serverName(s),
		Groups:  named(s.Groups, tlswire.GroupByName),
		Schemes: named(s.SignatureAlgorithms, tlswire.SignatureSchemeByName),
		DHBits:  s.DHBits,
	}
	for v, state := range s.Versions {
		x := VersionProfile{Version: v, State: state.State, ChaChaFirst: state.ChaCha20 == "client", Suites: named(state.Suites, tlswire.SuiteByName)}
		if v == tlswire.TLS13 && state.State == evidence.Rejected && ignoresList(state.Because) {
			p.IgnoresList = Yes
		}
		switch state.Order {
		case "server":
			x.ServerOrder = Yes
		case "client":
			x.ServerOrder = No
		}
		p.Versions = append(p.Versions, x)
	}
	slices.SortFunc(p.Versions, func(a, b VersionProfile) int { return cmp.Compare(a.Version.Rank(), b.Version.Rank()) })
	for _, c := range s.Certificates {
		k := Key{Type: c.KeyType, Bits: c.KeyBits, SHA1: strings.Contains(c.SignatureAlgorithm, "SHA1")}
		if k.Type == "ECDSA" {
			k.Curve = curveOf(k.Bits)
		}
		p.Keys = append(p.Keys, k)
	}
	if s.Facts != nil {
		p.add(s.Facts)
	}
	return p
}

// add takes what the server's handshakes showed besides.
func (p *ServerProfile) add(f *evidence.Facts) {
	p.NeedsName = evidence.Is(f.NeedsName, true)
	p.Fallback, p.EMS, p.SSLv2Form = tri(f.FallbackSCSV), tri(f.ExtendedMasterSecret), tri(f.SSLv2Form)
	p.Bears = f.FailsAbove
}

func tri(field *bool) Tri {
	switch {
	case evidence.Is(field, true):
		return Yes
	case evidence.Is(field, false):
		return No
	}
	return NotKnown
}

// ignoresList tells by its refusal of TLS 1.3 that a server does not read
// supported_versions: one that does would find nothing there but TLS 1.3 and
// name the version (RFC 8446, 4.2.1), not answer with another, nor go on to
// the suites.
func ignoresList(because string) bool {
	return strings.HasPrefix(because, "server_hello ") || because == "alert handshake_failure"
}

// curveOf is the curve of a certificate by the length of its key: the CAs
// know no others of that length (RFC 5480, 2.1.1.1; brainpool has the same
// lengths, and is taken for none of them).
func curveOf(bits int) tlswire.Group {
	switch bits {
	case 256:
		return tlswire.GroupSecp256r1
	case 384:
		return tlswire.GroupSecp384r1
	case 521:
		return tlswire.GroupSecp521r1
	}
	return 0
}

func serverName(s *evidence.Server) string {
	name := cmp.Or(s.Target, s.SNI, s.Host, s.IP, "unnamed server")
	if s.Basis == evidence.Declared && s.Layer != "" {
		return name + " (" + s.Layer + ")"
	}
	return name
}

// WithFloor is the profile after everything below the floor went off. Above
// it nothing changes: a server is not taken to learn what it did not know.
func (p ServerProfile) WithFloor(floor tlswire.Version) ServerProfile {
	p.Versions = slices.Clone(p.Versions)
	for i := range p.Versions {
		if v := &p.Versions[i]; v.Version.Below(floor) {
			*v = VersionProfile{Version: v.Version, State: evidence.Rejected}
		}
	}
	return p
}

// Server is a compiled profile.
type Server struct {
	ServerProfile
	versions [8]version
	max      int // rank of the highest version that is accepted
	min      int
	asked    bool // of some version it is known whether it is accepted
	curves   []tlswire.Group
	fields   bool // knows the groups of RFC 7919
	kinds    [keyAny]bool
	kindsSet bool // all kinds of its keys are known
}

type version struct {
	state    evidence.State
	order    Tri
	chacha   bool
	suites   []suite
	set      suiteSet
	anySuite bool // the suites are not known
}

// Compile makes a profile ready to be compared.
func (p ServerProfile) Compile() *Server {
	s := &Server{ServerProfile: p, kindsSet: len(p.Keys) > 0}
	for _, x := range p.Versions {
		r := x.Version.Rank()
		if r == 0 || x.Version>>8 != 3 && x.Version != tlswire.SSL20 {
			continue
		}
		v := version{state: x.State, order: x.ServerOrder, chacha: x.ChaChaFirst, anySuite: x.Suites == nil}
		v.suites, v.set = compileSuites(x.Suites), newSuiteSet(x.Suites)
		s.versions[r] = v
		s.asked = s.asked || x.State == evidence.Accepted || x.State == evidence.Rejected
		if x.State != evidence.Accepted {
			continue
		}
		s.max = max(s.max, r)
		if s.min == 0 || r < s.min {
			s.min = r
		}
		for i := range v.suites {
			if k := v.suites[i].key; k < keyAny {
				s.kinds[k] = true
			}
		}
	}
	for _, k := range p.Keys {
		s.kinds[kindOf(k.Type)] = true
	}
	for _, g := range p.Groups {
		s.fields = s.fields || g.FiniteField()
		if !g.FiniteField() && !g.TLS13Only() {
			s.curves = append(s.curves, g)
		}
	}
	return s
}

func kindOf(keyType string) keyKind {
	switch keyType {
	case "RSA":
		return keyRSA
	case "ECDSA", "Ed25519", "Ed448":
		return keyECDSA // the suites of ECDSA carry EdDSA too (RFC 8422, 5.5)
	case "DSA":
		return keyDSA
	}
	return keyNone
}
