// Package code reads source code and scripts and says where they decide a
// TLS version: a pinned constant, a lowered minimum, a cap, a flag of a
// command.
//
// Two questions stay apart, and a record answers them by its effect and its
// versions, never by a floor: does the line break on the day (it pins or caps
// what is below the floor), or does it merely leave old versions allowed?
//
// A file goes through four steps, each cheaper than the next one is likely to
// be needed: literals (most files hold none and are done), a lexer that tells
// code, strings and comments apart, the rules of the language, and the value
// of each match, read as a whole over lines and operators.
//
// A rule is one record of rules.yaml, with its own bad and good cases. To add
// one, add the record; a new spelling of versions is a record of "words".
package code
