package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tlsready/tlsready/evidence"
)

// wire is a network of two namespaces with a cable between them.
type wire struct {
	client, server string // namespaces
	cert, key      string
}

const (
	clientEnd  = "tlswire0" // the interface in the client's namespace
	serverAddr = "10.77.0.2"
)

// program finds what a test starts; without it the test has nothing to say.
func program(t *testing.T, name, pkg string) string {
	t.Helper()
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against " + name)
	}
	for _, dir := range []string{"", "/usr/sbin", "/sbin"} {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p
		}
	}
	t.Fatalf("%s is missing: apt-get install %s, or set TLSREADY_NO_SERVERS=1", name, pkg)
	return ""
}

func newWire(t *testing.T) *wire {
	t.Helper()
	ip := program(t, "ip", "iproute2")
	if os.Geteuid() != 0 {
		t.Fatal("network namespaces need root: run this test as root, or set TLSREADY_NO_SERVERS=1")
	}
	id := strconv.Itoa(os.Getpid())
	w := &wire{client: "tlsc" + id, server: "tlss" + id}
	do := func(format string, args ...any) {
		t.Helper()
		line := fmt.Sprintf(format, args...)
		if out, err := exec.Command(ip, strings.Fields(line)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v\n%s(set TLSREADY_NO_SERVERS=1 where namespaces cannot be made)", line, err, out)
		}
	}
	for _, ns := range []string{w.client, w.server} {
		do("netns add %s", ns)
		t.Cleanup(func() { exec.Command(ip, "netns", "del", ns).Run() })
	}
	do("link add %s netns %s type veth peer name tlswire1 netns %s", clientEnd, w.client, w.server)
	for i, end := range []struct{ ns, name string }{{w.client, clientEnd}, {w.server, "tlswire1"}} {
		do("-n %s addr add 10.77.0.%d/24 dev %s", end.ns, i+1, end.name)
		for _, dev := range []string{"lo", end.name} {
			do("-n %s link set %s up", end.ns, dev)
		}
	}
	return w
}

// in makes a command that runs in a namespace.
func (w *wire) in(ns string, name string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", ns, name}, args...)...)
}

// serve starts OpenSSL's server in the server's namespace.
func (w *wire) serve(t *testing.T, port string, args ...string) {
	t.Helper()
	cmd := w.in(w.server, "openssl", append([]string{"s_server", "-accept", port, "-cert", w.cert, "-key", w.key, "-cipher", "ALL:@SECLEVEL=0", "-quiet"}, args...)...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Process.Kill(); cmd.Wait() })
}

// listenIn opens a port in a namespace.
func listenIn(t *testing.T, ns, addr string) (l net.Listener) {
	t.Helper()
	inside(t, ns, func() (err error) {
		l, err = net.Listen("tcp", addr)
		return err
	})
	t.Cleanup(func() { l.Close() })
	return l
}

// inside does something in a namespace. The thread that went there is not used
// again.
func inside(t *testing.T, ns string, do func() error) {
	t.Helper()
	got := make(chan error)
	go func() {
		runtime.LockOSThread()
		f, err := os.Open("/var/run/netns/" + ns)
		if err == nil {
			err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
			f.Close()
		}
		if err == nil {
			err = do()
		}
		got <- err
	}()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

// mail answers like a mail server until TLS begins.
func mail(l net.Listener, pair tls.Certificate) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.WriteString(c, "220 mail.example ESMTP\r\n")
			for lines := bufio.NewScanner(c); lines.Scan(); {
				if strings.HasPrefix(lines.Text(), "STARTTLS") {
					io.WriteString(c, "220 go ahead\r\n")
					break
				}
				io.WriteString(c, "250-mail.example\r\n250 STARTTLS\r\n")
			}
			s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{pair}})
			if s.Handshake() == nil {
				io.Copy(io.Discard, s)
			}
		}()
	}
}

// play has OpenSSL's client make every sort of handshake.
func (w *wire) play(t *testing.T) (handshakes int) {
	t.Helper()
	for _, try := range [][]string{
		{serverAddr + ":4430", "-tls1"},
		{serverAddr + ":4430", "-tls1_1"},
		{serverAddr + ":4430", "-tls1_2"},
		{serverAddr + ":4430", "-tls1_3"},
		{serverAddr + ":4431", "-tls1_2"}, // refused
		{serverAddr + ":2525", "-starttls", "smtp"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		cmd := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", w.client, "openssl", "s_client", "-servername", "a.example", "-cipher", "ALL:@SECLEVEL=0", "-connect"}, try...)...)
		cmd.Stdin = strings.NewReader("Q\n")
		cmd.Run() // a refused handshake is a failure
		cancel()
		handshakes++
	}
	return handshakes
}

// capturing is a program that listens.
type capturing struct {
	cmd *exec.Cmd
	out bytes.Buffer
	err *bufio.Reader
}

// capture starts a program and waits until it says that it listens.
func (w *wire) capture(t *testing.T, name string, args ...string) *capturing {
	t.Helper()
	c := &capturing{cmd: w.in(w.client, name, args...)}
	c.cmd.Stdout = &c.out
	stderr, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.err = bufio.NewReader(stderr)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.cmd.Process.Kill() })
	var said strings.Builder
	for !strings.Contains(said.String(), "listening on") {
		line, err := c.err.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said.String())
		}
	}
	return c
}

