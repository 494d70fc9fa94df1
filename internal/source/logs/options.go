package logs

import (
	"fmt"

	"github.com/tlsready/tlsready/tlswire"
)

// Options say how to read a log. The zero value detects everything.
type Options struct {
	Format      string // the name of a format; empty detects it
	Layout      string // the layout of the log, in the words of the server that wrote it
	ClientField string // the field that holds the client's address behind a balancer
	Server      string // the name of the server, for rows that tell none
	Days        Days   // which records keep their counts a day
	// Floor is the version below which Days "weak" keeps them; zero is
	// TLS 1.2. It judges nothing: that is for a policy to do.
	Floor tlswire.Version
	// Below keeps only rows below this version, which is much faster; zero
	// keeps all. Whether the same clients also do better is then not known,
	// and coverage says so.
	Below tlswire.Version
}

// Days says which handshake records keep their counts a day. Without them
// they take less memory; traffic records have the totals anyway.
type Days string

// The choices; empty is DaysAll.
const (
	DaysAll  Days = "all"
	DaysWeak Days = "weak"
	DaysNone Days = "none"
)

// Check finds options that cannot be meant, before any input is read.
func (o *Options) Check() error {
	if o.Format != "" {
		if _, err := formatByName(o.Format); err != nil {
			return err
		}
	}
	switch o.Days {
	case "", DaysAll, DaysWeak, DaysNone:
	default:
		return fmt.Errorf("days %q: want all, weak or none", o.Days)
	}
	if o.Layout != "" {
		return o.checkLayout()
	}
	return nil
}

// keepDays reports whether records of a version keep their counts a day.
func (o *Options) keepDays(v tlswire.Version) bool {
	switch o.Days {
	case DaysNone:
		return false
	case DaysWeak:
		floor := o.Floor
		if floor == 0 {
			floor = tlswire.TLS12
		}
		return v.Below(floor)
	}
	return true
}

// above reports whether a row is left out because of Below.
func (o *Options) above(s state, r *row) bool {
	return o.Below != 0 && s == tlsRow && r.version.AtLeast(o.Below)
}

// judgeCut decides about a row whose line has no end: it may be cut, and half
// of TLSv1.2 is TLSv1. It stands if what the line ends with is whole by its
// looks or decides nothing.
func judgeCut(line []byte, r *row, s state) (state, string) {
	for c := range cells {
		if !r.endsWith(line, c) {
			continue
		}
		whole := false
		switch c {
		case cellHash, cellKeyExchange:
			whole = true
		case cellForwarded:
			whole = r.known(c) == nil
		case cellSuite:
			_, whole = tlswire.SuiteByName(string(r.cell[c]))
		}
		if !whole {
			return badRow, "last line has no end: it may be cut"
		}
	}
	return s, ""
}
