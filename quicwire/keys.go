package quicwire

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
)

const (
	tagSize    = 16
	sampleSize = 16
)

// Sender is the side that a packet comes from.
type Sender uint8

// The two sides.
const (
	Client Sender = iota
	Server
)

// Keys protect the Initial packets of one side (RFC 9001, 5.2). They remember
// the highest packet number read, since packets carry its end alone.
type Keys struct {
	version Version
	aead    cipher.AEAD
	iv      [12]byte
	hp      cipher.Block
	next    uint64 // one above the highest number read
}

// InitialKeys derives the keys of one side from the connection id that the
// client made up for its first packet, or, after a Retry, from the one that
// the server gave it. ErrVersion means that the version has other ways.
func InitialKeys(v Version, dcid []byte, from Sender) (*Keys, error) {
	r, ok := v.rules()
	if !ok {
		return nil, ErrVersion
	}
	secret, err := hkdf.Extract(sha256.New, dcid, r.salt[:])
	if err != nil {
		return nil, err
	}
	label := "client in"
	if from == Server {
		label = "server in"
	}
	if secret, err = expandLabel(secret, label, sha256.Size); err != nil {
		return nil, err
	}
	k := &Keys{version: v}
	var key, iv, hp []byte
	for _, d := range []struct {
		out   *[]byte
		label string
		size  int
	}{{&key, r.key, 16}, {&iv, r.iv, len(k.iv)}, {&hp, r.hp, 16}} {
		if *d.out, err = expandLabel(secret, d.label, d.size); err != nil {
			return nil, err
		}
	}
	copy(k.iv[:], iv)
	if k.aead, err = newGCM(key); err != nil {
		return nil, err
	}
	k.hp, err = aes.NewCipher(hp)
	return k, err
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// expandLabel is HKDF-Expand-Label of TLS 1.3 with an empty context (RFC
// 8446, 7.1).
func expandLabel(secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := append([]byte{byte(size >> 8), byte(size), byte(len(label))}, label...)
	return hkdf.Expand(sha256.New, secret, string(append(info, 0)), size)
}

// nonce is the IV with the packet number mixed in (RFC 9001, 5.3).
func (k *Keys) nonce(number uint64) [12]byte {
	n := k.iv
	for i := range 8 {
		n[4+i] ^= byte(number >> (56 - 8*i))
	}
	return n
}

// mask is what covers the first byte and the packet number (RFC 9001, 5.4.3).
func (k *Keys) mask(sample []byte) (m [sampleSize]byte) {
	k.hp.Encrypt(m[:], sample)
	return m
}
