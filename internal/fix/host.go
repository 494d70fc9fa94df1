package fix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// host is everything that evidence declares about one host.
type host struct {
	name     string // the first spelling
	settings []*evidence.Setting
	clients  []*evidence.Client
	servers  []*evidence.Server
	products []*evidence.Product
}

// hostsOf sorts the declared evidence by host. Names of hosts are one
// whatever their case.
func hostsOf(records []evidence.Record) []*host {
	hosts := map[string]*host{}
	of := func(name string) *host {
		key := strings.ToLower(name)
		if hosts[key] == nil {
			hosts[key] = &host{name: name}
		}
		return hosts[key]
	}
	for _, r := range records {
		switch r := r.(type) {
		case *evidence.Setting:
			h := of(r.Host)
			h.settings = append(h.settings, r)
		case *evidence.Client:
			if r.Basis == evidence.Declared && r.Host != "" {
				h := of(r.Host)
				h.clients = append(h.clients, r)
			}
		case *evidence.Server:
			if r.Basis == evidence.Declared && r.Host != "" {
				h := of(r.Host)
				h.servers = append(h.servers, r)
			}
		case *evidence.Product:
			h := of(r.Host)
			h.products = append(h.products, r)
		}
	}
	var out []*host
	for _, key := range slices.Sorted(maps.Keys(hosts)) {
		out = append(out, hosts[key])
	}
	for _, h := range out {
		h.sort()
	}
	return out
}

// sort brings the settings into one order, whatever order they came in.
func (h *host) sort() {
	slices.SortStableFunc(h.settings, func(a, b *evidence.Setting) int {
		return cmp.Or(
			strings.Compare(a.Where.File, b.Where.File), cmp.Compare(a.Where.Line, b.Where.Line),
			strings.Compare(a.Where.Path, b.Where.Path), strings.Compare(a.Layer, b.Layer), strings.Compare(a.Value, b.Value),
		)
	})
	// Two exports of one host give everything twice.
	h.settings = slices.CompactFunc(h.settings, func(a, b *evidence.Setting) bool {
		return a.Where == b.Where && a.Layer == b.Layer && a.Value == b.Value && a.Role == b.Role
	})
}

// windowsBuild is the number of the host's Windows, "6.1.7601".
func (h *host) windowsBuild() (knowledge.Build, bool) {
	for _, p := range h.products {
		if strings.Contains(p.Name, "Windows") {
			if b, ok := knowledge.ParseBuild(p.Version); ok && len(b) >= 2 {
				return b, true
			}
		}
	}
	return nil, false
}

// isServer reports whether the host runs a server's Windows.
func (h *host) isServer() bool {
	return slices.ContainsFunc(h.products, func(p *evidence.Product) bool {
		return strings.Contains(p.Name, "Windows") && strings.Contains(p.Name, "Server")
	})
}

func (h *host) client(layer string) *evidence.Client {
	for _, c := range h.clients {
		if c.Layer == layer {
			return c
		}
	}
	return nil
}

func (h *host) server(layer string) *evidence.Server {
	for _, s := range h.servers {
		if s.Layer == layer {
			return s
		}
	}
	return nil
}

// accepted are the versions that a declared server takes; sure is false when
// the state of the floor itself is not known.
func accepted(s *evidence.Server, floor tlswire.Version) (vs []tlswire.Version, sure bool) {
	for v, st := range s.Versions {
		if st.State == evidence.Accepted {
			vs = append(vs, v)
		}
	}
	st := s.Versions[floor]
	return vs, st != nil && st.State != evidence.Unknown
}

// placeOf is "file:line", or what of it is known.
func placeOf(w evidence.Where) string {
	if w.File != "" && w.Line > 0 {
		return fmt.Sprintf("%s:%d", w.File, w.Line)
	}
	return cmp.Or(w.File, w.Path)
}
