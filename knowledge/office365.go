package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// clouds have dates of their own.
var clouds = []string{"worldwide", "gcc", "gcc-high", "dod", "21vianet"}

// Clouds lists the clouds of Microsoft 365.
func Clouds() []string { return slices.Clone(clouds) }

// Milestone is a day on which a service changed or changes what it accepts.
type Milestone struct {
	Meta
	Window  `yaml:"date"`
	Clouds  []string        `yaml:"clouds"`
	Service string          `yaml:"service"` // key: office365, exchange-mailflow, pop-imap ...
	About   string          `yaml:"about"`   // the service in words
	Event   string          `yaml:"event"`
	Floor   tlswire.Version `yaml:"floor"` // lowest version from then on; 0: the event is about something else
}

func (m *Milestone) check() error {
	if m.Service == "" || m.About == "" || m.Event == "" || m.IsZero() {
		return fmt.Errorf("needs service, about, event and date")
	}
	return checkClouds(m.Clouds)
}

func checkClouds(cs []string) error {
	for _, c := range cs {
		if !slices.Contains(clouds, c) {
			return fmt.Errorf("cloud %q: want %s", c, strings.Join(clouds, ", "))
		}
	}
	return nil
}

// Endpoint is a host of Microsoft 365 or Entra.
type Endpoint struct {
	Meta
	Host          string          `yaml:"host"` // exact, or "*.example" for all names below
	Ports         []uint16        `yaml:"ports"`
	Clouds        []string        `yaml:"clouds"` // the first is taken when nobody says which
	Service       string          `yaml:"service"`
	StartTLS      string          `yaml:"starttls"`
	Floor         tlswire.Version `yaml:"floor"`
	Opportunistic bool            `yaml:"opportunistic"` // weak peers fall back to plain text
	Legacy        bool            `yaml:"legacy"`        // exists for clients below TLS 1.2 only
	Modern        string          `yaml:"modern"`        // the host to move to
	OptIn         string          `yaml:"opt_in"`
	Finding       string          `yaml:"finding"`
	Ends          time.Time       `yaml:"ends"`
}

func (e *Endpoint) check() error {
	switch {
	case e.Host == "" || len(e.Clouds) == 0 || e.Service == "":
		return fmt.Errorf("needs host, clouds and service")
	case e.Legacy && e.Modern == "":
		return fmt.Errorf("a legacy endpoint needs the modern host")
	}
	return checkClouds(e.Clouds)
}

// EndpointByHost finds the endpoint of a host: the exact name over a pattern,
// the longer pattern over the shorter, and of these one with the port, if
// port is not 0 and any lists it.
func (b *Base) EndpointByHost(host string, port uint16) (*Endpoint, bool) {
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
	var best *Endpoint
	for _, e := range b.Endpoints {
		if e.matches(host) && (best == nil || e.betterThan(best, port)) {
			best = e
		}
	}
	return best, best != nil
}

func (e *Endpoint) matches(host string) bool {
	if suffix, ok := strings.CutPrefix(e.Host, "*"); ok {
		return len(host) > len(suffix) && strings.HasSuffix(host, suffix)
	}
	return host == e.Host
}

func (e *Endpoint) betterThan(o *Endpoint, port uint16) bool {
	ex, ox := !strings.HasPrefix(e.Host, "*"), !strings.HasPrefix(o.Host, "*")
	if ex != ox {
		return ex
	}
	if len(e.Host) != len(o.Host) {
		return len(e.Host) > len(o.Host)
	}
	return slices.Contains(e.Ports, port) && !slices.Contains(o.Ports, port)
}

// CloudOf is the cloud that counts for the endpoint: the asked one if the
// endpoint serves it, else the endpoint's own.
func (e *Endpoint) CloudOf(asked string) string {
	if slices.Contains(e.Clouds, asked) {
		return asked
	}
	return e.Clouds[0]
}

// Milestone is the one that ends TLS 1.0 and 1.1 for a service in a cloud; a
// service without a date of its own there has that of Office 365. Of several,
// the last counts.
func (b *Base) Milestone(cloud, service string) (*Milestone, bool) {
	for _, s := range []string{service, "office365"} {
		var best *Milestone
		for _, m := range b.Milestones {
			if m.Floor.AtLeast(tlswire.TLS12) && m.Service == s && slices.Contains(m.Clouds, cloud) &&
				(best == nil || m.Until.After(best.Until)) {
				best = m
			}
		}
		if best != nil {
			return best, true
		}
	}
	return nil, false
}

// Microsoft365 is the milestone that ends TLS 1.0 and 1.1 for a host; cloud is
// the asked one, worldwide if empty. Hosts of other clouds decide by
// themselves. It is false for hosts that are not Microsoft's, and for legacy
// endpoints without an announced end: ask EndpointByHost about those.
func (b *Base) Microsoft365(host string, port uint16, cloud string) (*Milestone, bool) {
	e, ok := b.EndpointByHost(host, port)
	if !ok || e.Legacy && e.Ends.IsZero() {
		return nil, false
	}
	return b.Milestone(e.CloudOf(cloud), e.Service)
}

// SuiteList is the cipher suites of a cloud service.
type SuiteList struct {
	Meta
	Service        string          `yaml:"service"`
	Policy         string          `yaml:"policy"`
	Min            tlswire.Version `yaml:"min"`
	Order          []string        `yaml:"order"`
	Retired        []string        `yaml:"retired"`
	RetiredWith    string          `yaml:"retired_with"`
	Certificate    string          `yaml:"certificate"`
	OrderOwner     string          `yaml:"order_owner"`
	GroupsForTLS13 []string        `yaml:"groups_for_tls13"`
}

// EvidenceReport is a report of a cloud service that shows weak TLS.
type EvidenceReport struct {
	Meta
	Name    string   `yaml:"name"`
	Columns []string `yaml:"columns"`
	Use     string   `yaml:"use"`
}

// GuideClient is a client that Microsoft's guide lists as unable to do TLS
// 1.2, with our reading of it.
type GuideClient struct {
	Meta
	Client  string   `yaml:"client"`
	Reading string   `yaml:"reading"`
	Clients []string `yaml:"clients"` // ids of Client
}

// MailOption is a way for a device or program to send mail.
type MailOption struct {
	Meta
	Option string `yaml:"option"`
	Host   string `yaml:"host"`
	Port   uint16 `yaml:"port"`
	TLS    string `yaml:"tls"`
}
