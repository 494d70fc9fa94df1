// Package app is the wiring: it finds out what each argument is, runs the
// source that reads it, folds what comes back, and has it judged. It is the
// only package that sees both sources and assessment.
package app
