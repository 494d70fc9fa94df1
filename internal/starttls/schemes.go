package starttls

import "sync"

// A table finds protocols by scheme and port.
type table struct {
	protocols []*Protocol
	named     map[string]*Protocol
	schemes   map[string]Scheme
	ports     map[uint16]Scheme
	names     []string // of the schemes, in the order of the data
	of        map[string]*Protocol
}

// loaded is the data that the program carries. A test reads it: that it is
// broken is found there.
var loaded = sync.OnceValue(func() *table {
	t, err := load(data)
	if err != nil {
		panic(err)
	}
	return t
})

// Protocols are all protocols, by name. The caller changes nothing.
func Protocols() []*Protocol { return loaded().protocols }

// Named gives a protocol by the name of its file, or nil.
func Named(name string) *Protocol {
	if name == "" {
		return nil
	}
	return loaded().named[name]
}

// https is what most targets are; for them the data need not be read.
var https = &Protocol{
	Name: "https", Record: "https", Patience: 1,
	Schemes: []Scheme{{Name: "https", Port: 443, AtOnce: true, Record: "https", ports: []uint16{443}}},
}

// SchemeNamed gives a scheme, in lower case, and its protocol.
func SchemeNamed(name string) (Scheme, *Protocol, bool) {
	if name == https.Name {
		return https.Schemes[0], https, true
	}
	s, ok := loaded().schemes[name]
	return s, loaded().of[name], ok
}

// SchemeOfPort gives the scheme that usually listens on a port.
func SchemeOfPort(port uint16) (Scheme, *Protocol, bool) {
	if port == https.Schemes[0].Port {
		return https.Schemes[0], https, true
	}
	s, ok := loaded().ports[port]
	return s, loaded().of[s.Name], ok
}

// SchemeNames are all schemes, by protocol.
func SchemeNames() []string { return loaded().names }

// atOnce is the scheme for a server that begins with TLS.
func (p *Protocol) atOnce() string {
	for _, s := range p.Schemes {
		if s.AtOnce {
			return s.Name
		}
	}
	return "tls"
}
