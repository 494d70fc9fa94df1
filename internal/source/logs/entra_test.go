package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// The three answers of Entra stay apart: only legacy becomes evidence, and
// that without a version.
func TestEntraAnswers(t *testing.T) {
	legacy := `[{"key":"Login Hint Present","value":"True"},{"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":%s}]`
	row := func(details string) string {
		return `{"createdDateTime":"2026-03-02T10:00:00Z","userPrincipalName":"ann@example.com","appDisplayName":"HR sync","ipAddress":"198.51.100.7","authenticationProcessingDetails":` + details + `}`
	}
	const found = "198.51.100.7 0x0000"
	tests := []struct{ line, want string }{
		{row(fmt.Sprintf(legacy, `"True"`)), found},
		{row(fmt.Sprintf(legacy, `"1"`)), found},
		{row(fmt.Sprintf(legacy, `true`)), found},
		{row(fmt.Sprintf(legacy, `"False"`)), entraModern},
		{row(fmt.Sprintf(legacy, `"0"`)), entraModern},
		{row(fmt.Sprintf(legacy, `""`)), entraSilent},
		{row(`[]`), entraSilent},
		{row(`null`), entraSilent},
		{row(`"not JSON"`), entraSilent},
		{row(`"[{\"key\":\"legacy TLS (TLS 1.0, 1.1, 3DES)\",\"value\":\"True\"}]"`), found},
		{row(`"[{\"key\":\"Login Hint Present\",\"value\":\"Legacy TLS True\"}]"`), entraSilent},
		{`{"time":"x","properties":` + row(fmt.Sprintf(legacy, `"True"`)) + `}`, found},
		{`{"CreatedDateTime":"2026-03-02T10:00:00Z","AppDisplayName":"a","IPAddress":"198.51.100.7","AuthenticationProcessingDetails":"[]"}`, entraSilent},
	}
	for _, tt := range tests {
		if got := outcomes(t, tt.line+"\n", Options{Format: "entra"}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestEntraCorpus(t *testing.T) {
	name := "synthetic/entra/signins.json"
	data, err := os.ReadFile(filepath.Join(corpusDir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	recs := mustRun(t, name, data, Options{})
	clients, legacy := map[string]bool{}, 0
	for _, h := range handshakesOf(recs) {
		if h.Negotiated != tlswire.Version(0) || h.Outcome != evidence.Completed || h.Client.Identity == "" || h.Server.Name == "" {
			t.Errorf("%s", brief(h))
		}
		clients[h.Client.IP] = true
		legacy += h.Count
	}
	counts := map[string]int{}
	for _, s := range coverageOf(recs).Skipped {
		counts[s.Reason] = s.Count
	}
	if legacy != 40 || len(clients) != 14 || counts[entraModern] != 65 || counts[entraSilent] != 195 {
		t.Errorf("legacy %d of %d clients, %v", legacy, len(clients), counts)
	}
}
