//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWatchInterrupted reads a capture that does not end, as from dumpcap, and
// presses ctrl-C: what was read is kept, and it is no failure.
func TestWatchInterrupted(t *testing.T) {
	capture, err := os.ReadFile(filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tlsready", "watch", "--json", "-")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	go stdin.Write(capture)
	out := bufio.NewReader(stdout)
	for line := ""; !strings.Contains(line, `"kind":"handshake"`); {
		if line, err = out.ReadString('\n'); err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
	}
	cmd.Process.Signal(os.Signal(syscall.SIGINT))
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	if !strings.Contains(string(rest), `"kind":"coverage","source":"pcap","input":"stdin"`) {
		t.Errorf("no coverage: %s", rest)
	}
}
