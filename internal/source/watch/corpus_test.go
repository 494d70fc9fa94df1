package watch

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// corpusDir finds a folder of the corpus, which lies beside the project.
func corpusDir(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", name)
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("corpus not beside the project: " + dir)
	}
	return dir
}

// readTSV reads a table with a header line.
func readTSV(tb testing.TB, path string) []map[string]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

// watched is what Run found in one file.
type watched struct {
	handshakes []*evidence.Handshake
	coverage   *evidence.Coverage
}

func watchFile(tb testing.TB, path string) watched {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var w watched
	start := time.Now()
	err = Run(context.Background(), filepath.Base(path), f, Options{}, func(r evidence.Record) error {
		switch r := r.(type) {
		case *evidence.Handshake:
			w.handshakes = append(w.handshakes, r)
		case *evidence.Coverage:
			w.coverage = r
		}
		_, err := evidence.Marshal(r)
		return err
	})
	if err != nil {
		tb.Errorf("%s: %v", path, err)
	}
	if d := time.Since(start); d > 10*time.Second {
		tb.Errorf("%s: took %v", path, d)
	}
	if w.coverage == nil {
		tb.Errorf("%s: no coverage record", path)
	}
	return w
}

// frameOf is the packet that a handshake refers to.
func frameOf(h *evidence.Handshake) string {
	ref := h.Refs[0]
	return ref[strings.LastIndexByte(ref, ':')+1:]
}

// take finds and removes the handshake of a row of the truth: by the packet
// of the hello, else by the addresses and ports.
func (w *watched) take(row map[string]string) *evidence.Handshake {
	frame := row["frame_ch"]
	if frame == "" {
		frame = row["frame_sh"]
	}
	same := func(h *evidence.Handshake) bool {
		return h.Client.IP == row["client"] && strconv.Itoa(int(h.Client.Port)) == row["cport"] &&
			h.Server.IP == row["server"] && strconv.Itoa(int(h.Server.Port)) == row["sport"]
	}
	for _, needFrame := range []bool{true, false} {
		for i, h := range w.handshakes {
			if h != nil && same(h) && (!needFrame || frameOf(h) == frame) {
				w.handshakes[i] = nil
				return h
			}
		}
	}
	return nil
}

// versionName turns tshark's TLSv1.2 into TLS 1.2.
func versionName(s string) string {
	s = strings.TrimSuffix(strings.Replace(s, "TLSv", "TLS ", 1), "(pre)")
	s = strings.Replace(s, "-draft", " draft ", 1)
	if strings.HasPrefix(s, "0x") {
		s = "0x" + strings.ToUpper(s[2:])
	}
	return s
}

func versionOf(v tlswire.Version) string {
	if v == 0 {
		return ""
	}
	return v.String()
}

func suiteName(hex string) string {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "0x"), 16, 16)
	if hex == "" || err != nil {
		return hex
	}
	return tlswire.Suite(n).String()
}

// groupName reads the last group of the column: what was agreed in the end.
func groupName(s string) string {
	s = s[strings.LastIndexByte(s, ';')+1:]
	n, err := strconv.ParseUint(s, 0, 16)
	if err != nil {
		return s
	}
	return tlswire.Group(n).String()
}

// A difference is a column in which a handshake is not what its row says.
type difference struct{ column, got, want string }

// compare holds a handshake against its row, column by column, and counts in
// how many rows each column was judged.
func compare(row map[string]string, h *evidence.Handshake, judged map[string]int) (out []difference) {
	check := func(column, got, want string) {
		judged[column]++
		if got != want {
			out = append(out, difference{column, got, want})
		}
	}
	check("offered_max", versionOf(h.OfferedMax), versionName(row["offered_max"]))
	check("negotiated", versionOf(h.Negotiated), versionName(row["negotiated"]))
	check("cipher", h.Suite, suiteName(row["cipher"]))
	check("sni", h.Server.Name, row["sni"])
	check("ja3", h.Client.JA3, row["ja3"])
	if row["ja4"] != "" {
		check("ja4", h.Client.JA4, row["ja4"])
	}
	if row["alpn_chosen"] != "" {
		check("alpn_chosen", h.ALPN, row["alpn_chosen"])
	}
	if row["proto"] != "dtls" { // the truth was made of the fields that TLS alone has
		check("groups", h.Group, groupName(row["groups"]))
	}
	if row["proto"] == "quic" || row["negotiated"] == "DTLSv1.3" {
		// What the truth calls completed shows in records that these do not
		// have: that the server said hello is all it can tell.
		check("outcome", helloSeen(h.Negotiated != 0), helloSeen(row["outcome"] == "server-hello-seen"))
	} else {
		check("outcome", outcomeClass(h), truthClass(row))
	}
	if frame := row["frame_ch"]; frame != "" {
		check("frame_ch", frameOf(h), frame)
	}
	return out
}

