package config

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// rabbitmqAdvanced is the older file, an Erlang term: advanced.config and
// rabbitmq.config. Other Erlang programs' sys.config look the same.
var rabbitmqAdvanced = Dialect{
	Name: "erlang", Product: "RabbitMQ and Erlang application settings", Rule: "erlang-tls-versions", Fact: "srv.erlang",
	names: []string{"advanced.config", "rabbitmq.config", "rabbitmq*.config", "sys.config", "app.config"},
	shape: shape{whole: func(text string, _ bool) bool {
		return erlangStarts(text) && erlangMark.MatchString(erlangComment.ReplaceAllString(text, ""))
	}},
	read: readErlang,
}

// erlangStarts reports whether a text begins with a list, comments aside.
func erlangStarts(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '%' {
			return line[0] == '['
		}
	}
	return false
}

var (
	erlangComment = lazyregexp.New(`(?m)^\s*%.*$`)
	erlangMark    = lazyregexp.New(`\{\s*(?:versions|protocol_version|ssl_options|ssl_listeners)\s*,\s*(?:\[|'?(?:ssl|tls)v)`)
)

// erlangToken is one word or sign of a term, and where it stands.
type erlangToken struct {
	text string
	line int
	atom bool // quoted or bare word
}

// erlangTokens takes a term apart; strings and binaries are one token.
func erlangTokens(text string, fn func(erlangToken) bool) {
	line := 1
	for i := 0; i < len(text); {
		c := text[i]
		n := 1
		t := erlangToken{line: line}
		switch {
		case c == '\n':
			line++
		case c == '%':
			if n = strings.IndexByte(text[i:], '\n'); n < 0 {
				return
			}
		case c == '\'' || c == '"':
			end := erlangQuoteEnd(text[i+1:], c)
			if end < 0 {
				return
			}
			n = end + 2
			t.text, t.atom = text[i+1:i+1+end], c == '\''
			line += strings.Count(text[i:i+n], "\n")
		case erlangLetter(c):
			for i+n < len(text) && erlangLetter(text[i+n]) {
				n++
			}
			t.text, t.atom = text[i:i+n], true
		case strings.IndexByte("{}[],", c) >= 0:
			t.text = text[i : i+1]
		}
		if t.text != "" && !fn(t) {
			return
		}
		i += n
	}
}

func erlangQuoteEnd(s string, q byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case q:
			return i
		}
	}
	return -1
}

func erlangLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '@' || c == '.' || c == '-'
}

// readErlang judges each list of versions.
func readErlang(j *job, f *file) {
	f.erlangLists(j, func(l *erlangList) { l.judge(j) })
}

// erlangReader walks a term; open holds each bracket with the first atom of
// its tuple.
type erlangReader struct {
	open   []string
	before string
	list   *erlangList
	found  func(*erlangList)
}

// erlangLists finds {versions, [...]} and {protocol_version, [...]}. The first
// atoms of the tuples around it are its path.
func (f *file) erlangLists(j *job, found func(*erlangList)) {
	r := erlangReader{found: found}
	balanced := true
	erlangTokens(f.text, func(t erlangToken) bool {
		j.cov.Read++
		if balanced = r.token(t, f.at(t.line)); !balanced {
			j.skip(f.at(t.line), "a closing bracket without its start")
		}
		return balanced && len(r.open) < 16*maxDepth && j.ctx.Err() == nil
	})
	if balanced && len(r.open) > 0 {
		j.skip(f.at(1), "the term does not end, or nests too deep")
	}
}

// token takes one token in; false is a bracket that closes nothing.
func (r *erlangReader) token(t erlangToken, at pos) bool {
	named := len(r.open) > 0 && r.before == "," && erlangIsVersions(r.open[len(r.open)-1])
	sign := t.text
	if t.atom {
		sign = "atom"
	}
	switch {
	case sign == "{" || sign == "[":
		if r.list == nil && named && sign == "[" {
			r.list = &erlangList{at: at, path: slices.Clone(r.open), depth: len(r.open)}
		}
		r.open = append(r.open, sign)
	case sign == "}" || sign == "]":
		if len(r.open) == 0 {
			return false
		}
		r.open = r.open[:len(r.open)-1]
		if r.list != nil && len(r.open) == r.list.depth {
			r.found(r.list)
			r.list = nil
		}
	case sign == ",":
	case r.list != nil:
		r.list.add(t)
	case r.before == "{" && t.atom:
		r.open[len(r.open)-1] = "{" + t.text
	case named && t.atom:
		one := &erlangList{at: at, path: slices.Clone(r.open)}
		one.add(t)
		r.found(one)
	}
	r.before = sign
	return true
}

func erlangIsVersions(s string) bool { return s == "{versions" || s == "{protocol_version" }

// erlangList is one list of versions.
type erlangList struct {
	at    pos
	path  []string
	depth int
	vs    []tlswire.Version
	words []string
	bad   string
}

var erlangWords = vocabulary{
	"sslv3": tlswire.SSL30, "tlsv1": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13,
}

func (l *erlangList) add(t erlangToken) {
	l.words = append(l.words, t.text)
	if v, ok := erlangWords[t.text]; ok && t.atom {
		l.vs = append(l.vs, v)
	} else {
		l.bad = t.text
	}
}

// keys are the first atoms on the way to the list.
func (l *erlangList) keys() []string {
	var path []string
	for _, p := range l.path {
		if len(p) > 1 {
			path = append(path, p[1:])
		}
	}
	return path
}

// judge reports the list. That of the application ssl is for connections that
// name none; RabbitMQ's all name theirs.
func (l *erlangList) judge(j *job) finding {
	keys := l.keys()
	name := strings.Join(keys, ".")
	fd := finding{at: l.at, path: name, role: erlangRole(keys), value: name + " = " + strings.Join(l.words, ", ")}
	switch {
	case l.bad != "" || len(l.vs) == 0:
		fd.effect, fd.note = evidence.Review, "no version that Erlang knows: "+or(l.bad, "none named")
	case erlangGap(l.vs):
		fd.effect, fd.note = evidence.Review, erlangGapNote
	case len(keys) > 0 && keys[0] == "ssl" && rabbitFile.MatchString(l.at.file):
		fd.effect, fd.note = evidence.None, "RabbitMQ does not follow it: each of its parts has a list of its own"
	default:
		fd.effect, fd.versions = evidence.Pins, l.vs
	}
	j.setting(fd)
	return fd
}

var rabbitFile = lazyregexp.New(`(?i)(?:advanced|rabbitmq[^/]*)\.config$`)

const erlangGapNote = "Erlang does not start a listener that has TLS 1.3 and older versions without TLS 1.2"

func erlangGap(vs []tlswire.Version) bool {
	return slices.Contains(vs, tlswire.TLS13) && !slices.Contains(vs, tlswire.TLS12) && len(vs) > 1
}

func erlangRole(path []string) string {
	if len(path) == 0 {
		return "both"
	}
	switch path[0] {
	case "rabbit", "rabbitmq_management", "rabbitmq_mqtt", "rabbitmq_stomp", "rabbitmq_web_mqtt", "rabbitmq_web_stomp", "rabbitmq_prometheus":
		return "server"
	case "rabbitmq_auth_backend_ldap", "rabbitmq_shovel", "rabbitmq_auth_backend_http", "rabbitmq_auth_backend_oauth2":
		return "client"
	}
	return "both"
}
