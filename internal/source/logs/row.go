package logs

import (
	"bytes"
	"math"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A state is what a line turned out to be.
type state uint8

const (
	notRow     state = iota // a directive
	tlsRow                  // a connection or request over TLS, with its version; without, one that is weak by what the log says
	failedRow               // a handshake that failed; its version may be known
	plainRow                // one without TLS
	unmeasured              // one of which the log does not say
	badRow                  // a row that cannot be used
)

// A cell is one thing that a row says, whatever the format calls it.
type cell uint8

const (
	cellNone       cell = iota // of no use here
	cellPeer                   // the address that connected
	cellForwarded              // the address that a balancer says is behind it
	cellClientName             // the name that the client gives itself (EHLO) or has in the DNS
	cellUser
	cellMail     // the sender's address
	cellCertName // the subject of the client's certificate
	cellDevice
	cellAgent
	cellServerIP
	cellServerPort
	cellHost     // the name that the client asked for
	cellListener // the name that the server has for itself
	cellSite     // the name of its site
	cellVersion
	cellSuite
	cellHash
	cellKeyExchange
	cellGroup
	cellJA3 // fingerprints of the client's hello
	cellJA4
	cellStatus
	cellDate
	cellTime
	cellReason // why the handshake failed, in the log's words
	cells
)

// noTime is the time of a row that has none.
const noTime = math.MinInt64

// A row is one request or connection. Its cells are slices of the line, still
// escaped; nil means that the log has no such field.
type row struct {
	cell    [cells][]byte
	version tlswire.Version
	at      int64 // seconds since 1970, or noTime

	// name is stretches of the line that together hold every cell that tells
	// this row from others, but for cellForwarded; layout says which columns
	// they are. A parser that gives them spares the fold to put the cells
	// together.
	name   [][]byte
	layout uint32

	protocol string           // empty is that of the format
	outcome  evidence.Outcome // empty is completed, and refused for a failedRow
	alert    evidence.Alert   // of a failedRow, where the log tells it
	faceless bool             // the log never tells who the client was
	outbound bool             // the log is the client's: cellPeer is the server it called
	count    int              // connections that the row stands for; 0 is one
}

// reset empties the row for the next line.
func (r *row) reset() { *r = row{at: noTime, name: r.name[:0]} }

// known gives a cell unless it is empty or the dash for nothing.
func (r *row) known(c cell) []byte {
	b := r.cell[c]
	if len(b) == 0 || len(b) == 1 && b[0] == '-' {
		return nil
	}
	return b
}

// set fills a cell. The first thing known stays: several fields may tell the
// same, and not each has a value in every row.
func (r *row) set(c cell, b []byte) {
	if r.known(c) == nil {
		r.cell[c] = b
	}
}

// identity is who the client is, by the best that the row has.
func (r *row) identity() []byte {
	for _, c := range [...]cell{cellUser, cellMail, cellCertName, cellDevice} {
		if b := r.known(c); b != nil {
			return b
		}
	}
	return nil
}

// weight is how many connections the row stands for.
func (r *row) weight() int { return max(1, r.count) }

// client is the address of the client, and whether a balancer vouches for it.
func (r *row) client() (addr []byte, forwarded bool) {
	peer := address(r.cell[cellPeer])
	if f := address(r.cell[cellForwarded]); f != nil {
		return f, !bytes.Equal(f, peer)
	}
	return peer, false
}

// serverName is the best name there is for the server.
func (r *row) serverName() []byte {
	if h := hostName(r.cell[cellHost]); h != nil {
		return h
	}
	if h := r.known(cellListener); h != nil && string(h) != "_" {
		return h
	}
	return r.known(cellSite)
}

// statusClass is the first digit of the HTTP status, and 0 for none.
func (r *row) statusClass() int {
	if s := r.cell[cellStatus]; len(s) == 3 && s[0] >= '1' && s[0] <= '5' {
		return int(s[0] - '0')
	}
	return 0
}

// endsWith reports whether a cell is the last thing on the line: then, if
// the line has no end, only its start may stand there.
func (r *row) endsWith(line []byte, c cell) bool {
	b := r.cell[c]
	return len(b) > 0 && len(line) > 0 && &b[len(b)-1] == &line[len(line)-1]
}
