package app

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/internal/report"
)

// WriteNotices writes a text to send for each owner and each language into a
// folder, notice-ann-example.zh-TW.txt, and gives how many it wrote. Notices
// of an earlier run that are still due are written over.
func WriteNotices(folder string, r *assess.Report, opt report.Options, ask string) (int, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, fmt.Errorf("the folder of notices: %w", err)
	}
	n := 0
	for _, tag := range lang.Tags() {
		l, err := lang.Find(tag)
		if err != nil {
			return n, err
		}
		opt.Lang = l
		for _, notice := range report.Notices(r, opt, ask) {
			file := filepath.Join(folder, notice.Name+"."+tag+".txt")
			if err := os.WriteFile(file, []byte(notice.Text), 0o644); err != nil {
				return n, fmt.Errorf("a notice: %w", err)
			}
			n++
		}
	}
	return n, nil
}
