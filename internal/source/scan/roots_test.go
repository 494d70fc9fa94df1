package scan

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestRootsOfMachine: of all roots, those are at hand that bear a name of the
// chain, and no more.
func TestRootsOfMachine(t *testing.T) {
	if bundle() == nil {
		t.Skip("roots are not kept in one file here")
	}
	mine := issued(t, "mine.example", true, -time.Hour, time.Hour, nil)
	other := issued(t, "other.example", true, -time.Hour, time.Hour, nil)
	leaf := issued(t, "www.example", false, -time.Hour, time.Hour, mine)
	var text bytes.Buffer
	for _, der := range [][]byte{other.Leaf.Raw, mine.Leaf.Raw, {0x30, 0x82, 1}, {}} {
		pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	want := x509.NewCertPool()
	want.AddCert(mine.Leaf)
	if got := SystemRoots().pool([]*x509.Certificate{leaf.Leaf}); !got.Equal(want) {
		t.Error("the roots of a chain are not the one that signed it")
	}
	t.Setenv("SSL_CERT_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("SSL_CERT_DIR", t.TempDir())
	roots := SystemRoots()
	if got := roots.pool([]*x509.Certificate{leaf.Leaf}); got != nil {
		t.Error("roots where there are none")
	}
}

// TestSubjectOf holds it against the parser that reads everything.
func TestSubjectOf(t *testing.T) {
	for rest := bundle(); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err == nil && subjectOf(block.Bytes) != string(c.RawSubject) {
			t.Errorf("the subject of %s is not found", c.Subject)
		}
	}
	der := issued(t, "a.example", true, 0, time.Hour, nil).Leaf.Raw
	for n := range der {
		subjectOf(der[:n])
	}
}