func helloSeen(yes bool) string {
	if yes {
		return "the server said hello"
	}
	return "no ServerHello"
}

// outcomeClass and truthClass bring both sides to the words they share.
func outcomeClass(h *evidence.Handshake) string {
	switch {
	case h.Alert != nil:
		return "alert " + h.Alert.From + " " + h.Alert.Name
	case h.Outcome == evidence.Completed:
		return "completed"
	}
	return "not completed"
}

func truthClass(row map[string]string) string {
	o := row["outcome"]
	if o == "completed" {
		return o
	}
	var side string
	var level, desc int
	if n, _ := fmt.Sscanf(strings.Replace(o, ":", " ", 2), "alert %s %d %d", &side, &level, &desc); n == 3 {
		side = map[string]string{"c": "client", "s": "server"}[side]
		return "alert " + side + " " + tlswire.Alert(desc).String()
	}
	return "not completed"
}

// An exception is a difference from the truth that was looked into. "*"
// stands for all streams of the file; columns lists what may differ.
type exception struct {
	file, stream, columns, why string
}

var exceptions = []exception{
	{
		"PcapPlusPlus/tls2.pcap", "*", "outcome groups",
		"segments are missing from the capture; tshark, told to wait for them (reassemble_out_of_order), shows nothing behind the hole. " +
			"Without that option it shows the ServerKeyExchange, and ChangeCipherSpec from both sides in each of these streams.",
	},
	{
		"zeek/ssl-v2.pcap", "0", "cipher outcome",
		"SSLv2: the truth has neither cipher nor end. CLIENT-MASTER-KEY in packet 8 names 07 00 c0, and the server answers it in packet 9.",
	},
	{
		"PcapPlusPlus/ssl-malformed1.pcap", "0", "ja4",
		"the length of the first extension runs over the second; a hello that does not add up gets no fingerprint.",
	},
	{
		"arkime/arkime_synthetic.pcap", "97", "negotiated",
		"supported_versions of the ServerHello is empty; tshark reads its answer from the extension that follows, number 0x002c.",
	},
	{
		"mercury/encrypted_handshake_cert_false_positive.pcap", "0", "missing",
		"the one packet begins inside an encrypted handshake; what tshark calls a ServerHello is 40 encrypted bytes (length 0, version 0).",
	},
	{
		"mercury/openvpn_tcp_multi.pcap", "*", "ja3 ja4 outcome",
		"TLS inside OpenVPN: its packet headers stand inside the hello, of which only the front can be trusted.",
	},
	{
		"nDPI/443-opvn.pcap", "0", "outcome",
		"TLS inside OpenVPN, whose packet headers stand between the records after the hellos.",
	},
	{
		"nDPI/KakaoTalk_chat.pcap", "2", "negotiated cipher groups outcome",
		"the server answers the SYN twice with different numbers; tshark keeps the first, the connection used the second.",
	},
	{
		"nDPI/KakaoTalk_chat.pcap", "18", "negotiated cipher",
		"the ServerHello is whole in packet 347; the record around it goes on after the end of the capture, so tshark leaves it out.",
	},
	{
		"suricata-verify/tcp-fastopen-10-syn-data-ignore__input.pcap", "0", "negotiated cipher groups outcome",
		"the server answers the SYN several times with different numbers; tshark keeps the first and marks what follows as out of order.",
	},
	{
		"nDPI/dnscrypt-v2-doh.pcap", "0", "outcome",
		"the client's only protected record, in packet 4, has the 19 bytes of an encrypted alert, not of a Finished.",
	},
	{
		"nDPI/dnscrypt-v2-doh.pcap", "1", "outcome",
		"the client's only protected record, in packet 8, has the 19 bytes of an encrypted alert, not of a Finished.",
	},
	{
		"nDPI/lru_ipv6_caches.pcapng", "*", "groups",
		"the ServerKeyExchange begins in the second packet of the server and the capture cuts it off behind the group.",
	},
	{
		"nDPI/ossfuzz_seed_fake_traces_1.pcapng", "*", "ja3 ja4",
		"fuzzed hellos whose lengths do not add up get no fingerprint.",
	},
	{
		"nDPI/sites.pcapng", "0", "ja4",
		"the hello offers 0xfb1a (a draft of one vendor) besides TLS 1.3; the truth takes the larger number and writes t00.",
	},
	{
		"nDPI/tls_2_reasms.pcapng", "0", "ja4",
		"the hello offers 0xfb1a (a draft of one vendor) besides TLS 1.3; the truth takes the larger number and writes t00.",
	},
	{
		"nDPI/tls_invalid_reads.pcap", "0", "ja3 ja4",
		"fuzzed: the list of compression methods is empty and a byte is left over; no fingerprint.",
	},
	{
		"nDPI/tls_invalid_reads.pcap", "2", "offered_max ja4",
		"fuzzed: the extensions do not add up, so whether TLS 1.3 was offered is not known.",
	},
	{
		"mercury/quic-crypto-packets.pcap", "*", "ja4",
		"the hello offers drafts of TLS 1.3 (0x7f1a to 0x7f1c) besides TLS 1.3; the truth takes the larger number and writes q00.",
	},
	{
		"nDPI/dlt_ppp.pcap", "0", "ja4",
		"the hello offers drafts of TLS 1.3 (0x7f1a to 0x7f1c) besides TLS 1.3; the truth takes the larger number and writes q00.",
	},
	{
		"nDPI/quic_0RTT.pcap", "0", "ja4",
		"the hello offers drafts of TLS 1.3 (0x7f1a to 0x7f1c) besides TLS 1.3; the truth takes the larger number and writes q00.",
	},
	{
		"suricata-verify/quic-ietf-ja3__input.pcap", "0", "ja4",
		"the hello offers drafts of TLS 1.3 (0x7f1a to 0x7f1c) besides TLS 1.3; the truth takes the larger number and writes q00.",
	},
	{
		"nDPI/quic-v2.pcapng", "0", "alpn_chosen",
		"the file holds the keys of the connection, with which tshark reads the encrypted answer.",
	},
	{
		"tcpdump/quic_vn.pcap", "0", "offered_max sni ja3",
		"after Version Negotiation the client asks anew, in packet 3; tshark keeps to the keys of packet 1 and cannot read it.",
	},
	{
		"nDPI/rdp2.pcap", "0", "missing",
		"TLS inside RDP over UDP ([MS-RDPEUDP]), which is not read; the coverage record counts its packets.",
	},
	{
		"zeek/dtls-sequence-number-jumps.pcap", "0", "offered_max ja3 frame_ch",
		"the ClientHello comes in fragments, which tshark's fields leave out; it is whole with packet 3.",
	},
	{
		"zeek/dtls1_0.pcap", "0", "offered_max ja3 frame_ch",
		"the ClientHello comes in fragments, which tshark's fields leave out; it is whole with packet 2.",
	},
	{
		"zeek/dtls1_2.pcap", "0", "offered_max ja3 frame_ch",
		"the ClientHello comes in fragments, which tshark's fields leave out; it is whole with packet 2.",
	},
	{
		"zeek/dtls13-wolfssl.pcap", "0", "missing",
		"packet 2 is a HelloRetryRequest: the hellos of packets 3 and 4 belong to the handshake that began in packet 1.",
	},
	{
		"nDPI/dtls.pcap", "3", "missing",
		"packet 8 is a HelloRetryRequest: the hellos of packets 9 and 10 belong to the handshake that began in packet 7.",
	},
}

