//go:build !amd64

package logs

func spaces64(b *[64]byte) uint64 { return portableSpaces64(b) }
