package logs

import "bytes"

// A syslogLine is a line in one of the forms that syslog daemons write:
// "Mar  6 06:00:05 host program[1]: text", the same with the time of RFC 3339,
// each with or without <34> before it, and RFC 5424.
type syslogLine struct {
	at                       int64 // noTime without a year
	host, program, pid, text []byte
}

// noYear is the blind spot of the old form.
const noYear = "lines with the old time of syslog (Mar 6 06:00:05) tell no year: they count, but stand without a date. RFC 3339 times (rsyslog: RSYSLOG_FileFormat) have one"

// read takes a line apart. The old time gives no year, and none is guessed.
func (s *syslogLine) read(line []byte, c *clock) bool {
	*s = syslogLine{at: noTime}
	rest, version := afterPriority(line)
	rest, ok := s.time(rest, c)
	if !ok {
		return false
	}
	if version {
		return s.rfc5424(rest)
	}
	first, after := word(rest)
	if first == nil {
		return false
	}
	if first[len(first)-1] != ':' { // Dovecot's own file names no host
		s.host, rest = first, after
	}
	colon := bytes.Index(rest, []byte(": "))
	if colon < 0 {
		return false
	}
	s.text = rest[colon+2:]
	s.program, s.pid = programAndPID(rest[:colon])
	return bytes.IndexByte(s.program, ' ') < 0
}

// afterPriority takes <34> off, and the 1 that RFC 5424 writes behind it.
func afterPriority(b []byte) (rest []byte, version bool) {
	if len(b) > 3 && b[0] == '<' {
		if i := bytes.IndexByte(b[:min(len(b), 6)], '>'); i > 0 {
			b = b[i+1:]
			if bytes.HasPrefix(b, []byte("1 ")) {
				return b[2:], true
			}
		}
	}
	return b, false
}

func (s *syslogLine) time(b []byte, c *clock) (rest []byte, ok bool) {
	if len(b) < 16 {
		return nil, false
	}
	if b[0] >= '0' && b[0] <= '9' {
		t, rest := word(b)
		if len(t) < 19 {
			return nil, false
		}
		s.at, ok = c.time(t)
		return rest, ok
	}
	if !isMonth(b[:3]) || b[3] != ' ' {
		return nil, false
	}
	b = bytes.TrimLeft(b[3:], " ")
	day, b := word(b)
	clockTime, b := word(b)
	if i := bytes.IndexByte(clockTime, '.'); i > 0 {
		clockTime = clockTime[:i]
	}
	_, ok = timeOfDay(clockTime)
	return b, ok && len(day) <= 2
}

func isMonth(b []byte) bool {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	i := bytes.Index([]byte(names), b)
	return i >= 0 && i%3 == 0
}

// programAndPID reads program[pid].
func programAndPID(b []byte) (program, pid []byte) {
	if i := bytes.IndexByte(b, '['); i >= 0 && b[len(b)-1] == ']' {
		return b[:i], b[i+1 : len(b)-1]
	}
	return b, nil
}

// rfc5424 reads host, program, pid, message id and structured data.
func (s *syslogLine) rfc5424(b []byte) bool {
	s.host, b = word(b)
	s.program, b = word(b)
	s.pid, b = word(b)
	_, b = word(b)
	if len(b) == 0 {
		return false
	}
	if b[0] == '-' {
		b = bytes.TrimLeft(b[1:], " ")
	} else if i := bytes.Index(b, []byte("] ")); b[0] == '[' && i > 0 {
		b = b[i+2:]
	}
	s.text = bytes.TrimPrefix(b, bom)
	return len(s.text) > 0
}

// key names a connection of a process on a host.
func (s *syslogLine) key(scratch, more []byte) []byte {
	k := append(append(scratch[:0], s.host...), 0)
	k = append(append(k, s.pid...), 0)
	return append(k, more...)
}

// start puts into a row what the line's head says.
func (s *syslogLine) start(r *row) {
	r.reset()
	r.at = s.at
	r.cell[cellListener] = s.host
}

// detectSyslog says how many of a log's first lines are of a program, and how
// many of those say something about TLS.
func detectSyslog(head []byte, mine, telling func(s *syslogLine) bool) int {
	rows := headLines(head, 400)
	var s syslogLine
	var c clock
	read, own, told := 0, 0, 0
	for _, line := range rows {
		if !s.read(line, &c) {
			continue
		}
		read++
		if mine(&s) {
			own++
			if telling(&s) {
				told++
			}
		}
	}
	switch {
	case read*10 < len(rows)*8 || own == 0:
		return 0
	case told > 0 && own*2 > read:
		return 90
	case told > 0:
		return 60 // of a host that logs all its programs into one file
	case own*2 > read:
		return 55
	}
	return 0
}
