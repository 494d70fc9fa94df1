// Package knowledge is what the product knows before it has looked at
// anything: which clients can do which TLS version, what Windows does when
// nobody configured it, which build a product needs, when a cloud service
// ends what, the policies to judge by, and the order of work.
//
// The knowledge is data, not code: YAML files below data/, embedded in the
// binary, every record with an id, a confidence and its sources. Load reads
// them strictly: an unknown key, a missing id, a bad version or a reference
// to nothing is an error that names file and line. Nothing is global; the
// caller loads once and passes the Base on. A Base is never changed after
// Load, so it may be used from many goroutines.
//
// Where public sources contradict each other the Base says so: see
// Contradiction.
//
// # To add a record
//
// Write it into the file of its kind, below records of its own sort. It needs
// id (unique over all files), confidence (confirmed: the maker's own text,
// source code or data was read; reported: a third party says so;
// unconfirmed: general knowledge) and source: a list of keys of
// data/sources.yaml or, for a source used once, the citation itself. What is
// not known stays out: a missing version means "not known", never "none".
//
// A client is recognised by the agents of its record. Within one kind of
// client the first match in the file wins, so a product token (Edg/, OPR/)
// stands above the engine that it names besides itself (Chrome/).
//
// # Known clients
//
// Client is a range of versions; KnownClient is one program in one version,
// with the ClientHello that it was recorded to send, and what it refuses in
// spite of it. There is one file each in data/hellos, and docs/new-client.md
// tells how to record one. KnownByFingerprint finds them again.
//
// # User agents
//
// Two tables read them in one pass. ClientByAgent gives the record of what a
// client can do with TLS (clients.yaml); ProgramByAgent says besides what the
// program is, in which version, on which system and of which class
// (agents.yaml), and its String is what tables show.
package knowledge
