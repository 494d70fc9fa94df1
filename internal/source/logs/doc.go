// Package logs reads server logs and says who negotiated which TLS version
// with which server, folded while reading: memory grows with the estate and
// not with the log, and no raw line is kept.
//
// Three things never merge. A row with a version is evidence. A row over
// plain HTTP is not TLS. A row of a log without TLS fields was not measured:
// it says nothing, and the coverage record says so, with the configuration
// that would make the log speak.
//
// A format is a value in the list of [Formats]. To add one: one file that
// makes the value, and one line in the list.
package logs