// stop ends it as ctrl-C does.
func (c *capturing) stop(t *testing.T) []byte {
	t.Helper()
	c.cmd.Process.Signal(syscall.SIGINT)
	return c.wait(t)
}

func (c *capturing) wait(t *testing.T) []byte {
	t.Helper()
	rest, _ := io.ReadAll(c.err)
	if err := c.cmd.Wait(); err != nil {
		t.Fatalf("%v: %v\n%s", c.cmd.Args, err, rest)
	}
	return c.out.Bytes()
}

// seen reads evidence: handshakes without what tells one capture from another,
// and the coverage.
func seen(t *testing.T, ndjson []byte) (hs []*evidence.Handshake, cov *evidence.Coverage) {
	t.Helper()
	r := evidence.NewReader(bytes.NewReader(ndjson), "evidence")
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch rec := rec.(type) {
		case *evidence.Handshake:
			if rec.First.IsZero() || rec.Last.Before(rec.First) || len(rec.Refs) == 0 {
				t.Errorf("first %v, last %v, refs %v", rec.First, rec.Last, rec.Refs)
			}
			rec.First, rec.Last, rec.Refs = time.Time{}, time.Time{}, nil
			hs = append(hs, rec)
		case *evidence.Coverage:
			cov = rec
		}
	}
	slices.SortFunc(hs, func(a, b *evidence.Handshake) int { return int(a.Client.Port) - int(b.Client.Port) })
	return hs, cov
}

// TestLive captures the handshakes of OpenSSL as they pass, with tcpdump
// beside it: what is seen live is what is read from tcpdump's file.
func TestLive(t *testing.T) {
	tcpdump, tlsready := program(t, "tcpdump", "tcpdump"), program(t, "tlsready", "")
	program(t, "openssl", "openssl")
	w := newWire(t)
	w.cert, w.key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	if out, err := exec.Command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a.example", "-keyout", w.key, "-out", w.cert).CombinedOutput(); err != nil {
		t.Fatalf("openssl req: %v\n%s", err, out)
	}
	pair, err := tls.LoadX509KeyPair(w.cert, w.key)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, "4430")
	w.serve(t, "4431", "-tls1_3")
	go mail(listenIn(t, w.server, serverAddr+":2525"), pair)

	file := filepath.Join(t.TempDir(), "wire.pcap")
	dump := w.capture(t, tcpdump, "-i", clientEnd, "-U", "-Z", "root", "-w", file)
	all := w.capture(t, tlsready, "watch", "-i", "any", "--json")
	live := w.capture(t, tlsready, "watch", "-i", clientEnd, "--json")
	refused := w.capture(t, tlsready, "watch", "-i", "any", "--json", "-f", "tcp port 4431 and host "+serverAddr)
	w.checkPrivileges(t, live)
	handshakes := w.play(t)
	time.Sleep(time.Second) // for the last packets to reach all three
	dump.stop(t)

	fromFile, err := exec.Command(tlsready, "watch", "--json", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := seen(t, fromFile)
	got, cov := seen(t, live.stop(t))
	if len(want) != handshakes {
		t.Errorf("tcpdump's file holds %d handshakes, want %d", len(want), handshakes)
	}
	sameHandshakes(t, clientEnd, got, want)
	if cov == nil || cov.Input != clientEnd || cov.Read == 0 || cov.Failed != "" || len(cov.Blind) > 0 {
		t.Errorf("coverage %+v", cov)
	}
	got, _ = seen(t, all.stop(t))
	sameHandshakes(t, "any", got, want)
	got, _ = seen(t, refused.stop(t))
	sameHandshakes(t, "any -f", got, slices.DeleteFunc(want, func(h *evidence.Handshake) bool { return h.Server.Port != 4431 }))
}

