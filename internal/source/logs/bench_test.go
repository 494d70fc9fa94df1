package logs

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// benchLines is enough for the start of a run to disappear in the whole.
const benchLines = 200_000

// benchClient draws one of 300 clients with one of 40 agents: a day of a
// server, as IIS has one file of.
func benchClient(r *rand.Rand) (ip, agent string) {
	n := r.IntN(300)
	return fmt.Sprintf("198.51.%d.%d", n>>8, n&255),
		fmt.Sprintf("Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/%d.0.0.0+Safari/537.36", 90+n%40)
}

func iisBenchLog() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	versions := []string{"40 6610 8004 ae06", "400 6610 800d ae06", "400 6610 800d ae06", "1000 6610 800d 0", "- - - -"}
	var b bytes.Buffer
	b.WriteString("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken crypt-protocol crypt-cipher crypt-hash crypt-keyexchange\r\n")
	for i := range benchLines {
		ip, agent := benchClient(r)
		fmt.Fprintf(&b, "2026-03-02 %02d:%02d:%02d 192.0.2.10 GET /owa/service.svc action=GetItem&ID=-%d 443 - %s %s https://mail.example/owa/ %d 0 0 %d %s\r\n",
			i/3600%24, i/60%60, i%60, i, ip, agent, 200+r.IntN(3)*100, r.IntN(900), versions[r.IntN(len(versions))])
	}
	return b.Bytes()
}

func nginxBenchLog(json bool) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	versions := [][2]string{{"TLSv1", "ECDHE-RSA-AES256-SHA"}, {"TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"}, {"TLSv1.3", "TLS_AES_256_GCM_SHA384"}, {"-", "-"}}
	var b bytes.Buffer
	for i := range benchLines {
		ip, agent := benchClient(r)
		v := versions[r.IntN(len(versions))]
		if json {
			fmt.Fprintf(&b, `{"time_iso8601":"2026-03-02T%02d:%02d:%02d+00:00","remote_addr":"%s","request":"GET /owa/service.svc?ID=-%d HTTP/1.1","status":"%d","body_bytes_sent":"%d","http_user_agent":"%s","ssl_protocol":"%s","ssl_cipher":"%s"}`+"\n",
				i/3600%24, i/60%60, i%60, ip, i, 200+r.IntN(3)*100, r.IntN(9000), agent, v[0], v[1])
			continue
		}
		fmt.Fprintf(&b, `%s - - [02/Mar/2026:%02d:%02d:%02d +0000] "GET /owa/service.svc?ID=-%d HTTP/1.1" %d %d "https://mail.example/" "%s" %s %s`+"\n",
			ip, i/3600%24, i/60%60, i%60, i, 200+r.IntN(3)*100, r.IntN(9000), agent, v[0], v[1])
	}
	return b.Bytes()
}

func benchmarkLog(b *testing.B, format string, log []byte) {
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		err := Run(b.Context(), "bench.log", bytes.NewReader(log), Options{Format: format}, func(evidence.Record) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIIS(b *testing.B)       { benchmarkLog(b, "iis", iisBenchLog()) }
func BenchmarkNginx(b *testing.B)     { benchmarkLog(b, "nginx", nginxBenchLog(false)) }
func BenchmarkNginxJSON(b *testing.B) { benchmarkLog(b, "nginx-json", nginxBenchLog(true)) }

// A row of a known client must cost no memory, or a long log costs all of it.
func TestRowsOfKnownClientsAllocateNothing(t *testing.T) {
	for _, format := range Names() {
		log := sample(t, format)
		f, err := formatByName(format)
		if err != nil {
			t.Fatal(err)
		}
		if f.records != byLine || f.joins {
			continue // documents are read as a whole, and connections are remembered
		}
		w := &worker{format: f, opt: &Options{}, head: log, fold: newFolder(f, newGroups(f, &Options{}, maphash.MakeSeed()))}
		read := func() {
			if err := w.piece(&piece{data: log}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		last := log[bytes.LastIndexByte(log[:len(log)-1], '\n')+1:]
		log = last
		one := testing.AllocsPerRun(5, read)
		log = bytes.Repeat(last, 1000)
		if all := testing.AllocsPerRun(5, read); all > one+50 { // the runtime allocates too
			t.Errorf("%s: %v allocations for a row a thousand times, %v for the row", format, all, one)
		}
	}
}
