package assess

import (
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// at moves a handshake in time, and with the time goes its packet.
func at(seconds int, h *evidence.Handshake) *evidence.Handshake {
	h.First = noon.Add(time.Duration(seconds) * time.Second)
	h.Last = h.First
	return h
}

func scsv(h *evidence.Handshake) *evidence.Handshake {
	h.Fallback = true
	return h
}

func ofProgram(ja4 string, h *evidence.Handshake) *evidence.Handshake {
	h.Client.JA4 = ja4
	return h
}

// onlyHello is a hello of which no answer was captured.
func onlyHello(offered tlswire.Version) *evidence.Handshake {
	return failed(offered, 0, evidence.Unfinished, "", "")
}

// TestCaptures holds what a capture alone shows against who limits.
func TestCaptures(t *testing.T) {
	base := loadBase(t)
	marked := captured(tlswire.TLS12, tlswire.TLS11)
	marked.Downgrade = tlswire.TLS12
	quic := func(h *evidence.Handshake) *evidence.Handshake { h.Protocol = "quic"; return h }
	dtls := func(h *evidence.Handshake) *evidence.Handshake { h.Protocol = "dtls"; return h }
	for _, tt := range []struct {
		name    string
		records []evidence.Record
		outcome Outcome
		side    Side
		apart   string
		why     string // a part of it
	}{
		{"the client limits", recs(captured(tlswire.TLS10, tlswire.TLS10)), Breaks, ClientSide, "", "offers at most TLS 1.0"},
		{"the server limits", recs(captured(tlswire.TLS12, tlswire.TLS10)), Breaks, ServerSide, "", "the client offered TLS 1.2; the server picked TLS 1.0"},
		{
			"a lower retry after a refusal is no inability of the client", recs(
				at(0, failed(tlswire.TLS12, 0, evidence.Refused, "server", "protocol_version")), at(1, captured(tlswire.TLS10, tlswire.TLS10))),
			Breaks, ServerSide, "", "",
		},
		{
			"nor is one that says so", recs(
				at(0, failed(tlswire.TLS12, 0, evidence.Refused, "", "")), at(1, scsv(captured(tlswire.TLS10, tlswire.TLS10)))),
			Breaks, ServerSide, "", "",
		},
		{"a retry whose first hello was not captured", recs(scsv(captured(tlswire.TLS10, tlswire.TLS10))), AtRisk, ClientSide, ApartLowerRetry, "TLS_FALLBACK_SCSV"},
		{
			"one bad moment: the better hello reached the floor later", recs(
				at(0, scsv(captured(tlswire.TLS10, tlswire.TLS10))), at(60, captured(tlswire.TLS12, tlswire.TLS12))),
			AtRisk, "", "", "will probably survive",
		},
		{"something between lowers it", recs(marked), Breaks, UnknownSide, "", "something between them lowers it"},
		{"only the hello was seen", recs(onlyHello(tlswire.TLS13)), Unknown, "", "", "the server's answer was not seen"},
		{"only a weak hello was seen", recs(onlyHello(tlswire.TLS10)), Breaks, ClientSide, "", "only its hello was seen"},
		{"the hello came before the capture", recs(captured(0, tlswire.TLS13)), OK, "", "", "agreed on TLS 1.3"},
		{"the hello came before the capture, and the version is weak", recs(captured(0, tlswire.TLS10)), Breaks, UnknownSide, "", "which side limits is not known"},
		{"neither hello was captured", recs(captured(0, 0)), Unknown, "", "", ""},
		{"QUIC", recs(quic(captured(tlswire.TLS13, tlswire.TLS13))), OK, "", "", "agreed on TLS 1.3"},
		{"DTLS 1.2", recs(dtls(captured(tlswire.DTLS12, tlswire.DTLS12))), OK, "", "", "agreed on DTLS 1.2"},
		{"DTLS 1.0", recs(dtls(captured(tlswire.DTLS10, tlswire.DTLS10))), Breaks, ClientSide, "", "offers at most DTLS 1.0"},
		{"the server picks DTLS 1.0", recs(dtls(captured(tlswire.DTLS12, tlswire.DTLS10))), Breaks, ServerSide, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := judgeAll(t, base, "tls12", "", tt.records)
			if r.Verdicts.Len() != 1 {
				t.Fatalf("%d verdicts", r.Verdicts.Len())
			}
			v := r.Verdicts.At(0)
			if v.Verdict != tt.outcome || v.LimitedBy != tt.side || v.SetApart != tt.apart || !strings.Contains(v.Why.String(), tt.why) {
				t.Errorf("got %s %q %q (%s), want %s %q %q (%s)", v.Verdict, v.LimitedBy, v.SetApart, v.Why, tt.outcome, tt.side, tt.apart, tt.why)
			}
		})
	}
}

