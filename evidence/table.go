package evidence

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"time"
)

// A Table holds handshakes in little memory: some 60 bytes a record, and each
// different party, set of terms and name once. What is in it holds no
// pointers, so that the garbage collector passes it over.
//
// A Table that is read only is safe for many readers.
type Table struct {
	parties pool[Party, Party]
	terms   pool[termsKey, Terms]
	names   pool[string, string] // days, status classes, files
	rows    []row
	tails   tails
	index   map[rowKey]uint32 // rows by what they share with what folds into them
}

// rowKey is what two handshakes share when they are the same thing.
type rowKey struct{ server, client, terms uint32 }

// row is a record: its parties and terms by number, and where its tally is.
type row struct {
	rowKey
	size uint32
	at   uint64
}

// pool gives each different value one number. Its chunks are full before the
// next begins, and only the last one grows.
type pool[K comparable, V any] struct {
	at     map[K]uint32
	chunks [][]V
	n      int
}

const poolChunk = 1 << 10

func (p *pool[K, V]) get(i uint32) *V { return &p.chunks[i/poolChunk][i%poolChunk] }

func (p *pool[K, V]) add(k K, v V) uint32 {
	if p.at == nil {
		p.at = map[K]uint32{}
	}
	if p.n%poolChunk == 0 {
		p.chunks = append(p.chunks, nil)
	}
	last := &p.chunks[len(p.chunks)-1]
	*last = append(*last, v)
	i := uint32(p.n)
	p.at[k] = i
	p.n++
	return i
}

func (t *Table) party(p *Party) uint32 {
	if i, ok := t.parties.at[*p]; ok {
		return i
	}
	return t.parties.add(*p, *p)
}

func (t *Table) name(s string) uint64 {
	if i, ok := t.names.at[s]; ok {
		return uint64(i)
	}
	return uint64(t.names.add(s, s))
}

func (t *Table) keyOf(s *seen) rowKey {
	k := keyOfTerms(&s.Handshake)
	terms, ok := t.terms.at[k]
	if !ok {
		terms = t.terms.add(k, termsOf(&s.Handshake))
	}
	return rowKey{server: t.party(&s.Server), client: t.party(&s.Client), terms: terms}
}

// Len is how many records there are.
func (t *Table) Len() int { return len(t.rows) }

// Parties is how many different parties there are: their numbers are below it.
func (t *Table) Parties() int { return t.parties.n }

// Party is the party of a number.
func (t *Table) Party(number uint32) *Party { return t.parties.get(number) }

// Terms is how many different terms there are: their numbers are below it.
func (t *Table) Terms() int { return t.terms.n }

// Name is a day or a class of status by its number.
func (t *Table) Name(number uint32) string { return *t.names.get(number) }

// Names is how many names there are: their numbers are below it.
func (t *Table) Names() int { return t.names.n }

// Add puts a record at the end as it is, without folding.
func (t *Table) Add(h *Handshake) {
	s := seenOf(h)
	t.append(t.keyOf(&s), &s.tally)
}

func (t *Table) append(k rowKey, y *tally) {
	at, size := t.tails.put(t.encode(y))
	t.rows = append(t.rows, row{k, size, at})
}

// fold adds a record to the one of the same thing, if there is one.
func (t *Table) fold(s *seen) {
	s.prepare()
	k := t.keyOf(s)
	i, ok := t.index[k]
	if !ok {
		if t.index == nil {
			t.index = map[rowKey]uint32{}
		}
		t.index[k] = uint32(len(t.rows))
		t.append(k, &s.tally)
		return
	}
	r := &t.rows[i]
	y := t.decode(r)
	y.add(&s.tally)
	r.at, r.size = t.tails.replace(r.at, r.size, t.encode(&y))
	if t.tails.wasteful() {
		t.pack()
	}
}

// pack leaves out what was replaced.
func (t *Table) pack() {
	var packed tails
	for i := range t.rows {
		r := &t.rows[i]
		r.at, r.size = packed.put(t.tails.get(r.at, r.size))
	}
	t.tails = packed
}

// sorted is the table in the order in which records are written. It shares
// all but the order.
func (t *Table) sorted() *Table {
	parties := ranks(&t.parties, compareParties)
	terms := ranks(&t.terms, compareTerms)
	out := &Table{parties: t.parties, terms: t.terms, names: t.names, tails: t.tails, rows: slices.Clone(t.rows)}
	slices.SortFunc(out.rows, func(a, b row) int {
		switch {
		case a.server != b.server:
			return cmp.Compare(parties[a.server], parties[b.server])
		case a.client != b.client:
			return cmp.Compare(parties[a.client], parties[b.client])
		}
		return cmp.Compare(terms[a.terms], terms[b.terms])
	})
	return out
}

// ranks are the places of the values of a pool in their order.
func ranks[K comparable, V any](p *pool[K, V], compare func(a, b *V) int) []uint32 {
	order := make([]uint32, p.n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return compare(p.get(a), p.get(b)) })
	out := make([]uint32, p.n)
	for place, i := range order {
		out[i] = uint32(place)
	}
	return out
}

