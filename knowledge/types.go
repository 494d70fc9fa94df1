package knowledge

import (
	"fmt"
	"strings"
	"time"
)

// Meta is what every record has.
type Meta struct {
	ID         string     `yaml:"id"`
	Confidence Confidence `yaml:"confidence"`
	Source     []string   `yaml:"source"` // citations; keys of sources.yaml are resolved by Load
	Note       string     `yaml:"note"`
}

func (m *Meta) meta() *Meta { return m }

// Confidence says how well a record is founded.
type Confidence string

// The confidences, strongest first.
const (
	Confirmed   Confidence = "confirmed"   // read in the maker's own document, source code or data
	Reported    Confidence = "reported"    // read in a third party's page or a copied notice
	Unconfirmed Confidence = "unconfirmed" // general knowledge
)

// UnmarshalText takes the three words only.
func (c *Confidence) UnmarshalText(b []byte) error {
	return oneOf(c, b, "confidence", Confirmed, Reported, Unconfirmed)
}

// oneOf sets *dst to the allowed word that b spells.
func oneOf[T ~string](dst *T, b []byte, what string, allowed ...T) error {
	for _, a := range allowed {
		if string(a) == string(b) {
			*dst = a
			return nil
		}
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	return fmt.Errorf("%s %q: want %s", what, b, strings.Join(words, ", "))
}

// Window is a time that public sources give as a day, as a month or year, or
// as a rollout from one day to another. From and Until are days in UTC; a
// month or a year alone stands for its last day, the only one by which it has
// surely come.
type Window struct {
	From, Until time.Time
}

// parse reads 2026-08-01, 2020-10, 2022 or two of these joined by "..". It is
// no UnmarshalText, which a struct that embeds a Window would take over.
func (w *Window) parse(s string) error {
	from, until, ok := strings.Cut(s, "..")
	if !ok {
		until = from
	}
	var err error
	if w.From, err = parseDay(from); err != nil {
		return err
	}
	if w.Until, err = parseDay(until); err != nil {
		return err
	}
	if w.Until.Before(w.From) {
		return fmt.Errorf("date %q ends before it starts", s)
	}
	return nil
}

func parseDay(s string) (time.Time, error) {
	for _, f := range []struct {
		layout        string
		months, years int
	}{{"2006-01-02", 0, 0}, {"2006-01", 1, 0}, {"2006", 0, 1}} {
		t, err := time.Parse(f.layout, s)
		if err != nil {
			continue
		}
		if f.months+f.years > 0 {
			t = t.AddDate(f.years, f.months, -1)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("date %q: want 2026-08-01, 2026-08 or 2026", s)
}

// IsZero reports that no date is known.
func (w Window) IsZero() bool { return w.Until.IsZero() }

// Over reports whether all of w lies on or before day.
func (w Window) Over(day time.Time) bool { return !w.IsZero() && !day.Before(w.Until) }

// Running reports whether w has begun by day but is not over.
func (w Window) Running(day time.Time) bool {
	return !w.IsZero() && !day.Before(w.From) && day.Before(w.Until)
}

// Days writes the day, or both ends.
func (w Window) Days() string {
	switch {
	case w.IsZero():
		return ""
	case w.From.Equal(w.Until):
		return w.Until.Format(time.DateOnly)
	}
	return w.From.Format(time.DateOnly) + ".." + w.Until.Format(time.DateOnly)
}
