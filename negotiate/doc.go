// Package negotiate is a model of how TLS agrees: a client's profile and a
// server's profile give the version, suite and group that they come to, or the
// one cause why they do not, from SSLv3 to TLS 1.3.
//
// It is pure: no network, no clock, no memory between calls. Profiles are made
// from what a hello shows, a scan found, a configuration declares or the
// knowledge base holds, compiled once, and then compared as often as wanted.
//
// The order is that of the protocol: first the version (RFC 8446, 4.2.1; RFC
// 5246, E.1; RFC 7507), then the suite with what it needs of groups and
// signatures (RFC 5246, 7.4.1.3 and 7.4.1.4.1; RFC 8422, 4 and 5; RFC 7919, 4;
// RFC 8446, 4.1.1), and last what the client itself will not complete.
//
// What is not known of a party stays unknown: where the answer turns on it, the
// outcome is Unknown, or the result says what it assumes.
package negotiate
