package assess

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// hs is a handshake of client 192.0.2.7 with a.example:443; change what the
// case is about.
func hs(change func(*evidence.Handshake)) *evidence.Handshake {
	h := &evidence.Handshake{
		Protocol: "https", Client: evidence.Party{IP: "192.0.2.7"},
		Server:  evidence.Party{IP: "192.0.2.1", Port: 443, Name: "a.example"},
		Outcome: evidence.Completed, Count: 1, First: noon, Last: noon, Source: "pcap", Refs: []string{"x.pcap:1"},
	}
	change(h)
	return h
}

func captured(offered, negotiated tlswire.Version) *evidence.Handshake {
	return hs(func(h *evidence.Handshake) { h.OfferedMax, h.Negotiated = offered, negotiated })
}

func logged(negotiated tlswire.Version, agent string) *evidence.Handshake {
	return hs(func(h *evidence.Handshake) {
		h.Negotiated, h.Client.UserAgent, h.Source, h.Refs = negotiated, agent, "iis", []string{"u.log:9"}
	})
}

func failed(offered, negotiated tlswire.Version, o evidence.Outcome, from, alert string) *evidence.Handshake {
	return hs(func(h *evidence.Handshake) {
		h.OfferedMax, h.Negotiated, h.Outcome = offered, negotiated, o
		if alert != "" {
			h.Alert = &evidence.Alert{From: from, Name: alert}
		}
	})
}

func to(name string, port uint16, protocol string, h *evidence.Handshake) *evidence.Handshake {
	h.Server = evidence.Party{IP: "198.51.100.9", Port: port, Name: name}
	h.Protocol = protocol
	return h
}

func scanOf(target string, accepted ...tlswire.Version) *evidence.Server {
	s := &evidence.Server{
		Target: target, IP: "192.0.2.1", Port: 443, SNI: targetHost(target), Status: evidence.StatusOK,
		Versions: map[tlswire.Version]*evidence.VersionState{}, Last: noon,
	}
	for _, v := range tlswire.StreamVersions {
		s.Versions[v] = &evidence.VersionState{State: evidence.Rejected, Because: "alert protocol_version"}
	}
	for _, v := range accepted {
		s.Versions[v] = &evidence.VersionState{State: evidence.Accepted, Because: "server_hello"}
	}
	return s
}

const (
	java7    = "Java/1.7.0_80"
	ie6      = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"
	chrome   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36"
	outlook7 = "Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7128; Pro)"
)

// want is the verdict a case must give: outcome, side, cause and confidence,
// "-" for none.
type want struct {
	outcome    Outcome
	side       Side
	cause      Cause
	confidence evidence.Basis
}

// keptBelow is the coverage of a log read with --below.
func keptBelow(source string) *evidence.Coverage {
	return &evidence.Coverage{Source: source, Input: "u.log", Read: 10, Used: 1, Below: tlswire.TLS12}
}

