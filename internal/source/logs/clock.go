package logs

import (
	"bytes"
	"time"
)

const daySeconds = 24 * 60 * 60

// A clock reads times. Rows come in the order of time, so it remembers the
// day it read last.
type clock struct {
	text [11]byte
	size int
	day  int64 // seconds at its start
}

// date reads 2006-01-02 or 02/Jan/2006.
func (c *clock) date(b []byte) (seconds int64, ok bool) {
	if len(b) != 10 && len(b) != 11 {
		return 0, false
	}
	if string(b) == string(c.text[:c.size]) {
		return c.day, true
	}
	layout := time.DateOnly
	if len(b) == 11 {
		layout = "02/Jan/2006"
	}
	t, err := time.Parse(layout, string(b))
	if err != nil {
		return 0, false
	}
	c.size = copy(c.text[:], b)
	c.day = t.Unix()
	return c.day, true
}

// time reads the forms that web servers write: ISO 8601, the common log
// format, and seconds since 1970 with a fraction.
func (c *clock) time(b []byte) (seconds int64, ok bool) {
	switch {
	case len(b) >= 19 && b[4] == '-':
		return c.join(b[:10], b[11:])
	case len(b) >= 20 && b[2] == '/':
		return c.join(b[:11], b[12:])
	}
	whole, _, _ := bytes.Cut(b, []byte("."))
	if len(whole) < 9 || len(whole) > 11 {
		return 0, false
	}
	for _, d := range whole {
		if d < '0' || d > '9' {
			return 0, false
		}
		seconds = seconds*10 + int64(d-'0')
	}
	return seconds, true
}

// join adds 15:04:05, a fraction and a zone to a date. No zone is UTC.
func (c *clock) join(date, rest []byte) (seconds int64, ok bool) {
	day, ok := c.date(date)
	if !ok {
		return 0, false
	}
	clockTime, ok := timeOfDay(rest[:8])
	if !ok {
		return 0, false
	}
	zone, ok := zoneOffset(rest[8:])
	return day + clockTime - zone, ok
}

// timeOfDay reads 15:04:05.
func timeOfDay(b []byte) (seconds int64, ok bool) {
	if len(b) != 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := twoDigits(b)
	m, ok2 := twoDigits(b[3:])
	s, ok3 := twoDigits(b[6:])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return h*3600 + m*60 + s, true
}

// zoneOffset reads the end of a time: a fraction, then Z, +01:00 or " +0100".
func zoneOffset(b []byte) (seconds int64, ok bool) {
	if len(b) > 0 && (b[0] == '.' || b[0] == ',') {
		b = bytes.TrimLeft(b[1:], "0123456789")
	}
	b = bytes.TrimLeft(b, " ")
	if len(b) == 0 || len(b) == 1 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, true
	}
	if len(b) != 5 && (len(b) != 6 || b[3] != ':') {
		return 0, false
	}
	h, ok1 := twoDigits(b[1:])
	m, ok2 := twoDigits(b[len(b)-2:])
	seconds = h*3600 + m*60
	if b[0] == '-' {
		seconds = -seconds
	}
	return seconds, ok1 && ok2 && (b[0] == '+' || b[0] == '-')
}

func twoDigits(b []byte) (int64, bool) {
	if len(b) < 2 {
		return 0, false
	}
	tens, ones := b[0]-'0', b[1]-'0'
	return int64(tens)*10 + int64(ones), tens <= 9 && ones <= 9
}
