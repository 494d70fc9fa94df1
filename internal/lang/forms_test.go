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
	nested := strings.Repeat("refuses: ", longestForm/9)
	if got := zh.Look(nested); strings.Count(got, "拒絕") != deepestForm {
		t.Errorf("%d of %d sentences in each other are told", strings.Count(got, "拒絕"), longestForm/9)
	}
	var en *Language
	if got := en.Look("Windows decides"); got != "" {
		t.Errorf("English translates: %q", got)
	}
}

// joints are where sentences are put together.
var joints = regexp.MustCompile(`%s|"|: |; |^plain |^needs | before | line |\(|^SystemDefaultTlsVersions|^SchUseStrongCrypto|built for [\d.]+`)

// TestSentencesOfEvidenceAreSaid: a sentence that no source says any more, or
// says otherwise now, is no use.
func TestSentencesOfEvidenceAreSaid(t *testing.T) {
	var code strings.Builder
	code.WriteString("lookup no such host server misbehaving i/o timeout")   // package net
	code.WriteString("no route to host network is unreachable host is down") // the system
	for _, room := range []string{"../source", "../starttls", "../app", "../unpack", "../plaintext", "../../evidence", "../../tlswire", "../../assess", "../../knowledge"} {
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
		if !strings.Contains(code.String(), strings.Trim(longest, ",:; ")) {
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

// TestSentencesWithinSentences: what a scan says of a server is put together
// from several.
func TestSentencesWithinSentences(t *testing.T) {
	zh, err := Find("zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ sentence, want string }{
		{"refused", "拒絕連線"},
		{"TLS 1.2: suites may be missing: timeout", "TLS 1.2：加密套件可能有缺漏：逾時"},
		{"connects and never answers a hello: timeout", "可以連線，但從不回應 ClientHello：逾時"},
		{"refuses every hello: alert handshake_failure; it may want a name: --sni NAME", "拒絕所有 ClientHello：警示 handshake_failure；它可能要求提供名稱：--sni NAME"},
		{`starttls refused: does not offer STARTTLS (EHLO answered "250 a")`, `STARTTLS 遭拒絕：不提供 STARTTLS（EHLO 的回應為 "250 a"）`},
		{"starttls refused: closed before the greeting", "STARTTLS 遭拒絕：在問候訊息之前連線關閉"},
		{"proxy 192.0.2.1:1080: says: host unreachable", "Proxy 192.0.2.1:1080：回應：無法連線到主機"},
		{"SMTP greeting; try smtp://", "SMTP 問候訊息；請試 smtp://"},
		{"packet 7 claims 99 bytes: the rest of the file cannot be read", "第 7 個封包自稱有 99 個位元組：檔案其餘部分無法讀取"},
	} {
		if got := zh.Look(c.sentence); got != c.want {
			t.Errorf("%q: got %q, want %q", c.sentence, got, c.want)
		}
	}
}
