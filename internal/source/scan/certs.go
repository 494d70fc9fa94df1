package scan

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"io"
	"net"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// wantsFlight asks to read on after a ServerHello while the certificate for
// its kind of key, or the DH group, has not been seen: so a server with two
// certificates shows both, on connections that are made anyway.
func (h *host) wantsFlight(s tlswire.Suite) bool {
	in, ok := s.Info()
	if !ok || in.Auth != tlswire.AuthRSA && in.Auth != tlswire.AuthECDSA && in.Auth != tlswire.AuthDSS {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.seenAuth[in.Auth] || h.dhBits == 0 && byDH(s)
}

// byDH reports whether a suite's key exchange states a DH group.
func byDH(s tlswire.Suite) bool {
	in, _ := s.Info()
	return in.KeyExchange == tlswire.KexDHE
}

// fetchCertificate completes one handshake with a server that speaks TLS 1.3
// alone, where the certificate is encrypted.
func (h *host) fetchCertificate(ctx context.Context) {
	if len(h.leaves) > 0 || !h.versions[tlswire.TLS13].accepted() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, h.opt.Timeout)
	defer cancel()
	h.pace.enter(ctx, true)
	defer h.pace.leave(true)
	conn, err := h.dial(ctx)
	if err == nil {
		defer conn.Close()
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		defer stop()
		if h.target.StartTLS != "" {
			var r io.Reader
			if r, err = startTLS(conn, h.target.StartTLS); err == nil {
				conn = readsFrom{conn, r}
			}
		}
	}
	if err == nil {
		err = h.handshake(ctx, conn)
	}
	if len(h.leaves) == 0 {
		reason := "the server shows none"
		if err != nil {
			reason = err.Error()
		}
		h.note("certificate not seen: " + reason)
	}
}

// readsFrom is a connection of which a buffered reader already holds a part.
type readsFrom struct {
	net.Conn
	r io.Reader
}

func (c readsFrom) Read(b []byte) (int, error) { return c.r.Read(b) }

// handshake takes the certificate and verifies nothing: what is asked is what
// the server shows, and no data follow.
func (h *host) handshake(ctx context.Context, conn net.Conn) error {
	c := tls.Client(conn, &tls.Config{
		MinVersion:         tls.VersionTLS13,
		ServerName:         h.sni,
		InsecureSkipVerify: true,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) > 0 {
				h.leaves = append(h.leaves, raw[0])
			}
			return nil
		},
	})
	return c.HandshakeContext(ctx)
}

// certificate describes what a server shows. One that cannot be parsed, as
// old and home-made ones, is still told by its hash.
func certificate(der []byte) evidence.Certificate {
	sum := sha256.Sum256(der)
	out := evidence.Certificate{SHA256: hex.EncodeToString(sum[:])}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return out
	}
	out.Subject, out.Issuer = c.Subject.String(), c.Issuer.String()
	out.Names = c.DNSNames
	for _, ip := range c.IPAddresses {
		out.Names = append(out.Names, ip.String())
	}
	if c.SignatureAlgorithm != x509.UnknownSignatureAlgorithm {
		out.SignatureAlgorithm = c.SignatureAlgorithm.String()
	}
	out.NotBefore, out.NotAfter = c.NotBefore.UTC(), c.NotAfter.UTC()
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		out.KeyType, out.KeyBits = "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		out.KeyType, out.KeyBits = "ECDSA", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		out.KeyType, out.KeyBits = "Ed25519", 256
	default:
		if s := c.PublicKeyAlgorithm.String(); !strings.HasPrefix(s, "0") {
			out.KeyType = s
		}
	}
	return out
}
