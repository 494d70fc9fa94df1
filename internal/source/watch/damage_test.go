package watch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// everyCut is the environment variable that has all files cut at every 97th
// byte, which takes minutes; without it the larger ones are cut at fewer.
const everyCut = "TLSREADY_EVERY_CUT"

// TestCorpusDamaged cuts every capture at many places and turns bytes of it
// over: nothing may break, nothing may be kept, and the coverage record must
// say where reading stopped.
func TestCorpusDamaged(t *testing.T) {
	files, cuts := 0, 0
	for _, corpus := range []string{"pcap", "clients"} {
		err := filepath.WalkDir(corpusDir(t, corpus), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			whole, err := os.ReadFile(path)
			if err != nil || Detect(whole) == NotCapture {
				return err
			}
			files++
			cuts += cutEverywhere(t, path, whole)
			turnBytes(t, path, whole)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d captures cut at %d places", files, cuts)
}

// cutEverywhere reads the front of a file, of all lengths that 97 divides.
func cutEverywhere(t *testing.T, path string, whole []byte) (cuts int) {
	const step, most = 97, 40
	stride := step
	if os.Getenv(everyCut) == "" {
		stride = step * max(1, len(whole)/step/most)
	}
	clean := borders(whole)
	for n := stride; n < len(whole); n += stride {
		cuts++
		cov := readDamaged(t, fmt.Sprintf("%s cut at %d", path, n), whole[:n])
		stopped := cov.Failed != ""
		for _, s := range cov.Skipped {
			stopped = stopped || strings.Contains(s.Reason, "the file holds only a part of it") || strings.Contains(s.Reason, errDamaged.Error())
		}
		if !stopped && !clean[n] {
			t.Errorf("%s cut at %d: the coverage record does not say so: %+v", path, n, cov)
		}
	}
	return cuts
}

// turnBytes reads a file with some of its bytes turned over.
func turnBytes(t *testing.T, path string, whole []byte) {
	r := rand.New(rand.NewPCG(uint64(len(whole)), 97))
	for round := range 3 {
		b := bytes.Clone(whole)
		for range 1 + len(b)>>(10-3*round) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		if Detect(b) != NotCapture {
			readDamaged(t, fmt.Sprintf("%s, damage %d", path, round), b)
		}
	}
}

// readDamaged reads a capture within small bounds and asks that it keeps to
// them.
func readDamaged(t *testing.T, name string, b []byte) (cov *evidence.Coverage) {
	t.Helper()
	opt := Options{MaxFlows: 200, MaxHeld: 1 << 20}
	var (
		tr *tracker
		c  *cutter
	)
	tr = newTracker("x", opt.withDefaults(), func(r evidence.Record) error {
		if tr.flows.n > opt.MaxFlows || c.parts.held > maxFragmentBytes+maxIPPacket {
			t.Errorf("%s: %d connections, %d bytes of fragments", name, tr.flows.n, c.parts.held)
		}
		_, err := evidence.Marshal(r)
		return err
	})
	c = tr.cutter(&input{ctx: t.Context(), r: bytes.NewReader(b)})
	if err := tr.noteEnd(c.run()); err != nil {
		tr.tally.failed = err.Error()
	}
	tr.flush()
	tr.tally.fragments = c.parts.missing()
	cov = tr.tally.record()
	if tr.held != 0 || tr.emitErr != nil {
		t.Errorf("%s: %d bytes are still held; %v", name, tr.held, tr.emitErr)
	}
	skipped := 0
	for r := used + 1; r < reasonCount; r++ {
		skipped += tr.tally.skipped[r]
	}
	if cov.Used+skipped != cov.Read {
		t.Errorf("%s: %d used and %d skipped of %d packets", name, cov.Used, skipped, cov.Read)
	}
	return cov
}

// borders are the lengths at which a cut leaves no packet in parts.
func borders(b []byte) map[int]bool {
	out := map[int]bool{}
	var order binary.ByteOrder = binary.LittleEndian
	if Detect(b) == Pcap {
		kind, _ := pcapVariant(b)
		for at := 24; at+16 <= len(b); at += kind.header + int(kind.order.Uint32(b[at+8:])) {
			out[at] = true
		}
		return out
	}
	for at := 0; at+12 <= len(b); {
		out[at] = true
		if binary.LittleEndian.Uint32(b[at:]) == blockSection {
			order = binary.LittleEndian
			if binary.BigEndian.Uint32(b[at+8:]) == 0x1a2b3c4d {
				order = binary.BigEndian
			}
		}
		n := int(order.Uint32(b[at+4:])+3) &^ 3
		if n < 12 {
			break
		}
		at += n
	}
	return out
}

// TestSequenceAtTheFarEnd has a segment whose number is as far away as can
// be, so that nothing tells whether it comes early or late.
func TestSequenceAtTheFarEnd(t *testing.T) {
	c := newCapture()
	k := c.connect(443).open().client(clientHello(tlswire.TLS12, "a.example", 0))
	k.send(0, flagACK, k.seq[0]+1<<31, []byte("far away"))
	k.server(flight12(100)).client(clientFinish12()).server(finish())
	if h := one(t, c); summary(h) != "TLS 1.2 completed" {
		t.Error(summary(h))
	}
}

// TestCutInBlock cuts a pcapng file inside a block that holds no packet.
func TestCutInBlock(t *testing.T) {
	g := &ng{order: binary.LittleEndian}
	g.section()
	g.iface(linkRaw, g.option(9, []byte{9}))
	_, cov := run(t, g.out[:len(g.out)-5])
	if len(cov.Skipped) != 1 || !strings.Contains(cov.Skipped[0].Reason, "the file ends inside the block after packet 0") {
		t.Errorf("%+v", cov.Skipped)
	}
}
