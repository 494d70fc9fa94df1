package config

import (
	"path/filepath"
	"slices"
	"strings"
)

// apcListen is one Listen line.
type apcListen struct {
	addr  string
	https bool
}

// apcWanted are the directives that are kept.
var apcWanted = []string{"sslprotocol", "sslproxyprotocol", "sslengine", "sslciphersuite", "sslproxyciphersuite", "servername"}

// apcParser reads lines into hosts.
type apcParser struct {
	j       *job
	root    string // ServerRoot as it lies here
	main    *apcHost
	host    *apcHost
	hosts   []*apcHost
	listens []apcListen
	vars    map[string]string
	whole   bool
}

func newApacheParser(j *job, f *file) *apcParser {
	main := &apcHost{at: f.at(1), values: map[string]*apcItem{}}
	p := &apcParser{j: j, main: main, host: main, hosts: []*apcHost{main}, vars: map[string]string{}, root: dirOf(f)}
	base := strings.ToLower(filepath.Base(f.name))
	p.whole = base == "httpd.conf" || base == "apache2.conf"
	switch filepath.Base(p.root) {
	case "conf", "conf.d", "sites-enabled", "sites-available", "mods-enabled", "mods-available", "conf-enabled", "conf-available", "conf.modules.d", "extra":
		p.root = filepath.Dir(p.root)
	}
	return p
}

// apcSection is one open section and whether what stands in it counts.
type apcSection struct {
	name string
	at   pos
	live bool
}

