package quicwire

// Open takes the protection off an Initial packet and appends its frames to
// dst; the datagram is left as it is. It returns the packet number besides.
// ErrUnprotected means that these are not the keys: another connection, the
// other side, or a damaged packet.
func (k *Keys) Open(dst []byte, h *Header) (payload []byte, number uint64, err error) {
	const longest = 4 // bytes of a packet number
	switch {
	case h.Type != Initial:
		return dst, 0, ErrNotInitial
	case h.Version != k.version:
		return dst, 0, ErrVersion
	case len(h.packet) < h.number+longest+sampleSize:
		return dst, 0, ErrShort
	}
	mask := k.mask(h.packet[h.number+longest : h.number+longest+sampleSize])
	first := h.packet[0] ^ mask[0]&0x0f
	size := int(first&3) + 1
	// What is authenticated is the header without its cover.
	header := append(make([]byte, 0, 64), h.packet[:h.number+size]...)
	header[0] = first
	for i := range size {
		header[h.number+i] ^= mask[1+i]
		number = number<<8 | uint64(header[h.number+i])
	}
	number = k.whole(number, size)
	nonce := k.nonce(number)
	payload, err = k.aead.Open(dst, nonce[:], h.packet[h.number+size:], header)
	if err != nil {
		return dst, 0, ErrUnprotected
	}
	k.next = max(k.next, number+1)
	return payload, number, nil
}

// whole completes a packet number of which the last bytes alone were sent
// (RFC 9000, A.3).
func (k *Keys) whole(end uint64, size int) uint64 {
	window := uint64(1) << (8 * size)
	n := k.next&^(window-1) | end
	switch {
	case n+window/2 <= k.next:
		return n + window
	case n > k.next+window/2 && n >= window:
		return n - window
	}
	return n
}

// InitialPacket is an Initial packet to write.
type InitialPacket struct {
	DCID, SCID []byte
	Token      []byte
	Number     uint32
	Frames     []byte
	Size       int // of the packet at least; PADDING fills it up
}

// Seal appends the packet, protected. Its packet number takes four bytes, so
// that every packet is long enough for a sample (RFC 9001, 5.4.2).
func (k *Keys) Seal(dst []byte, p *InitialPacket) []byte {
	r, _ := k.version.rules()
	first := byte(longHeader | fixedBit | 3) // type 0 and four bytes of number
	if r.rotated {
		first |= 1 << 4
	}
	start := len(dst)
	dst = appendIDs(dst, first, k.version, p.DCID, p.SCID)
	dst = appendVec(dst, p.Token)
	const number = 4
	head := len(dst) - start + 2 + number // the length takes two bytes
	frames := append(make([]byte, 0, MinDatagram), p.Frames...)
	if pad := p.Size - head - len(frames) - tagSize; pad > 0 {
		frames = append(frames, make([]byte, pad)...)
	}
	size := number + len(frames) + tagSize
	dst = append(dst, byte(size>>8)|0x40, byte(size))
	dst = append(dst, byte(p.Number>>24), byte(p.Number>>16), byte(p.Number>>8), byte(p.Number))
	nonce := k.nonce(uint64(p.Number))
	header := dst[start:]
	dst = k.aead.Seal(dst, nonce[:], frames, header)
	at := start + head // of what is sealed; a sample starts four bytes behind the number's start
	mask := k.mask(dst[at : at+sampleSize])
	dst[start] ^= mask[0] & 0x0f
	for i := range number {
		dst[at-number+i] ^= mask[1+i]
	}
	return dst
}
