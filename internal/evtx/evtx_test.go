package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	march2    = 134_169_192_000_000_000 // 2026-03-02T10:00:00Z
	eventHead = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Schannel"/><EventID>36880</EventID>`
)

func schannelLog() []byte {
	var events []written
	for i := range 3 {
		events = append(events, written{
			ID: 36880, Record: 10 + i, Provider: "Schannel", Time: march2 + uint64(i)*1e7, Computer: "ex01.contoso.example",
			UserData: [][2]string{{"Type", "server"}, {"Protocol", "TLS 1.0"}, {"CipherSuite", "0xc014"}, {"TargetName", "a&b <\u00e9>"}},
		})
	}
	events[2].NoTemplates = true
	return writeLog(events)
}

// readAll gives the events as XML, and what was damaged.
func readAll(t testing.TB, r io.Reader) (events []*Event, damage []string) {
	t.Helper()
	in := NewReader(r)
	for {
		e, err := in.Next()
		switch {
		case err == nil:
			events = append(events, e)
		case errors.Is(err, ErrDamage):
			damage = append(damage, err.Error())
		case err == io.EOF:
			return events, damage
		default:
			t.Fatal(err)
		}
	}
}

func TestEventsAsXML(t *testing.T) {
	const data = `<UserData><EventXML xmlns="LSA_NS"><Type>server</Type><Protocol>TLS 1.0</Protocol><CipherSuite>0xc014</CipherSuite>` +
		`<TargetName>a&amp;b &lt;é&gt;</TargetName></EventXML></UserData></Event>`
	want := []string{
		eventHead + `<TimeCreated SystemTime="2026-03-02T10:00:00.0000000Z"/><EventRecordID>10</EventRecordID><Channel>System</Channel><Computer>ex01.contoso.example</Computer><Security/></System>` + data,
		eventHead + `<TimeCreated SystemTime="2026-03-02T10:00:01.0000000Z"/><EventRecordID>11</EventRecordID><Channel>System</Channel><Computer>ex01.contoso.example</Computer><Security/></System>` + data,
		eventHead + `<Computer>ex01.contoso.example</Computer></System>` + data,
	}
	events, damage := readAll(t, iotest.OneByteReader(bytes.NewReader(schannelLog())))
	if len(events) != len(want) || len(damage) != 0 {
		t.Fatalf("%d events, damage %v", len(events), damage)
	}
	for i, e := range events {
		if got := string(e.Root.AppendXML(nil)); got != want[i] {
			t.Errorf("event %d:\n%s\nwant\n%s", i, got, want[i])
		}
		if e.ID != uint64(10+i) || e.Written.Second() != i || e.Offset < 4608 {
			t.Errorf("event %d: number %d, written %v, offset %d", i, e.ID, e.Written, e.Offset)
		}
	}
	if p := events[0].Root.Child("System").Child("Provider").Attr("Name"); p != "Schannel" {
		t.Errorf("provider %q", p)
	}
	if p := events[0].Root.Child("No").Child("Such").Attr("Name"); p != "" {
		t.Errorf("nothing has the attribute %q", p)
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// The log that tests of other packages read is the one written here, without
// the space behind its last event.
func TestGoldenLog(t *testing.T) {
	log := bytes.TrimRight(schannelLog(), "\x00")
	log = append(log, make([]byte, -len(log)&7)...)
	name := filepath.Join("testdata", "schannel.evtx")
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(name, log, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(have, log) {
		t.Errorf("%s differs from what is written now (go test -update): %v", name, err)
	}
	if events, damage := readAll(t, bytes.NewReader(have)); len(events) != 3 || len(damage) != 0 {
		t.Errorf("%d events, damage %v", len(events), damage)
	}
}

// recordsOf are the places of the records in a log with one chunk.
func recordsOf(log []byte) (at []int) {
	for p := 4096 + chunkHeader; bytes.HasPrefix(log[p:], []byte(recordMagic)); p += int(binary.LittleEndian.Uint32(log[p+4:])) {
		at = append(at, p)
	}
	return at
}

func TestDamage(t *testing.T) {
	log := schannelLog()
	at := recordsOf(log)
	put := func(at int, b ...byte) func([]byte) []byte {
		return func(l []byte) []byte { copy(l[at:], b); return l }
	}
	tests := []struct {
		name   string
		change func([]byte) []byte
		ids    string
		damage string
	}{
		{"size of zero", put(at[1]+4, 0, 0, 0, 0), "10 12", "cut or overwritten"},
		{"zeros over a record", put(at[1], make([]byte, 40)...), "10 12", "cut or overwritten"},
		{"size beyond the chunk", put(at[1]+4, 0xff, 0xff, 0xff, 0xff), "10 12", "cut or overwritten"},
		{"unknown token", put(at[1]+recordHeader+4, 0x77), "10 12", "token that does not exist: 0x37"},
		{"file that ends in a record", func(l []byte) []byte { return l[:at[2]+40] }, "10 11", "cut or overwritten"},
		{"file that ends in the header", func(l []byte) []byte { return l[:100] }, "", ""},
		{"chunk without magic", put(4096, 0), "", "chunk without its header"},
		{"chunk of zeros", func(l []byte) []byte { clear(l[4096:]); return l }, "", ""},
		{"header that lags behind", put(4096+48, byte(at[1]-4096), byte((at[1]-4096)>>8), 0, 0), "10 11 12", ""},
		{"end that cannot be", put(4096+48, 0xff, 0xff, 0xff, 0xff), "10 11 12", "cut or overwritten"},
		{"remains of older events", func(l []byte) []byte {
			put(4096+48, byte(at[1]-4096), byte((at[1]-4096)>>8), 0, 0)(l)
			l[at[1]+8] = 200
			return l
		}, "10", ""},
	}
	for _, tt := range tests {
		events, damage := readAll(t, bytes.NewReader(tt.change(bytes.Clone(log))))
		var ids []string
		for _, e := range events {
			ids = append(ids, text(typeUint64, binary.LittleEndian.AppendUint64(nil, e.ID)))
		}
		if got := strings.Join(ids, " "); got != tt.ids {
			t.Errorf("%s: events %s, want %s", tt.name, got, tt.ids)
		}
		if all := strings.Join(damage, "; "); tt.damage == "" && all != "" || !strings.Contains(all, tt.damage) {
			t.Errorf("%s: damage %q, want %q", tt.name, all, tt.damage)
		}
	}
}

func TestNoEventLog(t *testing.T) {
	for _, s := range []string{"", "ElfFil", "<Event/>"} {
		if _, err := NewReader(strings.NewReader(s)).Next(); !errors.Is(err, ErrNotEventLog) {
			t.Errorf("%q: error %v", s, err)
		}
	}
	broken := errors.New("broken disk")
	in := NewReader(io.MultiReader(bytes.NewReader(schannelLog()), iotest.ErrReader(broken)))
	for range 3 {
		if _, err := in.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Next(); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// A template whose value is binary XML that asks for the same template again
// must end.
func TestHostileTemplatesEnd(t *testing.T) {
	c := make([]byte, chunkSize)
	for i := range c {
		c[i] = tokenTemplate
	}
	var d decoder
	d.reset(c)
	if _, err := d.event(600, 60000); err == nil {
		t.Error("no error")
	}
	deep := bytes.Repeat([]byte{tokenOpen, 0, 0, 0, 0, 0, 2, 0, 0}, 5000) // elements in elements
	copy(c[1024:], deep)
	clear(c[512:1024])
	if _, err := d.event(1024, 1024+len(deep)); !errors.Is(err, errBounds) {
		t.Errorf("error %v", err)
	}
}

func TestValues(t *testing.T) {
	tests := []struct {
		kind byte
		b    []byte
		want string
	}{
		{typeString, []byte{'a', 0, 0xe9, 0, 0, 0}, "aé"},
		{typeAnsi, []byte("ab\xff\x00"), "ab\uFFFD"},
		{typeInt8, []byte{0xff}, "-1"},
		{typeUint8, []byte{0xff}, "255"},
		{typeInt16, []byte{0xfe, 0xff}, "-2"},
		{typeUint16, []byte{0x10, 0x90}, "36880"},
		{typeInt32, []byte{0xff, 0xff, 0xff, 0xff}, "-1"},
		{typeUint32, []byte{1, 0, 0, 0}, "1"},
		{typeInt64, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "-1"},
		{typeBool, []byte{1, 0, 0, 0}, "true"},
		{typeFloat, []byte{0, 0, 0xc0, 0x3f}, "1.5"},
		{typeDouble, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, "1.5"},
		{typeBinary, []byte{0xab, 1}, "AB01"},
		{typeGUID, []byte{0x67, 0x45, 0x23, 1, 0xab, 0x89, 0xef, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8}, "{01234567-89ab-cdef-0102-030405060708}"},
		{typeSize, []byte{16, 0, 0, 0, 0, 0, 0, 0}, "0x10"},
		{typeHex32, []byte{0x14, 0xc0, 0, 0}, "0xc014"},
		{typeSystemTime, []byte{0xea, 7, 3, 0, 1, 0, 2, 0, 6, 0, 7, 0, 8, 0, 9, 0}, "2026-03-02T06:07:08.0090000Z"},
		{typeSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}, "S-1-5-18"},
		{typeSID, []byte{1, 9, 0, 0, 0, 0, 0, 5}, ""},
		{typeUint32, []byte{1}, ""},
		{typeNull, []byte{1}, ""},
		{0x7f, []byte{1}, ""},
		{typeArray | typeUint16, []byte{1, 0, 2, 0, 3}, "1, 2"},
		{typeArray | typeString, []byte{'a', 0, 0, 0, 'b', 0, 0, 0}, "a, b"},
		{typeArray | typeSID, []byte{1}, ""},
	}
	for _, tt := range tests {
		if got := text(tt.kind, tt.b); got != tt.want {
			t.Errorf("type %d, %x: %q, want %q", tt.kind, tt.b, got, tt.want)
		}
	}
}

// The figures of public logs. They lie beside the project.
func TestPublicLogs(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "logs", "real", "evtx")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no sample logs at %s: the figures of this test were taken from them", dir)
	}
	tests := []struct {
		file           string
		events, damage int
		first, last    uint64
	}{
		{"System-plaso.evtx", 5009, 0, 1, 5009},
		// Walking from the start of each chunk to its first damage meets 270
		// records, three of them cut. Behind the damage of one chunk stand 31
		// more that are sound. Two chunks have lost their headers.
		{"bad-chunk-magic-omerbenamram.evtx", 270 - 3 + 31, 3 + 2, 45691, 47705},
		{"exchange-management-omerbenamram.evtx", 1, 0, 1, 1},
	}
	for _, tt := range tests {
		f, err := os.Open(filepath.Join(dir, tt.file))
		if err != nil {
			t.Fatal(err)
		}
		events, damage := readAll(t, f)
		f.Close()
		first, last := events[0].ID, events[0].ID
		for _, e := range events {
			first, last = min(first, e.ID), max(last, e.ID)
			if e.Root.Name != "Event" || e.Root.Child("System").Child("Computer") == nil {
				t.Fatalf("record %d: %s", e.ID, e.Root.AppendXML(nil))
			}
		}
		if len(events) != tt.events || len(damage) != tt.damage || first != tt.first || last != tt.last {
			t.Errorf("%s: %d events %d..%d, %d damaged: %v", tt.file, len(events), first, last, len(damage), damage)
		}
	}
}

func FuzzReader(f *testing.F) {
	log := schannelLog()
	f.Add(log[4096 : 4096+2048])
	f.Add(log[4096+chunkHeader : 4096+2048])
	f.Fuzz(func(t *testing.T, data []byte) {
		c := make([]byte, chunkSize)
		copy(c, data)
		copy(c, chunkMagic)
		file := append(make([]byte, fileHeader), c...)
		copy(file, fileMagic)
		events, damage := readAll(t, bytes.NewReader(file))
		if len(events)+len(damage) > 2*chunkSize/recordFrame {
			t.Errorf("%d events, %d damaged", len(events), len(damage))
		}
		for _, e := range events {
			if xml := e.Root.AppendXML(nil); bytes.IndexByte(xml, '\n') >= 0 || len(xml) > 8<<20 {
				t.Errorf("an event of %d bytes", len(xml))
			}
		}
	})
}
