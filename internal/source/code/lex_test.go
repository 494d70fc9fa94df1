package code

import (
	"strings"
	"testing"
)

// kinds spells what each byte is: c code, s string, # comment.
func kinds(language, text string) string {
	mask := lex([]byte(text), &languageByName(language).syntax)
	var b strings.Builder
	for _, k := range mask {
		b.WriteByte("cs#"[k])
	}
	return b.String()
}

// In each text X stands in code, S in a string and K in a comment.
var lexCases = []struct{ language, text string }{
	{"c", "X = \"S\"; // K\nX /* K\n K */ X; c = '\"'; X"},
	{"c", "\"S \\\" S\" X '\\'' X \"unclosed S\nX"},
	{"c", "#if 0\nK\n#if 1\nK\n#endif\nK\n#else\nX\n#endif\nX"},
	{"cpp", "int n = 1'000'000; X = R\"(S \" S)\" X; auto s = R\"d(S )\" S)d\"; X"},
	{"cpp", "u8R\"(S)\" X LR\"(S)\" X BAR\"S\" X"},
	{"csharp", "X = @\"S\\\"; X = @\"S \"\" S\"; // K\n$@\"S\nS\" X"},
	{"csharp", "var j = \"\"\"S \" S \"\" S\"\"\"; X; $\"S {1}\"; X"},
	{"csharp", "/// K\nX /** K */ X"},
	{"vb", "x = \"S \"\" S\" ' K\nX\nRem K\nX = \"S"},
	{"powershell", "X <# K\nK #> X; $a = \"S `\" S\"; 'S '' S' # K\nX @\"\nS \" S ' # S\n\"@\nX @'\nS\n'@ X $a#b X"},
	{"java", "String s = \"\"\"\n S \" S\n \"\"\"; X char c = '\"'; X // K"},
	{"kotlin", "val s = \"\"\"S \" \\\"\"\"; X /* K /* K */ K */ X"},
	{"python", "def f():\n    \"\"\"K\n    K\"\"\"\n    x = '''S\n S'''\n    X # K\n    y = \"S # S\" X"},
	{"python", "'''K'''\nX = [\n  '''S''',\n  X]\nr'S\\' S'"},
	{"ruby", "=begin\nK\n=end\nX = \"S # S\" # K\nx = <<~EOS\n  S ' S\nEOS\nX\nif x =~ /K'\"/\n X\nend\nq = a / b / 2; X\n__END__\nK"},
	{"ruby", "class << self\n X\nend\na << B\nX"},
	{"php", "<p>K's</p><?php X; # K\n// K\n/* K */ $a = 'S \" S'; #[X]\n$b = <<<EOT\nS ' S\nEOT;\nX ?>\nK's <?php X"},
	{"php", "$a = <<<'EOT'\nS\n  EOT;\nX"},
	{"go", "X := `S \" \\`; X // K\n\"S /* S\" X '\"' X"},
	{"javascript", "X = `S ${1} \" S`; X = /K['\"`]/g; X; a = b / c; X // K\nreturn /[/'\"]K/.test(X)"},
	{"javascript", "const u = \"http://S\"; X /* K */ X"},
	{"typescript", "let a: Array<string> = ['S']; X // K"},
	{"rust", "fn f<'a>(x: &'a str) { X; let s = r#\"S \" S\"#; X; let c = '\"'; X /* K /* K */ K */ X } // K\n\"S\nS\" X b\"S\" X"},
	{"perl", "X = 1; # K\n=pod\n\nK ' K\n\n=cut\nX = q(S (S) ' S); X = qq{S}; m/S'/; $#a; X; $q = 1; X %s = (); X\nprint <<\"EOT\";\nS ' S\nEOT\nX\n__END__\nK"},
	{"perl", "my $x = $h{q}; X; s#a#b#; X $' X"},
	{"swift", "let s = #\"S \" S\"#; X; \"\"\"\nS \" S\n\"\"\" X /* K /* K */ K */ X // K"},
	{"shell", "X $# X ${x#y} X # K\necho \"S # S\" 'S \" S' X \\' X\ncat <<EOF\nS # S ' S\nEOF\nX\ncat <<-'E2' | sort\n\tS\n\tE2\nX"},
	{"shell", "a=$((1<<2)) X\nb <<< \"S\" X"},
	{"dockerfile", "# K\nRUN X # X\n  # K\nRUN <<EOF\nX 'X\nEOF\nENV X=\"S\""},
	{"msbuild", "<A b=\"X\">X</A> <!-- K\nK --> X"},
	{"plist", "<key>X</key><!-- K ' K --><string>X's</string> X"},
	{"gomod", "module X // K\n// K\nX \"X"},
	{"batch", "rem K\nX \"X\" \n:: K\n@REM K\nX 'X"},
}

func TestLexers(t *testing.T) {
	want := map[byte]byte{'X': 'c', 'S': 's', 'K': '#'}
	seen := map[string]bool{}
	for _, tt := range lexCases {
		seen[tt.language] = true
		got := kinds(tt.language, tt.text)
		for i := range len(tt.text) {
			w, ok := want[tt.text[i]]
			if !ok || i > 0 && isWord(tt.text[i-1]) || i+1 < len(tt.text) && isWord(tt.text[i+1]) {
				continue // part of a word of the language
			}
			if got[i] != w {
				t.Errorf("%s: %q at %d is %c\n%s\n%s", tt.language, tt.text[i:min(len(tt.text), i+12)], i, got[i], strings.ReplaceAll(tt.text, "\n", "~"), got)
				break
			}
		}
	}
	for _, l := range Languages {
		if !seen[l.Name] {
			t.Errorf("%s has no case", l.Name)
		}
	}
}

// FuzzLexers holds what is true of any bytes in any language: no panic, one
// kind for every byte, and the same places found whatever follows the end.
func FuzzLexers(f *testing.F) {
	for i, tt := range lexCases {
		f.Add(uint8(i), tt.text)
	}
	f.Fuzz(func(t *testing.T, n uint8, text string) {
		l := Languages[int(n)%len(Languages)]
		if mask := lex([]byte(text), &l.syntax); len(mask) != len(text) {
			t.Errorf("%s: %d kinds for %d bytes", l.Name, len(mask), len(text))
		}
	})
}
