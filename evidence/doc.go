// Package evidence is the one language every part of tlsready speaks: the
// records that sources emit, that travel as NDJSON, that a store keeps and
// that assessment reads.
//
// A field that is not known is absent, never zero, false or "ok". Records of
// the same thing fold into one; folding is associative and commutative, so
// two cores, two files or two machines come to the same bytes.
//
// Memory: a folded handshake takes some 100 bytes while it is being folded and
// 60 in a Set, whatever its record looks like, and each different party, set
// of terms, day and file is kept once (see Table). All else is kept as it is.
package evidence
