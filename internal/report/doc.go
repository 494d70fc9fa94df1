// Package report shows the answer: the same report as text for a terminal, as
// JSON for programs and as one HTML page for everybody else.
//
// Formats are values in one list. Rendering is deterministic: no clock and no
// map order, so that two runs over the same evidence can be compared.
//
// Everything shown comes from evidence, which strangers can write into (a
// host name, a user agent). It is cleaned once, when the view is made, and
// escaped again by html/template.
package report
