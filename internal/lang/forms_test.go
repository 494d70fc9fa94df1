package lang

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSentencesOfEvidence(t *testing.T) {
	zh, err := Find("zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ sentence, want string }{
		{"Windows decides", "由 Windows 決定"},
		{"holds a log, which this command does not read (tlsready check reads all kinds)", "內容為記錄檔，此命令不讀取（tlsready check 可讀取所有種類）"},
		{"line over 100%s bytes", "單行超過 100%s 個位元組"},
		{"line over  bytes", ""},
		{"somebody else's words", ""},
		{strings.Repeat("replaced by ", 5000), ""},
	} {
		if got := zh.Look(c.sentence); got != c.want {
			t.Errorf("%.60q: got %q, want %q", c.sentence, got, c.want)
		}
	}
	var en *Language
	if got := en.Look("Windows decides"); got != "" {
		t.Errorf("English translates: %q", got)
	}
}

// joints are where sentences are put together.
var joints = regexp.MustCompile(`%s|"|: |; |^plain |^SystemDefaultTlsVersions|^SchUseStrongCrypto|built for [\d.]+`)

// TestSentencesOfEvidenceAreSaid: a sentence that no source says any more, or
// says otherwise now, is no use.
func TestSentencesOfEvidenceAreSaid(t *testing.T) {
	var code strings.Builder
	for _, room := range []string{"../source", "../app", "../unpack", "../plaintext", "../../evidence", "../../tlswire"} {
		err := filepath.WalkDir(room, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(file, "_test.go") || filepath.Ext(file) != ".go" && filepath.Ext(file) != ".yaml" {
				return err
			}
			raw, err := os.ReadFile(file)
			code.Write(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	zh, err := Find("zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	for sentence := range zh.seen {
		longest := ""
		for _, part := range joints.Split(sentence, -1) {
			if len(part) > len(longest) {
				longest = part
			}
		}
		if !strings.Contains(code.String(), strings.Trim(longest, ",:;")) {
			t.Errorf("nobody says %q", sentence)
		}
	}
}

// FuzzLook: whatever stands in evidence is looked up, quickly and without
// harm.
func FuzzLook(f *testing.F) {
	zh, err := Find("zh-TW")
	if err != nil {
		f.Fatal(err)
	}
	for sentence := range zh.seen {
		f.Add(sentence)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if said := zh.Look(s); len(said) > 8*longestForm {
			t.Errorf("%d bytes of %d", len(said), len(s))
		}
	})
}
