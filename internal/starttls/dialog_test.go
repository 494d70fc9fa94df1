package starttls

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
)

// canned is a connection on which the server has said all it will say.
type canned struct {
	net.Conn
	in   io.Reader
	end  error // after that; nil is EOF
	sent bytes.Buffer
}

func (c *canned) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	if err == io.EOF && c.end != nil {
		err = c.end
	}
	return n, err
}

func (c *canned) Write(b []byte) (int, error) { return c.sent.Write(b) }
func (c *canned) LocalAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP("2001:db8::7"), Port: 40000}
}

// endless says the same for ever.
type endless string

func (e endless) Read(b []byte) (int, error) { return copy(b, e), nil }

// TestRefusals: what servers say instead, and what becomes of it.
func TestRefusals(t *testing.T) {
	const ehlo = "220 x ESMTP\r\n250-x\r\n250 STARTTLS\r\n"
	for name, c := range map[string]struct{ protocol, said, want string }{
		"smtp busy":           {"smtp", "421 4.7.0 too many connections\r\n", `greeting "421 4.7.0 too many connections"`},
		"smtp blocked":        {"smtp", "220-hello\r\n521 5.7.1 blocked\r\n", `greeting "521 5.7.1 blocked"`},
		"smtp without EHLO":   {"smtp", "220 x\r\n502 5.5.2 what\r\n", `EHLO answered "502 5.5.2 what"`},
		"smtp not offered":    {"smtp", "220 x\r\n250-x\r\n250-STARTTLSX\r\n250 SIZE\r\n", `does not offer STARTTLS (EHLO answered "250-x")`},
		"smtp lower case":     {"smtp", "220 x\r\n250-x\r\n250 starttls \r\n454 later\r\n", `STARTTLS answered "454 later"`},
		"smtp not now":        {"smtp", ehlo + "454 4.7.0 TLS not available\r\n", `STARTTLS answered "454 4.7.0 TLS not available"`},
		"smtp is TLS":         {"smtp", "\x15\x03\x03\x00\x02\x02\x28", `TLS comes first here: use smtps:// (greeting "\x15\x03\x03\x00\x02\x02("`},
		"ldap is TLS":         {"ldap", "\x15\x03\x01\x00\x02\x02\x46", "TLS comes first here: use ldaps://"},
		"rdp is TLS":          {"rdp", "\x15\x03\x01\x00\x02\x02\x46", "TLS comes first here: use tls://"},
		"smtp is HTTP":        {"smtp", "HTTP/1.0 400 Bad Request\r\n\r\n", `answers HTTP in plain text (greeting "HTTP/1.0 400 Bad Request")`},
		"imap is SSH":         {"imap", "SSH-2.0-OpenSSH_9.2\r\n", `SSH banner (greeting "SSH-2.0-OpenSSH_9.2")`},
		"imap is SMTP":        {"imap", "220 x ESMTP\r\n", "FTP or SMTP greeting; try ftp:// or smtp://"},
		"imap is MySQL":       {"imap", "J\x00\x00\x00\x0a5.7.1\x00rest", "MYSQL greeting; try mysql://"},
		"imap preauth":        {"imap", "* PREAUTH welcome\r\n", `greeting "* PREAUTH welcome"`},
		"imap bye":            {"imap", "* BYE go\r\n", `greeting "* BYE go"`},
		"imap no":             {"imap", "* OK x\r\n* NOTE\r\na BAD no\r\n", `STARTTLS answered "a BAD no"`},
		"pop3 error":          {"pop3", "-ERR closed\r\n", `POP3 or Redis error in plain text (greeting "-ERR closed")`},
		"pop3 refuses":        {"pop3", "+OK\r\n-ERR no\r\n", `STLS answered "-ERR no"`},
		"ftp mixed banner":    {"ftp", "220-a\r\n421 is a number\r\n220 b\r\n530 no\r\n", `AUTH TLS answered "530 no"`},
		"nntp":                {"nntp", "200 x\r\n580 no\r\n", `STARTTLS answered "580 no"`},
		"sieve":               {"sieve", "\"IMPLEMENTATION\" \"x\"\r\nOK\r\n", "does not offer STARTTLS"},
		"sieve bye":           {"sieve", "BYE \"busy\"\r\n", `greeting "BYE \"busy\""`},
		"irc":                 {"irc", ":x NOTICE * :looking\r\n:x 691 * :no\r\n", `STARTTLS answered ":x 691 * :no"`},
		"xmpp condition":      {"xmpp", "<?xml version='1.0'?><stream:stream id='1'><stream:error><host-unknown xmlns='x'/></stream:error></stream:stream>", `the stream answered "host-unknown"`},
		"xmpp failure":        {"xmpp", "<stream:stream><stream:features><starttls/></stream:features><failure xmlns='x'/></stream:stream>", "starttls answered"},
		"xmpp not offered":    {"xmpp", "<stream:stream><stream:features/>", "does not offer STARTTLS"},
		"xmpp is HTTP":        {"xmpp", "HTTP/1.1 400 Bad Request\r\n\r\n", "answers HTTP in plain text"},
		"ldap busy":           {"ldap", "0\x0c\x02\x01\x01x\x07\x0a\x01\x33\x04\x00\x04\x00", "does not start TLS: busy"},
		"ldap long form":      {"ldap", "0\x84\x00\x00\x00\x0a\x02\x01\x01x\x84\x00\x00\x00\x01\x0a", "no answer of LDAP"},
		"ldap refuses":        {"ldap", "0\x84\x00\x00\x00\x12\x02\x01\x01x\x84\x00\x00\x00\x09\x0a\x01\x34\x04\x00\x04\x02no", `does not start TLS: unavailable (StartTLS answered "no")`},
		"ldap unknown result": {"ldap", "0\x0c\x02\x01\x01x\x07\x0a\x01\x63\x04\x00\x04\x00", "does not start TLS: result 99"},
		"ldap cut":            {"ldap", "0", `StartTLS answered "0"`},
		"ldap huge":           {"ldap", "0\x84\x7f\xff\xff\xff", "a message too long"},
		"postgres error":      {"postgres", "E\x00\x00\x00\x15SFATAL\x00Mno room\x00\x00", `SSLRequest answered "no room"`},
		"postgres huge":       {"postgres", "E\x7f\xff\xff\xff", `SSLRequest answered "E`},
		"postgres is HTTP":    {"postgres", "HTTP/1.1 400 x\r\n", "answers HTTP in plain text"},
		"mysql blocked":       {"mysql", "\x0f\x00\x00\x00\xff\x69\x04Host blocked", `greeting "Host blocked"`},
		"mysql old":           {"mysql", "\x05\x00\x00\x00\x093.20", "speaks the protocol of before 4.1"},
		"mysql cut":           {"mysql", "\x05\x00\x00\x00\x0a5.7\x00", "a greeting cut short"},
		"mysql empty":         {"mysql", "\x00\x00\x00\x00\x00", "greeting"},
		"mysql is SMTP":       {"mysql", "220 x ESMTP\r\n", "FTP or SMTP greeting"},
		"rdp old":             {"rdp", "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00", "classic RDP security alone"},
		"rdp not allowed":     {"rdp", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x02\x00\x00\x00", "SSL_NOT_ALLOWED_BY_SERVER: classic RDP"},
		"rdp CredSSP":         {"rdp", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x05\x00\x00\x00", "HYBRID_REQUIRED_BY_SERVER: CredSSP alone"},
		"rdp new failure":     {"rdp", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x63\x00\x00\x00", "failure code 99"},
		"rdp disconnects":     {"rdp", "\x03\x00\x00\x0b\x06\x80\x00\x00\x12\x34\x00", "X.224 code 0x80"},
		"rdp short":           {"rdp", "\x03\x00\x00\x04", "no connection confirm"},
		"tds without option":  {"mssql", "\x04\x01\x00\x09\x00\x00\x01\x00\xff", "without the option ENCRYPTION"},
		"tds no packet":       {"mssql", "\x04\x01\x00\x02\x00\x00\x01\x00", "no packet of TDS"},
		"tds is TLS":          {"mssql", "\x15\x03\x01\x00\x02\x02\x46", "TLS comes first here: use mssql-strict://"},
		"telnet banner":       {"telnet", "\xff\xfb\x01login: \xff\xfe\x2e", `does not offer START_TLS (WILL START_TLS answered "login:")`},
		"telnet is SMTP":      {"telnet", "220 x ESMTP\r\n", "FTP or SMTP greeting"},
	} {
		_, err := Named(c.protocol).Start(&canned{in: strings.NewReader(c.said)}, "mail.example")
		var refusal *Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestInterruptions: a server that says nothing has not refused.
func TestInterruptions(t *testing.T) {
	for name, c := range map[string]struct {
		protocol, said string
		end            error
		want           string
	}{
		"closed":           {"smtp", "", nil, "before the greeting"},
		"silent":           {"smtp", "", os.ErrDeadlineExceeded, "before the greeting; if TLS comes first here, use smtps://"},
		"silent later":     {"smtp", "220 x\r\n", os.ErrDeadlineExceeded, "before the answer to EHLO"},
		"closed later":     {"smtp", "220 x\r\n250 STARTTLS\r\n", nil, "before the answer to STARTTLS"},
		"closed in answer": {"smtp", "220 x\r\n250-x\r\n", nil, "before the answer to EHLO"},
		"ldap":             {"ldap", "", nil, "before the answer to StartTLS"},
		"mysql":            {"mysql", "", os.ErrDeadlineExceeded, "before the greeting; if TLS comes first here, use tls://"},
		"postgres":         {"postgres", "", nil, "before the answer to SSLRequest"},
		"rdp":              {"rdp", "", nil, "before the answer to the connection request"},
		"tds":              {"mssql", "", nil, "before the answer to PRELOGIN"},
		"telnet":           {"telnet", "\xff\xfb", nil, "before the answer to WILL START_TLS"},
	} {
		_, err := Named(c.protocol).Start(&canned{in: strings.NewReader(c.said), end: c.end}, "mail.example")
		var broken *Interruption
		if !errors.As(err, &broken) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestEndless: whoever talks for ever is cut off, in every protocol.
func TestEndless(t *testing.T) {
	for _, text := range []string{
		"220-x\r\n", "* x\r\n", ":x NOTICE x\r\n", "\"X\"\r\n", "x", "<a>", "<", "\xff\xfd\x18", "\xff\xfa", "\xff", "\x00", "0\x84", "\x04\x00\x00\x08\x00\x00\x01\x00", "E\x00\x00\x00",
	} {
		for _, p := range Protocols() {
			if !p.AsksFor() {
				continue
			}
			c := &canned{in: endless(strings.Repeat(text, 1000))}
			_, err := p.Start(c, "mail.example")
			if err == nil {
				t.Errorf("%s takes %q for an answer", p.Name, text)
			} else if len(err.Error()) > 6*maxSaid {
				t.Errorf("%s: an error of %d bytes", p.Name, len(err.Error()))
			}
			if c.sent.Len() > 1<<10 {
				t.Errorf("%s: sent %d bytes to one that talks for ever", p.Name, c.sent.Len())
			}
		}
	}
}

// TestNames: what is said of either side holds nothing but a name.
func TestNames(t *testing.T) {
	c := &canned{in: strings.NewReader("220 x\r\n")}
	Named("smtp").Start(c, "mail.example")
	if got, want := c.sent.String(), "EHLO [IPv6:2001:db8::7]\r\n"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	c = &canned{in: strings.NewReader("")}
	Named("xmpp").Start(c, "a'/><b>\r\n.example")
	if got := c.sent.String(); !strings.Contains(got, " to='ab.example' ") {
		t.Errorf("sent %q", got)
	}
}

// TestTDSConn: TLS in packets, both ways, whatever the server's habits.
func TestTDSConn(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), 1000)
	c := &canned{in: bytes.NewReader(nil)}
	if n, err := wrapTDS(c).Write(long); n != len(long) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	if b := c.sent.Bytes(); b[0] != tdsPrelogin || b[1] != 0 || b[2] != 0x10 || b[3] != 0 {
		t.Errorf("first packet % x", b[:8])
	}
	got, err := io.ReadAll(wrapTDS(&canned{in: &c.sent}))
	if err != nil || !bytes.Equal(got, long) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	for name, c := range map[string]struct{ in, want string }{
		"empty packet":   {"\x12\x00\x00\x08\x00\x00\x01\x00\x12\x01\x00\x0a\x00\x00\x01\x00ab", "ab"},
		"type of result": {"\x04\x01\x00\x0a\x00\x00\x01\x00ab", "ab"},
		"raw":            {"\x16\x03\x03\x00\x01x", "\x16\x03\x03\x00\x01x"},
		"raw later":      {"\x12\x01\x00\x0a\x00\x00\x01\x00ab\x17\x03\x03", "ab\x17\x03\x03"},
		"no length":      {"\x12\x01\x00\x00\x00\x00\x01\x00ab", "\x12\x01\x00\x00\x00\x00\x01\x00ab"},
		"cut head":       {"\x12\x01\x00", "\x12\x01\x00"},
	} {
		got, err := io.ReadAll(wrapTDS(&canned{in: strings.NewReader(c.in)}))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
	nothing := endless(strings.Repeat("\x12\x00\x00\x08\x00\x00\x01\x00", 512))
	if _, err := wrapTDS(&canned{in: nothing}).Read(make([]byte, 1)); err != io.ErrNoProgress {
		t.Errorf("packets without content: %v", err)
	}
}

// FuzzDialogs gives every dialog what a hostile server might say.
func FuzzDialogs(f *testing.F) {
	var names []string
	for _, p := range Protocols() {
		if p.AsksFor() {
			names = append(names, p.Name)
		}
	}
	for _, s := range []string{
		"220-a\r\n220 b\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n", "* OK\r\n* x\r\na OK\r\n", "+OK\r\n+OK\r\n", "\"STARTTLS\"\r\nOK\r\nOK\r\n",
		"<stream:stream><stream:features><starttls/></stream:features><proceed/>", "0\x0c\x02\x01\x01x\x07\x0a\x01\x00\x04\x00\x04\x00", "S",
		"E\x00\x00\x00\x15SFATAL\x00Mno room\x00\x00", "\x0f\x00\x00\x00\xff\x69\x04Host blocked", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x01\x00\x00\x00",
		"\x04\x01\x00\x0f\x00\x00\x01\x00\x01\x00\x06\x00\x01\xff\x01", "\xff\xfd\x2e\xff\xfa\x2e\x01\xff\xf0",
	} {
		for i := range names {
			f.Add(byte(i), []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, said []byte) {
		p := Named(names[int(which)%len(names)])
		c := &canned{in: bytes.NewReader(said), end: os.ErrDeadlineExceeded}
		conn, err := p.Start(c, "mail.example")
		if err != nil {
			var refusal *Refusal
			var broken *Interruption
			if !errors.As(err, &refusal) && !errors.As(err, &broken) || err.Error() == "" || len(err.Error()) > 6*maxSaid {
				t.Fatalf("%s: %T %v", p.Name, err, err)
			}
			return
		}
		left, err := io.ReadAll(conn)
		if len(left) > len(said) || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && err != io.ErrNoProgress {
			t.Fatalf("%s: %d of %d bytes left, %v", p.Name, len(left), len(said), err)
		}
	})
}

// FuzzTDSConn reads hostile packets.
func FuzzTDSConn(f *testing.F) {
	f.Add([]byte("\x12\x01\x00\x0a\x00\x00\x01\x00ab\x17\x03\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := io.ReadAll(wrapTDS(&canned{in: bytes.NewReader(b)}))
		if len(got) > len(b) || err != nil && err != io.ErrNoProgress {
			t.Fatalf("%d of %d bytes, %v", len(got), len(b), err)
		}
	})
}
