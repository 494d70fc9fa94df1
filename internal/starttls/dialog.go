package starttls

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
)

const (
	maxDialog = 64 << 10 // bytes of a whole dialog
	maxLine   = 4 << 10  // bytes of a line
	maxLines  = 100      // lines of an answer
	maxHead   = 64       // bytes that tell what a server is
	xmlTail   = 256      // bytes in which the end of an XML answer is looked for
)

// dialog is one conversation that leads up to TLS.
type dialog struct {
	protocol *Protocol
	conn     net.Conn
	in       *bounded
	r        *bufio.Reader
	words    *strings.Replacer
	asked    string // what was sent last
	met      bool   // the server speaks this protocol
	wrap     func(net.Conn) net.Conn
}

func newDialog(p *Protocol, conn net.Conn, name string) *dialog {
	in := &bounded{r: conn, left: maxDialog}
	return &dialog{
		protocol: p, conn: conn, in: in, r: bufio.NewReaderSize(in, maxLine),
		words: strings.NewReplacer("{host}", clean(name), "{client}", literal(conn.LocalAddr())),
	}
}

// bounded ends a dialog that does not end.
type bounded struct {
	r    io.Reader
	left int    // negative: no bound any more
	head []byte // how the server began
}

var errEndless = errors.New("the answer does not end")

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return b.r.Read(p)
	}
	if b.left == 0 {
		return 0, errEndless
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	if more := maxHead - len(b.head); more > 0 {
		b.head = append(b.head, p[:min(n, more)]...)
	}
	return n, err
}

// upgraded is the connection on which TLS begins. What the server sent too
// early is still in it.
func (d *dialog) upgraded() net.Conn {
	d.in.left = -1
	var c net.Conn = &rest{Conn: d.conn, r: d.r}
	if d.wrap != nil {
		c = d.wrap(c)
	}
	return c
}

// rest is a connection of which some bytes were read already.
type rest struct {
	net.Conn
	r *bufio.Reader
}

func (c *rest) Read(b []byte) (int, error) { return c.r.Read(b) }

// steps speaks a dialog in text.
func (d *dialog) steps() error {
	for i := range d.protocol.Steps {
		s := &d.protocol.Steps[i]
		if s.Send != "" {
			d.asked = command(s.Send)
			if err := d.write([]byte(d.words.Replace(s.Send))); err != nil {
				return err
			}
		}
		read := d.lines
		if s.XML.given() {
			read = d.xml
		}
		if err := read(s); err != nil {
			return err
		}
		d.met = true
	}
	return nil
}

func (d *dialog) write(b []byte) error {
	if _, err := d.conn.Write(b); err != nil {
		// What the server said before it went tells more.
		if line, rerr := d.r.ReadSlice('\n'); rerr == nil {
			return d.refused(line, "")
		}
		return d.broken(err)
	}
	return nil
}

// lines reads an answer of lines and holds it against what is expected.
func (d *dialog) lines(s *Step) error {
	offered := !s.Offers.given()
	var until []byte // how the last line begins
	var first string
	for n := range maxLines {
		line, err := d.line()
		if err != nil {
			return err
		}
		if n == 0 {
			first = cut(line)
		}
		offered = offered || s.Offers.matches(line)
		switch {
		case until != nil && !bytes.HasPrefix(line, until):
			continue
		case until == nil && s.goesOn(line, &until):
			continue
		case !s.Expect.matches(line):
			return d.refused(line, "")
		case !offered:
			return &Refusal{To: d.asked, Said: first, Why: "does not offer STARTTLS"}
		}
		return nil
	}
	return &Refusal{To: d.asked, Said: first, Why: errEndless.Error()}
}

// goesOn reports whether more lines follow this one.
func (s *Step) goesOn(line []byte, until *[]byte) bool {
	if !s.More.given() {
		return false
	}
	m := s.More.re.FindSubmatch(line)
	if len(m) > 1 && m[1] != nil {
		*until = append(bytes.Clone(m[1]), ' ')
	}
	return m != nil
}

