package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// ReadWaivers reads a CSV file with the columns party, reason, owner and
// until. A line that cannot be read is an error: an exception that silently
// does not hold, or holds for the wrong party, is worse than none.
func ReadWaivers(path string) ([]assess.Exception, error) {
	var out []assess.Exception
	err := readCSV(path, []string{"party", "owner", "until"}, func(cell func(string) string) error {
		until, err := Day(cell("until"))
		if err != nil {
			return err
		}
		out = append(out, assess.Exception{Party: cell("party"), Reason: cell("reason"), Owner: cell("owner"), Until: until})
		return nil
	})
	return out, err
}

// ReadOwners reads a CSV file with the columns pattern, owner and contact,
// and window where an owner wants another time of observation.
func ReadOwners(path string) ([]assess.Owner, error) {
	var out []assess.Owner
	err := readCSV(path, []string{"pattern", "owner"}, func(cell func(string) string) error {
		if _, err := assess.ParseWindow(cell("window")); err != nil {
			return err
		}
		out = append(out, assess.Owner{Pattern: cell("pattern"), Owner: cell("owner"), Contact: cell("contact"), Window: cell("window")})
		return nil
	})
	return out, err
}

// readCSV hands each row to use, cells by the name of their column. The
// needed columns must be there and filled.
func readCSV(path string, needed []string, use func(cell func(string) string) error) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	r.TrimLeadingSpace = true
	r.Comment = '#'
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: no header line (%s): %w", path, strings.Join(needed, ","), err)
	}
	columns := map[string]int{}
	for i, name := range head {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range needed {
		if _, ok := columns[name]; !ok {
			return fmt.Errorf("%s:1: no column %q: want %s", path, name, strings.Join(needed, ","))
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		cell := func(name string) string {
			if i, ok := columns[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		for _, name := range needed {
			if cell(name) == "" {
				return fmt.Errorf("%s:%d: %s is empty", path, line, name)
			}
		}
		if err := use(cell); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}
