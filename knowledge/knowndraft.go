package knowledge

import (
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// CheckKnownName tells whether name can be the end of a known client's id and
// the name of its file.
func CheckKnownName(name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	odd := func(r rune) bool { return !strings.ContainsRune(letters+".-", r) }
	if name == "" || strings.ContainsFunc(name, odd) || !strings.Contains(letters, name[:1]) {
		return fmt.Errorf("name %q: want small letters, digits, dots and hyphens, as in curl-8.5.0-alpine3.20", name)
	}
	return nil
}

// DraftKnownClient writes the data file of a client whose hello was captured:
// all that a hello tells, and as comments what a person has to add. name
// becomes the id and must suit CheckKnownName; from says where the hello was
// found.
func DraftKnownClient(name, from string, hello HelloBytes) ([]byte, error) {
	if err := CheckKnownName(name); err != nil {
		return nil, err
	}
	h := hello.Parse()
	if h == nil {
		return nil, fmt.Errorf("%s: no whole ClientHello", from)
	}
	text, err := hello.MarshalText()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Offers %s at most", h.MaxVersion())
	if ja4 := tlswire.JA4(h, tlswire.TransportTCP); ja4 != "" {
		fmt.Fprintf(&b, ", JA4 %s", ja4)
	}
	b.WriteString(".\n# docs/new-client.md tells what each key means and what to fill in.\n")
	if sni := h.ServerName(); len(sni) > 0 {
		fmt.Fprintf(&b, "# The hello holds the server name it was sent to, %q: do not pass it on if that is private.\n", sni)
	}
	fmt.Fprintf(&b, "id: %s%s\nname: %s\n", knownPrefix, name, quoted(name))
	b.WriteString("# version: '8.5.0'\n# system: Alpine 3.20\n# library: OpenSSL 3.3.2\n# client: cli.curl.761\n")
	fmt.Fprintf(&b, "command: %s\n", quoted("not known; captured, "+from))
	fmt.Fprintf(&b, "confidence: confirmed\nsource: [recorded]\nhello: %s\n", text)
	return []byte(b.String()), nil
}

// quoted is s as a YAML scalar in single quotes.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
