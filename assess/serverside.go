package assess

import (
	"slices"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// serverSide is all that is known of the server of a pair besides the
// handshakes of this client.
type serverSide struct {
	base     *knowledge.Base
	dir      *directory
	floor    tlswire.Version
	id       string
	host     *host
	scans    []*evidence.Server
	observed tlswire.Version // strongest version any client agreed on with it
	scanned  tlswire.Version // strongest version a scan found accepted
	settled  bool            // a scan answered for every version of TLS
	seen     time.Time       // when the best version was last seen
	refs     []string
	endpoint *knowledge.Endpoint
}

// serverSide is what is known of the server of a pair. What holds for all its
// clients is found once.
func (j *judge) serverSide(p *pair, t *tally) *serverSide {
	key := sideKey{p.server, p.serverParty.IP, j.policy.Floor}
	s := *j.sides.get(key, func() *serverSide { return j.sharedSide(p) })
	s.refs = slices.Clip(s.refs)
	if t.downgrade.Rank() > s.observed.Rank() {
		// The server itself says in its random that it could have done more
		// (RFC 8446 section 4.1.3).
		s.observed = t.downgrade
		s.refs = append(s.refs, "downgrade marker in the server's hello")
	}
	return &s
}

// sideKey is a server, by its id and address, under a floor.
type sideKey struct {
	id, ip string
	floor  tlswire.Version
}

func (j *judge) sharedSide(p *pair) *serverSide {
	s := &serverSide{base: j.base, dir: j.dir, floor: j.policy.Floor, id: p.server, host: j.dir.hostOf(p.serverParty), scans: j.dir.scansOver(p.serverParty, p.protocol)}
	if o, ok := j.serverBest[p.server]; ok {
		s.observed, s.seen = o.version, o.last
		s.refs = append(s.refs, o.ref)
	}
	for _, scan := range s.scans {
		s.addScan(scan)
	}
	if s.host != nil && len(s.scans) == 0 {
		s.declared(p.serverParty.Port, p.protocol)
	}
	s.endpoint, _ = j.base.EndpointByHost(serverName(p.serverParty, p.server), p.serverParty.Port)
	return s
}

func (s *serverSide) addScan(scan *evidence.Server) {
	best, settled := scanBest(scan)
	s.settled = s.settled || settled
	if best.Rank() > s.scanned.Rank() {
		s.scanned = best
	}
	if best.Rank() >= s.observed.Rank() && scan.Last.After(s.seen) {
		s.seen = scan.Last
	}
	if best.Known() {
		s.refs = append(s.refs, scanRef(scan))
	}
}

// declared takes the configuration of the listener for what no scan told.
func (s *serverSide) declared(port uint16, protocol string) {
	for _, d := range s.host.servers {
		if d.Port != port || port == 0 || inDatagrams(d.Protocol) != inDatagrams(protocol) {
			continue
		}
		if best, settled := scanBest(d); best.Rank() > s.scanned.Rank() {
			s.scanned, s.settled = best, settled
			s.refs = append(s.refs, d.Because)
		}
	}
}

// scanBest is the strongest version a scan found accepted, and whether it had
// an answer for every version above that one: a timeout leaves it open.
func scanBest(scan *evidence.Server) (best tlswire.Version, settled bool) {
	for v, st := range scan.Versions {
		if st.State == evidence.Accepted {
			best = stronger(best, v)
		}
	}
	settled = best.Known()
	for v, st := range scan.Versions {
		if st.State == evidence.Unknown && v.Rank() > best.Rank() {
			settled = false
		}
	}
	return best, settled
}

// best is the strongest version the server is known to speak. One below the
// floor counts only when a scan settled that there is no stronger one; else it
// is zero: not known.
func (s *serverSide) best() tlswire.Version {
	b := stronger(s.observed, s.scanned)
	if s.settled || b.AtLeast(s.floor) {
		return b
	}
	return 0
}

// enable is how this server is brought to the floor.
func (s *serverSide) enable(floor tlswire.Version) Texts {
	return Texts{say("Turn on %s on %s, keeping what is on until every client is known to follow", floor, s.id)}
}

// cause is the first cause why this server does not reach the floor.
func (s *serverSide) cause(floor tlswire.Version) finding {
	if p := s.host.pin("server", nil, floor); p != nil {
		return pinFinding(p, floor)
	}
	if f, ok := s.host.belowGate(s.base); ok {
		return f
	}
	if s.host != nil {
		for _, d := range s.host.servers {
			if staysBelow(d, floor) {
				if p := s.dir.settings[d.Because]; p != nil && limits(p, floor) {
					return pinFinding(p, floor)
				}
				return declaredFinding(s.base, "", d.Because, d.Layer, floor)
			}
		}
	}
	return finding{cause: Unidentified, fix: s.enable(floor)}
}

// serverName is the host name to look an endpoint up by.
func serverName(p evidence.Party, id string) string {
	if p.Name != "" && !isAddress(p.Name) {
		return p.Name
	}
	return targetHost(id)
}
