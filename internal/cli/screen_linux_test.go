package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal makes a pseudo-terminal: what is written to the one end is read
// from the other.
func openTerminal(t *testing.T, columns, lines int) (program, person *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	fd := int(person.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(lines), Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return program, person
}

// watchedTerminal is a program on a terminal, and what is seen there.
type watchedTerminal struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	out bytes.Buffer
}

func (w *watchedTerminal) seen() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

// watchOnTerminal has a capture read that does not end, until the screen shows
// its table.
func watchOnTerminal(t *testing.T, columns, lines int) *watchedTerminal {
	t.Helper()
	capture, err := os.ReadFile(filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	terminal, person := openTerminal(t, columns, lines)
	w := &watchedTerminal{cmd: exec.CommandContext(ctx, "tlsready", "watch", "-")}
	w.cmd.Env = append(os.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8")
	w.cmd.Stdout = terminal
	stdin, err := w.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go stdin.Write(capture)
	go func() {
		b := make([]byte, 1<<12)
		for {
			n, err := person.Read(b)
			w.mu.Lock()
			w.out.Write(b[:n])
			w.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	for !strings.Contains(w.seen(), "below TLS 1.2") {
		if ctx.Err() != nil {
			t.Fatalf("no table: %q", w.seen())
		}
		time.Sleep(10 * time.Millisecond)
	}
	return w
}

// TestScreen wants a table that fits the terminal, and the terminal as it was
// afterwards, with the summary, however the program ends.
func TestScreen(t *testing.T) {
	for _, tt := range []struct {
		name           string
		signal         syscall.Signal
		columns, lines int
		summary        bool
	}{
		{"ctrl-C", syscall.SIGINT, 80, 24, true},
		{"a small terminal", syscall.SIGINT, 50, 8, true},
		{"ended from outside", syscall.SIGTERM, 80, 24, false},
		{"the terminal hangs up", syscall.SIGHUP, 80, 24, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := watchOnTerminal(t, tt.columns, tt.lines)
			w.cmd.Process.Signal(tt.signal)
			if err := w.cmd.Wait(); (err == nil) != tt.summary {
				t.Errorf("%v: %q", err, w.seen())
			}
			for range 100 { // what was written is still on its way
				if strings.Contains(w.seen(), leaveScreen) && (!tt.summary || strings.Contains(w.seen(), "evidence.ndjson")) {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			before, rest, entered := strings.Cut(w.seen(), enterScreen)
			frames, after, left := strings.Cut(rest, leaveScreen)
			if !entered || !left || before != "" || strings.Contains(after, "\x1b[?") {
				t.Fatalf("the screen is not begun and ended once: %q", w.seen())
			}
			if strings.Contains(after, "evidence.ndjson") != tt.summary {
				t.Errorf("after the screen: %q", after)
			}
			for _, frame := range strings.Split(frames, home)[1:] {
				if n := strings.Count(frame, clearLine); n >= tt.lines {
					t.Errorf("%d lines on a screen of %d", n, tt.lines)
				}
			}
		})
	}
}

// TestScreenIsForPeople wants nothing but the summary where nobody looks on.
func TestScreenIsForPeople(t *testing.T) {
	terminal, person := openTerminal(t, 80, 24)
	cmd := exec.Command("tlsready", "watch", filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap"))
	cmd.Env = append(os.Environ(), "TERM=dumb")
	cmd.Stdout = terminal
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	out, _ := io.ReadAll(person) // ends with an error once nobody writes
	if !bytes.Contains(out, []byte("evidence.ndjson")) || bytes.Contains(out, []byte("\x1b")) {
		t.Errorf("%q", out)
	}
}
