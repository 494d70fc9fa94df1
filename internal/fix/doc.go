// Package fix turns what breaks into files that a person applies: the change,
// the check that it took, and the way back.
//
// Nothing here touches what it is about. Plan is a pure function of a report
// and the evidence behind it; WithFiles may look at the files that evidence
// names, so that a change can be a diff; Write puts everything into one folder
// that the user names.
//
// A change of Plan only ever adds: it lets the newer version in and keeps what
// worked before. Turning TLS 1.0 and 1.1 off is a later step with gates of its
// own: PlanDisable makes its files, for a caller that knows the gates to be
// met.
//
// What a configuration looks like is hostile input: names become folder names,
// values end up in scripts. See safe.go for what is let through.
package fix
