package scan

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// step is one turn of a dialog in plain text: what is sent, and how the
// answer begins if all goes well.
type step struct{ send, expect string }

// dialogs lead up to TLS in each protocol (RFC 3207, 9051, 2595, 4217).
var dialogs = map[string][]step{
	"smtp": {{"", "220"}, {"EHLO tlsready\r\n", "250"}, {"STARTTLS\r\n", "220"}},
	"imap": {{"", "* OK"}, {"a STARTTLS\r\n", "a OK"}},
	"pop3": {{"", "+OK"}, {"STLS\r\n", "+OK"}},
	"ftp":  {{"", "220"}, {"AUTH TLS\r\n", "234"}},
}

// maxLines bounds an answer that does not end.
const maxLines = 100

// errStartTLS is a server that answers, and does not start TLS.
type errStartTLS struct{ reply string }

func (e errStartTLS) Error() string { return "starttls refused: " + e.reply }

// startTLS speaks the dialog. What the server sent too early is left in the
// reader.
func startTLS(conn net.Conn, protocol string) (io.Reader, error) {
	steps, ok := dialogs[protocol]
	if !ok {
		return nil, errStartTLS{fmt.Sprintf("STARTTLS of %q is not known here", protocol)}
	}
	r := bufio.NewReader(conn)
	for _, s := range steps {
		if _, err := io.WriteString(conn, s.send); err != nil {
			return nil, err
		}
		if err := expect(r, s.expect); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// expect reads one answer, of one or more lines.
func expect(r *bufio.Reader, want string) error {
	for range maxLines {
		b, err := r.ReadSlice('\n')
		line := strings.TrimRight(string(b), "\r\n")
		switch {
		case errors.Is(err, bufio.ErrBufferFull), err != nil && line != "":
			return errStartTLS{fmt.Sprintf("%.60q", line)}
		case err != nil:
			return err
		case !goesOn(line, want):
			if strings.HasPrefix(line, want) {
				return nil
			}
			return errStartTLS{fmt.Sprintf("%.60q", line)}
		}
	}
	return errStartTLS{"the answer does not end"}
}

// goesOn reports whether more lines follow: 250-SIZE in SMTP and FTP, and
// untagged lines before the tagged one in IMAP.
func goesOn(line, want string) bool {
	if want[0] >= '0' && want[0] <= '9' {
		return len(line) > 3 && line[3] == '-'
	}
	return want[0] == 'a' && strings.HasPrefix(line, "* ")
}
