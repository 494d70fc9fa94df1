package assess

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// host is what configuration and inventory say of one machine.
type host struct {
	name     string
	owner    string
	products []*evidence.Product
	settings []*evidence.Setting
	clients  []*evidence.Client // declared by its settings
	servers  []*evidence.Server // declared by its settings
}

// directory joins addresses, names and hosts that are one party.
type directory struct {
	hosts     map[string]*host              // by lower-case name as declared
	hostByIP  map[string]string             // address -> key in hosts
	names     map[string]string             // "ip:port" -> its one name; "" when it has several
	endpoints map[string][]*evidence.Server // scans, by name:port and address:port
	settings  map[string]*evidence.Setting  // by place, for profiles that name their deciding line
	addresses map[string][]string           // name:port -> the addresses it was seen at
	certified map[string]*evidence.Server   // name:port that a certificate alone tells -> its scan
}

func newDirectory(all *evidence.Set) *directory {
	d := &directory{
		hosts: map[string]*host{}, hostByIP: map[string]string{},
		names: map[string]string{}, endpoints: map[string][]*evidence.Server{}, settings: map[string]*evidence.Setting{},
		addresses: map[string][]string{}, certified: map[string]*evidence.Server{},
	}
	for _, r := range all.Others {
		switch r := r.(type) {
		case *evidence.Product:
			h := d.declare(cmp.Or(r.Host, placeOf(r.Where))) // a program that was found, on no known host
			h.products = append(h.products, r)
			h.owner = cmp.Or(h.owner, r.Owner)
			if r.IP != "" {
				d.hostByIP[r.IP] = strings.ToLower(r.Host)
			}
		case *evidence.Setting:
			if r.Host != "" { // code and configurations may be anybody's
				h := d.declare(r.Host)
				h.settings = append(h.settings, r)
			}
			if r.Where.File != "" {
				d.settings[placeOf(r.Where)] = r
			}
		case *evidence.Client:
			if r.Basis == evidence.Declared {
				h := d.declare(cmp.Or(r.Host, r.Client.Name))
				h.clients = append(h.clients, r)
			}
		case *evidence.Server:
			d.addServer(r)
		}
	}
	for _, p := range serversOf(all.Handshakes) {
		d.nameEndpoint(*p)
	}
	d.nameByCertificates(all.Others)
	return d
}

// serversOf are the different servers of handshakes.
func serversOf(seen *evidence.Table) []*evidence.Party {
	var out []*evidence.Party
	have := make([]bool, seen.Parties())
	for i := range seen.Len() {
		if _, number, _ := seen.Numbers(i); !have[number] {
			have[number] = true
			out = append(out, seen.Party(number))
		}
	}
	return out
}

func (d *directory) declare(name string) *host {
	key := strings.ToLower(name)
	h := d.hosts[key]
	if h == nil {
		h = &host{name: name}
		d.hosts[key] = h
	}
	return h
}

func (d *directory) addServer(s *evidence.Server) {
	if s.OverUDP() {
		return // endpoints are those of TCP
	}
	if s.Basis == evidence.Declared {
		h := d.declare(cmp.Or(s.Host, targetHost(s.Target), s.SNI, s.IP, s.Target, s.Because))
		h.servers = append(h.servers, s)
		return
	}
	name := cmp.Or(s.SNI, targetHost(s.Target))
	d.nameEndpoint(evidence.Party{IP: s.IP, Port: s.Port, Name: name})
	for _, key := range endpointKeys(evidence.Party{IP: s.IP, Port: s.Port, Name: name}) {
		d.endpoints[key] = append(d.endpoints[key], s)
	}
}

