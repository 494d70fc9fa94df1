package evidence

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// A parser reads handshake records as a Writer writes them, several times
// faster than encoding/json. Whatever looks different it leaves to that; a
// test holds the two against each other.
type parser struct {
	rest  []byte // of the line
	texts texts
	room  *room
	fails bool
}

// room is where the lists of parsed records lie.
type room struct {
	named  []named
	places []place
}

// texts gives strings that come again and again one place in memory.
type texts map[string]string

// maxTexts bounds them: nearly all that repeat come early.
const maxTexts = 1 << 17

func (t texts) of(b []byte) string {
	if s, have := t[string(b)]; have {
		return s
	}
	s := string(b)
	if len(t) < maxTexts {
		t[s] = s
	}
	return s
}

// members of a handshake, in the order in which they are written.
var handshakeMembers = []string{
	"protocol", "client", "server", "offered", "offered_max", "negotiated", "suite", "group", "alpn", "fallback",
	"downgrade_marker", "outcome", "alert", "status", "count", "first", "last", "days", "source", "refs",
}

// parseHandshake reads what follows the kind: ,"protocol":"https" ... }. It
// gives nil for what it leaves to encoding/json.
func (t texts) parseHandshake(rest []byte) *Handshake {
	var s seen
	if !t.parse(rest, &s, new(room)) {
		return nil
	}
	return s.handshake()
}

// parse is parseHandshake for a record that is on its way into a table. It
// reports false, with nothing of use parsed, for what it leaves to
// encoding/json.
func (t texts) parse(rest []byte, s *seen, in *room) bool {
	p := parser{rest: rest, texts: t, room: in}
	next := handshakeMembers
	for p.take(',') {
		key := p.key()
		i := slices.Index(next, string(key))
		if i < 0 {
			return false
		}
		next = next[i+1:]
		if p.member(s, string(key)); p.fails {
			return false
		}
	}
	p.must('}')
	return !p.fails && len(p.rest) == 0
}

func (p *parser) member(s *seen, key string) {
	h := &s.Handshake
	switch key {
	case "protocol":
		h.Protocol = p.text()
	case "client":
		p.party(&h.Client)
	case "server":
		p.party(&h.Server)
	case "offered_max":
		h.OfferedMax = p.version()
	case "negotiated":
		h.Negotiated = p.version()
	case "suite":
		h.Suite = p.text()
	case "group":
		h.Group = p.text()
	case "alpn":
		h.ALPN = p.text()
	case "downgrade_marker":
		h.Downgrade = p.version()
	case "outcome":
		h.Outcome = Outcome(p.text())
	case "status":
		s.status = p.counts()
	case "count":
		s.count = p.number()
	case "first":
		s.first = p.time()
	case "last":
		s.last = p.time()
	case "days":
		s.days = p.counts()
	case "source":
		h.Source = p.text()
	case "refs":
		s.refs = p.list()
	default: // rare ones
		p.fails = true
	}
}

// take passes over a byte if it comes next, must fails if it does not.
func (p *parser) take(c byte) bool {
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) must(c byte) { p.fails = !p.take(c) || p.fails }

// plain is what stands between quotes, and fails unless each byte stands for
// itself.
func (p *parser) plain() []byte {
	p.must('"')
	for i, c := range p.rest {
		if c == '"' {
			s := p.rest[:i]
			p.rest = p.rest[i+1:]
			return s
		}
		if c == '\\' || c < ' ' || c >= 0x80 {
			break
		}
	}
	p.fails = true
	return nil
}

func (p *parser) key() []byte {
	s := p.plain()
	p.must(':')
	return s
}

// text is a string, whatever it holds.
func (p *parser) text() string {
	before := *p
	s := p.plain()
	if !p.fails || before.fails {
		return p.texts.of(s)
	}
	*p = before // something is escaped
	var out string
	end := endOfString(p.rest)
	if end < 0 || json.Unmarshal(p.rest[:end], &out) != nil {
		p.fails = true
		return ""
	}
	p.rest = p.rest[end:]
	return out
}

// endOfString is the length of the string that b begins with, or -1.
func endOfString(b []byte) int {
	if len(b) == 0 || b[0] != '"' {
		return -1
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// number is one that is not negative and fits any int.
func (p *parser) number() int {
	n, digits := 0, 0
	for digits < len(p.rest) && digits < 10 && p.rest[digits] >= '0' && p.rest[digits] <= '9' {
		n = n*10 + int(p.rest[digits]-'0')
		digits++
	}
	if digits == 0 || digits > 9 || digits > 1 && p.rest[0] == '0' {
		p.fails = true
	}
	p.rest = p.rest[digits:]
	return n
}

func (p *parser) version() tlswire.Version {
	v, err := tlswire.ParseVersion(p.text())
	p.fails = p.fails || err != nil
	return v
}

func (p *parser) time() (t time.Time) {
	b := p.plain()
	if err := t.UnmarshalText(b); err != nil || len(b) == 0 || b[len(b)-1] != 'Z' {
		p.fails = true
	}
	return t
}

func (p *parser) party(party *Party) {
	p.must('{')
	next := []string{"ip", "port", "name", "user_agent", "identity", "ja3", "ja4"}
	for comma := false; !p.fails && !p.take('}'); comma = true {
		if comma {
			p.must(',')
		}
		key := p.key()
		i := slices.Index(next, string(key))
		if i < 0 {
			p.fails = true
			return
		}
		switch next[i] {
		case "ip":
			party.IP = p.text()
		case "port":
			n := p.number()
			p.fails = p.fails || n > 0xffff
			party.Port = uint16(n)
		case "name":
			party.Name = p.text()
		case "user_agent":
			party.UserAgent = p.text()
		case "identity":
			party.Identity = p.text()
		case "ja3":
			party.JA3 = p.text()
		case "ja4":
			party.JA4 = p.text()
		}
		next = next[i+1:]
	}
}

// counts are numbers by name, in the order of the names.
func (p *parser) counts() []named {
	p.must('{')
	list := p.room.named
	from := len(list)
	for comma := false; !p.fails && !p.take('}'); comma = true {
		if comma {
			p.must(',')
		}
		key := p.texts.of(p.key())
		if n := len(list); n > from && key <= list[n-1].name {
			p.fails = true // another order, or a name twice
			break
		}
		list = append(list, named{key, p.number()})
	}
	p.room.named = list
	return slices.Clip(list[from:])
}

func (p *parser) list() []place {
	p.must('[')
	list := p.room.places
	from := len(list)
	for comma := false; !p.fails && !p.take(']'); comma = true {
		if comma {
			p.must(',')
		}
		list = append(list, p.place())
	}
	p.room.places = list
	return slices.Clip(list[from:])
}

// place is "file:line"; few files have very many lines.
func (p *parser) place() place {
	ref := p.plain()
	i := bytes.LastIndexByte(ref, ':')
	if i < 0 || len(ref) > i+16 {
		return placeOf(string(ref))
	}
	n := 0
	for _, c := range ref[i+1:] {
		if c < '0' || c > '9' {
			return placeOf(string(ref))
		}
		n = n*10 + int(c-'0')
	}
	if len(ref) == i+1 || ref[i+1] == '0' && len(ref) > i+2 {
		return placeOf(string(ref))
	}
	return place{p.texts.of(ref[:i]), n}
}
