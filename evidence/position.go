package evidence

// Position is how far a log was read into a store, and how to know the log
// again under any name, grown, renamed, copied or compressed. Its bytes are
// those of the text, unpacked and as UTF-8.
type Position struct {
	Format string `json:"format"` // the log's format, which a grown log keeps
	// Head is the start of the SHA-256, in hex, of the first HeadBytes.
	Head      string `json:"head"`
	HeadBytes int    `json:"head_bytes"`
	// Steps are the same for each whole line within the head, from the first
	// byte to that line's end: an older copy ends at one of them.
	Steps []string `json:"steps,omitempty"`
	// Tail is the hash of the last TailBytes before Offset.
	Tail      string `json:"tail"`
	TailBytes int    `json:"tail_bytes"`
	Offset    int64  `json:"offset"` // in bytes: what is before it was counted
	Lines     int    `json:"lines"`  // before it
	// Packed is the hash of the ends of an archive that was read to its end.
	Packed string `json:"packed,omitempty"`
	// Directives are the lines of each name, such as #Fields, that are in
	// force at Offset.
	Directives []string `json:"directives,omitempty"`
	// Open says that rows of sessions which had not ended were not counted.
	Open  bool           `json:"open,omitempty"`
	Tally *PositionTally `json:"tally,omitempty"`
}

// PositionTally is what the coverage of a log is made of beside its own
// numbers. All are rows.
type PositionTally struct {
	Passed     int      `json:"passed,omitempty"`     // left out because of --below
	Plain      int      `json:"plain,omitempty"`      // without TLS
	Measured   int      `json:"measured,omitempty"`   // of which the log tells the version, or that there was no TLS
	Unmeasured [][3]int `json:"unmeasured,omitempty"` // lines from and to of others, and how many measured stand before
	Forwarded  bool     `json:"forwarded,omitempty"`  // a client known from a balancer's header
	Forwarding bool     `json:"forwarding,omitempty"` // a field for such clients
	Anonymous  bool     `json:"anonymous,omitempty"`  // a row that tells nothing about its server
}
