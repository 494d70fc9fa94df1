package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// estate is everything that is known of the hosts of a plan.
type estate struct {
	base   *knowledge.Base
	hosts  map[string]*planHost // by name in lower case
	byIP   map[string]string    // address -> name; "" when it has several
	labels map[string]string    // first label -> full name; "" when several share it
	sorted []string             // what names gives
	files  []*planHost          // settings of no known host, by file
	nobody map[string]*planHost // the same, by file
	places map[string]*planHost // whose listener a place in a configuration decides
}

// planHost is one machine, or an address that stands for one.
type planHost struct {
	name           string // as it is shown; empty for a file of no known host
	file           string
	owner, contact string
	window         string // the owner's own observation window

	products []installed
	os       *knowledge.OSDefault
	settings []*evidence.Setting
	breaking []*SettingVerdict  // of settings
	clients  []*evidence.Client // declared
	servers  []*evidence.Server // declared
	scans    []*evidence.Server
	asServer outlines // somebody with this host
	asClient outlines // this host with somebody
	alone    outlines // about this host alone

	days    map[int]bool    // on which it was seen in use
	spans   []span          // these, and what its logs cover
	inputs  map[string]bool // logs that show its traffic, by source and folder
	sources map[string]bool // that saw somebody talk to it
	smtp    bool
	foreign bool // of Microsoft 365: nobody here changes it
}

func (h *planHost) isMicrosoft365(base *knowledge.Base, port uint16) {
	if _, ok := base.EndpointByHost(h.name, port); ok {
		h.foreign = true
	}
}

// installed is a product on a host, with what the knowledge base says.
type installed struct {
	*evidence.Product
	known *knowledge.Product
	knowledge.Judgement
}

func newEstate(r *Report, all *evidence.Set, base *knowledge.Base) *estate {
	e := &estate{
		base: base, hosts: map[string]*planHost{}, byIP: map[string]string{},
		labels: map[string]string{}, nobody: map[string]*planHost{}, places: map[string]*planHost{},
	}
	for _, rec := range all.Others {
		e.declare(rec)
	}
	for _, rec := range all.Others {
		if s, ok := rec.(*evidence.Server); ok {
			e.addServer(s)
		}
	}
	for _, v := range r.Verdicts.Outlines() {
		e.addVerdict(&v)
	}
	for i := range r.Settings {
		e.addSetting(&r.Settings[i])
	}
	e.addTraffic(all)
	return e
}

// host gives the host of a name, and makes it if need be.
func (e *estate) host(name string) *planHost {
	if h := e.find(name, ""); h != nil {
		return h
	}
	key := strings.ToLower(strings.TrimSuffix(name, "."))
	h := &planHost{name: key, inputs: map[string]bool{}, sources: map[string]bool{}}
	e.hosts[key] = h
	if label, _, full := strings.Cut(key, "."); !isAddress(key) {
		if other, ok := e.labels[label]; ok && other != key && full {
			e.labels[label] = ""
		} else {
			e.labels[label] = key
		}
	}
	return h
}