// Handshake is the record of a row.
func (t *Table) Handshake(i int) *Handshake {
	r := &t.rows[i]
	var s seen
	t.terms.get(r.terms).apply(&s.Handshake)
	s.Client, s.Server = *t.parties.get(r.client), *t.parties.get(r.server)
	s.tally = t.decode(r)
	return s.handshake()
}

// encode writes a tally as numbers of variable length: count, first, last as
// what is added to it, then status, places and days, each with its number of
// members. It is good until the next call.
func (t *Table) encode(y *tally) []byte {
	b := binary.AppendVarint(t.tails.scratch[:0], int64(y.count))
	b = binary.AppendVarint(b, y.first.Unix())
	b = binary.AppendUvarint(b, uint64(y.first.Nanosecond()))
	b = binary.AppendVarint(b, y.last.Unix()-y.first.Unix())
	b = binary.AppendUvarint(b, uint64(y.last.Nanosecond()))
	b = t.encodeNamed(b, y.status)
	b = binary.AppendUvarint(b, uint64(len(y.refs)))
	for _, p := range y.refs {
		b = binary.AppendUvarint(b, t.name(p.file))
		b = binary.AppendUvarint(b, uint64(p.line+1))
	}
	b = t.encodeNamed(b, y.days)
	t.tails.scratch = b
	return b
}

func (t *Table) encodeNamed(b []byte, list []named) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, x := range list {
		b = binary.AppendUvarint(b, t.name(x.name))
		b = binary.AppendVarint(b, int64(x.n))
	}
	return b
}

func (t *Table) decode(r *row) tally {
	d := decoder(t.tails.get(r.at, r.size))
	var y tally
	y.count, y.first, y.last = d.head()
	y.status = t.decodeNamed(&d)
	if n := d.number(); n > 0 {
		y.refs = make([]place, 0, n)
		for range n {
			file := *t.names.get(uint32(d.number()))
			y.refs = append(y.refs, place{file, int(d.number()) - 1})
		}
	}
	y.days = t.decodeNamed(&d)
	return y
}

func (t *Table) decodeNamed(d *decoder) []named {
	n := d.number()
	if n == 0 {
		return nil
	}
	out := make([]named, 0, n)
	for range n {
		name := *t.names.get(uint32(d.number()))
		out = append(out, named{name, d.signed()})
	}
	return out
}

// decoder reads what encode wrote.
type decoder []byte

func (d *decoder) number() uint64 {
	if b := *d; b[0] < 0x80 {
		*d = b[1:]
		return uint64(b[0])
	}
	n, size := binary.Uvarint(*d)
	*d = (*d)[size:]
	return n
}

func (d *decoder) signed() int {
	n := d.number()
	return int(int64(n>>1) ^ -int64(n&1))
}

func (d *decoder) head() (count int, first, last time.Time) {
	count = d.signed()
	sec := int64(d.signed())
	first = time.Unix(sec, int64(d.number())).UTC()
	sec += int64(d.signed())
	last = time.Unix(sec, int64(d.number())).UTC()
	return count, first, last
}

// Row is a record as a table keeps it: what it shares with others is theirs,
// and what is seldom asked for is read when it is.
type Row struct {
	Client, Server *Party
	*Terms
	Count       int
	First, Last time.Time

	ClientNumber, ServerNumber, TermsNumber uint32 // in the table

	table *Table
	tail  decoder // from the status on
}

// Row gives the record at a place.
func (t *Table) Row(i int) Row {
	r := &t.rows[i]
	out := Row{
		Client: t.parties.get(r.client), Server: t.parties.get(r.server), Terms: t.terms.get(r.terms),
		ClientNumber: r.client, ServerNumber: r.server, TermsNumber: r.terms, table: t, tail: t.tails.get(r.at, r.size),
	}
	out.Count, out.First, out.Last = out.tail.head()
	return out
}

// Numbers are those of the parties and terms of a row, which cost less than
// the whole.
func (t *Table) Numbers(i int) (client, server, terms uint32) {
	r := &t.rows[i]
	return r.client, r.server, r.terms
}

// TermsOf are the terms of a number.
func (t *Table) TermsOf(number uint32) *Terms { return t.terms.get(number) }

// Status is how many requests ended in each class, by the classes.
func (r *Row) Status() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		d := r.tail
		for range d.number() {
			if !yield(r.table.Name(uint32(d.number())), d.signed()) {
				return
			}
		}
	}
}

// Refs are the places that the record names.
func (r *Row) Refs() []string {
	var out []string
	for file, line := range r.Places() {
		out = append(out, place{r.table.Name(file), line}.String())
	}
	return out
}

// Places are Refs taken apart: the number of the file's name, and the line.
// Without a line, -1, the name is the whole place.
func (r *Row) Places() iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		d := r.tail
		d.passNamed()
		for range d.number() {
			if !yield(uint32(d.number()), int(d.number())-1) {
				return
			}
		}
	}
}

// Days is how many there were on each day, by the day's number among the
// names of the table.
func (r *Row) Days() iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		d := r.tail
		d.passNamed()
		for range d.number() {
			d.number()
			d.number()
		}
		for range d.number() {
			if !yield(uint32(d.number()), d.signed()) {
				return
			}
		}
	}
}

// passNamed passes over numbers by name.
func (d *decoder) passNamed() {
	for range d.number() {
		d.number()
		d.number()
	}
}
