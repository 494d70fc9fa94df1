package starttls

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A transcript is what a server and this side said to each other up to TLS:
//
//	# Postfix 3.7.11 of Debian 12
//	S "220 mail.example ESMTP Postfix\r\n"
//	C "EHLO [127.0.0.1]\r\n"
//	...
//	= TLS
//
// The last line is "= TLS", or "= " and the error. The file is called
// PROTOCOL.SERVER.txt.
type transcript struct {
	protocol string
	turns    []turn
	end      string
}

type turn struct {
	server bool
	said   []byte
}

var (
	record = flag.String("record", "", "record a transcript of the server at this URL")
	as     = flag.String("as", "", "write it to testdata under this name, such as smtp.postfix")
	note   = flag.String("note", "", "what the server is, for its first line")
)

// host is the name that the dialogs of the transcripts are told.
const host = "mail.example"

func TestTranscripts(t *testing.T) {
	if *record != "" {
		if err := recordTranscript(*record, *as, *note); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	upgraded := map[string]bool{}
	for _, name := range files {
		tr := readTranscript(t, name)
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			for _, how := range []struct {
				name  string
				piece int
			}{{"as recorded", 1 << 20}, {"byte by byte", 1}} {
				if got := play(t, tr, how.piece); got != tr.end {
					t.Errorf("%s: ended in %s, want %s", how.name, got, tr.end)
				}
			}
		})
		upgraded[tr.protocol] = upgraded[tr.protocol] || tr.end == "TLS"
	}
	for _, p := range Protocols() {
		if p.AsksFor() && !upgraded[p.Name] {
			t.Errorf("%s: no transcript that ends in TLS", p.Name)
		}
	}
}

func readTranscript(t *testing.T, name string) transcript {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var tr transcript
	tr.protocol, _, _ = strings.Cut(filepath.Base(name), ".")
	for n, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		kind, what, _ := strings.Cut(line, " ")
		said, err := strconv.Unquote(what)
		switch {
		case kind == "#":
		case kind == "=":
			tr.end = what
		case err != nil || kind != "S" && kind != "C":
			t.Fatalf("%s:%d: %q is no turn: want S or C and a quoted text", name, n+1, line)
		default:
			tr.turns = append(tr.turns, turn{kind == "S", []byte(said)})
		}
	}
	return tr
}

// play is the server of a transcript and says how the dialog ends. What it
// sends after the dialog must be there for TLS to read, all of it.
func play(t *testing.T, tr transcript, piece int) string {
	t.Helper()
	p := Named(tr.protocol)
	if p == nil || !p.AsksFor() {
		t.Fatalf("no dialog of %q", tr.protocol)
	}
	const hello = "what the server says in TLS"
	near, far := net.Pipe()
	defer near.Close()
	near.SetDeadline(time.Now().Add(10 * time.Second))
	far.SetDeadline(time.Now().Add(10 * time.Second))
	wrong := make(chan error, 1)
	go func() {
		defer far.Close()
		wrong <- serve(far, tr.turns, piece)
		if tr.end == "TLS" && p.Code == "tds" {
			far.Write(appendTDS(nil, []byte(hello)))
		} else if tr.end == "TLS" {
			io.WriteString(far, hello)
		}
	}()
	conn, err := p.Start(near, host)
	if err != nil {
		near.Close()
		<-wrong // a client that turns away says no more
		return err.Error()
	}
	got := make([]byte, len(hello))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != hello {
		t.Errorf("after the dialog %q, %v: want %q", got, err, hello)
	}
	if err := <-wrong; err != nil {
		t.Error(err)
	}
	return "TLS"
}

func serve(c net.Conn, turns []turn, piece int) error {
	for i, t := range turns {
		if t.server {
			for b := t.said; len(b) > 0; {
				n, err := c.Write(b[:min(piece, len(b))])
				if err != nil {
					return fmt.Errorf("turn %d: %w", i+1, err)
				}
				b = b[n:]
			}
			continue
		}
		got := make([]byte, len(t.said))
		if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, t.said) {
			return fmt.Errorf("turn %d: client said %q, %w; want %q", i+1, got, err, t.said)
		}
	}
	return nil
}

// recorder keeps what goes over a connection.
type recorder struct {
	net.Conn
	turns []turn
}

func (r *recorder) add(server bool, b []byte) {
	if n := len(r.turns); n > 0 && r.turns[n-1].server == server {
		r.turns[n-1].said = append(r.turns[n-1].said, b...)
	} else if len(b) > 0 {
		r.turns = append(r.turns, turn{server, bytes.Clone(b)})
	}
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.add(true, b[:n])
	return n, err
}

func (r *recorder) Write(b []byte) (int, error) {
	r.add(false, b)
	return r.Conn.Write(b)
}

// recordTranscript speaks with a running server and writes down what was said.
func recordTranscript(target, name, about string) error {
	u, err := url.Parse(target)
	if err != nil {
		return err
	}
	_, p, ok := SchemeNamed(u.Scheme)
	if !ok || !p.AsksFor() || !strings.HasPrefix(name, p.Name+".") || about == "" {
		return errors.New("want -record SCHEME://HOST:PORT -as " + u.Scheme + ".SERVER -note 'what it is'")
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	r := &recorder{Conn: conn}
	end := "TLS"
	if _, err := p.Start(r, host); err != nil {
		end = err.Error()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", about)
	for _, t := range r.turns {
		who := "C"
		if t.server {
			who = "S"
		}
		fmt.Fprintf(&out, "%s %q\n", who, t.said)
	}
	fmt.Fprintf(&out, "= %s\n", end)
	return os.WriteFile(filepath.Join("testdata", name+".txt"), []byte(out.String()), 0o644)
}
