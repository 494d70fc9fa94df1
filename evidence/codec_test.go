package evidence

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

func TestWriteThenRead(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	want := []Record{
		&Handshake{
			Protocol: "https", Client: Party{IP: "192.0.2.7"}, Server: Party{Name: "a.example", Port: 443},
			Offered: []tlswire.Version{tlswire.TLS10, tlswire.TLS11}, OfferedMax: tlswire.TLS11, Negotiated: tlswire.TLS10,
			Outcome: Aborted, Alert: &Alert{From: "client", Name: "internal_error"}, Count: 2, First: at, Last: at,
		},
		&Server{Target: "a.example:443", Status: StatusOK, Versions: map[tlswire.Version]*VersionState{
			tlswire.TLS12: {State: Accepted, Because: "server_hello"},
			tlswire.SSL30: {State: Unknown, Because: "timeout"},
		}},
		&Coverage{Source: "iis", Input: "u_ex1.log", Read: 3, Used: 2, Skipped: []Skip{{Ref: "u_ex1.log:9", Reason: "short row"}}},
	}
	var buf bytes.Buffer
	w, err := NewWriter(&buf, "tlsready test", at)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range want {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	rd := NewReader(&buf, "x")
	for i, w := range want {
		got, err := rd.Next()
		if err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		if !reflect.DeepEqual(got, w) {
			t.Errorf("record %d: got %+v, want %+v", i, got, w)
		}
	}
	if _, err := rd.Next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	if c := rd.Coverage(); c != nil {
		t.Errorf("clean stream has coverage %+v", c)
	}
}

func TestReaderGoesOn(t *testing.T) {
	in := "\xef\xbb\xbf" + `{"kind":"product","name":"first"}` + "\r\n" +
		"garbage \x00\xff\n\n" +
		`{"kind":"telepathy","x":1}` + "\n" +
		`{"kind":"handshake","negotiated":"TLS 9"}` + "\n" +
		`{"kind":"product","name":"second","colour":"red"}` + "\n" +
		`{"kind":"product","name":"last"}`
	rd := NewReader(strings.NewReader(in), "ev.ndjson")
	var names []string
	for {
		r, err := rd.Next()
		if err != nil {
			break
		}
		names = append(names, r.(*Product).Name)
	}
	if got := strings.Join(names, " "); got != "first second last" {
		t.Errorf("records: %s", got)
	}
	c := rd.Coverage()
	if c == nil || len(c.Skipped) != 3 || c.Skipped[0].Ref != "ev.ndjson:2" || c.Read != 6 || c.Used != 3 || len(c.Blind) != 1 {
		t.Errorf("coverage %+v", c)
	}
}

func TestNewerSchemaStops(t *testing.T) {
	_, err := NewReader(strings.NewReader(`{"kind":"stream","schema":2}`+"\n"), "x").Next()
	if !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "x:1: schema 2") {
		t.Errorf("err = %v", err)
	}
}

func TestHugeLineIsPassedOver(t *testing.T) {
	long := strings.Repeat("x", MaxLine+100)
	rd := NewReader(strings.NewReader(long+"\n"+`{"kind":"product","name":"after"}`+"\n"+long), "x")
	r, err := rd.Next()
	if err != nil || r.(*Product).Name != "after" {
		t.Fatalf("%v %v", r, err)
	}
	if _, err := rd.Next(); err != io.EOF {
		t.Errorf("end: %v", err)
	}
	if c := rd.Coverage(); c == nil || c.Read != 3 || c.Used != 1 {
		t.Errorf("coverage %+v", c)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"kind":"handshake","client":{},"server":{},"offered":["TLS 1.0"],"days":{"2026-03-02":1}}`))
	f.Add([]byte(`{"kind":"server","versions":{"TLS 1.2":{"state":"accepted"}}}` + "\n{\"kind\":\"coverage\"}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		rd := NewReader(bytes.NewReader(in), "x")
		var fold Folder
		for {
			r, err := rd.Next()
			if err != nil {
				break
			}
			if err := fold.Add(r); err != nil {
				t.Skip() // a time outside the years JSON can hold
			}
		}
		fold.Records()
	})
}

func TestSkipsAreBounded(t *testing.T) {
	var c Coverage
	for i := range 1000 {
		c.Skip("x:1", strings.Repeat("r", i%100+1))
	}
	total := 0
	for _, s := range c.Skipped {
		total += max(1, s.Count)
	}
	if len(c.Skipped) != MaxSkips || total != 1000 {
		t.Errorf("%d kept, %d counted", len(c.Skipped), total)
	}
}