// read reads one file. Sections end where the file ends.
func (p *apcParser) read(f *file) {
	sections := []apcSection{}
	before := p.host
	var held string
	var heldAt pos
	f.lines(func(no int, text string) bool {
		if len(text) > maxLine {
			p.j.skip(f.at(no), "line over %d bytes", maxLine)
			held = ""
			return true
		}
		if held == "" {
			heldAt = f.at(no)
		}
		if cut, ok := strings.CutSuffix(text, `\`); ok && len(held) < maxLine {
			held += cut + " "
			return true
		}
		line := strings.TrimSpace(held + text)
		held = ""
		if line != "" && line[0] != '#' {
			sections = p.line(f, line, heldAt, sections)
		}
		return p.j.ctx.Err() == nil
	})
	for _, s := range sections {
		p.j.skip(s.at, "section <%s> does not end", bounded(s.name))
	}
	p.host = before
}

func live(sections []apcSection) bool {
	return len(sections) == 0 || sections[len(sections)-1].live
}

func (p *apcParser) line(f *file, line string, at pos, sections []apcSection) []apcSection {
	p.j.cov.Read++
	if strings.HasPrefix(line, "</") {
		return p.close(strings.ToLower(strings.Trim(line, "</> \t")), at, sections)
	}
	words, ok := apcWords(p.expand(line))
	if !ok {
		p.j.skip(at, "a quoted string does not end")
	}
	if len(words) == 0 {
		return sections
	}
	if words[0][0] == '<' {
		if len(sections) > 4*maxDepth {
			p.j.skip(at, "sections nest too deep")
			return sections
		}
		return p.open(words, at, sections)
	}
	if live(sections) {
		p.directive(f, words, at)
	}
	return sections
}

// open begins a section.
func (p *apcParser) open(words []string, at pos, sections []apcSection) []apcSection {
	name := strings.ToLower(strings.Trim(words[0], "<>"))
	args := slices.Clone(words[1:])
	for i := range args {
		args[i] = strings.TrimSuffix(args[i], ">")
	}
	s := apcSection{name: name, at: at, live: live(sections)}
	arg := strings.ToLower(strings.Join(args, " "))
	switch name {
	case "virtualhost":
		if s.live {
			p.host = &apcHost{at: at, addrs: slices.DeleteFunc(args, func(a string) bool { return a == "" }), values: map[string]*apcItem{}, main: p.main}
			p.hosts = append(p.hosts, p.host)
		}
	case "ifmodule":
		s.live = s.live && !strings.HasPrefix(arg, "!")
	case "ifdefine":
		_, defined := p.vars[strings.TrimPrefix(arg, "!")]
		if strings.HasPrefix(arg, "!") == (defined || arg == "!ssl") && s.live {
			s.live = arg == "ssl"
			if !s.live {
				p.j.skip(at, "<IfDefine %s>: taken as not defined", bounded(arg))
			}
		}
	case "macro":
		if s.live {
			p.j.skip(at, "macros are not expanded")
		}
		s.live = false
	}
	return append(sections, s)
}

func (p *apcParser) close(name string, at pos, sections []apcSection) []apcSection {
	if len(sections) == 0 || sections[len(sections)-1].name != name {
		p.j.skip(at, "</%s> ends no section that is open", bounded(name))
		if !slices.ContainsFunc(sections, func(s apcSection) bool { return s.name == name }) {
			return sections
		}
		for sections[len(sections)-1].name != name {
			sections = sections[:len(sections)-1]
		}
	}
	if name == "virtualhost" && live(sections) {
		p.host = p.main
	}
	return sections[:len(sections)-1]
}

func (p *apcParser) directive(f *file, words []string, at pos) {
	name, args := strings.ToLower(words[0]), words[1:]
	d := &apcItem{name: words[0], args: args, at: at}
	switch name {
	case "include", "includeoptional":
		if len(args) == 1 {
			pattern := args[0]
			p.j.follow(at, p.root, pattern, f.depth, name == "includeoptional", p.read)
		}
	case "serverroot":
		if len(args) == 1 {
			if here, ok := p.j.locate(p.root, args[0]); ok {
				p.root = here
			} else {
				p.j.blind("%s: ServerRoot %s is not here: includes are taken from %s", at, bounded(args[0]), p.root)
			}
			p.whole = true
		}
	case "define":
		if len(args) == 2 && len(p.vars) < 1000 {
			p.vars[strings.ToLower(args[0])] = bounded(args[1])
		} else if len(args) == 1 && len(p.vars) < 1000 {
			p.vars[strings.ToLower(args[0])] = ""
		}
	case "listen":
		if len(args) > 0 {
			p.listens = append(p.listens, apcListen{args[0], len(args) > 1 && strings.EqualFold(args[1], "https")})
		}
	case "sslopensslconfcmd":
		p.host.commands = append(p.host.commands, d)
	default:
		if slices.Contains(apcWanted, name) {
			p.keep(name, d)
		}
	}
}

// keep notes the last value of a directive in a host.
func (p *apcParser) keep(name string, d *apcItem) {
	if name == "sslciphersuite" && len(d.args) > 1 && strings.EqualFold(d.args[0], "TLSv1.3") {
		return // the suites of TLS 1.3 are a list of their own
	}
	if name == "servername" && len(d.args) > 0 && p.host.name == "" && p.host.main != nil {
		host := d.args[0]
		if _, rest, ok := strings.Cut(host, "://"); ok {
			host = rest
		}
		host, _, _ = strings.Cut(host, ":")
		p.host.name = host
	}
	if old := p.host.values[name]; old != nil && name == "sslprotocol" {
		p.j.setting(finding{at: old.at, path: p.host.path(), value: old.text(), effect: "none", note: "replaced by " + d.at.String()})
	}
	p.host.values[name] = d
}

// expand puts in what Define set; other variables come from the environment
// and stay as they are.
func (p *apcParser) expand(s string) string {
	for name, v := range p.vars {
		if v != "" && strings.Contains(strings.ToLower(s), "${"+name+"}") && len(s) < maxLine {
			i := strings.Index(strings.ToLower(s), "${"+name+"}")
			s = s[:i] + v + s[i+len(name)+3:]
		}
	}
	return s
}

// apcWords splits a line; words may stand in quotes.
func apcWords(s string) (words []string, ok bool) {
	ok = true
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			return words, ok
		}
		if q := s[0]; q == '"' || q == '\'' {
			end := strings.IndexByte(s[1:], q)
			if end < 0 {
				return append(words, or(s[1:], `"`)), false
			}
			words, s = append(words, or(s[1:1+end], " ")), s[end+2:]
			continue
		}
		end := strings.IndexAny(s, " \t")
		if end < 0 {
			return append(words, s), ok
		}
		words, s = append(words, s[:end]), s[end:]
	}
}
