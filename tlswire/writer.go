package tlswire

// writer appends; a vector's length is filled in when it is closed.
type writer struct {
	b       []byte
	tooLong bool
}

// mark is an open vector: where its length stands, and of how many bytes.
type mark struct{ at, size int }

func (w *writer) u8(v uint8)     { w.b = append(w.b, v) }
func (w *writer) u16(v uint16)   { w.b = append(w.b, byte(v>>8), byte(v)) }
func (w *writer) bytes(p []byte) { w.b = append(w.b, p...) }

func (w *writer) open(size int) mark {
	m := mark{len(w.b), size}
	w.b = append(w.b, make([]byte, size)...)
	return m
}

func (w *writer) close(m mark) {
	n := len(w.b) - m.at - m.size
	w.tooLong = w.tooLong || n >= 1<<(8*m.size)
	for i := m.size - 1; i >= 0; i-- {
		w.b[m.at+i] = byte(n)
		n >>= 8
	}
}

func (w *writer) vec(size int, p []byte) {
	m := w.open(size)
	w.bytes(p)
	w.close(m)
}

func (w *writer) extension(t ExtensionType, body func()) {
	w.u16(uint16(t))
	m := w.open(2)
	body()
	w.close(m)
}
