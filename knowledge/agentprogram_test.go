package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

func (b *Base) agentNames() [][]*AgentName {
	return [][]*AgentName{b.AgentPrograms, b.AgentRuntimes, b.AgentSystems}
}

// TestAgentNames: every example in the data is read as it says, and by its own
// line in spite of all others.
func TestAgentNames(t *testing.T) {
	b := mustBase(t)
	n := 0
	for i, list := range b.agentNames() {
		for _, l := range list {
			if (l.Class != "") != (i == 0) {
				t.Errorf("%s: only programs have a class, and all of them", l.ID)
			}
			for _, e := range l.Examples {
				n++
				p := b.ProgramByAgent(e.Agent)
				if p.String() != e.Is {
					t.Errorf("%s: %q\n is   %q\n want %q", l.ID, e.Agent, p, e.Is)
				}
				part := []Part{p.Product, p.Runtime, p.System}[i]
				if part.Fact != l.ID {
					t.Errorf("%s: %q is read by %s", l.ID, e.Agent, part.Fact)
				}
				if !p.Named() && i < 2 {
					t.Errorf("%s: %q is not named", l.ID, e.Agent)
				}
			}
		}
	}
	if n < 430 {
		t.Errorf("only %d examples", n)
	}
}

// TestStrictNames: a line of the table that is wrong is an error that names
// its place.
func TestStrictNames(t *testing.T) {
	line := func(lines string) string {
		return "agent_programs:\n  - id: ua.x\n    name: x\n" + lines + meta
	}
	example := "    examples: [{agent: Tool/1, is: x 1}]\n"
	for name, c := range map[string]struct{ text, want string }{
		"typo":         {line("    token: [Tool/]\n"), `data/t.yaml:4: unknown key "token"`},
		"class":        {line("    class: bott\n"), `data/t.yaml:4: class "bott": want probe`},
		"place":        {line("    place: end\n"), `data/t.yaml:4: place "end": want start`},
		"no tokens":    {line(example), "data/t.yaml:2: ua.x: needs name and tokens"},
		"no example":   {line("    tokens: [Tool/]\n"), "data/t.yaml:2: ua.x: needs an example"},
		"half example": {line("    tokens: [Tool/]\n    examples: [{agent: Tool/1}]\n"), "an example needs agent and is"},
		"short token":  {line("    tokens: [To]\n" + example), `data/t.yaml:2: ua.x: token "To" is too short`},
		"short with":   {line("    tokens: [Tool/]\n    with: [x]\n" + example), `data/t.yaml:2: ua.x: token "x" is too short`},
		"empty range":  {line("    tokens: [Tool/]\n    from: 2\n    below: 1\n" + example), "from 2 is not below 1"},
		"frozen":       {line("    tokens: [Tool/]\n    frozen: true\n    padding: .0\n" + example), "frozen version, yet reads it"},
		"client":       {line("    tokens: [Tool/]\n    client: cli.y\n" + example), `ua.x: refers to "cli.y", which is no record`},
		"no client":    {line("    tokens: [Tool/]\n    client: ua.x\n" + example), `data/t.yaml:2: ua.x: "ua.x" is no client`},
	} {
		_, err := load(fstest.MapFS{"t.yaml": {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", name, err, c.want)
		}
	}
}

// TestPrograms: what must not be claimed, and what wins over what.
func TestPrograms(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		agent, is string
		class     AgentClass
	}{
		{"", "", ""},
		{"-", "", ""},
		{"Mozilla/5.0", "", ""},
		{"Mozilla/5.0 (compatible)", "", ""},

		// wrapped and written as logs do
		{"Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.17328;+Pro)", "Outlook 2016 or later (16.0.17328) on Windows 10, Server 2016 or later", ClassMail},
		{"Microsoft%20Office/14.0%20(Windows%20NT%206.1;%20Microsoft%20Outlook%2014.0.7268;%20Pro)", "Outlook 2010 (14.0.7268) on Windows 7 or Server 2008 R2", ClassMail},
		{"[Java/1.7.0_80]", "Java 1.7.0_80", ClassLibrary},

		// frozen numbers are not shown
		{win10 + "Chrome/122.0.0.0 Safari/537.36", "Chrome 122 on Windows 10, Server 2016 or later", ClassBrowser},
		{"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", "Chrome 120 on Android", ClassBrowser},
		{"Mozilla/5.0 (Linux; Android 10; SM-G960F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.106 Mobile Safari/537.36", "Chrome 83.0.4103.106 on Android 10", ClassBrowser},
		{"Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)", ".NET Framework web service client 4.0.30319.42000", ClassLibrary},
		{"Go-http-client/2.0", "Go", ClassLibrary},
		{"Outlook-iOS-Android/1.0", "Outlook for iOS and Android 1.0", ClassMail},

		// compatibility view
		{"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0)", "Internet Explorer 11 on Windows 10, Server 2016 or later", ClassBrowser},

		// a program's own name above that of its library
		{"MyApp/1.4 (Java/1.6.0_45)", "MyApp 1.4 with Java 1.6.0_45", ClassLibrary},
		{"Python/3.9 aiohttp/3.8.1", "Python aiohttp 3.8.1 with Python 3.9", ClassLibrary},
		{"SomeInternalTool/4.2", "SomeInternalTool 4.2", ""},
		{"SomeInternalTool", "SomeInternalTool", ""},
		{"some words that name nobody", "", ""},

		// tokens within words are none
		{"Mozilla/5.0 (compatible) MyJava/1", "", ""},
		{"Mozilla/5.0 (compatible) Fedge/1", "", ""},

		// not set apart: they have users
		{"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; EdgeClient BIG-IP)", "Internet Explorer 8.0 on Windows 7 or Server 2008 R2", ClassBrowser},
		{"CitrixReceiver/19.3 NetScaler Gateway", "Citrix Receiver or Workspace 19.3", ClassApp},
		{"Mozilla/5.0 (Linux; Android 8.1.0; Zebra TC51 Build/OPM1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.3359.158 Mobile Safari/537.36", "Chrome 66.0.3359.158 on Android 8.1.0", ClassBrowser},
	} {
		if p := b.ProgramByAgent(c.agent); p.String() != c.is || p.Class != c.class {
			t.Errorf("%q\n is   %q %s\n want %q %s", c.agent, p, p.Class, c.is, c.class)
		}
	}
}

// TestProgramClients: the record of what a program can do follows CONTRACT
// rule 10, also where only its line in the table tells it.
func TestProgramClients(t *testing.T) {
	b := mustBase(t)
	for agent, want := range map[string]string{
		winXP + "Chrome/49.0.2623.112 Safari/537.36":                               "cli.chrome.30",
		"Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)": "cli.outlook.win7",
		"RICOH MP C3004 (HTTP Client/1.0)":                                         "dev.mfp",
		"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; Nessus)":  "cli.scanner.security",
		"SomeInternalTool/4.2":                                                     "",
	} {
		p := b.ProgramByAgent(agent)
		c, _ := b.ClientByAgent(agent)
		if idOf(p.Client) != want || c != p.Client {
			t.Errorf("%q is %q and %q, want %q", agent, idOf(p.Client), idOf(c), want)
		}
	}
}

// TestApartByAgent: probes and scanners are set apart by class, and what the
// list of clients sets apart is no other class by its name.
func TestApartByAgent(t *testing.T) {
	b := mustBase(t)
	for _, l := range b.AgentPrograms {
		want := l.Class
		if want != ClassProbe && want != ClassScanner {
			want = ""
		}
		for _, e := range l.Examples {
			if got := b.ApartByAgent(e.Agent); got != want {
				t.Errorf("%s: %q is set apart as %q, want %q", l.ID, e.Agent, got, want)
			}
		}
	}
	for _, c := range b.Clients {
		for _, a := range c.Agents {
			if p := b.ProgramByAgent(a.Example); c.Kind.SetApart() && a.Example != "" && string(p.Class) != string(c.Kind) {
				t.Errorf("%s: %q is %q by name", c.ID, a.Example, p.Class)
			}
		}
	}
}

// TestHostileAgents: whatever stands in an agent, names and versions are short
// plain text, and the work is bounded.
func TestHostileAgents(t *testing.T) {
	b := mustBase(t)
	for _, ua := range []string{
		strings.Repeat("A", 1<<20),
		strings.Repeat("Chrome/", 1<<17),
		strings.Repeat("Windows NT 6.1; ", 1<<16),
		strings.Repeat("\x00", 1<<20),
		"Java/" + strings.Repeat("9", 1<<20),
		"\xff\xfe\xfd Java/1.7.0_\xff80",
		"TLSv1 TLSv1.2 \x22TLSv1\x22 Java/1.7.0_80\x00",
		"Tool\x00/1.0", "\x1b[31mTool/1.0", "Outlook/\u202e1.0",
	} {
		checkProgram(t, ua, b.ProgramByAgent(ua))
	}
}

func checkProgram(t *testing.T, ua string, p Program) {
	t.Helper()
	s := p.String()
	if len(s) > 512 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("%.80q gives %.200q", ua, s)
	}
	for _, part := range []Part{p.Product, p.Runtime, p.System} {
		if len(part.Version) > maxVersion || part.Name == "" && part.Version+part.Release != "" {
			t.Errorf("%.80q gives %+v", ua, part)
		}
	}
}

func FuzzProgramByAgent(f *testing.F) {
	b := mustBase(f)
	for _, list := range b.agentNames() {
		for _, l := range list {
			f.Add(l.Examples[0].Agent)
		}
	}
	f.Add("Java/1.7.0_80\x00\xff" + strings.Repeat("(", 4096))
	f.Fuzz(func(t *testing.T, ua string) {
		p := b.ProgramByAgent(ua)
		checkProgram(t, ua, p)
		if again := b.ProgramByAgent(ua); again != p {
			t.Errorf("%q: two answers", ua)
		}
		if c, _ := b.ClientByAgent(ua); c != p.Client {
			t.Errorf("%q: client %s or %s", ua, idOf(c), idOf(p.Client))
		}
	})
}

// BenchmarkProgramByAgent reads every agent of the data in turn: ns/op is that
// of one agent.
func BenchmarkProgramByAgent(b *testing.B) {
	base := mustBase(b)
	var agents []string
	for _, list := range base.agentNames() {
		for _, l := range list {
			for _, e := range l.Examples {
				agents = append(agents, e.Agent)
			}
		}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		base.ProgramByAgent(agents[i%len(agents)])
		i++
	}
}
