package scan

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// source is the name of this source in coverage records.
const source = "scan"

// emit writes down what became known of a host.
func (h *host) emit(first time.Time, emit evidence.Emit) error {
	last := h.opt.Now()
	s := &evidence.Server{
		Target: h.target.String(), IP: h.ip(), Port: h.addr.Port(), SNI: h.sni, Protocol: h.target.Protocol,
		Status: evidence.StatusOK, First: first.UTC(), Last: last.UTC(),
		Connections: int(h.connections.Load()), ElapsedMS: last.Sub(first).Milliseconds(),
	}
	c := &evidence.Coverage{
		Source: source, Input: h.input(), First: s.First, Last: s.Last,
		Read: len(h.versions), Used: len(h.versions),
	}
	h.describe(s, c)
	if err := emit(s); err != nil {
		return err
	}
	if c.Failed == "" && len(c.Skipped) == 0 && len(c.Blind) == 0 {
		return nil
	}
	return emit(c)
}

// input names what was asked; a name with several addresses needs both.
func (h *host) input() string {
	if ip := h.ip(); ip != "" && ip != h.target.Host {
		return fmt.Sprintf("%s (%s)", h.target, ip)
	}
	return h.target.String()
}

// ip is the address that is asked; empty when only a proxy knows it.
func (h *host) ip() string {
	if !h.addr.Addr().IsValid() {
		return ""
	}
	return h.addr.Addr().String()
}

// endpoint is what is dialled.
func (h *host) endpoint() string {
	if !h.addr.Addr().IsValid() {
		return net.JoinHostPort(h.target.Host, strconv.Itoa(int(h.target.Port)))
	}
	return h.addr.String()
}

func (h *host) describe(s *evidence.Server, c *evidence.Coverage) {
	if h.dead != nil && !h.dead.connected() {
		s.Status, s.Error = evidence.StatusUnreachable, h.dead.because(0)
		c.Failed, c.Used = s.Error, 0
		return
	}
	s.Versions = map[tlswire.Version]*evidence.VersionState{}
	for _, v := range h.target.versions() {
		state := h.state(h.versions[v])
		s.Versions[v] = state
		if state.State == evidence.Unknown {
			c.Skip(v.String(), state.Because)
			c.Used--
		}
	}
	for _, g := range h.groups {
		s.Groups = append(s.Groups, g.String())
	}
	s.DHBits = h.dhBits
	for _, v := range h.quicVersions {
		s.QUICVersions = append(s.QUICVersions, v.String())
	}
	h.describeFacts(s)
	for _, sig := range h.schemes {
		s.SignatureAlgorithms = append(s.SignatureAlgorithms, sig.String())
	}
	for _, chain := range h.chains {
		s.Certificates = append(s.Certificates, h.judgeChain(chain))
	}
	c.Blind = h.blind
	slices.Sort(c.Blind)
	switch {
	case !h.anyAccepted():
		s.Status, s.Error = evidence.StatusPartial, h.whyNothing()
		c.Failed = s.Error
	case len(c.Skipped) > 0:
		s.Status, s.Error = evidence.StatusPartial, fmt.Sprintf("%d versions unknown", len(h.versions)-c.Used)
	case h.incomplete:
		s.Status, s.Error = evidence.StatusPartial, "suites or groups may be missing"
	}
}

// whyNothing says why a server that can be reached accepted nothing.
func (h *host) whyNothing() string {
	var seen answer
	for _, v := range h.target.versions() {
		for _, x := range h.versions[v].asked {
			// An answer tells more than silence, and what is not TLS most.
			if tells(&x.answer) > tells(&seen) {
				seen = x.answer
			}
		}
	}
	said := seen.because(0)
	switch seen.outcome {
	case alerted:
		said = "refuses every hello: " + said
		if h.sni == "" {
			said += "; it may want a name: --sni NAME"
		}
	case timedOut:
		said = "never answers a hello: " + said
		if !h.target.overUDP() {
			said = "connects and " + said
		}
	case closed, reset:
		said = "ends every connection without an answer: " + said
	}
	return said
}

func tells(a *answer) int {
	switch a.outcome {
	case notTLS:
		return 6
	case starttlsRefused:
		return 5
	case alerted:
		return 4
	case misfit:
		return 3
	case closed, reset:
		return 2
	case notAsked:
		return 0
	}
	return 1
}
