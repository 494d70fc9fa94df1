package starttls

import "net"

// Protocol is one protocol that TLS can run under.
type Protocol struct {
	Name     string   // of its file: smtp, xmpp-server
	Record   string   `yaml:"protocol"` // what records call it; the name, unless set
	Source   string   `yaml:"source"`   // where the dialog is written down
	Schemes  []Scheme `yaml:"schemes"`
	Patience int      `yaml:"patience"` // how many times the usual wait its servers deserve; 1 unless set
	Greeting pattern  `yaml:"greeting"` // how servers of it begin, if they speak first
	Steps    []Step   `yaml:"steps"`
	Code     string   `yaml:"code"` // the dialog is this function instead of steps

	talk func(*dialog) error
	all  *table // what else there is
}

// Scheme is how a protocol is written in a URL.
type Scheme struct {
	Name   string
	Port   uint16   // usual port
	AtOnce bool     // TLS comes first; otherwise it is asked for
	ALPN   []string // what a client of this scheme offers, when servers insist on it
	Record string   // what records call it

	ports []uint16 // that stand for this scheme where none is given
}

// Step is one turn of a dialog in text. What is sent may hold {host}, the
// server's name, and {client}, the address literal of this side. The answer is
// read up to its last line, or to the element that XML matches; then Expect
// must match its last line, or all of the XML, and Offers some line.
//
// A line that More matches is not the last one of the answer. If More has a group, the answer
// goes on until a line that begins with that group's text and a space, which is
// how FTP marks the end (RFC 959 section 4.2).
type Step struct {
	Send   string  `yaml:"send"`
	Expect pattern `yaml:"expect"`
	Offers pattern `yaml:"offers"`
	More   pattern `yaml:"more"`
	XML    pattern `yaml:"xml"`

	line int
}

// AsksFor reports whether there is a dialog that asks for TLS.
func (p *Protocol) AsksFor() bool { return p.talk != nil || len(p.Steps) > 0 }

// Start speaks on conn up to where TLS begins and gives the connection on which
// it does. name is the server's. A server that answers and does not start TLS
// is a *Refusal, a connection that ends before is an *Interruption. The end in
// time is that of conn; bytes and lines are bounded here.
func (p *Protocol) Start(conn net.Conn, name string) (net.Conn, error) {
	d := newDialog(p, conn, name)
	talk := p.talk
	if talk == nil {
		talk = (*dialog).steps
	}
	if err := talk(d); err != nil {
		return nil, err
	}
	return d.upgraded(), nil
}

// inGo are the dialogs whose framing needs code.
var inGo = map[string]func(*dialog) error{
	"ldap":     (*dialog).ldap,
	"mysql":    (*dialog).mysql,
	"postgres": (*dialog).postgres,
	"rdp":      (*dialog).rdp,
	"tds":      (*dialog).tds,
	"telnet":   (*dialog).telnet,
}
