package main

import "crypto/tls"

// A party is a sort of client or server: its settings, and what it does that
// crypto/tls does not.
type party struct {
	name   string
	config *tls.Config
	deed   deed
}

type deed int

const (
	proper   deed = iota
	distrust      // a client that knows no root
	closes        // a server that closes in answer to the hello
	resets        // a server that resets in answer to the hello
)

var oldSuites = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

func between(low, high uint16) *tls.Config {
	return &tls.Config{MinVersion: low, MaxVersion: high, CipherSuites: oldSuites}
}

// clients by weight: the more often a party stands here, the more addresses
// are of its sort.
func clients() []*party {
	modern := func(name string, alpn ...string) *party {
		return &party{name: name, config: &tls.Config{NextProtos: alpn}}
	}
	classic := between(tls.VersionTLS10, tls.VersionTLS13)
	classic.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384}
	return []*party{
		modern("browser", "h2", "http/1.1"),
		modern("program"),
		{name: "wide", config: between(tls.VersionTLS10, tls.VersionTLS13)},
		{name: "classic", config: classic},
		{name: "to 1.2", config: between(tls.VersionTLS10, tls.VersionTLS12)},
		{name: "only 1.2", config: between(tls.VersionTLS12, tls.VersionTLS12)},
		{name: "to 1.1", config: between(tls.VersionTLS10, tls.VersionTLS11)},
		{name: "only 1.0", config: between(tls.VersionTLS10, tls.VersionTLS10)},
		{name: "only 1.3", config: between(tls.VersionTLS13, tls.VersionTLS13)},
		{name: "distrusts", config: between(tls.VersionTLS12, tls.VersionTLS13), deed: distrust},
	}
}

func servers() []*party {
	oneSuite := between(tls.VersionTLS10, tls.VersionTLS12)
	oneSuite.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
	otherCurve := between(tls.VersionTLS12, tls.VersionTLS13)
	otherCurve.CurvePreferences = []tls.CurveID{tls.CurveP384}
	modern := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	return []*party{
		{name: "modern", config: modern},
		{name: "wide", config: between(tls.VersionTLS10, tls.VersionTLS13)},
		{name: "wide 1.2", config: between(tls.VersionTLS10, tls.VersionTLS12)},
		{name: "one suite", config: oneSuite},
		{name: "only 1.2", config: between(tls.VersionTLS12, tls.VersionTLS12)},
		{name: "only 1.3", config: between(tls.VersionTLS13, tls.VersionTLS13)},
		{name: "other curve", config: otherCurve},
		{name: "to 1.1", config: between(tls.VersionTLS10, tls.VersionTLS11)},
		{name: "only 1.0", config: between(tls.VersionTLS10, tls.VersionTLS10)},
		{name: "closes", config: modern, deed: closes},
		{name: "resets", config: modern, deed: resets},
	}
}

// meet reports whether parties are made to meet: of two that are both too old
// nothing tells who limits.
func meet(c, s *party) bool {
	return !(c.config.MaxVersion != 0 && c.config.MaxVersion < tls.VersionTLS12 && s.config.MaxVersion != 0 && s.config.MaxVersion < tls.VersionTLS12)
}