func TestRulesOfJudgement(t *testing.T) {
	base := loadBase(t)
	v := func(vs ...tlswire.Version) []tlswire.Version { return vs }
	winhttpOff := &evidence.Client{Host: "PC7", Layer: "winhttp", Versions: v(tlswire.SSL30, tlswire.TLS10), Basis: evidence.Declared, Because: "pc7.reg:12", Fact: "win.winhttp.default.win7-win8"}
	winhttpPin := &evidence.Setting{Host: "PC7", Role: "client", Layer: "winhttp", Effect: evidence.Pins, Versions: v(tlswire.SSL30, tlswire.TLS10), Value: "DefaultSecureProtocols=0xA0", Where: evidence.Where{File: "pc7.reg", Line: 9}}
	pc7 := &evidence.Product{Host: "PC7", IP: "192.0.2.7", Name: "Windows 7"}
	codePin := &evidence.Setting{Host: "PC7", Role: "client", Layer: "source", Effect: evidence.Pins, Versions: v(tlswire.TLS10), Where: evidence.Where{File: "Program.cs", Line: 3}}

	for _, tc := range []struct {
		name    string
		records []evidence.Record
		want    want
	}{
		{"hello below the floor", recs(captured(tlswire.TLS10, tlswire.TLS10)), want{Breaks, ClientSide, Unidentified, evidence.Observed}},
		{"server picks less than offered", recs(captured(tlswire.TLS13, tlswire.TLS10)), want{Breaks, ServerSide, Unidentified, evidence.Observed}},
		{"neither side can", recs(captured(tlswire.TLS10, tlswire.TLS10), scanOf("a.example", tlswire.TLS10)), want{Breaks, BothSides, Unidentified, evidence.Observed}},
		{"a log with neither side known", recs(logged(tlswire.TLS10, "")), want{Breaks, UnknownSide, "", evidence.Observed}},
		{"a log, and a scan that says the server does more", recs(logged(tlswire.TLS10, ""), scanOf("a.example", tlswire.TLS12)), want{Breaks, ClientSide, Unidentified, evidence.Inferred}},
		{"a log, and a scan that says the server does not", recs(logged(tlswire.TLS10, ""), scanOf("a.example", tlswire.TLS10)), want{Breaks, ServerSide, Unidentified, evidence.Inferred}},
		{"a log of which only weak rows were kept", append(recs(logged(tlswire.TLS10, "")), keptBelow("iis")), want{AtRisk, "", "", evidence.Observed}},
		{"another log of which only weak rows were kept", append(recs(logged(tlswire.TLS10, "")), keptBelow("nginx")), want{Breaks, UnknownSide, "", evidence.Observed}},
		{"such a log, and an agent that cannot", append(recs(logged(tlswire.TLS10, ie6)), keptBelow("iis")), want{Breaks, ClientSide, Incapable, evidence.Inferred}},
		{"a log with a known weak agent", recs(logged(tlswire.TLS10, java7)), want{Breaks, ClientSide, CapableButOff, evidence.Inferred}},
		{"a log with an agent that cannot", recs(logged(tlswire.TLS10, ie6)), want{Breaks, ClientSide, Incapable, evidence.Inferred}},
		{"a log with an able agent", recs(logged(tlswire.TLS10, chrome)), want{Breaks, ServerSide, Unidentified, evidence.Inferred}},
		{"an able agent and an able server", recs(logged(tlswire.TLS10, chrome), scanOf("a.example", tlswire.TLS13)), want{Breaks, ClientSide, Middlebox, evidence.Inferred}},
		{"captured hello joins the log's agent", recs(captured(tlswire.TLS10, tlswire.TLS10), logged(tlswire.TLS10, java7)), want{Breaks, ClientSide, CapableButOff, evidence.Observed}},
		{"weak and strong", recs(captured(tlswire.TLS10, tlswire.TLS10), captured(tlswire.TLS13, tlswire.TLS13)), want{AtRisk, "", "", evidence.Observed}},
		{"strong", recs(captured(tlswire.TLS13, tlswire.TLS12)), want{OK, "", "", evidence.Observed}},
		{"client refuses what the server picked", recs(failed(tlswire.TLS13, tlswire.TLS10, evidence.Aborted, "client", "internal_error")), want{Breaks, ServerSide, Reverse, evidence.Observed}},
		{"server refuses the version", recs(failed(tlswire.TLS13, 0, evidence.Refused, "server", "protocol_version")), want{Breaks, ServerSide, Reverse, evidence.Observed}},
		{"server refuses an old client", recs(failed(tlswire.TLS10, 0, evidence.Refused, "server", "protocol_version")), want{Breaks, ClientSide, Unidentified, evidence.Observed}},
		{"certificate not trusted", recs(failed(tlswire.TLS13, tlswire.TLS13, evidence.Aborted, "client", "unknown_ca")), want{Unknown, "", "", evidence.Observed}},
		{"refused for another reason", recs(failed(tlswire.TLS13, 0, evidence.Refused, "server", "handshake_failure")), want{Unknown, "", "", evidence.Observed}},
		{"no answer in the capture", recs(failed(tlswire.TLS13, 0, evidence.Unfinished, "", "")), want{Unknown, "", "", evidence.Observed}},
		{"no answer, but the offer is too low anyway", recs(failed(tlswire.TLS11, 0, evidence.Unfinished, "", "")), want{Breaks, ClientSide, Unidentified, evidence.Observed}},
		{"something lowers it on the way", recs(captured(tlswire.TLS13, tlswire.TLS10), scanOf("a.example", tlswire.TLS12)), want{Breaks, UnknownSide, Middlebox, evidence.Observed}},
		{"the server's own marker says that it can do more", recs(hs(func(h *evidence.Handshake) {
			h.OfferedMax, h.Negotiated, h.Downgrade = tlswire.TLS13, tlswire.TLS10, tlswire.TLS12
		})), want{Breaks, UnknownSide, Middlebox, evidence.Observed}},
		{"WinHTTP left at its old default", recs(logged(tlswire.TLS10, outlook7), pc7, winhttpOff), want{Breaks, ClientSide, CapableButOff, evidence.Inferred}},
		{"WinHTTP pinned", recs(logged(tlswire.TLS10, outlook7), pc7, winhttpOff, winhttpPin), want{Breaks, ClientSide, PinnedByConfig, evidence.Inferred}},
		{"pinned in code comes first", recs(logged(tlswire.TLS10, outlook7), pc7, winhttpPin, codePin), want{Breaks, ClientSide, PinnedByCode, evidence.Inferred}},
		{"a setting of Windows is not Java's", recs(logged(tlswire.TLS10, java7), pc7, winhttpPin), want{Breaks, ClientSide, CapableButOff, evidence.Inferred}},
		{"opportunistic mail", recs(to("mx.example", 25, "smtp", captured(tlswire.TLS10, tlswire.TLS10))), want{AtRisk, ClientSide, Unidentified, evidence.Observed}},
		{"mail submission", recs(to("mx.example", 587, "smtp", captured(tlswire.TLS10, tlswire.TLS10))), want{Breaks, ClientSide, Unidentified, evidence.Observed}},
		{"legacy endpoint without an end", recs(to("smtp-legacy.office365.com", 587, "smtp", captured(tlswire.TLS10, tlswire.TLS10))), want{AtRisk, ServerSide, DependsOnLegacyEndpoint, evidence.Observed}},
		{"legacy endpoint that ends", recs(to("imap-legacy.office365.com", 993, "imap", captured(tlswire.TLS13, tlswire.TLS12))), want{Breaks, ServerSide, DependsOnLegacyEndpoint, evidence.Observed}},
		{"suite that contradicts the version", recs(hs(func(h *evidence.Handshake) {
			h.Negotiated, h.Suite = tlswire.TLS10, "TLS_RSA_WITH_AES_128_GCM_SHA256"
		}), captured(tlswire.TLS13, tlswire.TLS13)), want{OK, "", "", evidence.Observed}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgeAll(t, base, "tls12", "", tc.records)
			var got *Verdict
			for _, v := range r.Verdicts.All() {
				if v.Client != Anyone && v.Server != Anyone {
					got = &v
				}
			}
			if got == nil {
				t.Fatalf("no pair in %+v", r.Verdicts)
			}
			if g := (want{got.Verdict, got.LimitedBy, got.Cause, got.Confidence}); g != tc.want {
				t.Errorf("got %v, want %v\nwhy: %s", g, tc.want, got.Why)
			}
			if got.Why.IsZero() || len(got.Because) == 0 {
				t.Errorf("no reason or no reference: %+v", got)
			}
			if (got.Verdict == Unknown || got.LimitedBy == UnknownSide && got.Cause == "") && got.Next.IsZero() {
				t.Error("unknown, and no command that would find out")
			}
		})
	}
}

