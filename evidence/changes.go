package evidence

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// What a Change is about.
const (
	ChangedServer      = "server"
	ChangedVersion     = "version"
	ChangedOrder       = "order" // whose order of suites decides
	ChangedSuite       = "suite"
	ChangedGroup       = "group"
	ChangedSignature   = "signature_algorithm"
	ChangedCertificate = "certificate"
	ChangedTrust       = "trust"
	ChangedFact        = "fact"
)

// Absent stands in a Change for what is known not to be there. What is merely
// not known any more, or was not known before, is Unknown.
const Absent = "absent"

// Change is one thing in which two scans of one server differ.
type Change struct {
	Target  string          `json:"target"`
	IP      string          `json:"ip,omitempty"`
	Port    uint16          `json:"port,omitempty"`
	SNI     string          `json:"sni,omitempty"`
	What    string          `json:"what"`
	Version tlswire.Version `json:"version,omitempty"` // of a version, order or suite
	// Item is the suite, group, signature algorithm or fact; of a certificate
	// its kind of key.
	Item    string `json:"item,omitempty"`
	Was     string `json:"was"`
	Is      string `json:"is"`
	Because string `json:"because,omitempty"` // what was seen now
}

// Changes are what two scans of one server differ in, in a fixed order. What
// one of them did not look at is no change. What the later one could not see
// is Unknown in it and never Absent: a server that does not answer has lost
// nothing.
func Changes(was, is *Server) []Change {
	c := comparison{was: was, is: is}
	if !c.reachable() {
		return c.found
	}
	for _, v := range slices.Backward(slices.Sorted(maps.Keys(merged(was.Versions, is.Versions)))) {
		c.version(v, was.Versions[v], is.Versions[v])
	}
	c.list(ChangedGroup, 0, was.Groups, is.Groups)
	c.list(ChangedSignature, 0, was.SignatureAlgorithms, is.SignatureAlgorithms)
	c.certificates()
	c.facts()
	return c.found
}

// comparison is two scans of one server.
type comparison struct {
	was, is *Server
	found   []Change
}

func (c *comparison) add(what string, v tlswire.Version, item, was, is, because string) {
	s := c.is
	c.found = append(c.found, Change{
		Target: s.Target, IP: s.IP, Port: s.Port, SNI: s.SNI, What: what, Version: v, Item: item, Was: was, Is: is, Because: because,
	})
}

// reachable reports whether both scans reached the server; it is a change when
// one did.
func (c *comparison) reachable() bool {
	was, is := c.was.Status != StatusUnreachable, c.is.Status != StatusUnreachable
	switch {
	case was && !is:
		c.add(ChangedServer, 0, "", "reached", string(Unknown), c.is.Error)
	case !was && is:
		c.add(ChangedServer, 0, "", string(Unknown), "reached", "")
	}
	return was && is
}

func (c *comparison) version(v tlswire.Version, was, is *VersionState) {
	if was == nil || is == nil {
		return
	}
	if was.State != is.State {
		c.add(ChangedVersion, v, "", string(was.State), string(is.State), is.Because)
		return
	}
	if was.Order != "" && is.Order != "" && was.Order != is.Order {
		c.add(ChangedOrder, v, "", was.Order, is.Order, "")
	}
	c.list(ChangedSuite, v, was.Suites, is.Suites)
}

// list compares what was found one by one. An empty list was not looked for.
func (c *comparison) list(what string, v tlswire.Version, was, is []string) {
	if len(was) == 0 || len(is) == 0 {
		return
	}
	for _, item := range was {
		if !slices.Contains(is, item) {
			c.add(what, v, item, string(Accepted), missing(c.is), "")
		}
	}
	for _, item := range is {
		if !slices.Contains(was, item) {
			c.add(what, v, item, missing(c.was), string(Accepted), "")
		}
	}
}

// missing is what it means that something is not in a scan.
func missing(s *Server) string {
	if s.Status == StatusOK && s.sawSuites() {
		return Absent
	}
	return string(Unknown)
}

// sawSuites reports whether the scan went beyond versions.
func (s *Server) sawSuites() bool {
	for _, v := range s.Versions {
		if len(v.Suites) > 0 {
			return true
		}
	}
	return false
}

// certificates compares those of each kind of key. A kind that only one scan
// has seen was lost, or never asked for.
func (c *comparison) certificates() {
	kinds := map[string]bool{}
	was, is := byKey(c.was.Certificates), byKey(c.is.Certificates)
	if len(was) == 0 || len(is) == 0 {
		return
	}
	maps.Insert(kinds, maps.All(merged(was, is)))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		a, b := was[kind], is[kind]
		switch {
		case a == nil:
			c.add(ChangedCertificate, 0, kind, missing(c.was), tellCertificate(b), "")
		case b == nil:
			c.add(ChangedCertificate, 0, kind, tellCertificate(a), missing(c.is), "")
		case a.SHA256 != b.SHA256:
			c.add(ChangedCertificate, 0, kind, tellCertificate(a), tellCertificate(b), "")
		case a.Trust != "" && b.Trust != "" && a.Trust != b.Trust:
			c.add(ChangedTrust, 0, kind, a.Trust, b.Trust, b.TrustReason)
		}
	}
}

// byKey takes the first certificate of each kind of key, by hash where a
// server shows several.
func byKey(certs []Certificate) map[string]*Certificate {
	out := map[string]*Certificate{}
	for i := range certs {
		c := &certs[i]
		if have := out[c.KeyType]; have == nil || c.SHA256 < have.SHA256 {
			out[c.KeyType] = c
		}
	}
	return out
}

// tellCertificate names a certificate in a word.
func tellCertificate(c *Certificate) string {
	return "sha256 " + c.SHA256 + " until " + c.NotAfter.UTC().Format(time.DateOnly)
}

// facts compares those that both scans know. Times of an OCSP response change
// with each and mean nothing.
func (c *comparison) facts() {
	was, is := tellFacts(c.was.Facts), tellFacts(c.is.Facts)
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if b, ok := is[name]; ok && b != was[name] {
			c.add(ChangedFact, 0, name, was[name], b, "")
		}
	}
}

// tellFacts gives known facts as they stand in a record.
func tellFacts(f *Facts) map[string]string {
	if f == nil {
		return nil
	}
	raw, err := json.Marshal(f)
	var fields map[string]json.RawMessage
	if err != nil || json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	delete(fields, "ocsp")
	out := map[string]string{}
	for name, value := range fields {
		out[name] = strings.Trim(string(value), `"`)
	}
	if f.OCSP != nil {
		out["ocsp"] = f.OCSP.Status
	}
	return out
}

// merged has the keys of both.
func merged[K comparable, V any](a, b map[K]V) map[K]bool {
	out := map[K]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}
