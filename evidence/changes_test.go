package evidence

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

func accepted(suites ...string) *VersionState {
	return &VersionState{State: Accepted, Because: "server_hello", Suites: suites, Order: "server"}
}

func certificate(kind, hash, trust string) Certificate {
	return Certificate{KeyType: kind, SHA256: hash, Trust: trust, NotAfter: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
}

func TestChanges(t *testing.T) {
	states := func(m map[tlswire.Version]*VersionState) *Server { return &Server{Status: StatusOK, Versions: m} }
	full := func(change func(*Server)) *Server {
		s := states(map[tlswire.Version]*VersionState{
			tlswire.TLS10: {State: Rejected, Because: "alert protocol_version"},
			tlswire.TLS12: accepted("A", "B"), tlswire.TLS13: accepted("C"),
		})
		s.Groups, s.Certificates = []string{"x25519", "x448"}, []Certificate{certificate("RSA", "1", Trusted), certificate("ECDSA", "2", Trusted)}
		s.Facts = &Facts{FallbackSCSV: Say(true), PSK: Resumed, OCSP: &OCSPResponse{Status: "good", ProducedAt: time.Unix(1, 0)}}
		change(s)
		return s
	}
	same := func(*Server) {}
	for name, c := range map[string]struct {
		was, is *Server
		want    []string // what, version, item, was, is
	}{
		"nothing":         {full(same), full(func(s *Server) { s.Facts.OCSP.ProducedAt = time.Unix(2, 0) }), nil},
		"versions alone":  {full(same), full(func(s *Server) { *s = *states(map[tlswire.Version]*VersionState{tlswire.TLS12: {State: Accepted}}) }), nil},
		"a version":       {full(same), full(func(s *Server) { s.Versions[tlswire.TLS10] = accepted("D") }), []string{"version TLS 1.0  rejected accepted"}},
		"a version lost":  {full(same), full(func(s *Server) { s.Versions[tlswire.TLS12] = &VersionState{State: Unknown, Because: "timeout"} }), []string{"version TLS 1.2  accepted unknown"}},
		"a suite":         {full(same), full(func(s *Server) { s.Versions[tlswire.TLS12].Suites = []string{"A", "E"} }), []string{"suite TLS 1.2 B accepted absent", "suite TLS 1.2 E absent accepted"}},
		"a suite, partly": {full(same), full(func(s *Server) { s.Versions[tlswire.TLS12].Suites, s.Status = []string{"A"}, StatusPartial }), []string{"suite TLS 1.2 B accepted unknown"}},
		"partly before": {
			full(func(s *Server) { s.Groups, s.Status = []string{"x448"}, StatusPartial }), full(same),
			[]string{"group unknown x25519 unknown accepted"},
		},
		"the order":        {full(same), full(func(s *Server) { s.Versions[tlswire.TLS13].Order = "client" }), []string{"order TLS 1.3  server client"}},
		"unreachable":      {full(same), &Server{Status: StatusUnreachable, Error: "refused"}, []string{"server unknown  reached unknown"}},
		"reachable":        {&Server{Status: StatusUnreachable}, full(same), []string{"server unknown  unknown reached"}},
		"never reached":    {&Server{Status: StatusUnreachable}, &Server{Status: StatusUnreachable}, nil},
		"a certificate":    {full(same), full(func(s *Server) { s.Certificates[1].SHA256 = "3" }), []string{"certificate unknown ECDSA sha256 2 until 2026-03-02 sha256 3 until 2026-03-02"}},
		"a key":            {full(same), full(func(s *Server) { s.Certificates = s.Certificates[:1] }), []string{"certificate unknown ECDSA sha256 2 until 2026-03-02 absent"}},
		"no certificate":   {full(same), full(func(s *Server) { s.Certificates = nil }), nil},
		"trust":            {full(same), full(func(s *Server) { s.Certificates[0].Trust = Untrusted }), []string{"trust unknown RSA trusted untrusted"}},
		"a fact":           {full(same), full(func(s *Server) { s.Facts.FallbackSCSV, s.Facts.PSK = Say(false), "" }), []string{"fact unknown fallback_scsv true false"}},
		"an OCSP response": {full(same), full(func(s *Server) { s.Facts.OCSP.Status = "revoked" }), []string{"fact unknown ocsp good revoked"}},
	} {
		var got []string
		for _, x := range Changes(c.was, c.is) {
			v := "unknown"
			if x.Version != 0 {
				v = x.Version.String()
			}
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", x.What, v, x.Item, x.Was, x.Is)))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
