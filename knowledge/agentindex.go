package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// agentIndex is all that agents are looked up in. It is made by Load.
type agentIndex struct {
	tokens   tokens
	clients  []clientRule
	byClient ruleTable
	products *nameTable
	runtimes *nameTable
	systems  *nameTable
}

// clientRule is one way to recognise a client. Clients stand by kind, then as
// in the data.
type clientRule struct {
	agent   *Agent
	client  *Client
	token   uint16
	literal literals
}

// literals are conditions of a rule, by the numbers of their tokens.
type literals struct{ with, any, without []uint16 }

func (c *literals) hold(f *found) bool {
	there := func(id uint16) bool { return f.place[id] != 0 }
	for _, id := range c.with {
		if !there(id) {
			return false
		}
	}
	return !slices.ContainsFunc(c.without, there) && (len(c.any) == 0 || slices.ContainsFunc(c.any, there))
}

// nameTable is one of the three lists of AgentName.
type nameTable struct {
	lines   []nameRule
	byToken ruleTable
}

type nameRule struct {
	name    *AgentName
	client  *Client
	tokens  []uint16
	behind  []uint16
	literal literals
}

// newAgentIndex makes the index of a Base whose records were checked. An error
// is made by errorf, which knows where the record with an id stands.
func newAgentIndex(b *Base, errorf func(id, format string, args ...any) error) (*agentIndex, error) {
	x := &agentIndex{}
	patterns := map[string]*regexp.Regexp{} // each once, so that a look-up can keep its last match
	for _, k := range clientKinds {
		for _, c := range b.Clients {
			for i := range c.Agents {
				if c.Kind != k {
					continue
				}
				if err := x.addClient(c, &c.Agents[i], patterns); err != nil {
					return nil, errorf(c.ID, "%v", err)
				}
			}
		}
	}
	for _, t := range []struct {
		table **nameTable
		names []*AgentName
	}{{&x.products, b.AgentPrograms}, {&x.runtimes, b.AgentRuntimes}, {&x.systems, b.AgentSystems}} {
		*t.table = &nameTable{}
		for _, n := range t.names {
			if err := x.addName(b, *t.table, n); err != nil {
				return nil, errorf(n.ID, "%v", err)
			}
		}
	}
	x.tokens.seal()
	return x, nil
}

func (x *agentIndex) addClient(c *Client, a *Agent, patterns map[string]*regexp.Regexp) error {
	if a.Pattern != nil {
		if same, ok := patterns[a.Pattern.String()]; ok {
			a.Pattern.Regexp = same
		}
		patterns[a.Pattern.String()] = a.Pattern.Regexp
	}
	id, err := x.tokens.add(a.Token, true)
	if err != nil {
		return err
	}
	r := clientRule{agent: a, client: c, token: id}
	if err := x.addLiterals(&r.literal, a.With, a.Any, a.Without); err != nil {
		return err
	}
	x.byClient.put(id, uint16(len(x.clients)))
	x.clients = append(x.clients, r)
	return nil
}

func (x *agentIndex) addName(b *Base, t *nameTable, n *AgentName) error {
	r := nameRule{name: n}
	if n.Client != "" {
		c, ok := b.Client(n.Client)
		if !ok {
			return fmt.Errorf("%q is no client", n.Client)
		}
		r.client = c
	}
	for _, s := range n.Tokens {
		id, err := x.tokens.add(s, n.Inside)
		if err != nil {
			return err
		}
		r.tokens = append(r.tokens, id)
		t.byToken.put(id, uint16(len(t.lines)))
	}
	var err error
	if r.behind, err = x.addAll(n.Behind); err != nil {
		return err
	}
	if err := x.addLiterals(&r.literal, n.With, n.Any, n.Without); err != nil {
		return err
	}
	t.lines = append(t.lines, r)
	return nil
}

func (x *agentIndex) addLiterals(c *literals, with, any, without []string) (err error) {
	if c.with, err = x.addAll(with); err != nil {
		return err
	}
	if c.any, err = x.addAll(any); err != nil {
		return err
	}
	c.without, err = x.addAll(without)
	return err
}

