// Package starttls knows how TLS begins inside other protocols: which URL
// schemes and ports there are, whether TLS comes at once or is asked for, and
// what is said until it does.
//
// A protocol is one file in data. Where a text dialog is enough, the file holds
// it: what is expected, what is sent. Where framing needs code (LDAP,
// PostgreSQL, MySQL, TDS, RDP, TELNET), the file names the function, which has
// a Go file of its own.
//
//	load.go      the data files, read strictly
//	schemes.go   URL schemes and ports
//	dialog.go    reading and writing within bounds, one step after the other
//	refusal.go   what is said when no TLS comes of it
//	speaks.go    what else may be listening, by its first bytes
//
// docs/new-starttls.md says how to add one.
package starttls
