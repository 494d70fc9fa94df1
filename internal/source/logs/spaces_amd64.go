package logs

// spaces64 sets the bit of each byte that is a space, the first byte's
// lowest. Every processor of this kind compares sixteen bytes at once (SSE2).
//
//go:noescape
func spaces64(b *[64]byte) uint64
