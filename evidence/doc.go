// Package evidence is the one language every part of tlsready speaks: the
// records that sources emit, that travel as NDJSON, that a store keeps and
// that assessment reads.
//
// A field that is not known is absent, never zero, false or "ok". Records of
// the same thing fold into one; folding is associative and commutative, so
// two cores, two files or two machines come to the same bytes.
package evidence