// TestTransportsAreApart has a client that is weak over TCP and strong over
// UDP, between the same addresses and port numbers: the one proves nothing of
// the other, neither for the client nor for the server.
func TestTransportsAreApart(t *testing.T) {
	quic := captured(tlswire.TLS13, tlswire.TLS13)
	quic.Protocol = "quic"
	r := judgeAll(t, loadBase(t), "tls12", "", recs(captured(tlswire.TLS10, tlswire.TLS10), quic, scanOf("a.example:443", tlswire.TLS10)))
	got := map[string]string{}
	for i := range r.Verdicts.Len() {
		v := r.Verdicts.At(i)
		if want := strings.Replace("quic://"+v.Server, "/udp", "", 1); v.Protocol == "quic" && ScanTarget(v.Server, v.Protocol) != want {
			t.Errorf("to scan: %s, want %s", ScanTarget(v.Server, v.Protocol), want)
		}
		got[v.Server] = string(v.Verdict) + " " + string(v.LimitedBy)
	}
	if len(got) != 2 || got["a.example:443"] != "breaks both" || got["a.example:443/udp"] != "ok " {
		t.Errorf("%v", got)
	}
}

// TestTwoPrograms has an old program and a new one at one address: that the
// new one offered more does not shift the blame for the old one's hello.
func TestTwoPrograms(t *testing.T) {
	old := func() *evidence.Handshake { return ofProgram("t10d", captured(tlswire.TLS10, tlswire.TLS10)) }
	for _, tt := range []struct {
		name    string
		newer   *evidence.Handshake
		outcome Outcome
		side    Side
		why     string
	}{
		{"answered", at(3600, ofProgram("t13d", captured(tlswire.TLS13, tlswire.TLS13))), AtRisk, "", "2 different hellos"},
		{"not answered, an hour later", at(3600, ofProgram("t13d", onlyHello(tlswire.TLS13))), Breaks, ClientSide, "another program at this address offers TLS 1.3"},
		{"not answered, just before", at(-20, ofProgram("t13d", onlyHello(tlswire.TLS13))), Breaks, ServerSide, ""},
		{"refused, an hour before", at(-3600, ofProgram("t13d", failed(tlswire.TLS13, 0, evidence.Refused, "", ""))), Breaks, ClientSide, "offers at most TLS 1.0"},
	} {
		r := judgeAll(t, loadBase(t), "tls12", "", recs(at(0, old()), tt.newer))
		if v := r.Verdicts.At(0); v.Verdict != tt.outcome || v.LimitedBy != tt.side || !strings.Contains(v.Why.String(), tt.why) {
			t.Errorf("%s: %s %q %s (%s)", tt.name, v.Verdict, v.LimitedBy, v.Cause, v.Why)
		}
	}
}

// TestBehindBalancer has a balancer name the clients whose connections it
// hands on: they are not one client, and each joins what is known of it.
func TestBehindBalancer(t *testing.T) {
	handed := func(client string, v tlswire.Version) *evidence.Handshake {
		h := captured(v, v)
		h.Client = evidence.Party{IP: "10.0.0.1", Port: 4711, Name: client}
		return h
	}
	own := captured(tlswire.TLS10, tlswire.TLS10)
	own.Client = evidence.Party{IP: "203.0.113.5"}
	r := judgeAll(t, loadBase(t), "tls12", "", recs(handed("203.0.113.5", tlswire.TLS10), own, handed("203.0.113.6", tlswire.TLS13)))
	got := map[string]string{}
	for i := range r.Verdicts.Len() {
		v := r.Verdicts.At(i)
		got[v.Client] = string(v.Verdict)
	}
	if len(got) != 2 || got["203.0.113.5"] != string(Breaks) || got["203.0.113.6"] != string(OK) {
		t.Errorf("%v", got)
	}
}
