package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// A dialect is a language in which the layout of a log is written down.
type dialect struct {
	name   string // what is written in it, and the source that records name
	format func() *Format
	looks  func(text string) bool
	parser func(text string, opt *Options) (lineParser, error)
}

// dialects are told apart by their looks, in this order. The last one takes
// what no other is.
func dialects() []dialect {
	return []dialect{
		{"json", nginxJSONFormat, layoutStarts("json "), newJSONLayoutParser},
		{"w3c", w3cFormat, layoutStarts("#Fields:"), newW3CLayoutParser},
		{"envoy", combinedFormat, looksEnvoy, textLayout(compileEnvoy)},
		{"haproxy", haproxyFormat, looksHAProxy, newHAProxyLayoutParser},
		{"apache", combinedFormat, looksApache, textLayout(compileApache)},
		{"nginx", combinedFormat, func(string) bool { return true }, textLayout(compileNginx)},
	}
}

func layoutStarts(prefix string) func(string) bool {
	return func(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), prefix) }
}

// looksHAProxy knows the directive, and variables that Apache does not have.
func looksHAProxy(text string) bool {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "log-format") || strings.HasPrefix(text, "error-log-format") {
		return true
	}
	for _, own := range []string{"%ci", "%[", "%sslv", "%ft", "%tr", "%{+"} {
		if strings.Contains(text, own) {
			return true
		}
	}
	return false
}

// looksApache is any other layout with a % and none of nginx's variables.
func looksApache(text string) bool {
	text = strings.TrimSpace(text)
	return strings.Contains(text, "%") && !strings.HasPrefix(text, "log_format") && !strings.Contains(text, "$")
}

// requestsBlind is true of every log of requests of which nothing more is
// known.
const requestsBlind = "a log of requests shows no handshake that was refused"

// layoutFormat is the format for the layout of the options. A format that is
// named beside it must be one of that dialect.
func (o *Options) layoutFormat() (*Format, error) {
	all := dialects()
	d := all[slices.IndexFunc(all, func(d dialect) bool { return d.looks(o.Layout) })]
	f := *d.format()
	if o.Format != "" {
		named, err := formatByName(o.Format)
		if err != nil {
			return nil, err
		}
		if named.Name != f.Name {
			return nil, fmt.Errorf("the layout is one of %s, for the format %s, not %s", d.name, f.Name, o.Format)
		}
	}
	f.Source = d.name
	f.parser = func(opt *Options, _ []byte) (lineParser, error) { return d.parser(opt.Layout, opt) }
	if d.name == "json" {
		f.records = byJSONValue
	}
	switch d.name {
	case "nginx":
		f.blind = []string{nginxBlind}
	case "envoy", "json":
		f.blind = []string{requestsBlind}
	}
	return &f, nil
}

// checkLayout finds layouts that cannot be read.
func (o *Options) checkLayout() error {
	f, err := o.layoutFormat()
	if err != nil {
		return err
	}
	_, err = f.parser(o, nil)
	return err
}

// textLayout makes the parser of a dialect whose layouts are text with
// variables between.
func textLayout(compile func(text, clientField string) (*layout, error)) func(string, *Options) (lineParser, error) {
	return func(text string, opt *Options) (lineParser, error) {
		l, err := compile(text, opt.ClientField)
		if err != nil {
			return nil, err
		}
		return &layoutParser{layout: l}, nil
	}
}

// A layoutParser reads lines that fit a layout from end to end.
type layoutParser struct {
	layout *layout
	clock  clock
}

func (p *layoutParser) parse(line []byte, r *row) (state, string) {
	if rest, ok := p.layout.match(line, r); !ok || len(rest) > 0 {
		return badRow, "line does not fit the layout"
	}
	nameOfPeer(r)
	return finishText(r, &p.clock)
}

// nameOfPeer is for servers that log the client's name instead of its
// address.
func nameOfPeer(r *row) {
	if peer := r.known(cellPeer); peer != nil && address(peer) == nil {
		r.set(cellClientName, peerName(peer))
	}
}

// peerName is the name that stands for an address, or nil.
func peerName(peer []byte) []byte {
	if bytes.IndexByte(peer, ':') >= 0 {
		return nil
	}
	return hostName(peer)
}
