package knowledge

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestKnownClients: every record parses, is recognised by its own
// fingerprints, and its record of evidence says what its hello says.
func TestKnownClients(t *testing.T) {
	b := mustBase(t)
	titles := map[string]string{}
	for _, k := range b.KnownClients {
		if other := titles[k.Title()]; other != "" {
			t.Errorf("%s and %s are both called %q", other, k.ID, k.Title())
		}
		titles[k.Title()] = k.ID
		e := k.Evidence()
		if e.Basis != evidence.Known || e.Fact != k.ID || e.Client.Name == "" {
			t.Errorf("%s: evidence %+v", k.ID, e)
		}
		h := k.Hello.Parse()
		if h == nil {
			continue
		}
		ja3, ja4 := k.Fingerprints()
		if ja4 != "" && (!slices.Contains(b.KnownByFingerprint("", ja4), k) || !slices.Contains(b.KnownByFingerprint(ja3, ""), k)) {
			t.Errorf("%s: not found by its own fingerprints", k.ID)
		}
		if got := e.Versions[len(e.Versions)-1]; got != h.MaxVersion() {
			t.Errorf("%s: versions end with %s, the hello with %s", k.ID, got, h.MaxVersion())
		}
		if len(e.Suites) == 0 || len(e.Groups) != h.Groups().Len()-greases(h.Groups()) {
			t.Errorf("%s: %d suites, groups %q", k.ID, len(e.Suites), e.Groups)
		}
		if k.Refuses.Below != 0 && k.Highest().Below(k.Refuses.Below) {
			t.Errorf("%s: offers at most %s and completes nothing below %s", k.ID, k.Highest(), k.Refuses.Below)
		}
	}
}

// TestEveryClientIsKnown: each client that decides its versions itself can be
// simulated, or stands here with the reason why not.
func TestEveryClientIsKnown(t *testing.T) {
	unknown := map[string]string{
		"cli.lync.2010":     "Microsoft names it as one that fails, without versions",
		"cli.lync.2013.old": "its build decides, not its versions",
		"cli.opera.lt10":    "older than the versions that are on record",
	}
	b := mustBase(t)
	known := map[string]bool{}
	for _, k := range b.KnownClients {
		known[k.Client] = true
	}
	for _, c := range b.Clients {
		switch {
		case known[c.ID] && unknown[c.ID] != "":
			t.Errorf("%s is known: take it from the list", c.ID)
		case !known[c.ID] && c.DecidedBy == "" && unknown[c.ID] == "":
			t.Errorf("%s: nothing to simulate it with, and no reason", c.ID)
		}
	}
	if n := len(b.KnownClients); n < 150 {
		t.Errorf("%d known clients, want 150 or more", n)
	}
}

func greases(l tlswire.GroupList) (n int) {
	for g := range l.All() {
		if tlswire.IsGREASE(uint16(g)) {
			n++
		}
	}
	return n
}