func (x *agentIndex) addAll(texts []string) ([]uint16, error) {
	var ids []uint16
	for _, s := range texts {
		id, err := x.tokens.add(s, true)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// maxAgent bounds the work on one agent; real ones stay far below.
const maxAgent = 2048

// lookup is the work on one agent.
type lookup struct {
	agents *agentIndex
	ua     string
	found  found
	// The last pattern that was asked, and what it gave: rules for ranges of
	// one program share theirs.
	pattern *regexp.Regexp
	match   []int
	// The last version that was compared, likewise.
	version string
	build   Build
}

// read finds all literals of the agent.
func (l *lookup) read(userAgent string) {
	l.ua = plainAgent(userAgent)
	l.agents.tokens.find(l.ua, &l.found)
}

// plainAgent takes off what logs wrap around an agent or put for its spaces.
func plainAgent(ua string) string {
	if len(ua) > maxAgent {
		ua = ua[:maxAgent]
	}
	ua = strings.Trim(ua, " \t\"[]")
	if strings.IndexByte(ua, ' ') < 0 {
		switch {
		case strings.IndexByte(ua, '+') >= 0:
			ua = strings.ReplaceAll(ua, "+", " ") // as IIS writes it
		case strings.Contains(ua, "%20"):
			ua = strings.ReplaceAll(ua, "%20", " ") // as CloudFront writes it
		}
	}
	return ua
}

// client is the record of the client: the most specific of those whose agents
// fit and the one that the line of the program names.
func (l *lookup) client(product named) *Client {
	i := l.agents.byClient.first(&l.found, func(rule uint16) bool { return l.fitsClient(&l.agents.clients[rule]) })
	if i < 0 {
		return product.client
	}
	c := l.agents.clients[i].client
	if product.client != nil && slices.Index(clientKinds, product.client.Kind) < slices.Index(clientKinds, c.Kind) {
		return product.client
	}
	return c
}

func (l *lookup) fitsClient(r *clientRule) bool {
	if !r.literal.hold(&l.found) {
		return false
	}
	version := l.ua[l.found.at(r.token)+len(r.agent.Token):]
	if p := r.agent.Pattern; p != nil {
		if l.pattern != p.Regexp {
			l.pattern, l.match = p.Regexp, p.FindStringSubmatchIndex(l.ua)
		}
		switch m := l.match; {
		case m == nil:
			return false
		case len(m) > 2 && m[2] >= 0:
			version = l.ua[m[2]:m[3]]
		case len(m) > 2:
			version = ""
		}
	}
	return l.inRange(version, r.agent.From, r.agent.Below)
}

// inRange compares the version that text starts with; without bounds anything
// is in range, even no version.
func (l *lookup) inRange(text string, from, below Build) bool {
	if len(from)+len(below) == 0 {
		return true
	}
	text = numbers(text)
	if text != l.version {
		l.version = text
		l.build, _ = ParseBuild(text)
	}
	return text != "" && l.build.In(from, below)
}

// named is what a line of a table gives.
type named struct {
	part   Part
	class  AgentClass
	client *Client
}

// part is the first line that fits, and where its token stands.
func (l *lookup) part(t *nameTable) (named, int) {
	i := t.byToken.first(&l.found, func(rule uint16) bool {
		_, _, ok := l.fitsName(&t.lines[rule])
		return ok
	})
	if i < 0 {
		return named{}, -1
	}
	r := &t.lines[i]
	version, at, _ := l.fitsName(r)
	n := r.name
	if n.Frozen {
		version = ""
	}
	return named{
		part:  Part{Name: n.Name, Release: n.release(version), Version: version, Fact: n.ID},
		class: n.Class, client: r.client,
	}, at
}

// fitsName gives the version and the place of the first token that counts.
func (l *lookup) fitsName(r *nameRule) (version string, at int, ok bool) {
	if !r.literal.hold(&l.found) {
		return "", -1, false
	}
	n := r.name
	for i, id := range r.tokens {
		at := l.found.at(id)
		end := at + len(n.Tokens[i])
		if at < 0 || n.Place != "" && at > 0 || n.Place == wholeAgent && end < len(l.ua) {
			continue
		}
		version := n.version(l.ua, end, func(i int) int { return l.found.at(r.behind[i]) })
		if l.inRange(version, n.From, n.Below) {
			return version, at, true
		}
	}
	return "", -1, false
}
