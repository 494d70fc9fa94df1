package logs

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/internal/evtx"
	"github.com/tlsready/tlsready/tlswire"
)

func schannelFormat() *Format {
	return &Format{
		Name:     "schannel",
		Doc:      "the System log of Windows, as .evtx or exported as XML: events of Schannel",
		Source:   "schannel",
		Enable:   schannelEnable,
		protocol: "tls",
		records:  byEvent,
		blind: []string{
			"Schannel does not tell the address of a client: this log says that this server still negotiates a version, and never with whom",
			"only events of Schannel are read, and handshakes are logged only with EventLogging 4 or more",
		},
		detect: detectSchannel,
		parser: func(*Options, []byte) (lineParser, error) { return &schannelParser{}, nil },
		agent:  verbatim,
		text:   xmlText,
		suite:  codeSuite,
	}
}

const schannelEnable = `registry, then restart Windows (1 errors, 2 warnings, 4 successes; 7 is all):
reg add HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL /v EventLogging /t REG_DWORD /d 7 /f`

// detectSchannel claims event logs, of which only the events tell what they
// are, and XML of the System log or with an event of Schannel.
func detectSchannel(head []byte) int {
	if evtx.Is(head) {
		return 90
	}
	b := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	if !bytes.HasPrefix(b, []byte("<")) || !contains(b, "schemas.microsoft.com/win/2004/08/events/event") {
		return 0
	}
	at := bytes.Index(b, eventOpen)
	switch {
	case at < 0 || at > 4096:
		return 0
	case contains(b, "'Schannel'") || contains(b, `"Schannel"`):
		return 95
	case contains(b, "<Channel>System</Channel>"):
		return 70
	}
	return 0
}

// The events of Schannel that say something about versions.
const (
	eventHandshake  = 36880 // completed
	eventNoSuite    = 36874 // a client shares no suite with this server
	eventAlertHeard = 36887 // fatal, from the other side
	eventAlertSent  = 36888 // fatal, to the other side
	eventCredential = 36871 // none could be made, as with no version enabled
)

type schannelParser struct {
	byRows
	clock       clock
	own, others int // events of Schannel, and of other programs
}

func (p *schannelParser) parseRows(event []byte, add func(s state, reason string, r *row)) {
	if !isSchannel(attribute(event, "Provider", "Name")) {
		p.others++
		return
	}
	p.own++
	id, err := strconv.Atoi(string(element(event, "EventID")))
	if err != nil {
		return
	}
	r := row{at: noTime}
	if at, ok := p.clock.time(attribute(event, "TimeCreated", "SystemTime")); ok {
		r.at = at
	}
	if r.cell[cellListener] = element(event, "Computer"); r.known(cellListener) == nil {
		add(badRow, "an event without its computer", &r)
		return
	}
	switch id {
	case eventHandshake:
		add(p.handshake(event, &r))
	case eventNoSuite:
		r.faceless = true
		r.alert.From, r.alert.Name = "server", "handshake_failure"
		add(failedRow, "", &r)
	case eventAlertHeard:
		add(unmeasured, "a fatal alert "+alertOf(event)+" was received: Schannel does not tell from whom, nor in which role", &r)
	case eventAlertSent:
		add(unmeasured, "a fatal alert "+alertOf(event)+" was sent: Schannel does not tell to whom, nor in which role", &r)
	case eventCredential:
		add(unmeasured, "Schannel could make no credential (event 36871): a program here can do no TLS with what is enabled", &r)
	}
}

// end is for a log without any event of Schannel: it was read, and says
// nothing about TLS.
func (p *schannelParser) end(add func(s state, reason string, r *row)) {
	if p.own == 0 && p.others > 0 {
		add(unmeasured, "an event of another program than Schannel", &row{at: noTime, count: p.others})
	}
}

func isSchannel(provider []byte) bool {
	return string(provider) == "Schannel" || string(provider) == "Microsoft-Windows-Schannel-Events"
}

// handshake reads one that was completed.
func (p *schannelParser) handshake(event []byte, r *row) (s state, reason string, _ *row) {
	version := field(event, "Protocol")
	name := strings.ReplaceAll(strings.ReplaceAll(string(version), " ", ""), "v", "")
	v, ok := versionSpelled([]byte(name))
	if !ok {
		return badRow, "event 36880 without a version", r
	}
	r.version, r.cell[cellVersion] = v, version
	r.cell[cellSuite] = field(event, "CipherSuite")
	switch string(bytes.ToLower(field(event, "Type"))) {
	case "client":
		r.outbound = true
		if r.cell[cellClientName] = hostName(field(event, "TargetName")); r.cell[cellClientName] == nil {
			r.cell[cellPeer] = address(field(event, "TargetName"))
		}
	case "server":
		r.cell[cellCertName] = field(event, "RemoteCertSubjectName")
		r.faceless = true
	default:
		return badRow, "event 36880 that is neither of a client nor of a server", r
	}
	return tlsRow, "", r
}

// field is an element of EventXML, or the Data of that name.
func field(event []byte, name string) []byte {
	if b := element(event, name); b != nil {
		return b
	}
	for _, quote := range [...]string{`"`, "'"} {
		if b := behind(event, "Name="+quote+name+quote+">"); b != nil {
			if i := bytes.IndexByte(b, '<'); i > 0 {
				return b[:i:i]
			}
		}
	}
	return nil
}

// alertOf is the number and name of an alert.
func alertOf(event []byte) string {
	n, err := strconv.ParseUint(string(field(event, "AlertDesc")), 0, 8)
	if err != nil {
		return "without a number"
	}
	return tlswire.Alert(n).String()
}

// element is the text of the first element of that name; text in XML holds no
// tags of its own.
func element(event []byte, name string) []byte {
	b := tagOf(event, name)
	i := bytes.IndexByte(b, '>')
	if i < 0 || i > 0 && b[i-1] == '/' {
		return nil
	}
	b = b[i+1:]
	if i = bytes.IndexByte(b, '<'); i <= 0 {
		return nil
	}
	return bytes.TrimSpace(b[:i:i])
}

// attribute is one of the first element of that name.
func attribute(event []byte, name, attr string) []byte {
	b := tagOf(event, name)
	if i := bytes.IndexByte(b, '>'); i >= 0 {
		b = b[:i]
	}
	rest := behind(b, attr+"=")
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return nil
	}
	i := bytes.IndexByte(rest[1:], rest[0])
	if i < 0 {
		return nil
	}
	return rest[1 : 1+i : 1+i]
}

// tagOf is what stands behind <name.
func tagOf(event []byte, name string) []byte {
	for rest := event; ; {
		rest = behind(rest, "<"+name)
		if len(rest) == 0 {
			return nil
		}
		switch rest[0] {
		case ' ', '>', '/', '\t', '\r', '\n':
			return rest
		}
	}
}

// xmlText undoes the escapes of XML.
func xmlText(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&").Replace(s)
}

// codeSuite is the fact of a log that writes the suite's number: 0xc030.
func codeSuite(r *row) suiteFact {
	n, err := strconv.ParseUint(string(r.known(cellSuite)), 0, 16)
	if err != nil || n == 0 {
		return suiteFact{}
	}
	return factOf(tlswire.Suite(n))
}
