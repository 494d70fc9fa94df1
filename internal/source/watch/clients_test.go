package watch

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// otherJA4 are fingerprints that differ from the table: it hashes the schemes
// of signature_algorithms_cert behind those of signature_algorithms, while
// the method takes the latter alone, as the captures' truth does.
var otherJA4 = map[string]string{
	"java17-httpclient": "t13d371200_db35923f8641_7c76daad20ec",
	"go126-max12":       "t12d1611h2_8cdfa2d4673b_85f7344024bf",
}

// shortVersion is 1.2 for TLS 1.2.
func shortVersion(s string) string { return strings.TrimPrefix(s, "TLS ") }

// TestCorpusClientOffers compares what each real client offered to the server
// that takes everything.
func TestCorpusClientOffers(t *testing.T) {
	dir := corpusDir(t, "clients")
	ports := map[string]uint16{}
	for _, row := range readTSV(t, filepath.Join(dir, "OUTCOMES.tsv")) {
		if row["server_profile"] == "all" {
			n, _ := strconv.Atoi(row["server_port"])
			ports[row["client"]] = uint16(n)
		}
	}
	rows := 0
	for _, row := range readTSV(t, filepath.Join(dir, "CLIENTS.tsv")) {
		if row["kind"] == "scanner" { // offers something else each time
			continue
		}
		rows++
		w := watchFile(t, filepath.Join(dir, row["pcap"]))
		best, found := "", false
		for _, h := range w.handshakes {
			if h.Server.Port != ports[row["client"]] {
				continue
			}
			best = max(best, shortVersion(versionOf(h.OfferedMax)))
			ja3, _, _ := strings.Cut(row["ja3"], " ") // "(+1 more)" may follow
			ja4, _, _ := strings.Cut(row["ja4"], " ")
			found = found || ja4 == "-" || h.Client.JA3 == ja3 && (h.Client.JA4 == ja4 || otherJA4[row["client"]] == h.Client.JA4)
			if (h.Server.Name != "") != (row["sni"] == "yes") {
				t.Errorf("%s: server name %q, truth %s", row["client"], h.Server.Name, row["sni"])
			}
		}
		if best != row["offered_max"] {
			t.Errorf("%s: offers %q, truth %q", row["client"], best, row["offered_max"])
		}
		if !found {
			t.Errorf("%s: no hello with ja3 %s and ja4 %s", row["client"], row["ja3"], row["ja4"])
		}
	}
	t.Logf("%d clients", rows)
}

// TestCorpusClientOutcomes compares how each client fared with each server.
func TestCorpusClientOutcomes(t *testing.T) {
	dir := corpusDir(t, "clients")
	files := map[string]watched{}
	rows := 0
	for _, row := range readTSV(t, filepath.Join(dir, "OUTCOMES.tsv")) {
		client := row["client"]
		if row["handshake"] == "scanner" { // has no one outcome
			continue
		}
		if _, ok := files[client]; !ok {
			files[client] = watchFile(t, filepath.Join(dir, client+".pcap"))
		}
		rows++
		var seen []*evidence.Handshake
		for _, h := range files[client].handshakes {
			if strconv.Itoa(int(h.Server.Port)) == row["server_port"] {
				seen = append(seen, h)
			}
		}
		if strconv.Itoa(len(seen)) != row["connections"] {
			t.Errorf("%s %s: %d handshakes, truth %s connections", client, row["server_profile"], len(seen), row["connections"])
		}
		checkOutcome(t, row, seen)
	}
	t.Logf("%d pairs of client and server", rows)
}

// checkOutcome asks that one of the connections ended as the truth says; a
// client that connects several times is judged by its best one.
func checkOutcome(t *testing.T, row map[string]string, seen []*evidence.Handshake) {
	t.Helper()
	completed, fits := false, false
	var got []string
	for _, h := range seen {
		ok := h.Outcome == evidence.Completed
		completed = completed || ok
		alert := ""
		if h.Alert != nil {
			alert = h.Alert.From + ":" + h.Alert.Name
		}
		version := shortVersion(versionOf(h.Negotiated))
		got = append(got, string(h.Outcome)+" "+version+" "+alert)
		if ok && row["handshake"] == "completed" {
			fits = fits || version == row["negotiated"] && h.Suite == suiteName(row["cipher"])
		} else if !ok {
			fits = fits || alert == row["alert"] && h.Outcome != evidence.Unfinished
		}
	}
	if completed != (row["handshake"] == "completed") || !fits && len(seen) > 0 {
		t.Errorf("%s %s: got %q, truth %s %s %s alert %q", row["client"], row["server_profile"], got,
			row["handshake"], row["negotiated"], row["cipher"], row["alert"])
	}
}
