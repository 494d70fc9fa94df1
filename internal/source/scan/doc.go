// Package scan asks TLS servers what they accept: which versions, in each
// the cipher suites and whose order decides, groups and certificates. What it
// finds it emits as evidence.Server, one record an address.
//
// It asks with hellos made by hand, because TLS libraries refuse to speak
// what must be looked for here. A server names one suite a hello, so suites
// are found by taking the named one out of the next hello until the server
// refuses; the floor is the sum over versions of suites + 1, and groups + 1.
//
// The costliest error is a false "rejected": someone then switches off what
// is in use. So a refusal counts only when the same server has accepted
// something, and a version's refusal only when hellos of different make met
// with it; a connection that ends without a word is compared with a hello
// known to succeed; hellos shrink for servers that cannot bear long ones;
// and silence is "unknown".
//
// Replay asks with recorded hellos instead, as they are, and tells what each
// was answered: evidence.Replay.
package scan