func TestReadiness(t *testing.T) {
	const v10, v12, v13 = tlswire.TLS10, tlswire.TLS12, tlswire.TLS13
	for name, c := range map[string]struct {
		client KnownClient
		floor  tlswire.Version
		want   Readiness
	}{
		"offers the floor":          {KnownClient{Max: v12, DefaultMax: v12}, v12, Able},
		"can do nothing more":       {KnownClient{Max: v10, DefaultMax: v10}, v12, Incapable},
		"shipped off":               {KnownClient{Max: v12, DefaultMax: v10}, v12, CapableButOff},
		"a later floor":             {KnownClient{Max: v12, DefaultMax: v12}, v13, Incapable},
		"nothing known":             {KnownClient{}, v12, Unsure},
		"capability not known":      {KnownClient{DefaultMax: v10}, v12, Unsure},
		"default not known":         {KnownClient{Max: v12}, v12, Unsure},
		"pinned by its own source":  {pinned(v13, v13, v10, SetByCode), v12, PinnedByCode},
		"pinned by a file":          {pinned(v13, v13, v10, SetByConfig), v12, PinnedByConfig},
		"a pin above the floor":     {pinned(v13, v13, v12, SetByConfig), v12, Able},
		"another setting, off":      {pinned(v12, v10, v10, SetByConfig), v12, CapableButOff},
		"pinned, and cannot anyway": {pinned(v10, v10, v10, SetByConfig), v12, Incapable},
	} {
		if got := c.client.Readiness(c.floor); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// pinned has a hello that offers v at most.
func pinned(most, usual, v tlswire.Version, by SetBy) KnownClient {
	body := append([]byte{3, byte(v)}, make([]byte, 33)...)
	body = append(body, 0, 2, 0, 0x2f, 1, 0)
	msg := append([]byte{1, 0, 0, byte(len(body))}, body...)
	hello := append([]byte{22, 3, 1, 0, byte(len(msg))}, msg...)
	return KnownClient{Max: most, DefaultMax: usual, Hello: hello, Setting: "x", SetBy: by}
}

func TestOffers(t *testing.T) {
	for name, c := range map[string]struct {
		client KnownClient
		want   []tlswire.Version
		whole  bool
	}{
		"nothing":          {KnownClient{}, nil, false},
		"highest only":     {KnownClient{DefaultMax: tlswire.TLS12}, []tlswire.Version{tlswire.TLS12}, false},
		"both ends":        {KnownClient{DefaultMax: tlswire.TLS12, Min: tlswire.TLS10}, []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12}, true},
		"a hello, its end": {pinned(0, 0, tlswire.TLS11, ""), []tlswire.Version{tlswire.TLS11}, false},
	} {
		got, whole := c.client.Offers()
		if !slices.Equal(got, c.want) || whole != c.whole {
			t.Errorf("%s: %v %v", name, got, whole)
		}
	}
}

// TestKnownStrict: a wrong record is an error that names the file.
func TestKnownStrict(t *testing.T) {
	const rest = "name: x\nversion: v1\nclient: cli.x\nconfidence: confirmed\nsource: [general knowledge]\n"
	const clients = "clients:\n  - {id: cli.x, kind: tool, name: x, verdict: works, max: TLS 1.2, default_max: TLS 1.2, confidence: confirmed, source: [general knowledge]}\n"
	hello := func(v tlswire.Version) string {
		k := pinned(0, 0, v, "")
		text, _ := k.Hello.MarshalText()
		return "command: x\nhello: " + string(text) + "\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"right":              {"id: known.x\n" + rest + hello(tlswire.TLS12), ""},
		"other id":           {"id: known.y\n" + rest, "data/hellos/x.yaml:1: id known.y in this file: want known.x"},
		"no client":          {"id: known.x\n" + strings.Replace(rest, "cli.x", "cli.y", 1), `"cli.y" is no client`},
		"no version":         {"id: known.x\n" + strings.Replace(rest, "version: v1\n", "", 1) + hello(tlswire.TLS12), "in which version?"},
		"no base64":          {"id: known.x\n" + rest + "command: x\nhello: '*'\n", "data/hellos/x.yaml:8: hello: illegal base64"},
		"cut hello":          {"id: known.x\n" + rest + "command: x\nhello: FgMB\n", "data/hellos/x.yaml:8: hello: "},
		"no command":         {"id: known.x\n" + rest + strings.TrimPrefix(hello(tlswire.TLS12), "command: x\n"), "how was it recorded"},
		"list beside hello":  {"id: known.x\n" + rest + hello(tlswire.TLS12) + "groups: [x25519]\n", "leave them out"},
		"unknown extension":  {"id: known.x\n" + rest + "extensions: [server_nmae]\n", `no extension is called "server_nmae"`},
		"unknown group":      {"id: known.x\n" + rest + "groups: [x25520]\n", "data/hellos/x.yaml:7: no group"},
		"setting alone":      {"id: known.x\n" + rest + "setting: y\n", "belong together"},
		"other than default": {"id: known.x\n" + rest + hello(tlswire.TLS10), "offers TLS 1.0 as shipped, but default_max is TLS 1.2"},
		"above its most":     {"id: known.x\n" + rest + "max: TLS 1.1\nset_by: code\nsetting: y\n" + hello(tlswire.TLS12), "can do only TLS 1.1"},
	} {
		_, err := load(fstest.MapFS{"a.yaml": {Data: []byte(clients)}, "hellos/x.yaml": {Data: []byte(c.text)}})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestDraft: a draft loads as it was written, and a person need not fill in
// anything for that.
func TestDraft(t *testing.T) {
	b := mustBase(t)
	hello := pinned(0, 0, tlswire.TLS11, "").Hello
	text, err := DraftKnownClient("old-till", "it's.pcap:7", hello)
	if err != nil {
		t.Fatal(err)
	}
	k, err := b.ParseKnownClient("old-till.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if k.ID != "known.old-till" || k.Command != "not known; captured, it's.pcap:7" || k.Highest() != tlswire.TLS11 || k.Title() != "old-till" {
		t.Errorf("%+v", k)
	}
	for _, name := range []string{"", "A", "a/b", "../a", "-a", "a b", "a\n"} {
		if _, err := DraftKnownClient(name, "x", hello); err == nil {
			t.Errorf("name %q is taken", name)
		}
	}
	if _, err := DraftKnownClient("a", "x", hello[:20]); err == nil {
		t.Error("a cut hello is taken")
	}
}

// TestKnownByFingerprint: programs on one library share a fingerprint, and
// all of them are named; nearly equal is not equal.
func TestKnownByFingerprint(t *testing.T) {
	b := mustBase(t)
	const git = "known.git-https-debian12"
	i := slices.IndexFunc(b.KnownClients, func(k *KnownClient) bool { return k.ID == git })
	if i < 0 {
		t.Fatalf("no %s", git)
	}
	ja3, ja4 := b.KnownClients[i].Fingerprints()
	var ids []string
	for _, k := range b.KnownByFingerprint("", ja4) {
		ids = append(ids, k.ID)
	}
	if !slices.Contains(ids, git) || !slices.Contains(ids, "known.curl-gnutls-debian12") {
		t.Errorf("JA4 %s: %q", ja4, ids)
	}
	for _, c := range [][2]string{{"", ""}, {ja3, ja4[:len(ja4)-1]}, {ja3[1:], ""}} {
		if got := b.KnownByFingerprint(c[0], c[1]); got != nil {
			t.Errorf("%q: found %s", c, got[0].ID)
		}
	}
}
