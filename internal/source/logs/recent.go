package logs

// recent remembers what was said of connections, the newest of them: a log
// may name more than memory can hold.
type recent[T any] struct {
	of    map[string]*T
	order []string // of first use; the next to be forgotten stands at from
	from  int
}

// maxRecent is how many connections are remembered. A busy server has some
// thousand open at once.
const maxRecent = 1 << 16

// get gives what is remembered under a key, and nil for nothing.
func (c *recent[T]) get(key []byte) *T { return c.of[string(key)] }

// put remembers something under a key. What had to be forgotten for it is
// given back.
func (c *recent[T]) put(key []byte, v *T) (forgotten *T) {
	if c.of == nil {
		c.of = map[string]*T{}
	}
	if _, ok := c.of[string(key)]; ok {
		c.of[string(key)] = v
		return nil
	}
	for len(c.of) >= maxRecent {
		oldest := c.order[c.from]
		c.from++
		if forgotten = c.of[oldest]; forgotten != nil {
			delete(c.of, oldest)
			break
		}
	}
	if c.from > maxRecent {
		c.order = append(c.order[:0], c.order[c.from:]...)
		c.from = 0
	}
	if len(c.order)-c.from > 4*maxRecent {
		c.sweep()
	}
	c.order = append(c.order, string(key))
	c.of[string(key)] = v
	return forgotten
}

// sweep drops from the order what is gone.
func (c *recent[T]) sweep() {
	kept := c.order[:0]
	seen := map[string]bool{}
	for _, k := range c.order[c.from:] {
		if _, ok := c.of[k]; ok && !seen[k] {
			seen[k] = true
			kept = append(kept, k)
		}
	}
	c.order, c.from = kept, 0
}

// drop forgets a key.
func (c *recent[T]) drop(key []byte) { delete(c.of, string(key)) }

// all gives what is left, the oldest first, and forgets it.
func (c *recent[T]) all(yield func(*T)) {
	for _, k := range c.order[c.from:] {
		if v, ok := c.of[k]; ok {
			delete(c.of, k)
			yield(v)
		}
	}
}
