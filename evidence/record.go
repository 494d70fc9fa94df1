package evidence

import "time"

// Schema is the version of the record set that this package reads and
// writes. Reading a newer one is an error.
const Schema = 1

// Kind names what a record is about.
type Kind string

// The kinds of schema 1.
const (
	KindStream    Kind = "stream"
	KindHandshake Kind = "handshake"
	KindServer    Kind = "server"
	KindTraffic   Kind = "traffic"
	KindClient    Kind = "client"
	KindSetting   Kind = "setting"
	KindProduct   Kind = "product"
	KindCoverage  Kind = "coverage"
	KindReplay    Kind = "replay"
)

// Record is one piece of evidence: a pointer to one of the types of this
// package.
type Record interface{ Kind() Kind }

// Stream is the first record of a stream: who wrote it and in which schema.
// Further ones say nothing about servers or clients and may stand anywhere.
type Stream struct {
	Schema  int       `json:"schema"`
	Tool    string    `json:"tool,omitempty"`
	Started time.Time `json:"started,omitzero"`
	State   string    `json:"state,omitempty"` // "scan": what scan --resume goes on with
	// Done, in the state of a scan, ends the records of one target and says
	// which it was and how it was asked.
	Done string `json:"done,omitempty"`
}

// Kind is KindStream.
func (*Stream) Kind() Kind { return KindStream }

// Party is one end of a connection, with each field that is known.
type Party struct {
	IP        string `json:"ip,omitempty"`
	Port      uint16 `json:"port,omitempty"`
	Name      string `json:"name,omitempty"` // host name; of a server the SNI, site or listener
	UserAgent string `json:"user_agent,omitempty"`
	Identity  string `json:"identity,omitempty"` // user, mail address or device
	JA3       string `json:"ja3,omitempty"`
	JA4       string `json:"ja4,omitempty"`
}

// Where is the place a fact was read from: a file and line, a registry path,
// or both.
type Where struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Path string `json:"path,omitempty"`
}

// Basis is how a fact about a party came to be known.
type Basis string

// The bases, strongest first.
const (
	Observed Basis = "observed" // seen on the wire or in a log
	Declared Basis = "declared" // a configuration or an inventory says so
	Known    Basis = "known"    // the knowledge base says so
	Inferred Basis = "inferred" // follows from other facts
)
