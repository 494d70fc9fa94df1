package tlswire

import "iter"

// List is a vector of 16-bit code points as it stands on the wire. It is a
// view: nothing is copied, and a last odd byte is passed over.
type List[T ~uint16] []byte

// The vectors of a hello.
type (
	SuiteList   = List[Suite]
	VersionList = List[Version]
	GroupList   = List[Group]
	SchemeList  = List[SignatureScheme]
)

// Len is the number of code points.
func (l List[T]) Len() int { return len(l) / 2 }

// At is the code point at index i, counted from zero.
func (l List[T]) At(i int) T { return T(be16(l[2*i:])) }

// All runs through the code points in the order of the wire, GREASE
// included.
func (l List[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := 0; i < l.Len(); i++ {
			if !yield(l.At(i)) {
				return
			}
		}
	}
}

// Has reports whether v is in the list.
func (l List[T]) Has(v T) bool {
	for i := 0; i+1 < len(l); i += 2 {
		if T(be16(l[i:])) == v {
			return true
		}
	}
	return false
}

// Append adds the code points to dst, without GREASE (RFC 8701).
func (l List[T]) Append(dst []T) []T {
	for v := range l.All() {
		if !IsGREASE(uint16(v)) {
			dst = append(dst, v)
		}
	}
	return dst
}

// Names is a vector of names, each behind its one-byte length: the form of
// ALPN (RFC 7301, 3.1).
type Names []byte

// All runs through the names; a name that is cut ends it.
func (n Names) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := cursor{b: n}
		for len(c.b) > 0 {
			name := c.vec8()
			if c.failed || !yield(name) {
				return
			}
		}
	}
}

// First is the first name, nil when there is none.
func (n Names) First() []byte {
	for name := range n.All() {
		return name
	}
	return nil
}

// Strings copies the names.
func (n Names) Strings() []string {
	var s []string
	for name := range n.All() {
		s = append(s, string(name))
	}
	return s
}

// Extensions is the content of an extension block (RFC 8446, 4.2).
type Extensions []byte

// All runs through the extensions in the order of the wire, GREASE included.
// An extension that is cut comes last, with the part of its data that is
// there.
func (e Extensions) All() iter.Seq2[ExtensionType, []byte] {
	return func(yield func(ExtensionType, []byte) bool) {
		c := cursor{b: e}
		for len(c.b) >= 4 && !c.failed {
			t := ExtensionType(c.u16())
			if !yield(t, c.vec16()) {
				return
			}
		}
	}
}

// Get is the data of the first extension of type t, and whether there is one.
// The data of an extension without data is empty, not nil.
func (e Extensions) Get(t ExtensionType) ([]byte, bool) {
	for b := e; len(b) >= 4; {
		n := min(4+int(be16(b[2:])), len(b))
		if ExtensionType(be16(b)) == t {
			return b[4:n:n], true
		}
		b = b[n:]
	}
	return nil, false
}

// Has reports whether there is an extension of type t.
func (e Extensions) Has(t ExtensionType) bool {
	_, ok := e.Get(t)
	return ok
}

// KeyShares is the list of a client's key shares (RFC 8446, 4.2.8).
type KeyShares []byte

// All runs through the shares: the group and the public key.
func (k KeyShares) All() iter.Seq2[Group, []byte] {
	return func(yield func(Group, []byte) bool) {
		c := cursor{b: k}
		for len(c.b) > 0 {
			g := Group(c.u16())
			key := c.vec16()
			if c.failed || !yield(g, key) {
				return
			}
		}
	}
}
