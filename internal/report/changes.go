package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// ChangeCounts says how many servers were compared.
type ChangeCounts struct{ Both, Changed, New, Left int }

// Changes writes what differs between two scans, server by server, for a
// person.
func Changes(w io.Writer, changes []evidence.Change, n ChangeCounts, opt Options) error {
	l := listing{newPage(opt), cleaner{words{opt.Lang}, opt.ASCII}}
	slices.SortStableFunc(changes, func(a, b evidence.Change) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.IP, b.IP), -cmp.Compare(a.SNI, b.SNI))
	})
	title := ""
	for _, c := range changes {
		if t := l.endpoint(&c); t != title {
			title = t
			l.blank()
			l.para("", indent, title, l.bold)
		}
		l.change(&c)
	}
	l.blank()
	l.para("", indent, l.T("%s compared, %s changed, %s new; %s not asked now",
		l.N(n.Both, "server", "servers"), strconv.Itoa(n.Changed), strconv.Itoa(n.New), strconv.Itoa(n.Left)), nil)
	return write(w, "changes", &l.buf)
}

// endpoint names the server of a change.
func (l listing) endpoint(c *evidence.Change) string {
	title := l.name(c.Target)
	if c.IP != "" && !strings.Contains(title, c.IP) {
		title += " (" + l.name(c.IP) + ")"
	}
	if c.SNI == "" && c.IP != "" && !strings.Contains(c.Target, c.IP) {
		title += l.T(", asked without its name")
	}
	return title
}

func (l listing) change(c *evidence.Change) {
	mark := kindRisk
	if c.Is == string(evidence.Unknown) || c.Was == string(evidence.Unknown) {
		mark = kindUnknown
	}
	say := l.T("%s was %s, is %s", l.changed(c), l.changeState(c.Was), l.changeState(c.Is))
	if c.Because != "" && c.Because != "server_hello" {
		say = l.T("%s (%s)", say, l.recognised(c.Because))
	}
	l.para(indent+l.symbol(mark)+" ", indent+indent, say, nil)
}

// changed names what a change is about.
func (l listing) changed(c *evidence.Change) string {
	item := l.name(c.Item)
	switch c.What {
	case evidence.ChangedServer:
		return l.T("the server")
	case evidence.ChangedVersion:
		return l.T("changed\x04%s", c.Version)
	case evidence.ChangedOrder:
		return l.T("whose order decides in %s", c.Version)
	case evidence.ChangedSuite:
		return l.T("suite %s in %s", item, c.Version)
	case evidence.ChangedGroup:
		return l.T("the group %s", item)
	case evidence.ChangedSignature:
		return l.T("the signature algorithm %s", item)
	case evidence.ChangedCertificate:
		return l.T("the certificate with a key of %s", item)
	case evidence.ChangedTrust:
		return l.T("the trust in the certificate with a key of %s", item)
	}
	return l.T("changed\x04%s", item)
}

// changeState is what a thing was or is.
func (l listing) changeState(s string) string {
	switch s {
	case string(evidence.Accepted), string(evidence.Rejected), string(evidence.Unknown):
		return l.state(evidence.State(s))
	case evidence.Absent:
		return l.T("absent")
	case evidence.Trusted:
		return l.T("trusted")
	case evidence.Untrusted:
		return l.T("untrusted")
	case "reached":
		return l.T("reached")
	case "server":
		return l.T("server's order")
	case "client":
		return l.T("client's order")
	}
	return l.name(s)
}
