package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/tlsready/tlsready/evidence"
)

// logServer writes a log as servers do, and rotates it in every way they
// know. All that it writes goes into truth as well.
type logServer struct {
	folder string
	truth  *os.File
	log    *os.File
	r      *rand.Rand
	rows   int
	old    []string // rotated, not packed
	n      int      // rotations
	err    error
}

const logHeader = "#Software: Microsoft Internet Information Services 10.0\n#Date: 2026-03-02 10:00:00\n" +
	"#Fields: date time s-ip s-port c-ip cs(User-Agent) sc-status crypt-protocol\n"

func (s *logServer) check(err error) {
	if err != nil && s.err == nil {
		s.err = err
	}
}

func (s *logServer) current() string { return filepath.Join(s.folder, "u_ex.log") }

func (s *logServer) open() {
	var err error
	s.log, err = os.OpenFile(s.current(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	s.check(err)
	s.write(logHeader)
}

func (s *logServer) write(text string) {
	for part := []byte(text); len(part) > 0; { // lines come in pieces
		n := 1 + s.r.IntN(len(part))
		_, err := s.log.Write(part[:n])
		s.check(err)
		part = part[n:]
	}
	_, err := s.truth.WriteString(text)
	s.check(err)
}

func (s *logServer) row() {
	s.rows++
	s.write(fmt.Sprintf("2026-03-%02d 10:%02d:%02d 192.0.2.1 443 198.51.100.%d agent/%d 200 %s\n", 1+s.rows%28, s.rows/60%60, s.rows%60,
		s.r.IntN(20), s.r.IntN(5), []string{"40", "400", "1000"}[s.r.IntN(3)]))
}

func (s *logServer) rotated() string {
	s.n++
	name := fmt.Sprintf("%s.%d", s.current(), s.n)
	s.old = append(s.old, name)
	return name
}

// rename is what logrotate does by itself: the server goes on with the old
// file until it is told.
func (s *logServer) rename() {
	s.check(os.Rename(s.current(), s.rotated()))
	for range s.r.IntN(5) {
		s.row()
	}
	s.check(s.log.Close())
	s.open()
}

// copyTruncate is its other way.
func (s *logServer) copyTruncate() {
	b, err := os.ReadFile(s.current())
	s.check(err)
	s.check(os.WriteFile(s.rotated(), b, 0o644))
	s.check(s.log.Truncate(0))
	s.write(logHeader)
}

// pack compresses an old log beside it, and removes it then.
func (s *logServer) pack() {
	if len(s.old) < 3 {
		return
	}
	name := s.old[0]
	s.old = s.old[1:]
	b, err := os.ReadFile(name)
	s.check(err)
	f, err := os.Create(name + ".gz")
	s.check(err)
	w := gzip.NewWriter(f)
	for len(b) > 0 {
		n := min(len(b), 1000)
		_, err = w.Write(b[:n])
		s.check(err)
		s.check(w.Flush())
		b = b[n:]
	}
	s.check(w.Close())
	s.check(f.Close())
	s.check(os.Remove(name))
}

func (s *logServer) run(stop <-chan struct{}) {
	for s.err == nil {
		select {
		case <-stop:
			s.check(s.log.Close())
			return
		case <-time.After(time.Duration(s.r.IntN(4)) * time.Millisecond):
		}
		switch s.r.IntN(40) {
		case 0:
			s.rename()
		case 1:
			s.copyTruncate()
		case 2:
			s.pack()
		default:
			for range s.r.IntN(40) {
				s.row()
			}
		}
	}
}

// However often and whenever the follower is killed, while the logs grow and
// rotate, the store ends with what one read of everything gives.
func TestKilledFollowerCountsEverythingOnce(t *testing.T) {
	t.Run("folder", func(t *testing.T) { killFollower(t, 50, "") })
	t.Run("one name", func(t *testing.T) { killFollower(t, 15, "u_ex.log") })
}

// killFollower follows one name in the folder of logs, or all of it.
func killFollower(t *testing.T, kills int, name string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dir := t.TempDir()
	logs, store := filepath.Join(dir, "logs"), filepath.Join(dir, "store.ndjson")
	if err := os.Mkdir(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	truth, err := os.Create(filepath.Join(dir, "truth.log"))
	if err != nil {
		t.Fatal(err)
	}
	server := &logServer{folder: logs, truth: truth, r: rand.New(rand.NewPCG(seed, 1))}
	server.open()
	server.row()
	follow := []string{"import", "--store", store, "--follow", "--poll", "5ms", filepath.Join(logs, name)}
	if name != "" {
		// What was rotated away before anybody read the log once, nobody can
		// know to be its past: the store begins before the first rotation.
		if out, err := exec.Command("tlsready", "import", "--store", store, filepath.Join(logs, name)).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { server.run(stop) })
	r := rand.New(rand.NewPCG(seed, 2))
	for range kills {
		var said bytes.Buffer
		cmd := exec.Command("tlsready", follow...)
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
			t.Fatalf("the follower ended by itself: %v\n%s", err, said.String())
		}
	}
	close(stop)
	wg.Wait()
	if server.err != nil {
		t.Fatal(server.err)
	}
	if err := truth.Close(); err != nil {
		t.Fatal(err)
	}
	stored, err := exec.Command("tlsready", "import", "--store", store, "--json", filepath.Join(logs, name)).Output()
	if err != nil {
		t.Fatal(err)
	}
	clean, err := exec.Command("tlsready", "import", "--json", truth.Name()).Output()
	if err != nil {
		t.Fatal(err)
	}
	got, rows := countsOf(t, stored)
	want, all := countsOf(t, clean)
	t.Logf("%d rows, %d rotations", server.rows, server.n)
	if rows != all || got != want {
		t.Errorf("rows %d, want %d; counts equal: %v", rows, all, got == want)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".store*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// countsOf is what evidence counts, without the places, and how many rows its
// coverage has read.
func countsOf(t *testing.T, ndjson []byte) (counts string, rows int) {
	t.Helper()
	var out bytes.Buffer
	var fold evidence.Folder
	rd := evidence.NewReader(bytes.NewReader(ndjson), "x")
	for {
		r, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch r := r.(type) {
		case *evidence.Handshake:
			r.Refs = nil
		case *evidence.Coverage:
			rows += r.Read
			continue
		}
		if err := fold.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range fold.Records() {
		line, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	return out.String(), rows
}

// An ordinary end saves what was read, and is no failure.
func TestFollowerEndsWhenToldTo(t *testing.T) {
	dir := t.TempDir()
	log, store := filepath.Join(dir, "a.log"), filepath.Join(dir, "store.ndjson")
	cmd := exec.Command("tlsready", "import", "--store", store, "--follow", "--poll", "5ms", log)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	row := "2026-03-02 10:00:00 192.0.2.1 443 198.51.100.7 agent 200 40\n"
	for i := range 3 {
		if err := os.WriteFile(log, []byte(logHeader+string(bytes.Repeat([]byte(row), i+1))), 0o644); err != nil {
			t.Fatal(err)
		}
		awaitRows(t, store, i+1)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("an interrupted follower: %v", err)
	}
}

// awaitRows waits until a store counts so many.
func awaitRows(t *testing.T, store string, want int) {
	t.Helper()
	got := 0
	for range 3000 {
		b, err := os.ReadFile(store)
		if err == nil {
			if _, got = countsOf(t, b); got == want {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the store has %d rows, want %d", got, want)
}
