package lang

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([a-z%])`)

// arguments are those that a pattern takes, each once, with how they are
// written.
func arguments(pattern string) []string {
	var out []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(pattern, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		out = append(out, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestTranslationsTakeTheSameArguments: a translation that forgets an argument
// or asks for one more would show a wrong number or a formatting error.
func TestTranslationsTakeTheSameArguments(t *testing.T) {
	for _, tag := range Tags()[1:] {
		l, err := Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.patterns) < 300 {
			t.Errorf("%s has %d patterns only", tag, len(l.patterns))
		}
		both := maps.Clone(l.patterns)
		maps.Copy(both, l.seen)
		for english, said := range both {
			if !slices.Equal(arguments(english), arguments(said)) {
				t.Errorf("%s: %q takes %v, %q takes %v", tag, english, arguments(english), said, arguments(said))
			}
			if said == "" && strings.TrimSpace(english) != "" {
				t.Errorf("%s: %q is left out", tag, english)
			}
		}
	}
}

// TestChineseOfTaiwan: words of other regions have crept into many programs.
func TestChineseOfTaiwan(t *testing.T) {
	l, err := Find("zh_tw")
	if err != nil {
		t.Fatal(err)
	}
	foreign := []string{"服務器", "客戶端", "證書", "默認", "設置", "網絡", "軟件", "信息", "数", "这", "为", "禁用", "程序", "數據庫", "加載"}
	for _, m := range []map[string]string{l.patterns, l.texts, l.seen} {
		for english, said := range m {
			for _, f := range foreign {
				if strings.Contains(said, f) {
					t.Errorf("%q: %q has %q", english, said, f)
				}
			}
		}
	}
}

func TestFind(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "en": "en", "EN": "en", "zh-TW": "zh-TW", "zh_tw": "zh-TW"} {
		if l, err := Find(tag); err != nil || l.Tag() != want {
			t.Errorf("%q gives %q, %v; want %q", tag, l.Tag(), err, want)
		}
	}
	for _, tag := range []string{"de", "zh", "zh-CN", "../x", "en\n"} {
		if _, err := Find(tag); err == nil {
			t.Errorf("%q is taken for a language", tag)
		}
	}
}

func TestSaying(t *testing.T) {
	zh, err := Find("zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	var en *Language
	for _, c := range []struct{ got, want string }{
		{en.N(1, "client", "clients"), "1 client"},
		{en.N(1204, "client", "clients"), "1,204 clients"},
		{zh.N(1, "client", "clients"), "1 個用戶端"},
		{en.List([]string{"a", "b", "c"}), "a, b and c"},
		{zh.List([]string{"a", "b", "c"}), "a、b 與 c"},
		{zh.List([]string{"2 組連線", "1 項輸入"}), "2 組連線與 1 項輸入"},
		{zh.List([]string{"本機", "遠端"}), "本機與遠端"},
		{en.First([]string{"a", "b", "c", "d"}, 2), "a, b and 2 more"},
		{en.Sentence("It is"), "It is."},
		{zh.Sentence("是的。"), "是的。"},
		{zh.T("not in the catalogue: %d", 5), "not in the catalogue: 5"},
		{zh.T("100 % as it stands"), "100 % as it stands"},
		{en.Join("A.", "", "B."), "A. B."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