// TestLiveTags sends a capture with VLAN tags, which the kernel takes off: what
// is seen is the capture, for who asks for that VLAN.
func TestLiveTags(t *testing.T) {
	tlsready, tcpdump := program(t, "tlsready", ""), program(t, "tcpdump", "tcpdump")
	file := filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap")
	fromFile, err := exec.Command(tlsready, "watch", "--json", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := seen(t, fromFile)
	if len(want) == 0 {
		t.Fatal("no handshakes in the capture")
	}
	w := newWire(t)
	compiled := filepath.Join(t.TempDir(), "filter.bpf")
	text, err := w.in(w.client, tcpdump, "-i", clientEnd, "-ddd", "vlan 7").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(compiled, text, 0o644); err != nil {
		t.Fatal(err)
	}
	tagged := map[string]*capturing{}
	for _, args := range [][]string{{clientEnd}, {clientEnd, "-f", "vlan 7 and (tcp or ip6)"}, {"any", "-f", "vlan 7"}, {clientEnd, "--bpf", compiled}} {
		tagged[strings.Join(args, " ")] = w.capture(t, tlsready, append([]string{"watch", "--json", "-i"}, args...)...)
	}
	others := w.capture(t, tlsready, "watch", "--json", "-i", clientEnd, "-f", "vlan 8 or udp")
	w.replay(t, file, 7)
	time.Sleep(time.Second) // for the last packets to arrive
	for name, c := range tagged {
		got, _ := seen(t, c.stop(t))
		sameHandshakes(t, name, got, want)
	}
	if got, _ := seen(t, others.stop(t)); len(got) > 0 {
		t.Errorf("%d handshakes of another VLAN", len(got))
	}
}

// TestLiveDrops has packets come while nobody reads them: what the ring cannot
// hold is counted.
func TestLiveDrops(t *testing.T) {
	tlsready := program(t, "tlsready", "")
	file := filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap")
	w := newWire(t)
	c := w.capture(t, tlsready, "watch", "--json", "-i", clientEnd, "-B", "2")
	c.cmd.Process.Signal(syscall.SIGSTOP)
	for range 200 { // of 30 kB each
		w.replay(t, file, 7)
	}
	c.cmd.Process.Signal(syscall.SIGCONT)
	_, cov := seen(t, c.stop(t))
	if cov == nil || !strings.Contains(strings.Join(cov.Blind, "\n"), "packets that the kernel dropped") {
		t.Errorf("coverage %+v", cov)
	}
}

// replay sends the frames of a little-endian pcap file with a tag, from the
// server's end.
func (w *wire) replay(t *testing.T, file string, tag uint16) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inside(t, w.server, func() error {
		i, err := net.InterfaceByName("tlswire1")
		if err != nil {
			return err
		}
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		for b = b[24:]; len(b) >= 16; {
			n := 16 + binary.LittleEndian.Uint32(b[8:])
			frame := b[16:n]
			out := binary.BigEndian.AppendUint16(append(slices.Clone(frame[:12]), 0x81, 0), tag)
			if err := unix.Sendto(fd, append(out, frame[12:]...), 0, &unix.SockaddrLinklayer{Ifindex: i.Index}); err != nil {
				return err
			}
			b = b[n:]
		}
		return nil
	})
}

// sameHandshakes compares what was seen live with what is in tcpdump's file.
func sameHandshakes(t *testing.T, iface string, got, want []*evidence.Handshake) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		var g, w []byte
		if i < len(got) {
			g, _ = json.Marshal(got[i])
		}
		if i < len(want) {
			w, _ = json.Marshal(want[i])
		}
		if !bytes.Equal(g, w) {
			t.Errorf("%s, handshake %d\nlive %s\nfile %s", iface, i+1, g, w)
		}
	}
}

// checkPrivileges asks that no thread of a capture is root or can become it.
func (w *wire) checkPrivileges(t *testing.T, c *capturing) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", c.cmd.Process.Pid))
	if err != nil || len(tasks) < 2 {
		t.Fatalf("threads %v: %v", tasks, err)
	}
	for _, task := range tasks {
		status, err := os.ReadFile(task)
		if err != nil {
			continue // the thread is gone
		}
		for line := range strings.Lines(string(status)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
			ids := strings.Fields(value)
			switch name {
			case "Uid", "Gid":
				if slices.Contains(ids, "0") {
					t.Errorf("%s: %s", task, line)
				}
			case "Groups":
				if len(ids) > 0 {
					t.Errorf("%s: %s", task, line)
				}
			case "CapPrm", "CapEff", "CapInh", "CapAmb":
				if strings.Trim(value, "0") != "" {
					t.Errorf("%s: %s", task, line)
				}
			}
		}
	}
}

// TestLiveInterfaceGoesDown wants an end that says why.
func TestLiveInterfaceGoesDown(t *testing.T) {
	tlsready := program(t, "tlsready", "")
	w := newWire(t)
	c := w.capture(t, tlsready, "watch", "-i", clientEnd, "--json")
	if out, err := exec.Command("ip", "-n", w.client, "link", "set", clientEnd, "down").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, cov := seen(t, c.wait(t))
	if cov == nil || len(cov.Skipped) == 0 || !strings.Contains(cov.Skipped[len(cov.Skipped)-1].Reason, "went down") {
		t.Errorf("coverage %+v", cov)
	}
	for _, tt := range []struct{ iface, want string }{
		{clientEnd, "is down"},
		{"nosuch0", "there are lo, "},
	} {
		out, err := w.in(w.client, tlsready, "watch", "-i", tt.iface).CombinedOutput()
		if err == nil || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: %v, %s", tt.iface, err, out)
		}
	}
}
