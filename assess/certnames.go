package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// nameByCertificates gives endpoints that were scanned by address alone the
// name that their certificate bears, so that they join what is known of that
// name. Only a name that stands alone in it counts, and that of one address
// only: certificates of clusters and of appliances as they come are on many.
func (d *directory) nameByCertificates(records []evidence.Record) {
	bearers := map[string][]*evidence.Server{} // name:port -> the scans that showed it
	for _, r := range records {
		s, ok := r.(*evidence.Server)
		if !ok || s.IP == "" || s.Basis == evidence.Declared || scanName(s) != "" || inDatagrams(s.Protocol) {
			continue
		}
		if name := certifiedName(s.Certificates); name != "" {
			key := joinPort(name, s.Port)
			bearers[key] = append(bearers[key], s)
		}
	}
	for key, scans := range bearers {
		first := scans[0]
		if slices.ContainsFunc(scans, func(s *evidence.Server) bool { return s.IP != first.IP }) || d.namedElsewhere(key, first.IP) {
			continue
		}
		name, at := certifiedName(first.Certificates), joinPort(first.IP, first.Port)
		if _, named := d.names[at]; named {
			continue // by whoever spoke to it
		}
		d.names[at], d.certified[key] = name, first
		if d.endpoints[key] == nil {
			d.endpoints[key] = scans
		}
	}
}

// namedElsewhere reports whether a name:port is that of an address other than ip.
func (d *directory) namedElsewhere(key, ip string) bool {
	for _, s := range d.endpoints[key] {
		if s.IP != "" && s.IP != ip {
			return true
		}
	}
	return slices.ContainsFunc(d.addresses[key], func(a string) bool { return a != ip })
}

// certifiedName is the one host name that all the certificates of a server
// bear; "" with several, with a wildcard, and with a name that any machine
// may have.
func certifiedName(certs []evidence.Certificate) string {
	found := ""
	for i := range certs {
		for _, name := range certs[i].Names {
			name = strings.ToLower(strings.TrimSuffix(name, "."))
			switch {
			case name == found:
			case found != "", isAddress(name), !strings.Contains(name, "."), strings.ContainsAny(name, "*@ "), strings.HasPrefix(name, "localhost"):
				return ""
			default:
				found = name
			}
		}
	}
	return found
}
