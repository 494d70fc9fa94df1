// Package tlswire knows the bytes of TLS: code points and their names, and
// how records, hellos, certificates and alerts are read and written.
//
// It does no I/O, reads no clock and writes no log, so that scanning,
// watching and simulating share one understanding of the wire. Parsers take
// a byte slice, return slices into it, allocate nothing, and accept any
// input: a message that is cut or absurd is an error or a partial result,
// never a panic.
package tlswire
