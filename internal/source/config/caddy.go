package config

import (
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var caddy = Dialect{
	Name: "caddy", Product: "Caddy", Rule: "caddy-protocols", Fact: "srv.caddy",
	names: []string{"Caddyfile", "caddyfile", "*.caddy", "*.caddyfile", "caddyfile.*"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:[^;=]*\{|\}|[\w@*(.:/"-][^;]*)\s*$`),
		mark:    lazyregexp.New(`^\s*protocols\s+tls1\.\d(?:\s+tls1\.\d)?\s*$`),
		hint:    lazyregexp.New(`^\s*(?:tls|reverse_proxy|file_server|respond|encode|root)\b`),
		needs:   []string{"protocols"},
	},
	read: readCaddy,
}

var caddyWords = vocabulary{"tls1.0": tlswire.TLS10, "tls1.1": tlswire.TLS11, "tls1.2": tlswire.TLS12, "tls1.3": tlswire.TLS13}

// caddySite is a block at the top: a site, a snippet in brackets, or the
// global options, which have no name.
type caddySite struct {
	name  string
	at    pos
	tls   bool     // has a tls directive
	words []string // "protocols MIN [MAX]"
	set   pos      // where they stand
}

// caddyFile gathers sites; snippets are kept for the sites that import them.
type caddyFile struct {
	j        *job
	site     *caddySite
	blocks   []string
	snippets map[string]*caddySite
}

// readCaddy finds "protocols MIN [MAX]" in the tls blocks of sites.
func readCaddy(j *job, f *file) {
	c := &caddyFile{j: j, snippets: map[string]*caddySite{}}
	c.read(f)
	if len(c.blocks) > 0 {
		j.skip(f.at(1), "block %s does not end", bounded(c.blocks[len(c.blocks)-1]))
		c.close()
	}
}

func (c *caddyFile) read(f *file) {
	f.lines(func(no int, l string) bool {
		if len(l) > maxLine {
			c.j.skip(f.at(no), "line over %d bytes", maxLine)
			return true
		}
		words := strings.Fields(l)
		if len(words) == 0 || words[0][0] == '#' {
			return true
		}
		c.j.cov.Read++
		if words[0] == "}" {
			if len(c.blocks) == 0 {
				c.j.skip(f.at(no), "a closing brace without its block")
				return true
			}
			if c.blocks = c.blocks[:len(c.blocks)-1]; len(c.blocks) == 0 {
				c.close()
			}
			return true
		}
		c.line(f, f.at(no), words)
		return len(c.blocks) < 4*maxDepth && c.j.ctx.Err() == nil
	})
}

func (c *caddyFile) line(f *file, at pos, words []string) {
	opens := words[len(words)-1] == "{"
	if len(c.blocks) == 0 && opens {
		c.site = &caddySite{name: strings.Join(words[:len(words)-1], " "), at: at}
	}
	switch {
	case words[0] == "import" && len(words) > 1:
		if s := c.snippets[words[1]]; s != nil && c.site != nil {
			c.site.take(s)
		} else if s == nil && strings.ContainsAny(words[1], "./*") {
			c.j.follow(at, dirOf(f), words[1], f.depth, false, c.read)
		}
	case words[0] == "tls" && len(c.blocks) == 1:
		c.site.tls = len(words) < 2 || words[1] != "off"
	case words[0] == "protocols" && len(c.blocks) > 0 && strings.HasPrefix(c.blocks[len(c.blocks)-1], "tls"):
		c.site.words, c.site.set = words, at
		c.j.setting(caddyProtocols(at, words, c.site.name))
	}
	if opens {
		c.blocks = append(c.blocks, strings.Join(words[:len(words)-1], " "))
	}
}

// take adds what a snippet brings.
func (s *caddySite) take(snippet *caddySite) {
	s.tls = s.tls || snippet.tls
	if snippet.words != nil {
		s.words, s.set = snippet.words, snippet.set
	}
}

// close keeps a snippet, or declares a site that does TLS.
func (c *caddyFile) close() {
	s := c.site
	c.site = nil
	if s == nil || s.name == "" {
		return
	}
	if name, ok := strings.CutPrefix(s.name, "("); ok {
		if len(c.snippets) < maxFiles {
			c.snippets[strings.TrimSuffix(name, ")")] = s
		}
		return
	}
	if !s.tls && !strings.Contains(s.name, "https://") {
		return
	}
	sum, because := sum(nil), s.set.String()
	if lo, hi, ok := caddyRange(s.words); s.words != nil && ok {
		sum = exactly(between(lo, hi), because)
	} else if s.words != nil {
		return // Caddy does not start with it
	} else {
		var fact string
		sum, fact = c.j.defaultSum("caddy", "server")
		because = s.at.String()
		c.j.defaultSetting(finding{at: s.at, path: s.name, value: "protocols not set", fact: fact}, sum)
	}
	for _, name := range strings.FieldsFunc(s.name, func(r rune) bool { return r == ',' || r == ' ' }) {
		c.declare(name, because, sum)
	}
}

func (c *caddyFile) declare(name, because string, s sum) {
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "https://"), "/")
	if name == "" || strings.ContainsAny(name, "{(*") {
		return
	}
	host, port, found := strings.Cut(name, ":")
	if !found {
		port = "443"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return
	}
	c.j.server(endpoint{target: or(host, "0.0.0.0") + ":" + port, port: uint16(n), sni: host, protocol: "https", because: because}, s)
}

// caddyRange reads the arguments of protocols.
func caddyRange(words []string) (lo, hi tlswire.Version, ok bool) {
	if len(words) != 2 && len(words) != 3 {
		return 0, 0, false
	}
	var range2 [2]tlswire.Version
	for i, w := range words[1:] {
		v, known := caddyWords[w]
		if !known || v.Below(tlswire.TLS12) {
			return 0, 0, false
		}
		range2[i] = v
	}
	return range2[0], range2[1], range2[1] == 0 || !range2[1].Below(range2[0])
}

func caddyProtocols(at pos, words []string, site string) finding {
	fd := finding{at: at, path: or(site, "global"), value: strings.Join(words, " ")}
	switch lo, hi, ok := caddyRange(words); {
	case !ok:
		fd.effect, fd.note = evidence.Review, "Caddy does not start with it: tls1.2 and tls1.3 are what it knows, the lower one first"
	case hi != 0:
		fd.effect, fd.versions = evidence.Pins, between(lo, hi)
	default:
		fd.effect, fd.versions = evidence.Floors, []tlswire.Version{lo}
	}
	return fd
}