// find gives the host of an address or a name, nil if there is none. A bare
// name and a full one are one host when no other has that first label.
func (e *estate) find(name, ip string) *planHost {
	if h := e.hosts[e.byIP[ip]]; h != nil {
		return h
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if h := e.hosts[name]; h != nil {
		return h
	}
	if h := e.hosts[e.byIP[name]]; h != nil {
		return h
	}
	if isAddress(name) {
		return nil
	}
	label, _, full := strings.Cut(name, ".")
	if full {
		return e.hosts[label]
	}
	return e.hosts[e.labels[name]]
}

// party is find, or a new host.
func (e *estate) party(name, ip string) *planHost {
	if h := e.find(name, ip); h != nil {
		return h
	}
	h := e.host(name)
	if ip != "" && !isAddress(h.name) {
		e.address(ip, h)
	}
	return h
}

// address notes whose an address is; one of several hosts is nobody's.
func (e *estate) address(ip string, h *planHost) {
	if have, ok := e.byIP[ip]; ok && have != h.name {
		e.byIP[ip] = ""
		return
	}
	e.byIP[ip] = h.name
}

// declare takes in what inventories and settings say of a host.
func (e *estate) declare(rec evidence.Record) {
	switch rec := rec.(type) {
	case *evidence.Product:
		if rec.Host == "" {
			return
		}
		h := e.host(rec.Host)
		p := installed{Product: rec}
		p.known, p.Judgement = e.base.ProductFor(rec.Name, rec.Version)
		h.products = append(h.products, p)
		h.owner = cmp.Or(h.owner, rec.Owner)
		if os, ok := e.base.OSDefaultByName(rec.Name); ok {
			h.os = os
		}
		if rec.IP != "" {
			e.address(rec.IP, h)
		}
	case *evidence.Setting:
		if rec.Host != "" {
			h := e.host(rec.Host)
			h.settings = append(h.settings, rec)
		}
	case *evidence.Client:
		if name := cmp.Or(rec.Host, rec.Client.Name); rec.Basis == evidence.Declared && name != "" {
			h := e.host(name)
			h.clients = append(h.clients, rec)
		}
	}
}

func (e *estate) addServer(s *evidence.Server) {
	name := cmp.Or(s.Host, s.SNI, targetHost(s.Target), s.IP)
	if name == "" || s.OverUDP() {
		return
	}
	h := e.party(name, s.IP)
	if s.Basis == evidence.Declared {
		h.servers = append(h.servers, s)
		if s.Because != "" && e.places[s.Because] == nil {
			e.places[s.Because] = h
		}
	} else {
		h.scans = append(h.scans, s)
	}
	h.smtp = h.smtp || s.Protocol == "smtp"
	h.isMicrosoft365(e.base, s.Port)
}

func (e *estate) addVerdict(v *Outline) {
	var client, server *planHost
	_, party := v.Parties()
	if v.Client != Anyone {
		client = e.party(hostOfID(v.Client), "")
		client.owner = cmp.Or(client.owner, v.Owner)
	}
	if v.Server != Anyone {
		server = e.party(hostOfID(v.Server), party.IP)
	}
	switch {
	case client == nil && server != nil:
		server.alone.add(v)
	case server == nil && client != nil:
		client.alone.add(v)
	case client != nil:
		client.asClient.add(v)
		server.asServer.add(v)
		server.smtp = server.smtp || v.Protocol == "smtp"
		server.isMicrosoft365(e.base, party.Port)
	}
}

// addSetting puts a value that breaks to its host: the one it names, the one
// whose listener it decides, else nobody's.
func (e *estate) addSetting(v *SettingVerdict) {
	if v.Verdict != SettingBreaks && v.Verdict != SettingReview {
		return
	}
	h := e.hostOfSetting(v)
	if h == nil {
		file := cmp.Or(v.Where.File, v.Where.Path, v.Layer)
		if h = e.nobody[file]; h == nil {
			h = &planHost{file: file, inputs: map[string]bool{}, sources: map[string]bool{}}
			e.nobody[file] = h
			e.files = append(e.files, h)
		}
	}
	h.breaking = append(h.breaking, v)
}

func (e *estate) hostOfSetting(v *SettingVerdict) *planHost {
	if v.Host != "" {
		return e.host(v.Host)
	}
	return e.places[placeOf(v.Where)]
}

// names are the hosts in a fixed order.
func (e *estate) names() []string {
	if len(e.sorted) == len(e.hosts) {
		return e.sorted // hosts are only ever added
	}
	names := make([]string, 0, len(e.hosts))
	for name := range e.hosts {
		names = append(names, name)
	}
	slices.Sort(names)
	e.sorted = names
	return names
}

// has reports whether a product or system that brings a constraint into force
// runs on the host.
func (h *planHost) has(ids []string) bool {
	if h.os != nil && slices.Contains(ids, h.os.ID) {
		return true
	}
	return len(h.running(ids)) > 0
}

// running are the products of these ids on the host.
func (h *planHost) running(ids []string) []installed {
	var out []installed
	for _, p := range h.products {
		if p.Fact != "" && slices.Contains(ids, p.Fact) {
			out = append(out, p)
		}
	}
	return out
}