func TestOneSidedVerdicts(t *testing.T) {
	base := loadBase(t)
	unreachable := &evidence.Server{Target: "a.example:443", Port: 443, Status: evidence.StatusUnreachable, Error: "timeout"}
	for _, tc := range []struct {
		name    string
		record  evidence.Record
		outcome Outcome
		cause   Cause
	}{
		{"server with TLS 1.2", scanOf("a.example", tlswire.TLS10, tlswire.TLS12), OK, ""},
		{"server with TLS 1.0 only", scanOf("a.example", tlswire.TLS10), Breaks, Unidentified},
		{"server that did not answer", unreachable, Unknown, ""},
		{"Skype below its update", &evidence.Product{Host: "SFB01", Name: "Skype for Business Server 2015", Version: "6.0.9319.0"}, Breaks, ProductPrerequisiteMissing},
		{"Teams Rooms below its update", &evidence.Product{Host: "ROOM1", Name: "Microsoft Teams Rooms", Version: "4.0.51.0"}, Breaks, ProductPrerequisiteMissing},
		{"Lync that cannot", &evidence.Product{Host: "LYNC1", Name: "Lync Server 2013", Version: "5.0.8308.0"}, Breaks, Incapable},
		{"WinHTTP of Windows 7", &evidence.Client{Host: "PC7", Layer: "winhttp", Versions: []tlswire.Version{tlswire.TLS10}, Basis: evidence.Declared, Because: "pc7.reg:12"}, Breaks, CapableButOff},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgeAll(t, base, "tls12", "", recs(tc.record))
			if r.Verdicts.Len() != 1 || r.Verdicts.At(0).Verdict != tc.outcome || r.Verdicts.At(0).Cause != tc.cause {
				t.Fatalf("got %+v", r.Verdicts)
			}
			if r.Ready != (tc.outcome != Breaks) {
				t.Errorf("ready = %v", r.Ready)
			}
		})
	}
	meets := judgeAll(t, base, "tls12", "", recs(&evidence.Product{Host: "SFB01", Name: "Skype for Business Server 2015", Version: "6.0.9319.548"}))
	if meets.Verdicts.Len() != 0 {
		t.Errorf("a product at its build: %+v", meets.Verdicts)
	}
}

