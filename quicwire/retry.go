package quicwire

import "crypto/subtle"

// AppendRetry writes a Retry, by which a server asks the client to prove its
// address (RFC 9000, 17.2.5). original is the connection id that the client
// sent to, scid the one that it shall send to next.
func AppendRetry(dst []byte, v Version, original, dcid, scid, token []byte) ([]byte, error) {
	r, ok := v.rules()
	if !ok {
		return dst, ErrVersion
	}
	first := byte(longHeader | fixedBit | 0x0f)
	if !r.rotated {
		first |= 3 << 4
	}
	start := len(dst)
	dst = append(appendIDs(dst, first, v, dcid, scid), token...)
	tag, err := retryTag(r, original, dst[start:])
	return append(dst, tag...), err
}

// Authentic reports whether a Retry answers the packet that was sent to the
// connection id original (RFC 9001, 5.8): others on the path cannot know it.
// Drafts before 29 cannot be checked and pass.
func (h *Header) Authentic(original []byte) bool {
	r, ok := h.Version.rules()
	if !ok || h.Type != Retry {
		return false
	}
	if r.retryKey == [16]byte{} {
		return true
	}
	end := len(h.packet) - tagSize
	tag, err := retryTag(r, original, h.packet[:end])
	return err == nil && subtle.ConstantTimeCompare(tag, h.packet[end:]) == 1
}

// retryTag is the tag over the Retry pseudo-packet: the connection id that
// was asked before, and the packet without its tag.
func retryTag(r rules, original, packet []byte) ([]byte, error) {
	aead, err := newGCM(r.retryKey[:])
	if err != nil {
		return nil, err
	}
	pseudo := append([]byte{byte(len(original))}, original...)
	return aead.Seal(nil, r.retryNonce[:], nil, append(pseudo, packet...)), nil
}
