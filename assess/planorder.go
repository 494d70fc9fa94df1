package assess

import (
	"fmt"
	"path"
	"strings"
)

// Order is what a user asks for: one thing before another. Either is a host
// ("db01", "*.lab.example"), a step ("disable-server"), or a step on a host
// ("disable-server/db01"). Between two hosts it holds for each step that both
// need; a host beside a step stands for that step on it.
type Order struct {
	Before, After string
	Reason        string
	Where         string // file:line
}

// OrderError is an order that cannot be kept.
type OrderError struct {
	Where  string // file:line
	Reason string
}

func (e *OrderError) Error() string {
	if e.Where == "" {
		return e.Reason
	}
	return e.Where + ": " + e.Reason
}

// mostPairs bounds what one order may come to.
const mostPairs = 200_000

// selector is one side of an order.
type selector struct{ step, host string } // either may be empty

func (b *planner) selector(s string) (selector, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	step, host, both := strings.Cut(s, "/")
	step = strings.TrimPrefix(step, "step.")
	if _, ok := b.base.Step("step." + step); ok {
		return selector{step, host}, b.knows(host)
	}
	if both {
		return selector{}, fmt.Errorf("%q is no step of the order of work: want one such as disable-server/%s", step, host)
	}
	return selector{host: s}, b.knows(s)
}

// knows reports an error for a host that nothing is known of: an order with a
// typing mistake would hold for nobody.
func (b *planner) knows(host string) error {
	if host == "" {
		return nil
	}
	if !strings.ContainsAny(host, "*?[") {
		if b.estate.find(host, "") == nil {
			return fmt.Errorf("%q is neither a host of this estate nor a step", host)
		}
		return nil
	}
	for name := range b.estate.hosts {
		if ok, err := path.Match(host, name); err == nil && ok {
			return nil
		}
	}
	return fmt.Errorf("no host of this estate matches %q", host)
}

// fits reports whether a step is meant by a selector.
func (s selector) fits(n *node) bool {
	if s.step != "" && n.Step != "step."+s.step {
		return false
	}
	if s.host == "" {
		return true
	}
	ok, err := path.Match(s.host, n.Host)
	return err == nil && ok
}

// applyOrders adds the user's orders to the graph.
func (b *planner) applyOrders(orders []Order) error {
	for i := range orders {
		o := &orders[i]
		before, err := b.selector(o.Before)
		if err != nil {
			return &OrderError{o.Where, "before: " + err.Error()}
		}
		after, err := b.selector(o.After)
		if err != nil {
			return &OrderError{o.Where, "after: " + err.Error()}
		}
		if before == after {
			return &OrderError{o.Where, fmt.Sprintf("%q stands before itself", o.Before)}
		}
		if err := b.applyOrder(before, after, o); err != nil {
			return err
		}
	}
	return nil
}

func (b *planner) applyOrder(before, after selector, o *Order) error {
	same := before.step == "" && after.step == ""
	if before.step == "" {
		before.step = after.step
	}
	if after.step == "" {
		after.step = before.step
	}
	pick := func(s selector) (out []*node) {
		if h := b.estate.find(s.host, ""); h != nil {
			s.host = h.name
		}
		for _, n := range b.steps {
			if n.Host != "" && s.fits(n) || s.host == "" && s.fits(n) {
				out = append(out, n)
			}
		}
		return out
	}
	firsts, thens := pick(before), pick(after)
	if len(firsts)*len(thens) > mostPairs {
		return &OrderError{o.Where, fmt.Sprintf("%d x %d steps: name the hosts that it is about", len(firsts), len(thens))}
	}
	for _, then := range thens {
		for _, first := range firsts {
			if !same || first.Step == then.Step {
				then.waitsFor(first)
			}
		}
	}
	return nil
}

// joins reports whether an order may have made one step wait for another.
func (o *Order) joins(before, after *node) bool {
	fits := func(side string, n *node) bool {
		side = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(side)), "step.")
		step, host, both := strings.Cut(side, "/")
		own := strings.TrimPrefix(n.Step, "step.")
		if both {
			ok, err := path.Match(host, n.Host)
			return step == own && err == nil && ok
		}
		if side == own {
			return true
		}
		ok, err := path.Match(side, n.Host)
		label, _, _ := strings.Cut(n.Host, ".")
		return err == nil && ok || n.Host != "" && side == label
	}
	return fits(o.Before, before) && fits(o.After, after)
}
