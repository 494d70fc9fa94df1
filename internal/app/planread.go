package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// maxPlan bounds a plan or orders file, in bytes.
const maxPlan = 256 << 20

// ReadPlan reads an earlier plan: the file, or the folder that it lies in.
func ReadPlan(name string) (*assess.Plan, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, PlanFile)
	}
	text, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	var p assess.Plan
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("%s:%d: not a plan of tlsready: %w", name, lineOfError(text, err), err)
	}
	if p.Schema > evidence.Schema {
		return nil, fmt.Errorf("%s: schema %d: the plan is of a newer tlsready", name, p.Schema)
	}
	if p.Schema == 0 || p.Steps == nil {
		return nil, fmt.Errorf("%s: not a plan of tlsready: no schema or no steps; want the plan.json that tlsready plan -o wrote", name)
	}
	if _, err := time.Parse(time.DateOnly, p.AsOf); err != nil {
		return nil, fmt.Errorf("%s: as_of %q: want a day such as 2026-12-31", name, p.AsOf)
	}
	return &p, checkSteps(name, &p)
}

// checkSteps finds what no plan can hold.
func checkSteps(name string, p *assess.Plan) error {
	seen := map[string]bool{}
	for _, s := range p.Steps {
		switch s.State {
		case assess.StepTodo, assess.StepRefused, assess.StepDone, assess.StepRegressed:
		default:
			return fmt.Errorf("%s: step %q: state %q: want todo, refused, done or regressed", name, s.ID, s.State)
		}
		if s.ID == "" || seen[s.ID] {
			return fmt.Errorf("%s: step %q has no id, or one that another has", name, s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

// lineOfError is the line that a JSON error is about.
func lineOfError(text []byte, err error) int {
	at := int64(len(text))
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	return 1 + bytes.Count(text[:min(at, int64(len(text)))], []byte("\n"))
}

// ReadOrders reads a YAML file of orders:
//
//	order:
//	  - before: db01
//	    after: web01
//	    reason: the web servers lose their sessions
//
// Every error names the file and the line.
func ReadOrders(name string) ([]assess.Order, error) {
	text, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: empty: want order: with a list of before and after", name)
	}
	fail := func(n *yaml.Node, format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s", name, n.Line, fmt.Sprintf(format, args...))
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Content[0].Value != "order" || root.Content[1].Kind != yaml.SequenceNode {
		return nil, fail(root, "want order: with a list of before and after, and nothing besides")
	}
	var out []assess.Order
	for _, item := range root.Content[1].Content {
		o := assess.Order{Where: fmt.Sprintf("%s:%d", name, item.Line)}
		if item.Kind != yaml.MappingNode {
			return nil, fail(item, "want before: and after:")
		}
		for i := 0; i+1 < len(item.Content); i += 2 {
			key, value := item.Content[i], item.Content[i+1]
			if value.Kind != yaml.ScalarNode {
				return nil, fail(value, "%s: want one host or step", key.Value)
			}
			switch key.Value {
			case "before":
				o.Before = value.Value
			case "after":
				o.After = value.Value
			case "reason":
				o.Reason = value.Value
			default:
				return nil, fail(key, "%q is not known: want before, after and reason", key.Value)
			}
		}
		if strings.TrimSpace(o.Before) == "" || strings.TrimSpace(o.After) == "" {
			return nil, fail(item, "needs both before: and after:")
		}
		out = append(out, o)
	}
	return out, nil
}

// readBounded reads a file of modest size whole.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPlan+1))
	if err == nil && len(text) > maxPlan {
		err = fmt.Errorf("%s: larger than %d bytes", name, maxPlan)
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), err
}