// A configured listener is judged like a scanned one, its settings count, and
// both name the line.
func TestConfiguredListener(t *testing.T) {
	line := &evidence.Setting{
		Role: "server", Layer: "nginx", Value: "ssl_protocols TLSv1", Effect: evidence.Pins,
		Versions: []tlswire.Version{tlswire.TLS10}, Where: evidence.Where{File: "nginx.conf", Line: 4, Path: "http"},
	}
	listener := &evidence.Server{
		Target: "a.example:443", Port: 443, SNI: "a.example", Basis: evidence.Declared, Layer: "nginx", Because: "nginx.conf:4",
		Versions: map[tlswire.Version]*evidence.VersionState{
			tlswire.TLS10: {State: evidence.Accepted}, tlswire.TLS12: {State: evidence.Rejected}, tlswire.TLS13: {State: evidence.Rejected},
		},
	}
	base := loadBase(t)
	r := judgeAll(t, base, "tls12", "", recs(line, listener))
	if r.Verdicts.Len() != 1 || r.Verdicts.At(0).Cause != PinnedByConfig || r.Verdicts.At(0).Server != "a.example:443" || r.Ready {
		t.Errorf("%+v", r.Verdicts)
	}
	if r.Summary.SettingsBreaking != 1 || !strings.Contains(strings.Join(r.Settings[0].Fix.Strings(), ""), "nginx.conf:4") {
		t.Errorf("%+v %+v", r.Summary, r.Settings)
	}
	// Seen from a client: the server limits, by that line.
	r = judgeAll(t, base, "tls12", "", recs(line, listener, captured(tlswire.TLS13, tlswire.TLS10)))
	for _, v := range r.Verdicts.All() {
		if v.Client != Anyone && (v.LimitedBy != ServerSide || v.Cause != PinnedByConfig) {
			t.Errorf("%+v", v)
		}
	}
	// Settings of no known host are nobody's in particular.
	pin := &evidence.Setting{Role: "both", Layer: "source", Effect: evidence.Pins, Versions: []tlswire.Version{tlswire.TLS10}, Where: evidence.Where{File: "a.py", Line: 1}}
	r = judgeAll(t, base, "tls12", "", recs(pin, captured(tlswire.TLS10, tlswire.TLS10)))
	if v := r.Verdicts.At(0); v.Cause != Unidentified {
		t.Errorf("a stranger's code was blamed: %+v", v)
	}
	// A setting alone is enough not to be ready.
	if r := judgeAll(t, base, "tls12", "", recs(line)); r.Ready || r.Verdicts.Len() != 0 {
		t.Errorf("a pin alone: ready %v, %+v", r.Ready, r.Verdicts)
	}
	// What the configuration leaves open is no rejection.
	listener.Versions[tlswire.TLS12].State = evidence.Unknown
	if r := judgeAll(t, base, "tls12", "", recs(listener)); r.Verdicts.Len() != 0 {
		t.Errorf("an open question was taken for a no: %+v", r.Verdicts)
	}
}

