// Package report shows the answer: the same report as text for a terminal, as
// one HTML page for everybody else, as JSON for programs, as CSV and XLSX for
// whoever works on with a table, as SARIF for code scanning, as JUnit XML
// for build servers and as metrics for Prometheus.
//
// What people read is said in the language of Options.Lang; names, keys and
// enums that programs read are the same in all.
//
// Formats are values in one list. Rendering is deterministic: no clock and no
// map order, so that two runs over the same evidence can be compared.
//
// Everything shown comes from evidence, which strangers can write into (a
// host name, a user agent). It is cleaned once, when the view or the row is
// made, and escaped again as the format asks: by html/template, as XML, as a
// percent-encoded address, and in tables so that no spreadsheet calculates it.
// JSON alone holds the evidence as it came.
package report
