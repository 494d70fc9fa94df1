package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// library is what is known of the OpenSSL below a program.
type library struct {
	platform *knowledge.Platform
	openssl  knowledge.Build // nil: not known
	level    int             // of the system; -1: not known
	levelAt  string          // the line of openssl.cnf that sets it; empty: compiled in
}

func libraryOf(opt Options, sys *system) library {
	l := library{level: -1}
	if opt.Knowledge != nil && opt.Platform != "" {
		if p, ok := opt.Knowledge.Platform(opt.Platform); ok {
			l.platform, l.openssl, l.level = p, p.OpenSSL, p.SecLevel
		}
	}
	if b, ok := knowledge.ParseBuild(or(opt.Versions["openssl"], sys.packages.releases["openssl"])); ok {
		l.openssl = b
	}
	if o := sys.openssl; o != nil && o.levelAt.line != 0 {
		l.level, l.levelAt = o.level, o.levelAt.String()
	} else if o != nil && o.partial {
		l.level = -1
	}
	return l
}

// gnutls reports whether the platform builds a program on GnuTLS.
func (l library) gnutls(layer string) (is, known bool) {
	if l.platform == nil {
		return false, false
	}
	return slices.Contains(l.platform.GnuTLS, layer), true
}

// openssl3 and openssl1 tell which it surely is.
func (l library) openssl3() bool { return len(l.openssl) > 0 && l.openssl[0] >= 3 }
func (l library) openssl1() bool { return len(l.openssl) > 0 && l.openssl[0] == 1 }

// gate applies what OpenSSL itself refuses to a sum that a configuration
// allows: SSLv3 is built into hardly any library, and TLS 1.0 and 1.1 need
// security level 0 in OpenSSL 3 and a suite that they know.
func (l library) gate(s sum, ciphers string) sum {
	out := s.clone()
	if x := out[tlswire.SSL30]; x.state == evidence.Accepted {
		out[tlswire.SSL30] = say{evidence.Unknown, x.because + " allows it, if the library was built with it"}
	}
	list := parseCiphers(ciphers)
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		x := out[v]
		if x.state != evidence.Accepted {
			continue
		}
		if list.modernOnly {
			out[v] = say{evidence.Rejected, "no suite of the cipher list exists below TLS 1.2"}
			continue
		}
		state, reason := l.old(list.level)
		switch {
		case state != evidence.Accepted:
			out[v] = say{state, x.because + reason}
		case list.level < 0 && l.levelAt != "":
			out[v] = say{state, x.because + ", with the security level of " + l.levelAt}
		}
	}
	return out
}

// old says whether OpenSSL does TLS 1.0 and 1.1 at a level (-1: the system's).
func (l library) old(level int) (evidence.State, string) {
	whose := "the cipher list"
	if level < 0 {
		level, whose = l.level, "the system"
		if l.platform != nil {
			whose = l.platform.Name
		}
		whose = or(l.levelAt, whose)
	}
	switch {
	case level == 0:
		return evidence.Accepted, ""
	case level < 0 && l.openssl3():
		return evidence.Unknown, " allows it, but OpenSSL 3 needs security level 0 for it"
	case level < 0:
		return evidence.Unknown, " allows it; the security level of its OpenSSL decides"
	case l.openssl3():
		return evidence.Rejected, fmt.Sprintf(" allows it, but security level %d of %s does not", level, whose)
	case l.openssl1() && level == 1:
		return evidence.Accepted, ""
	}
	return evidence.Unknown, fmt.Sprintf(" allows it; whether security level %d of %s does depends on the OpenSSL", level, whose)
}

// cipherList is what matters of an OpenSSL cipher string.
type cipherList struct {
	level      int  // of @SECLEVEL; -1: none
	modernOnly bool // surely no suite that exists below TLS 1.2
	noSHA1     bool // every suite of SSLv3 and TLS 1.0 is taken away
}

// oldFamilies are words that, taken away, leave no suite below TLS 1.2.
var oldFamilies = []string{"SHA", "SHA1", "SSLV3", "TLSV1", "TLSV1.0"}

func parseCiphers(s string) cipherList {
	c := cipherList{level: -1}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == ',' || r == ' ' || r == ';' })
	added := 0
	c.modernOnly = true
	for _, w := range words {
		if base, cmd, ok := strings.Cut(w, "@"); ok {
			if n, ok := strings.CutPrefix(strings.ToUpper(cmd), "SECLEVEL="); ok && len(n) == 1 && n[0] >= '0' && n[0] <= '5' {
				c.level = int(n[0] - '0')
			}
			if w = base; w == "" {
				continue
			}
		}
		if w[0] == '!' || w[0] == '-' || w[0] == '+' {
			c.noSHA1 = c.noSHA1 || w[0] == '!' && slices.Contains(oldFamilies, strings.ToUpper(w[1:]))
			continue
		}
		added++
		c.modernOnly = c.modernOnly && modernSuite(w)
	}
	c.modernOnly = added > 0 && (c.modernOnly || c.noSHA1)
	return c
}

// modernSuite reports whether a word of a cipher string names only suites
// that exist from TLS 1.2 on.
func modernSuite(w string) bool {
	w = strings.ToUpper(w)
	if strings.Contains(w, "PSK") { // PSK-AES128-CBC-SHA256 works in TLS 1.0
		return false
	}
	for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '+' || r == '_' }) {
		switch part {
		case "GCM", "AESGCM", "CCM", "CCM8", "AESCCM", "CHACHA20", "SHA256", "SHA384", "TLSV1.2", "POLY1305":
			return true
		}
	}
	return false
}
