// Package assess is where evidence becomes an answer: it joins what was seen
// of clients and servers, and says of each pair whether it survives the
// policy, which side limits it, for which one reason, and how that is fixed.
//
// It is pure: no I/O, no clock. What it cannot know it calls unknown and
// names the command that would find out.
package assess
