package config

import (
	"regexp"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

var caddy = Dialect{
	Name: "caddy", Product: "Caddy", Rule: "caddy-protocols", Fact: "srv.caddy",
	names: []string{"Caddyfile", "caddyfile", "*.caddy", "*.caddyfile", "caddyfile.*"},
	shape: shape{
		comment: "#",
		line:    regexp.MustCompile(`^\s*(?:[^;=]*\{|\}|[\w@*(.:/"-][^;]*)\s*$`),
		mark:    regexp.MustCompile(`^\s*protocols\s+tls1\.\d(?:\s+tls1\.\d)?\s*$`),
		hint:    regexp.MustCompile(`^\s*(?:tls|reverse_proxy|file_server|respond|encode|root)\b`),
	},
	read: readCaddy,
}

var caddyWords = vocabulary{"tls1.0": tlswire.TLS10, "tls1.1": tlswire.TLS11, "tls1.2": tlswire.TLS12, "tls1.3": tlswire.TLS13}

// readCaddy finds "protocols MIN [MAX]" in tls blocks; the outermost block is
// the site.
func readCaddy(j *job, f *file) {
	var blocks []string
	f.lines(func(no int, l string) bool {
		if len(l) > maxLine {
			j.skip(f.at(no), "line over %d bytes", maxLine)
			return true
		}
		words := strings.Fields(l)
		if len(words) == 0 || words[0][0] == '#' {
			return true
		}
		j.cov.Read++
		switch last := words[len(words)-1]; {
		case words[0] == "import" && len(words) > 1 && strings.ContainsAny(words[1], "./"):
			j.follow(f.at(no), dirOf(f), words[1], f.depth, false, func(in *file) { readCaddy(j, in) })
		case words[0] == "}":
			if len(blocks) == 0 {
				j.skip(f.at(no), "a closing brace without its block")
				break
			}
			blocks = blocks[:len(blocks)-1]
		case last == "{":
			blocks = append(blocks, strings.Join(words[:len(words)-1], " "))
		case words[0] == "protocols" && len(blocks) > 0 && strings.HasPrefix(blocks[len(blocks)-1], "tls"):
			caddyProtocols(j, f.at(no), words, blocks[0])
		}
		return len(blocks) < 4*maxDepth && j.ctx.Err() == nil
	})
	if len(blocks) > 0 {
		j.skip(f.at(1), "block %s does not end", bounded(blocks[len(blocks)-1]))
	}
}

func caddyProtocols(j *job, at pos, words []string, site string) {
	fd := finding{at: at, path: or(site, "global"), value: strings.Join(words, " ")}
	var range2 [2]tlswire.Version
	ok := len(words) == 2 || len(words) == 3
	for i, w := range words[1:min(3, len(words))] {
		v, known := caddyWords[w]
		range2[i], ok = v, ok && known && !v.Below(tlswire.TLS12)
	}
	switch {
	case !ok:
		fd.effect, fd.note = evidence.Review, "Caddy 2 knows tls1.2 and tls1.3 only"
		j.setting(fd)
		return
	case range2[1] != 0:
		fd.effect, fd.versions = evidence.Pins, between(range2[0], range2[1])
	default:
		fd.effect, fd.versions = evidence.Floors, range2[:1]
	}
	j.setting(fd)
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(strings.Split(site, ",")[0]), "https://"), "/")
	if name == "" || strings.ContainsAny(name, "{ (*") {
		return
	}
	host, port, found := strings.Cut(name, ":")
	e := endpoint{target: name, sni: host, protocol: "https", because: at.String()}
	if !found || port == "443" {
		e.port, e.target = 443, host+":443"
	}
	j.server(e, exactly(between(range2[0], range2[1]), at.String()))
}
