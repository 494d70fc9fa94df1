package scan

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"runtime"
	"sync"
)

// Roots are certificates that others are trusted by. They are read when the
// first chain is judged, and of each no more than its name until a chain asks
// for that: to parse all roots of a machine takes longer than to scan a server.
type Roots struct {
	mine   []byte // PEM
	system bool   // and those of this machine

	once   sync.Once
	whole  *x509.CertPool // where only the whole can be had
	byName map[string][]*root
}

// root is one certificate, parsed when it is needed.
type root struct {
	der   []byte
	parse sync.Once
	cert  *x509.Certificate // nil if it cannot be parsed
}

// SystemRoots are the roots that this machine trusts.
func SystemRoots() *Roots { return &Roots{system: true} }

// Add trusts the certificates of a PEM file as well, before the first chain is
// judged. It reports whether there is any.
func (r *Roots) Add(text []byte) bool {
	r.mine = append(r.mine, text...)
	return x509.NewCertPool().AppendCertsFromPEM(text)
}

// bundles are the files in which systems with Linux keep all their roots, as
// crypto/x509 looks for them: Debian, Fedora, openSUSE, OpenELEC, CentOS, Alpine.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

func (r *Roots) load() {
	r.byName = map[string][]*root{}
	r.index(r.mine)
	if !r.system {
		return
	}
	if bundle := bundle(); bundle != nil {
		r.index(bundle)
		return
	}
	if pool, err := x509.SystemCertPool(); err == nil && (runtime.GOOS != "linux" || !pool.Equal(x509.NewCertPool())) {
		pool.AppendCertsFromPEM(r.mine)
		r.whole = pool
	}
}

// bundle is the file of all roots of this machine; nil where there is none.
func bundle() []byte {
	if runtime.GOOS != "linux" || os.Getenv("SSL_CERT_DIR") != "" {
		return nil
	}
	list := bundles
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		list = []string{file}
	}
	for _, file := range list {
		if text, err := os.ReadFile(file); err == nil {
			return text
		}
	}
	return nil
}

func (r *Roots) index(text []byte) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if name := subjectOf(block.Bytes); block.Type == "CERTIFICATE" && name != "" {
			r.byName[name] = append(r.byName[name], &root{der: block.Bytes})
		}
	}
}

// pool holds the roots that may end a chain, which bear a name that stands in
// it. It is nil where there are no roots at all: a certificate is then judged
// by nothing, not called untrusted.
func (r *Roots) pool(chain []*x509.Certificate) *x509.CertPool {
	r.once.Do(r.load)
	if r.whole != nil || len(r.byName) == 0 {
		return r.whole
	}
	pool := x509.NewCertPool()
	for _, c := range chain {
		for _, name := range [][]byte{c.RawIssuer, c.RawSubject} {
			for _, known := range r.byName[string(name)] {
				known.parse.Do(func() { known.cert, _ = x509.ParseCertificate(known.der) })
				if known.cert != nil {
					pool.AddCert(known.cert)
				}
			}
		}
	}
	return pool
}

// subjectOf is the subject of a certificate in DER, "" if it has none that can
// be found (RFC 5280, 4.1).
func subjectOf(der []byte) string {
	whole, _ := element(der)
	signed, _ := element(whole.content)
	rest := signed.content
	e, after := element(rest)
	if e.tag == 0xA0 { // the version stands there, mostly
		rest = after
	}
	for range 4 { // serial number, algorithm, issuer, validity
		_, rest = element(rest)
	}
	subject, _ := element(rest)
	return string(subject.bytes)
}

// derElement is one element of DER.
type derElement struct {
	tag            byte
	bytes, content []byte
}

// element takes the first one; none when it is not whole.
func element(b []byte) (e derElement, rest []byte) {
	if len(b) < 2 {
		return e, nil
	}
	size, head := int(b[1]), 2
	if n := size - 0x80; n >= 0 {
		if n == 0 || n > 3 || len(b) < 2+n {
			return e, nil
		}
		size = 0
		for _, x := range b[2:][:n] {
			size = size<<8 | int(x)
		}
		head += n
	}
	if len(b) < head+size {
		return e, nil
	}
	return derElement{b[0], b[:head+size], b[head:][:size]}, b[head+size:]
}
