// Package quicwire knows the first bytes of QUIC connections: the packets
// that carry the hellos of TLS before both sides have keys of their own.
//
// Initial packets are protected with keys that follow from a connection id
// which stands in them, so that anybody on the path can read them (RFC 9001,
// 5.2). The package reads and writes Initial packets of QUIC versions 1 (RFC
// 9000, 9001) and 2 (RFC 9369), of the drafts from 22 on and of what two
// vendors made of these, in both directions; Version Negotiation (RFC 8999, 6)
// and Retry (RFC 9000, 17.2.5); and puts the CRYPTO frames in order, whose
// content is handshake messages as package tlswire reads them.
//
// Nothing here does I/O or reads a clock. Parsers accept any input: a packet
// that is cut, absurd or not meant for these keys is an error, never a panic.
package quicwire
