package config

import (
	"path"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// Dialect is one kind of configuration. To add one, write a variable of this
// type in a file of its own and name it in Dialects.
type Dialect struct {
	Name    string // also the layer of its settings
	Product string // in words
	Rule    string // id of the rule behind its settings
	Fact    string // record of the knowledge base behind it

	// NameOnly dialects cannot be told by content alone: their lines could
	// stand in many a file.
	NameOnly bool

	// names are the usual file names, matched against the end of the path.
	names []string
	shape shape
	read  func(*job, *file)
}

// Dialects are all kinds of configuration that are read. Detection asks them
// in this order.
func Dialects() []*Dialect {
	return []*Dialect{
		&nginx, &apache, &haproxy, &postfix, &dovecot, &openssl,
		&postgresql, &mysql, &redis, &stunnel, &slapd, &gnutls, &java, &tomcat, &cryptoPolicies, &caddy, &lighttpd, &exim,
		&traefik, &envoy, &mongodb, &kafka, &ingress, &elb, &cloudfront, &azure,
		&rabbitmq, &rabbitmqAdvanced, &jetty, &jettyStart, &squid, &netConfig,
		&istio, &contour, &kubelet, &gcp, &apiGateway, &openSearch, &appGateway, &frontDoor, &terraform, &environment,
	}
}

func dialectNamed(name string) *Dialect {
	for _, d := range Dialects() {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// Detect tells the dialect of a file from its first bytes (up to 64 KiB are
// looked at) and, where these alone do not tell, from its usual name. It
// claims only what it is sure of.
func Detect(name string, head []byte) (dialect string, ok bool) {
	text, binary := decode(head[:min(len(head), sniffLength)])
	if binary || text == "" {
		return "", false
	}
	if len(head) >= sniffLength { // the last line may be cut
		if i := strings.LastIndexByte(text, '\n'); i > 0 {
			text = text[:i]
		}
	}
	for _, d := range Dialects() {
		if d.shape.fits(text, d.named(name)) {
			return d.Name, true
		}
	}
	return "", false
}

// named reports whether a file has one of the dialect's usual names.
func (d *Dialect) named(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	parts := strings.Split(name, "/")
	for _, pattern := range d.names {
		n := strings.Count(pattern, "/") + 1
		if len(parts) < n {
			continue
		}
		if ok, _ := path.Match(pattern, strings.Join(parts[len(parts)-n:], "/")); ok {
			return true
		}
	}
	return false
}

// shape tells a configuration from other text. Line must match every line
// that is neither empty nor a comment (a few of many may differ); a line that
// matches mark proves the dialect, one that matches hint proves it where the
// name fits too.
type shape struct {
	comment string // characters that begin a comment
	line    *lazyregexp.Regexp
	mark    *lazyregexp.Regexp
	hint    *lazyregexp.Regexp
	needs   []string                           // where line is loose: a file of another name has one of these
	whole   func(text string, named bool) bool // instead of all of these
	beside  bool                               // may stand in one file with others
}

func (s *shape) fits(text string, named bool) bool {
	if s.whole != nil {
		return s.whole(text, named)
	}
	if !named && len(s.needs) > 0 && !slices.ContainsFunc(s.needs, func(n string) bool { return strings.Contains(text, n) }) {
		return false
	}
	lines, odd, mark, hint := 0, 0, false, false
	continued := false
	for n := 0; n < 5000 && text != ""; n++ {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		l = strings.TrimSuffix(l, "\r")
		if len(l) > maxLine {
			return false
		}
		trimmed := strings.TrimSpace(l)
		if trimmed == "" || strings.ContainsRune(s.comment, rune(trimmed[0])) {
			continue
		}
		was := continued
		continued = strings.HasSuffix(trimmed, `\`)
		if was {
			continue
		}
		lines++
		if !s.line.MatchString(l) {
			odd++
			if odd > 1 && odd*10 > lines { // prose, code and logs fail at once
				return false
			}
			continue
		}
		mark = mark || s.mark.MatchString(l)
		hint = hint || named && s.hint != nil && s.hint.MatchString(l)
	}
	return lines > 0 && odd*10 <= lines && (mark || hint)
}
