package code

import "github.com/tlsready/tlsready/internal/plaintext"

// headSize is how much of a file decides what it is.
const headSize = 8 << 10

// plainHead is the start of a file as UTF-8. Text in older encodings stays as
// it is, since what rules look for is ASCII.
func plainHead(raw []byte) []byte { return plaintext.Whole(raw[:min(len(raw), headSize)]) }