// nameEndpoint notes which name an address and port goes by; with two names
// it goes by none.
func (d *directory) nameEndpoint(p evidence.Party) {
	name := strings.ToLower(p.Name)
	if p.IP == "" || name == "" || isAddress(name) {
		return
	}
	if at := joinPort(name, p.Port); !slices.Contains(d.addresses[at], p.IP) && len(d.addresses[at]) < 2 {
		d.addresses[at] = append(d.addresses[at], p.IP) // two tell as much as many
	}
	key := joinPort(p.IP, p.Port)
	if have, ok := d.names[key]; ok && have != name {
		name = ""
	}
	d.names[key] = name
}

// serverID is the name a server is shown and joined under: name:port where a
// name is known, else address:port.
func (d *directory) serverID(p evidence.Party) string {
	name := strings.ToLower(p.Name)
	if name == "" || isAddress(name) {
		name = d.names[joinPort(p.IP, p.Port)]
	}
	if name == "" {
		name = d.hostByIP[p.IP]
	}
	return joinPort(cmp.Or(name, p.IP, unnamed), p.Port)
}

// unnamed is the server of a log that does not say whose it is.
const unnamed = "unnamed server"

// clientID is the name a client is shown and joined under.
func (d *directory) clientID(p evidence.Party) string {
	p = behindBalancer(p)
	if p.Name != "" {
		if h := d.find(p.Name); h != nil {
			return strings.ToLower(h.name)
		}
		return strings.ToLower(p.Name)
	}
	if key, ok := d.hostByIP[p.IP]; ok {
		return key
	}
	return cmp.Or(p.IP, p.Identity, "unknown client")
}

// behindBalancer is the party itself, unless it is called by an address: then
// a balancer said whose connection it hands on, and the address beside is the
// balancer's.
func behindBalancer(p evidence.Party) evidence.Party {
	if p.Name != "" && isAddress(p.Name) {
		p.IP, p.Port, p.Name = strings.Trim(p.Name, "[]"), 0, ""
	}
	return p
}

// find gives the host of a name. A bare name and a full one are the same host
// only when no other host shares that first label.
func (d *directory) find(name string) *host {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if h := d.hosts[name]; h != nil {
		return h
	}
	label, _, full := strings.Cut(name, ".")
	if full {
		return d.hosts[label]
	}
	var found *host
	for key, h := range d.hosts {
		if l, _, ok := strings.Cut(key, "."); ok && l == name {
			if found != nil {
				return nil
			}
			found = h
		}
	}
	return found
}

// hostOf gives what is declared of a party, by name or by address; nil if
// nothing is.
func (d *directory) hostOf(p evidence.Party) *host {
	p = behindBalancer(p)
	if key, ok := d.hostByIP[p.IP]; ok && d.hosts[key] != nil {
		return d.hosts[key]
	}
	if p.Name == "" {
		return nil
	}
	return d.find(p.Name)
}

// scans are the scans of the endpoint a party names.
func (d *directory) scans(p evidence.Party) []*evidence.Server {
	for _, key := range endpointKeys(p) {
		if scans := d.endpoints[key]; scans != nil {
			return scans
		}
	}
	return nil
}

// endpointKeys are the keys of an endpoint, the most specific first.
func endpointKeys(p evidence.Party) []string {
	var keys []string
	if p.Name != "" {
		keys = append(keys, joinPort(strings.ToLower(p.Name), p.Port))
	}
	if p.IP != "" {
		keys = append(keys, joinPort(p.IP, p.Port))
	}
	return keys
}

func joinPort(host string, port uint16) string {
	if port == 0 {
		return host
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]:" + strconv.Itoa(int(port))
	}
	return host + ":" + strconv.Itoa(int(port))
}

// targetHost is the host of a scan target such as mail.example:25 or
// smtp://mail.example; "" when it is an address.
func targetHost(target string) string {
	if _, rest, ok := strings.Cut(target, "://"); ok {
		target, _, _ = strings.Cut(rest, "/")
	}
	if i := strings.LastIndexByte(target, ':'); i > 0 && !strings.Contains(target[:i], ":") {
		target = target[:i]
	}
	if isAddress(target) {
		return ""
	}
	return target
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return err == nil
}
