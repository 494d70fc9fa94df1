package knowledge

import "strings"

// Program is what a user agent says of its sender. Nothing is guessed: what
// the agent does not tell, or tells wrongly by design, is empty.
type Program struct {
	Product Part // the program
	Runtime Part // what brings its TLS, where named besides the product
	System  Part // operating system
	Class   AgentClass
	Stated  bool    // the table does not know Product: its name is the agent's own first word
	Client  *Client // what it can do, where known; see ClientByAgent
}

// Part is one thing that an agent names.
type Part struct {
	Name    string
	Release string // the maker's name for the version: "2010" for 14.0
	Version string // as the agent prints it; empty where it hides or freezes it
	Fact    string // id of the line of the table
}

// String is name, release and version: "Outlook 2010 (14.0.7268)", "Java
// 1.7.0_80", "Java".
func (p Part) String() string {
	switch {
	case p.Release != "" && p.Version != "":
		return p.Name + " " + p.Release + " (" + p.Version + ")"
	case p.Release+p.Version != "":
		return p.Name + " " + p.Release + p.Version
	}
	return p.Name
}

// String says all parts in one line for tables: "Outlook 2010 (14.0.7268) on
// Windows 7 or Server 2008 R2". It is empty where the agent tells nothing.
func (p Program) String() string {
	s := p.Product.String()
	if s == "" {
		s = p.Runtime.String()
	} else if p.Runtime.Name != "" {
		s += " with " + p.Runtime.String()
	}
	switch on := p.System.String(); {
	case on == "":
	case s == "":
		s = "program on " + on
	default:
		s += " on " + on
	}
	return s
}

// Named reports whether the table knows the program, or the runtime below it.
func (p Program) Named() bool {
	return p.Product.Name != "" && !p.Stated || p.Runtime.Name != ""
}

// Apart is ClassProbe or ClassScanner for programs that are listed apart,
// since no user would miss them, and empty for all others.
func (p Program) Apart() AgentClass {
	switch {
	case p.Class == ClassProbe || p.Class == ClassScanner:
		return p.Class
	case p.Client != nil && p.Client.Kind.SetApart():
		return AgentClass(p.Client.Kind)
	}
	return ""
}

// ApartByAgent is Program.Apart of a user agent.
func (b *Base) ApartByAgent(userAgent string) AgentClass {
	return b.ProgramByAgent(userAgent).Apart()
}

// ProgramByAgent reads a user agent of an HTTP or SIP request, as logs keep
// it. Agents repeat: callers with many requests should keep the answer by
// agent. The work is bounded by the first maxAgent bytes.
func (b *Base) ProgramByAgent(userAgent string) Program {
	l := lookup{agents: b.agents}
	l.read(userAgent)
	product, at := l.part(b.agents.products)
	p := Program{Product: product.part, Class: product.class, Client: l.client(product)}
	runtime, below := l.part(b.agents.runtimes)
	system, _ := l.part(b.agents.systems)
	p.Runtime, p.System = runtime.part, system.part
	if v := p.System.Version; strings.IndexByte(v, '.') < 0 {
		p.System.Version = strings.ReplaceAll(v, "_", ".") // Apple writes 10_6_8
	}
	// A program that calls itself something before it names the library that
	// it uses is best called by its own name.
	if below != 0 && (p.Product.Name == "" || p.Class == ClassLibrary && at > 0) {
		if own := statedName(l.ua); own.Name != "" {
			if p.Runtime.Name == "" {
				p.Runtime = p.Product
			}
			p.Product, p.Stated = own, true
		}
	}
	if p.Runtime.Name == p.Product.Name {
		p.Runtime = Part{}
	}
	return p
}

// statedName is the first product of an agent by the grammar of RFC 9110,
// section 10.1.5: a word, and its version behind a slash. Words that every
// browser says are no name.
func statedName(ua string) Part {
	const longest = 48
	end := 0
	for end < len(ua) && end <= longest && isNameByte(ua[end]) {
		end++
	}
	name, rest := ua[:end], ua[end:]
	switch {
	case end < 3 || end > longest || !isLetter(name[0]):
		return Part{}
	case rest != "" && rest[0] != '/' && !strings.HasPrefix(rest, " ("):
		return Part{}
	case name == "Mozilla" || name == "Opera" || name == "Dalvik":
		return Part{}
	}
	part := Part{Name: name}
	if rest != "" {
		part.Version = leadingVersion(rest)
	}
	return part
}

// isNameByte: letters, digits and the marks that real names hold.
func isNameByte(c byte) bool { return isWordByte(c) || c == '-' || c == '_' || c == '.' }
