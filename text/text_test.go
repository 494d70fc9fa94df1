package text

import "testing"

func TestTextInAnotherLanguage(t *testing.T) {
	text := Say("offers at most %s; the floor is %s", "TLS 1.0", "TLS 1.2").And(Say("last weak on %s", "2026-03-02"))
	if got := text.String(); got != "offers at most TLS 1.0; the floor is TLS 1.2; last weak on 2026-03-02" {
		t.Error(got)
	}
	german := map[string]string{
		"%s; %s":                             "%s. %s",
		"offers at most %s; the floor is %s": "Untergrenze %[2]s, bietet %[1]s",
	}
	if got := text.Tell(func(p string) string { return german[p] }); got != "Untergrenze TLS 1.2, bietet TLS 1.0. last weak on 2026-03-02" {
		t.Error(got)
	}
	if got := List([]string{"a", "b", "c"}).Tell(func(p string) string { return map[string]string{"%s, %s": "%s; %s"}[p] }); got != "a; b and c" {
		t.Error(got)
	}
	// What others wrote is no pattern.
	for _, s := range []string{"100 %s", "%!d(x)", ""} {
		if Whole(s).String() != s || Verbatim(s).String() != s {
			t.Errorf("%q: %q, %q", s, Whole(s), Verbatim(s))
		}
	}
}
