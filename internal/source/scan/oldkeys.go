package scan

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"hash"
	"math/big"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// What follows is as much of TLS 1.0 to 1.2 as it takes to end a handshake:
// whether a server goes on with a session shows only after one. Nothing is
// verified and no data are sent.

// completable are the suites of a list with which a handshake can be ended.
func completable(suites []tlswire.Suite) (out []tlswire.Suite) {
	for _, s := range suites {
		in, _ := s.Info()
		exchange := in.KeyExchange == tlswire.KexECDHE && (in.Auth == tlswire.AuthRSA || in.Auth == tlswire.AuthECDSA) ||
			in.KeyExchange == tlswire.KexRSA && !in.Export
		aesGCM := strings.HasPrefix(in.Cipher, "AES_") && strings.HasSuffix(in.Cipher, "_GCM")
		aesCBC := strings.HasPrefix(in.Cipher, "AES_") && strings.HasSuffix(in.Cipher, "_CBC") && in.MAC == "SHA"
		if exchange && (aesGCM || aesCBC) {
			out = append(out, s)
		}
	}
	return out
}

// prf is the pseudo-random function of a version (RFC 2246, 5; RFC 5246, 5).
func prf(v tlswire.Version, in tlswire.SuiteInfo, secret []byte, label string, seed []byte, n int) []byte {
	seed = append([]byte(label), seed...)
	if v == tlswire.TLS12 {
		return expand(hashOf(in), secret, seed, n)
	}
	half := (len(secret) + 1) / 2
	out := expand(md5.New, secret[:half], seed, n)
	for i, b := range expand(sha1.New, secret[len(secret)-half:], seed, n) {
		out[i] ^= b
	}
	return out
}

func hashOf(in tlswire.SuiteInfo) func() hash.Hash {
	if in.MAC == "SHA384" {
		return sha512.New384
	}
	return sha256.New
}

// expand is P_hash.
func expand(newHash func() hash.Hash, secret, seed []byte, n int) (out []byte) {
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(newHash, secret)
		for _, p := range parts {
			m.Write(p)
		}
		return m.Sum(nil)
	}
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

// digest is the hash over a handshake that its Finished is made of.
func digest(v tlswire.Version, in tlswire.SuiteInfo, transcript []byte) []byte {
	if v == tlswire.TLS12 {
		h := hashOf(in)()
		h.Write(transcript)
		return h.Sum(nil)
	}
	m, s := md5.Sum(transcript), sha1.Sum(transcript)
	return append(m[:], s[:]...)
}

var errKeys = errors.New("no key exchange that can be ended")

// exchange gives the premaster secret and the body of ClientKeyExchange.
func exchange(v tlswire.Version, f *tlswire.ServerFlight) (premaster, body []byte, err error) {
	in, _ := f.Hello.Suite.Info()
	if in.KeyExchange == tlswire.KexRSA {
		return wrapRSA(v, f.Certificate.Leaf())
	}
	k, err := f.ParseKeyExchange()
	if err != nil {
		return nil, nil, err
	}
	curve := map[tlswire.Group]ecdh.Curve{
		tlswire.GroupX25519: ecdh.X25519(), tlswire.GroupSecp256r1: ecdh.P256(),
		tlswire.GroupSecp384r1: ecdh.P384(), tlswire.GroupSecp521r1: ecdh.P521(),
	}[k.Group]
	if curve == nil {
		return nil, nil, errKeys
	}
	theirs, err := curve.NewPublicKey(k.Point)
	if err != nil {
		return nil, nil, err
	}
	mine, err := curve.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	premaster, err = mine.ECDH(theirs)
	public := mine.PublicKey().Bytes()
	return premaster, append([]byte{byte(len(public))}, public...), err
}

// wrapRSA encrypts a premaster secret for the key of a certificate (RFC 5246,
// 7.4.7.1; RFC 8017, 7.2.1).
func wrapRSA(v tlswire.Version, der []byte) (premaster, body []byte, err error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, err
	}
	key, ok := c.PublicKey.(*rsa.PublicKey)
	if !ok || key.Size() < 64 || key.Size() > 2048 {
		return nil, nil, errKeys
	}
	premaster = binary.BigEndian.AppendUint16(nil, uint16(v))
	premaster = append(premaster, random(46)...)
	block := []byte{0, 2}
	for _, b := range random(key.Size() - 3 - len(premaster)) {
		block = append(block, b|1) // padding has no zeros
	}
	block = slices.Concat(block, []byte{0}, premaster)
	m := new(big.Int).Exp(new(big.Int).SetBytes(block), big.NewInt(int64(key.E)), key.N)
	body = binary.BigEndian.AppendUint16(nil, uint16(key.Size()))
	return premaster, append(body, m.FillBytes(make([]byte, key.Size()))...), nil
}

// sealer protects the client's records.
type sealer struct {
	version tlswire.Version
	aead    bool
	block   cipher.Block
	mac, iv []byte
	number  uint64
}

// newSealer takes the client's keys out of the key block (RFC 5246, 6.3).
func newSealer(v tlswire.Version, in tlswire.SuiteInfo, master, clientRandom, serverRandom []byte) (*sealer, error) {
	s := &sealer{version: v, aead: in.AEAD}
	macLen, keyLen, ivLen := sha1.Size, in.Bits/8, aes.BlockSize
	if s.aead {
		macLen, ivLen = 0, 4
	}
	keys := prf(v, in, master, "key expansion", slices.Concat(serverRandom, clientRandom), 2*(macLen+keyLen+ivLen))
	s.mac = keys[:macLen]
	key := keys[2*macLen:][:keyLen]
	s.iv = keys[2*(macLen+keyLen):][:ivLen]
	block, err := aes.NewCipher(key)
	s.block = block
	return s, err
}

// record protects one record (RFC 5246, 6.2.3; RFC 5288, 3).
func (s *sealer) record(t tlswire.ContentType, data []byte) ([]byte, error) {
	head := binary.BigEndian.AppendUint64(nil, s.number)
	head = append(head, byte(t), byte(s.version>>8), byte(s.version))
	head = binary.BigEndian.AppendUint16(head, uint16(len(data)))
	number := head[:8]
	s.number++
	if s.aead {
		gcm, err := cipher.NewGCM(s.block)
		if err != nil {
			return nil, err
		}
		sealed := gcm.Seal(slices.Clone(number), slices.Concat(s.iv, number), data, head)
		return tlswire.AppendRecord(nil, t, s.version, sealed), nil
	}
	m := hmac.New(sha1.New, s.mac)
	m.Write(head)
	m.Write(data)
	text := m.Sum(slices.Clone(data))
	pad := aes.BlockSize - len(text)%aes.BlockSize
	text = append(text, slices.Repeat([]byte{byte(pad - 1)}, pad)...)
	var explicit []byte
	if s.version != tlswire.TLS10 { // from TLS 1.1 on it goes with the record
		explicit = random(aes.BlockSize)
		s.iv = explicit
	}
	cipher.NewCBCEncrypter(s.block, s.iv).CryptBlocks(text, text)
	s.iv = text[len(text)-aes.BlockSize:]
	return tlswire.AppendRecord(nil, t, s.version, append(explicit, text...)), nil
}
