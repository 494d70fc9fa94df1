package audit

import (
	"sync"
	"testing"

	"github.com/tlsready/tlsready/knowledge"
)

var loadBase = sync.OnceValues(knowledge.Load)

func base(t testing.TB) *knowledge.Base {
	t.Helper()
	kb, err := loadBase()
	if err != nil {
		t.Fatal(err)
	}
	return kb
}