func TestDates(t *testing.T) {
	base := loadBase(t)
	pop := func() []evidence.Record {
		return recs(to("outlook.office365.com", 995, "pop3", captured(tlswire.TLS10, tlswire.TLS10)))
	}
	legacy := func() []evidence.Record {
		return recs(to("pop-legacy.office365.com", 995, "pop3", captured(tlswire.TLS10, tlswire.TLS10)))
	}
	web := func() []evidence.Record {
		return recs(to("outlook.office365.com", 443, "https", captured(tlswire.TLS10, tlswire.TLS10)))
	}
	own := func() []evidence.Record { return recs(captured(tlswire.TLS10, tlswire.TLS10)) }
	gcch := func() []evidence.Record {
		return recs(to("outlook.office365.us", 443, "https", captured(tlswire.TLS10, tlswire.TLS10)))
	}
	for _, tc := range []struct {
		name, policy, at string
		records          []evidence.Record
		outcome          Outcome
		breaksOn         string
	}{
		{"POP before the window", "office365", "2026-07-01", pop(), AtRisk, "2026-12-31"},
		{"POP in the window", "office365", "2026-11-23", pop(), AtRisk, "2026-12-31"},
		{"POP after the window", "office365", "2027-01-01", pop(), Breaks, ""},
		{"POP, all dates", "office365", "", pop(), Breaks, ""},
		{"legacy POP in the window", "office365", "2026-11-23", legacy(), AtRisk, "2026-12-31"},
		{"legacy POP after", "office365", "2027-01-01", legacy(), Breaks, ""},
		{"web long in force", "office365", "2026-11-23", web(), Breaks, ""},
		{"web before", "office365", "2020-10-01", web(), AtRisk, "2020-10-15"},
		{"a host on premises", "office365", "", own(), AtRisk, ""},
		{"GCC High by its host", "office365", "2020-02-01", gcch(), Breaks, ""},
		{"GCC High by its host, before", "office365", "2020-01-01", gcch(), AtRisk, "2020-01-15"},
		{"TLS 1.3 floor", "tls13", "", recs(captured(tlswire.TLS12, tlswire.TLS12)), Breaks, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgeAll(t, base, tc.policy, tc.at, tc.records)
			v := r.Verdicts.At(0)
			if v.Verdict != tc.outcome || v.BreaksOn != tc.breaksOn {
				t.Errorf("got %s %q (%s), want %s %q", v.Verdict, v.BreaksOn, v.Why, tc.outcome, tc.breaksOn)
			}
			if r.Ready == (tc.outcome == Breaks) {
				t.Errorf("ready = %v", r.Ready)
			}
		})
	}
}

