package starttls

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestData(t *testing.T) {
	all, err := load(data)
	if err != nil {
		t.Fatal(err)
	}
	// What is known without the data is what the data say.
	got, want := *https, *all.named["https"]
	want.all, want.Source = nil, ""
	if !reflect.DeepEqual(got, want) {
		t.Errorf("https is %+v, the data say %+v", got, want)
	}
	for code, used := range map[string]bool{"ldap": true, "nothing": false} {
		if (inGo[code] != nil) != used {
			t.Errorf("code %s", code)
		}
	}
	for code := range inGo {
		used := false
		for _, p := range all.protocols {
			used = used || p.Code == code
		}
		if !used {
			t.Errorf("no data file names the function %s", code)
		}
	}
}

// TestSchemes: what can be asked for, and on which port it is expected.
func TestSchemes(t *testing.T) {
	for name, want := range map[string]struct {
		port   uint16
		record string
		dialog string // "" for TLS at once
	}{
		"https": {443, "https", ""}, "tls": {443, "tls", ""},
		"smtp": {25, "smtp", "smtp"}, "submission": {587, "smtp", "smtp"}, "smtps": {465, "smtps", ""}, "submissions": {465, "smtps", ""},
		"lmtp": {24, "lmtp", "lmtp"}, "imap": {143, "imap", "imap"}, "imaps": {993, "imaps", ""},
		"pop3": {110, "pop3", "pop3"}, "pop3s": {995, "pop3s", ""}, "ftp": {21, "ftp", "ftp"}, "ftps": {990, "ftps", ""},
		"ldap": {389, "ldap", "ldap"}, "ldaps": {636, "ldaps", ""},
		"xmpp": {5222, "xmpp", "xmpp"}, "xmpp-client": {5222, "xmpp", "xmpp"}, "xmpp-server": {5269, "xmpp", "xmpp-server"}, "xmpps": {5223, "xmpps", ""},
		"nntp": {119, "nntp", "nntp"}, "nntps": {563, "nntps", ""}, "sieve": {4190, "sieve", "sieve"},
		"irc": {6667, "irc", "irc"}, "ircs": {6697, "ircs", ""},
		"postgres": {5432, "postgres", "postgres"}, "postgresql": {5432, "postgres", "postgres"}, "postgres-direct": {5432, "postgres", ""},
		"mysql": {3306, "mysql", "mysql"}, "mariadb": {3306, "mysql", "mysql"},
		"mssql": {1433, "tds", "mssql"}, "mssql-strict": {1433, "tds", ""},
		"rdp": {3389, "rdp", "rdp"}, "telnet": {23, "telnet", "telnet"}, "telnets": {992, "telnets", ""},
	} {
		s, p, ok := SchemeNamed(name)
		if !ok || s.Port != want.port || s.Record != want.record || s.AtOnce != (want.dialog == "") || !s.AtOnce && p.Name != want.dialog {
			t.Errorf("%s: %+v of %+v, want %+v", name, s, p, want)
		}
	}
	for port, want := range map[uint16]string{443: "https", 25: "smtp", 465: "smtps", 3269: "ldaps", 5432: "postgres", 3389: "rdp"} {
		if s, _, _ := SchemeOfPort(port); s.Name != want {
			t.Errorf("port %d is that of %q, want %s", port, s.Name, want)
		}
	}
	if s, _, ok := SchemeOfPort(8443); ok {
		t.Errorf("port 8443 is that of %s", s.Name)
	}
}

// TestBadData: each mistake is named with its file and line.
func TestBadData(t *testing.T) {
	const scheme = "source: x\nschemes:\n  - {name: a, port: 1}\n"
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":         {scheme + "stepz: []\n", "line 4: field stepz"},
		"no source":           {"schemes:\n  - {name: a, port: 1, at_once: true}\n", "a.yaml:1: no source"},
		"no schemes":          {"source: x\n", "a.yaml:1: no schemes"},
		"no dialog":           {scheme, "neither steps nor code"},
		"needless dialog":     {"source: x\nschemes:\n  - {name: a, port: 1, at_once: true}\ncode: ldap\n", "no scheme that uses it"},
		"no such function":    {scheme + "code: gopher\n", `code "gopher"`},
		"two dialogs":         {scheme + "code: ldap\nsteps:\n  - {expect: a}\n", "a.yaml:6: steps beside code"},
		"no port":             {"source: x\nschemes:\n  - {name: a}\n", "line 3: scheme a has no port"},
		"name of a scheme":    {"source: x\nschemes:\n  - {name: A b, port: 1}\n", "line 3: \"A b\" cannot be"},
		"key of a scheme":     {"source: x\nschemes:\n  - {name: a, port: 1, tls: true}\n", `line 3: key "tls" is not known`},
		"scheme no mapping":   {"source: x\nschemes:\n  - a\n", "line 3: want a mapping"},
		"key of a step":       {scheme + "steps:\n  - {expect: a, reject: b}\n", `line 5: key "reject"`},
		"expects nothing":     {scheme + "steps:\n  - {send: \"A\\r\\n\"}\n", "a.yaml:5: step 1 expects nothing"},
		"sends nothing":       {scheme + "steps:\n  - {expect: a}\n  - {expect: b}\n", "a.yaml:6: step 2 sends nothing"},
		"no end of line":      {scheme + "steps:\n  - {send: A, expect: b}\n", "a.yaml:5: step 1 sends \"A\""},
		"unknown place":       {scheme + "steps:\n  - {send: \"A {user}\\r\\n\", expect: b}\n", "{host} and {client}"},
		"regular expression":  {scheme + "steps:\n  - {expect: '('}\n", "line 5: error parsing regexp"},
		"expression, no text": {scheme + "steps:\n  - {expect: [a]}\n", "line 5: want a regular expression"},
	} {
		_, err := parse("a.yaml", []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), "a.yaml:") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	file := func(name, rest string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("source: x\nschemes:\n  - {name: " + name + ", at_once: true, " + rest + "}\n")}
	}
	for want, files := range map[string]fstest.MapFS{
		"a has it already":         {"data/a.yaml": file("s", "port: 1"), "data/b.yaml": file("s", "port: 2")},
		"port 1 is that of a":      {"data/a.yaml": file("a", "port: 1"), "data/b.yaml": file("b", "port: 1")},
		"data/b.yaml: scheme b: p": {"data/a.yaml": file("a", "port: 1"), "data/b.yaml": file("b", "port: 2, also: [1]")},
	} {
		if _, err := load(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
