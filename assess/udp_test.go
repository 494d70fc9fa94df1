package assess

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// overUDP is a scan of the UDP port of a.example, where everything strong and
// everything weak is accepted.
func overUDP() []evidence.Record {
	accepted := func(suites ...string) *evidence.VersionState {
		return &evidence.VersionState{State: evidence.Accepted, Because: "server_hello", Suites: suites}
	}
	quic := &evidence.Server{
		Target: "quic://a.example:443", IP: "192.0.2.1", Port: 443, SNI: "a.example", Protocol: evidence.ProtocolQUIC, Status: evidence.StatusOK,
		Versions: map[tlswire.Version]*evidence.VersionState{tlswire.TLS13: accepted("TLS_AES_128_GCM_SHA256")},
		Groups:   []string{"X25519MLKEM768"}, QUICVersions: []string{"QUIC v1"}, Last: noon,
	}
	dtls := &evidence.Server{
		Target: "dtls://a.example:443", IP: "192.0.2.1", Port: 443, SNI: "a.example", Protocol: evidence.ProtocolDTLS, Status: evidence.StatusOK,
		Versions: map[tlswire.Version]*evidence.VersionState{
			tlswire.DTLS10: accepted("TLS_RSA_WITH_AES_128_CBC_SHA"), tlswire.DTLS12: accepted("TLS_RSA_WITH_AES_128_CBC_SHA"),
			tlswire.DTLS13: {State: evidence.Rejected, Because: "alert protocol_version"},
		},
		Last: noon,
	}
	return recs(quic, dtls)
}

// TestUDPSaysNothingOfTCP: what answers at the UDP port may be another program.
// Its scans turn no verdict, cause, plan or prediction about the TCP port of
// the same number, whatever else is known of that.
func TestUDPSaysNothingOfTCP(t *testing.T) {
	base := loadBase(t)
	hello := captured(tlswire.TLS10, tlswire.TLS10)
	for name, records := range map[string][]evidence.Record{
		"nothing":                      nil,
		"a log alone":                  recs(logged(tlswire.TLS10, "")),
		"a log of a weak agent":        recs(logged(tlswire.TLS10, java7)),
		"a hello alone":                recs(hello),
		"a refusal":                    recs(failed(tlswire.TLS10, 0, evidence.Refused, "server", "protocol_version")),
		"a log and a weak server":      recs(logged(tlswire.TLS10, ""), scanOf("a.example", tlswire.TLS10)),
		"a log and a strong server":    recs(logged(tlswire.TLS10, ""), scanOf("a.example", tlswire.TLS12)),
		"a server with TLS 1.0 only":   recs(scanOf("a.example", tlswire.TLS10)),
		"a server that was not there":  recs(&evidence.Server{Target: "a.example:443", IP: "192.0.2.1", Port: 443, Status: evidence.StatusUnreachable, Error: "refused"}),
		"a server with all, and hello": recs(scanOf("a.example", tlswire.TLS10, tlswire.TLS12, tlswire.TLS13), hello),
	} {
		for _, policy := range []string{"tls12", "tls13", "pqc"} {
			t.Run(name+", "+policy, func(t *testing.T) {
				without, with := slices.Clone(records), slices.Concat(records, overUDP())
				if a, b := judged(t, policy, without), judged(t, policy, with); a != b {
					t.Errorf("the report changes:\n%s\n%s", a, b)
				}
				if a, b := planned(t, without), planned(t, with); a != b {
					t.Errorf("the plan changes:\n%s\n%s", a, b)
				}
			})
		}
	}
	if r := judgeAll(t, base, "tls12", "", overUDP()); r.Verdicts.Len() != 0 || !r.Ready {
		t.Errorf("verdicts on UDP alone: %+v", r.Verdicts)
	}
}

func judged(t *testing.T, policy string, records []evidence.Record) string {
	t.Helper()
	return asJSON(t, judgeAll(t, loadBase(t), policy, "", records))
}

func planned(t *testing.T, records []evidence.Record) string {
	t.Helper()
	return asJSON(t, planOf(t, nil, records...))
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
