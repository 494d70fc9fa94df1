package logs

import "encoding/binary"

// portableSpaces64 is spaces64 where the processor has nothing better: eight
// bytes at once.
func portableSpaces64(b *[64]byte) uint64 {
	var m uint64
	for i := 0; i < 64; i += 8 {
		const low = 0x7f7f7f7f7f7f7f7f
		x := binary.LittleEndian.Uint64(b[i:]) ^ 0x2020202020202020
		top := ^((x&low + low) | x | low) // the top bit of each byte that was a space
		m |= top >> 7 * 0x0102040810204080 >> 56 << i
	}
	return m
}
