package app

import (
	"fmt"
	"os"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/knowledge"
)

// Policy finds what to judge against: a policy by its name, or a file with
// rules of the user's own. What has a slash, a dot or a file of its name is a
// file.
func Policy(base *knowledge.Base, arg string) (assess.Policy, error) {
	p, err := assess.ParsePolicy(base, arg)
	if err == nil {
		return p, nil
	}
	if _, statErr := os.Stat(arg); statErr != nil && !strings.ContainsAny(arg, `/\.`) {
		return p, err
	}
	text, err := os.ReadFile(arg)
	if err != nil {
		return p, fmt.Errorf("policy: %w", err)
	}
	rules, err := knowledge.ReadPolicy(arg, text)
	if err != nil {
		return p, fmt.Errorf("policy %w", err)
	}
	return assess.NewPolicy(rules), nil
}
