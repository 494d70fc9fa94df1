package report

import "github.com/tlsready/tlsready/internal/columns"

// displayWidth counts the columns of s. Colours take none; they are the only
// escapes that get here, see cleaner.
func displayWidth(s string) int { return columns.Width(s) }

func middleCut(s string, n int, dots string) string { return columns.MiddleCut(s, n, dots) }

func endCut(s string, n int, dots string) string { return columns.EndCut(s, n, dots) }

func wrap(s string, n int, dots string) []string { return columns.Wrap(s, n, dots) }