func TestSetApart(t *testing.T) {
	base := loadBase(t)
	denied := logged(tlswire.TLS10, java7)
	denied.Status = map[string]int{"4xx": 12}
	retry := captured(tlswire.TLS10, tlswire.TLS10)
	retry.Fallback = true
	var scanner []evidence.Record
	for _, fp := range strings.Fields("a b c d e f g") {
		h := captured(tlswire.TLS10, tlswire.TLS10)
		h.Client.JA4 = fp
		scanner = append(scanner, h)
	}
	for name, records := range map[string][]evidence.Record{
		ApartDeniedOnly: recs(denied), ApartLowerRetry: recs(retry), ApartScanner: scanner,
	} {
		r := judgeAll(t, base, "tls12", "", records)
		if v := r.Verdicts.At(0); v.SetApart != name || v.Verdict == Breaks || !r.Ready || r.Summary.SetApart != 1 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestContradictoryRecordsAreReported(t *testing.T) {
	r := judgeAll(t, loadBase(t), "tls12", "", recs(hs(func(h *evidence.Handshake) {
		h.Negotiated, h.Suite = tlswire.TLS10, "TLS_AES_128_GCM_SHA256"
	})))
	if r.Verdicts.Len() != 0 || len(r.Coverage) != 1 || len(r.Coverage[0].Skipped) != 1 || r.Coverage[0].Skipped[0].Ref != "x.pcap:1" {
		t.Errorf("verdicts %+v, coverage %+v", r.Verdicts, r.Coverage)
	}
}

func TestContradictionsOfSourcesAreShown(t *testing.T) {
	off := &evidence.Client{Host: "PC7", Layer: "winhttp", Versions: []tlswire.Version{tlswire.TLS10}, Basis: evidence.Declared, Because: "pc7.reg:12", Fact: "win.winhttp.default.win7-win8"}
	r := judgeAll(t, loadBase(t), "tls12", "", recs(off))
	if r.Verdicts.Len() != 1 || len(r.Verdicts.At(0).Contradicts) == 0 {
		t.Errorf("%+v", r.Verdicts)
	}
}

func TestWaiversAndOwners(t *testing.T) {
	base := loadBase(t)
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tc := range []struct {
		party, until string
		waived       int
	}{
		{"192.0.2.7", "2026-03-02", 1}, // the last day counts
		{"192.0.2.7", "2026-03-01", 0},
		{"192.0.2.0/28", "2026-12-31", 1},
		{"*.example", "2026-12-31", 1},
		{"a.example:443", "2026-12-31", 1},
		{"192.0.2.70", "2026-12-31", 0},
		{"*", "2026-12-31", 1},
	} {
		var fold evidence.Folder
		if err := fold.Add(captured(tlswire.TLS10, tlswire.TLS10)); err != nil {
			t.Fatal(err)
		}
		policy, _ := ParsePolicy(base, "tls12")
		r := Assess(fold.Set(), Options{
			Policy: policy, Knowledge: base, Today: noon,
			Waivers: []Exception{{Party: tc.party, Owner: "ann", Until: day(tc.until)}},
			Owners:  []Owner{{Pattern: "192.0.2.0/24", Owner: "net team", Contact: "net@example"}},
		})
		v := r.Verdicts.At(0)
		if r.Summary.Waived != tc.waived || r.Ready != (tc.waived == 1) || v.Verdict != Breaks {
			t.Errorf("%s until %s: %+v ready %v", tc.party, tc.until, r.Summary, r.Ready)
		}
		if v.Owner != "net team" || v.Contact != "net@example" {
			t.Errorf("owner %q %q", v.Owner, v.Contact)
		}
	}
}

// A waiver that ran out does not hide a later one for the same party.
func TestRenewedWaiver(t *testing.T) {
	base := loadBase(t)
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	r := Assess(evidence.SetOf(recs(captured(tlswire.TLS10, tlswire.TLS10))), Options{
		Policy: policy, Knowledge: base, Today: noon, Waivers: []Exception{
			{Party: "192.0.2.7", Owner: "ann", Until: noon.AddDate(0, 0, -9)},
			{Party: "192.0.2.0/24", Owner: "ben", Until: noon.AddDate(0, 0, 9)},
			{Party: "*", Owner: "cal", Until: noon.AddDate(0, 0, -2)},
		},
	})
	if w := r.Verdicts.At(0).Waived; w == nil || w.Owner != "ben" || !r.Ready {
		t.Errorf("%+v, ready %v", w, r.Ready)
	}
}

func TestPolicies(t *testing.T) {
	base := loadBase(t)
	for _, name := range []string{
		"tls12", "tls13", "office365", "office365:gcc-high", "pqc", "pci-dss-4", "nist-800-52r2", "mozilla-intermediate", "bsi-tr-02102-2",
	} {
		if _, err := ParsePolicy(base, name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "tls11", "office365:mars", "tls12:gcc"} {
		if _, err := ParsePolicy(base, name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func recs(rs ...evidence.Record) []evidence.Record { return rs }

// loaded is the knowledge base, read once for all tests: nothing changes it.
var loaded = sync.OnceValues(knowledge.Load)

func loadBase(t *testing.T) *knowledge.Base {
	t.Helper()
	base, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func judgeAll(t *testing.T, base *knowledge.Base, policy, at string, records []evidence.Record) *Report {
	t.Helper()
	p, err := ParsePolicy(base, policy)
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Policy: p, Knowledge: base, Today: noon}
	if at != "" {
		if opt.At, err = time.Parse(time.DateOnly, at); err != nil {
			t.Fatal(err)
		}
	}
	var fold evidence.Folder
	for _, r := range records {
		if err := fold.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return Assess(fold.Set(), opt)
}

// TestSetApartByAgent: whoever names himself a probe or scanner is set apart,
// whatever else he calls himself.
func TestSetApartByAgent(t *testing.T) {
	base := loadBase(t)
	for agent, want := range map[string]string{
		"kube-probe/1.29": ApartProbe,
		"Mozilla/5.0 (compatible; PRTG Network Monitor (www.paessler.com); Windows)":  ApartProbe,
		"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; Nessus)":     ApartScanner,
		"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)":     "",
		"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; EdgeClient)": "",
	} {
		r := judgeAll(t, base, "tls12", "", recs(logged(tlswire.TLS10, agent)))
		if v := r.Verdicts.At(0); v.SetApart != want || (want != "") != r.Ready {
			t.Errorf("%s: set apart as %q, verdict %s, want %q", agent, v.SetApart, v.Verdict, want)
		}
	}
}