// explain finds the exception that covers a difference and marks it as used.
func explain(row map[string]string, d []difference, used map[int]bool) bool {
next:
	for i, e := range exceptions {
		if e.file != row["file"] || e.stream != "*" && e.stream != row["stream"] {
			continue
		}
		for _, x := range d {
			if !strings.Contains(" "+e.columns+" ", " "+x.column+" ") {
				continue next
			}
		}
		used[i] = true
		return true
	}
	return false
}

// TestCorpusTruth holds every row of the truth against what is read of its
// file, and prints the agreement of each column.
func TestCorpusTruth(t *testing.T) {
	dir := corpusDir(t, "pcap")
	files := map[string]*watched{}
	rows, same := map[string]int{}, map[string]int{}
	judged, differ := map[string]int{}, map[string]int{}
	used := map[int]bool{}
	for _, row := range readTSV(t, filepath.Join(dir, "truth.tsv")) {
		file, proto := row["file"], row["proto"]
		if files[file] == nil {
			w := watchFile(t, filepath.Join(dir, file))
			files[file] = &w
		}
		rows[proto]++
		judged["missing"]++
		d := []difference{{"missing", "no handshake", "one"}}
		if h := files[file].take(row); h != nil {
			d = compare(row, h, judged)
		}
		for _, x := range d {
			differ[x.column]++
		}
		switch {
		case len(d) == 0:
			same[proto]++
		case !explain(row, d, used):
			t.Errorf("%s %s (packets %s %s): got and want %q", file, row["stream"], row["frame_ch"], row["frame_sh"], d)
		}
	}
	for i, e := range exceptions {
		if !used[i] {
			t.Errorf("%s %s: the exception for %s is needed no more", e.file, e.stream, e.columns)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(judged)) {
		t.Logf("%-11s %4d of %4d rows agree; %d explained", column, judged[column]-differ[column], judged[column], differ[column])
	}
	for _, proto := range slices.Sorted(maps.Keys(rows)) {
		t.Logf("%-4s %4d of %4d rows agree in all columns", proto, same[proto], rows[proto])
	}
	checkMore(t, files)
}

// more are the handshakes that the truth does not have, by file and packet,
// and what shows that they are real.
var more = map[string]string{
	"arkime_synthetic.pcap:282":    "a made-up ClientHello in clear text, whose record ends inside its extensions",
	"gnutella.pcap:920":            "on port 6888, which tshark takes for another protocol's; all of the handshake is there",
	"KakaoTalk_talk.pcap:36":       "on port 8080, which tshark takes for another protocol's; all of the handshake is there",
	"ookla.pcap:88":                "on port 8080, which tshark takes for another protocol's; all of the handshake is there",
	"quic-crypto-packets.pcap:302": "the packet opens with the keys of its connection id, and a ClientHello is in it",
	"quic-crypto-packets.pcap:311": "the packet opens with the keys of its connection id, and a ClientHello is in it",
	"quic-crypto-packets.pcap:568": "the packet opens with the keys of its connection id, and a ClientHello is in it",
}

// checkMore asks that every handshake beyond the truth was looked into.
func checkMore(t *testing.T, files map[string]*watched) {
	for file, w := range files {
		for _, h := range w.handshakes {
			if h == nil {
				continue
			}
			why, known := more[h.Refs[0]]
			if !known {
				t.Errorf("%s: %s is not in the truth: %v > %v %s", file, h.Refs[0], h.OfferedMax, h.Negotiated, h.Outcome)
			}
			t.Logf("more than the truth: %s, %v > %v %s: %s", h.Refs[0], h.OfferedMax, h.Negotiated, h.Outcome, why)
		}
	}
}

// TestCorpusIsRead runs over every capture, fuzzed ones and those without TCP
// among them.
func TestCorpusIsRead(t *testing.T) {
	dir := corpusDir(t, "pcap")
	files, packets := 0, 0
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if e != nil && e.Name() == "expected" {
				return filepath.SkipDir
			}
			return err
		}
		head := make([]byte, 4)
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		io.ReadFull(f, head)
		f.Close()
		if Detect(head) == NotCapture {
			return nil
		}
		files++
		w := watchFile(t, path)
		packets += w.coverage.Read
		if w.coverage.Read == 0 {
			t.Errorf("%s: no packets", path)
		}
		skipped := 0
		for _, s := range w.coverage.Skipped {
			if !strings.Contains(s.Reason, "the file holds") && !strings.Contains(s.Reason, errDamaged.Error()) {
				skipped += max(1, s.Count)
			}
		}
		if w.coverage.Used+skipped != w.coverage.Read {
			t.Errorf("%s: %d used and %d skipped of %d packets", path, w.coverage.Used, skipped, w.coverage.Read)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d captures, %d packets", files, packets)
}
