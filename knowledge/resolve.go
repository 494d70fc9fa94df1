package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// resolve replaces the keys of sources by citations and checks that every
// reference from one record to another points to something.
func (l *loader) resolve() error {
	for id, r := range l.base.ids {
		for i, src := range r.meta().Source {
			c, ok := l.sources[src]
			switch {
			case ok:
				r.meta().Source[i] = c
			case !strings.ContainsAny(src, " /"):
				return l.errorf(id, "source %q is neither in sources.yaml nor a citation", src)
			}
		}
	}
	if err := l.references(); err != nil {
		return err
	}
	if order := l.base.StepOrder(); len(order) != len(l.base.Steps) {
		for _, s := range l.base.Steps {
			if !slices.Contains(order, s) {
				return l.errorf(s.ID, "waits, over other steps, for itself")
			}
		}
	}
	return nil
}

func (l *loader) errorf(id, format string, args ...any) error {
	p := l.at[id]
	return p.file.errorf(p.node, "%s: %s", id, fmt.Sprintf(format, args...))
}

func (l *loader) references() error {
	for id, r := range l.base.ids {
		for _, ref := range refs(r) {
			if l.base.ids[ref] == nil {
				return l.errorf(id, "refers to %q, which is no record", ref)
			}
		}
		var err error
		switch r := r.(type) {
		case *Client:
			err = l.client(r)
		case *KnownClient:
			err = l.knownClient(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) client(c *Client) error {
	if c.Cause != "" {
		if _, ok := l.base.Cause(c.Cause); !ok {
			return l.errorf(c.ID, "cause %q is not in the taxonomy", c.Cause)
		}
	}
	for i := range c.Agents {
		if err := c.Agents[i].check(); err != nil {
			return l.errorf(c.ID, "%v", err)
		}
	}
	return nil
}

// refs are the ids that a record names.
func refs(r record) []string {
	switch r := r.(type) {
	case *Step:
		return r.After
	case *Constraint:
		return slices.Concat(r.Applies, r.Blocks)
	case *Contradiction:
		return r.About
	case *WinHTTPDefault:
		return r.OS
	case *SuiteDefault:
		return r.OS
	case *GuideClient:
		return r.Clients
	case *AgentName:
		if r.Client != "" {
			return []string{r.Client}
		}
	}
	return nil
}

// byID finds a record of one kind.
func byID[T interface {
	comparable
	record
}](list []T, id string) (T, bool) {
	for _, r := range list {
		if r.meta().ID == id {
			return r, true
		}
	}
	var none T
	return none, false
}

// Record is the common part of the record with this id, whatever its kind,
// for showing where a verdict comes from.
func (b *Base) Record(id string) (*Meta, bool) {
	r, ok := b.ids[id]
	if !ok {
		return nil, false
	}
	return r.meta(), true
}

// Client finds a client by its id.
func (b *Base) Client(id string) (*Client, bool) { return byID(b.Clients, id) }

// Product finds a product by its id.
func (b *Base) Product(id string) (*Product, bool) { return byID(b.Products, id) }
