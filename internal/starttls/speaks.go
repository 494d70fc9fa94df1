package starttls

import (
	"bytes"
	"slices"
	"strings"
)

// Speaks names what a server is by the first bytes it sends, or gives "".
func Speaks(b []byte) string { return loaded().speaks(b) }

func (t *table) speaks(b []byte) string {
	for _, k := range []struct{ prefix, what string }{
		{"HTTP/", "answers HTTP in plain text"},
		{"<!DOCTYPE", "answers HTML in plain text"},
		{"<html", "answers HTML in plain text"},
		{"SSH-", "SSH banner"},
		{"RFB ", "VNC greeting"},
		{"-ERR", "POP3 or Redis error in plain text"},
	} {
		if bytes.HasPrefix(b, []byte(k.prefix)) {
			return k.what
		}
	}
	if beginsWithTLS(b) {
		return "TLS comes first here: use tls://"
	}
	var names, urls []string
	for _, p := range t.protocols {
		if p.Greeting.matches(b) {
			if name := strings.ToUpper(p.Record); !slices.Contains(names, name) {
				names = append(names, name)
			}
			urls = append(urls, p.asked()+"://")
		}
	}
	if names == nil {
		return ""
	}
	return anyOf(names) + " greeting; try " + anyOf(urls)
}

// asked is the scheme for a server that is asked for TLS.
func (p *Protocol) asked() string {
	for _, s := range p.Schemes {
		if !s.AtOnce {
			return s.Name
		}
	}
	return "tls"
}

func anyOf(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// beginsWithTLS reports whether these are an alert or a handshake message.
func beginsWithTLS(b []byte) bool {
	return len(b) >= 3 && (b[0] == 21 || b[0] == 22) && b[1] == 3 && b[2] <= 4
}