// line reads one line, without its end. It is good until the next.
func (d *dialog) line() ([]byte, error) {
	line, err := d.r.ReadSlice('\n')
	line = bytes.TrimRight(line, "\r\n")
	switch {
	case err == nil:
		return line, nil
	case errors.Is(err, errEndless), errors.Is(err, bufio.ErrBufferFull):
		return nil, d.refused(line, "")
	case len(line) > 0:
		return nil, d.refused(line, "") // whatever it is, it has no lines
	}
	return nil, d.broken(err)
}

// xml reads an answer of XML up to the end of an element.
func (d *dialog) xml(s *Step) error {
	var got []byte
	for len(got) < maxDialog {
		part, err := d.r.ReadSlice('>')
		got = append(got, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(got) == 0:
			return d.broken(err)
		case err != nil:
			return d.refused(got, "")
		case got[0] != '<' && !isSpace(got[0]):
			return d.refused(got, "")
		case !s.XML.matches(got[max(0, len(got)-xmlTail):]):
			continue
		case !s.Expect.matches(got):
			return d.refused(xmlWords(got), "")
		case s.Offers.given() && !s.Offers.matches(got):
			return &Refusal{To: d.asked, Why: "does not offer STARTTLS"}
		}
		return nil
	}
	return &Refusal{To: d.asked, Said: cut(got), Why: errEndless.Error()}
}

// xmlText is what an error of XMPP says to people; else its condition, the
// first element in it, has to do (RFC 6120 section 4.9.2).
var xmlText, xmlCondition = lazyregexp.New(`<text\b[^<>]*>([^<>]+)</text>`), lazyregexp.New(`<(?:stream:error|failure)\b[^<>]*>\s*<([a-z-]+)`)

func xmlWords(got []byte) []byte {
	for _, re := range []*lazyregexp.Regexp{xmlText, xmlCondition} {
		if m := re.FindStringSubmatch(string(got)); m != nil {
			return []byte(m[1])
		}
	}
	return bytes.TrimSpace(got[max(0, len(got)-maxSaid):])
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// exactly reads n bytes, at most maxLine, which are good until the next read.
func (d *dialog) exactly(n int) ([]byte, error) {
	b, err := d.r.Peek(n)
	if err == nil {
		_, err = d.r.Discard(n)
		return b, err
	}
	if len(b) == 0 {
		return nil, d.broken(err)
	}
	return nil, d.refused(b, "")
}

// refused is a server that answered something else. What is not of this
// protocol is named.
func (d *dialog) refused(said []byte, why string) error {
	if why == "" && !d.met {
		why = d.alien()
	}
	return &Refusal{To: d.asked, Said: cut(said), Why: why}
}

// alien names what talks here when it is something else.
func (d *dialog) alien() string {
	said := d.in.head
	switch {
	case beginsWithTLS(said):
		return "TLS comes first here: use " + d.protocol.atOnce() + "://"
	case d.protocol.Greeting.matches(said):
		return ""
	}
	return d.protocol.all.speaks(said)
}

// broken is the end of a connection that said nothing.
func (d *dialog) broken(err error) error {
	if errors.Is(err, errEndless) {
		return d.refused(nil, errEndless.Error())
	}
	i := &Interruption{Before: "the greeting", Err: err}
	if d.asked != "" {
		i.Before = "the answer to " + d.asked
	}
	var timeout net.Error
	if d.in.left == maxDialog && errors.As(err, &timeout) && timeout.Timeout() {
		i.Hint = "if TLS comes first here, use " + d.protocol.atOnce() + "://"
	}
	return i
}

// clean keeps what can stand in the name of a host.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-:", r):
			return r
		}
		return -1
	}, name)
}

// literal is the address literal of RFC 5321 section 4.1.3, which a client
// without a name of its own gives in place of one.
func literal(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return "[127.0.0.1]"
	}
	if ip := tcp.AddrPort().Addr().Unmap(); ip.Is6() {
		return "[IPv6:" + ip.WithZone("").String() + "]"
	} else if ip.Is4() {
		return "[" + ip.String() + "]"
	}
	return "[127.0.0.1]"
}
