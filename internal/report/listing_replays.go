package report

import (
	"github.com/tlsready/tlsready/evidence"
)

// replays lists what each server said to recorded hellos.
func (l listing) replays(rs []*evidence.Replay) {
	var targets []string
	rows := map[string][][]string{}
	for _, r := range rs {
		if rows[r.Target] == nil {
			targets = append(targets, r.Target)
		}
		answer := l.name(r.Answer)
		if r.Version.Known() {
			answer = r.Version.String()
		}
		rows[r.Target] = append(rows[r.Target], []string{l.name(r.Hello.Name), answer, l.name(r.Suite), l.name(r.Group)})
	}
	for _, t := range targets {
		l.table(l.T("What %s answers to recorded hellos", l.name(t)), []string{l.T("hello"), l.T("answer"), l.T("suite"), l.T("group")}, rows[t])
	}
}
