package report

import (
	"time"

	"github.com/tlsready/tlsready/assess"
)

// mostBars bounds a chart of days: longer stretches are drawn in weeks.
const mostBars = 100

// burnDown is what was still weak, day by day, up to the day it must be gone.
type burnDown struct {
	Step     string // what one bar stands for, in words
	Charts   []chart
	Rows     []burnRow
	RowsLeft int
	Deadline string
	Summary  string
}

type burnRow struct{ Day, Clients, Requests string }

// chart is one row of bars, in units of the drawing.
type chart struct {
	ID, Title, Text string
	Width, Height   int
	Left, Right     int // where lines begin and end
	Base            int // the line that bars stand on
	Bars            []bar
	Top             string // the highest number, at the top line
	Ticks           []tick
	Line            *tick // the deadline
}

type bar struct {
	X, Y, W, H int
	Label      string
}

type tick struct {
	X, LabelX    int
	Label, Align string
}

// The drawing, in its own units.
const (
	chartWidth  = 480
	chartHeight = 176
	chartLeft   = 52
	chartRight  = 16
	chartTop    = 26
	chartBase   = 148
)

// newBurnDown is nil where no evidence tells its days.
func newBurnDown(v *view) *burnDown {
	days := v.r.Days
	if len(days) == 0 {
		return nil
	}
	first, err := time.Parse(time.DateOnly, days[0].Day)
	if err != nil {
		return nil
	}
	last, err := time.Parse(time.DateOnly, days[len(days)-1].Day)
	if err != nil {
		return nil
	}
	step := 1
	if daysBetween(first, last) >= mostBars {
		step = 7
	}
	b := &burnDown{Deadline: v.deadline(), Step: v.T("a day")}
	if step == 7 {
		b.Step = v.T("a week")
	}
	end := last
	if t, err := time.Parse(time.DateOnly, b.Deadline); err == nil && t.After(end) {
		end = t
	}
	slots := daysBetween(first, end)/step + 1
	clients, requests := make([]int, slots), make([]int, slots)
	for _, d := range days {
		t, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			continue
		}
		i := daysBetween(first, t) / step
		clients[i] = max(clients[i], d.WeakClients) // the same client comes every day
		requests[i] += d.Weak
	}
	b.Charts = []chart{
		v.newChart("chart-clients", v.T("Clients below %s, the most on one day", v.need), first, step, clients, b.Deadline),
		v.newChart("chart-requests", v.T("Connections or requests below %s, %s", v.need, b.Step), first, step, requests, b.Deadline),
	}
	b.rows(v, days)
	latest := days[len(days)-1]
	b.Summary = v.T("On the last day with evidence, %s: %s below %s, %s.", latest.Day,
		v.N(latest.WeakClients, "client", "clients"), v.need, v.N(latest.Weak, "connection or request", "connections or requests"))
	return b
}

func daysBetween(a, b time.Time) int { return int(b.Sub(a).Hours() / 24) }

// rows are the numbers behind the drawing, the latest first.
func (b *burnDown) rows(v *view, days []assess.Day) {
	const most = 62
	for i := len(days) - 1; i >= 0 && len(b.Rows) < most; i-- {
		d := days[i]
		b.Rows = append(b.Rows, burnRow{d.Day, number(d.WeakClients), v.T("%s of %s", number(d.Weak), number(d.Weak+d.Strong))})
	}
	b.RowsLeft = len(days) - len(b.Rows)
}

func (w words) newChart(id, title string, first time.Time, step int, values []int, deadline string) chart {
	c := chart{ID: id, Title: title, Width: chartWidth, Height: chartHeight, Left: chartLeft, Right: chartWidth - chartRight, Base: chartBase}
	most := 1
	for _, n := range values {
		most = max(most, n)
	}
	c.Top = number(most)
	room := chartWidth - chartLeft - chartRight
	at := func(i int) int { return chartLeft + i*room/len(values) }
	wide := max(1, min(40, room/len(values)-2))
	peak, lastSlot := 0, 0
	for i, n := range values {
		if n == 0 {
			continue
		}
		h := max(2, n*(chartBase-chartTop)/most)
		day := first.AddDate(0, 0, i*step).Format(time.DateOnly)
		c.Bars = append(c.Bars, bar{X: at(i) + (room/len(values)-wide)/2, Y: chartBase - h, W: wide, H: h, Label: day + ": " + number(n)})
		peak, lastSlot = max(peak, n), i
	}
	c.Ticks = append(c.Ticks, tick{at(0), at(0), first.Format(time.DateOnly), "start"})
	if x := at(lastSlot) + room/len(values); x > chartLeft+200 && lastSlot > 0 {
		c.Ticks = append(c.Ticks, tick{x, x, first.AddDate(0, 0, lastSlot*step).Format(time.DateOnly), "end"})
	}
	if t, err := time.Parse(time.DateOnly, deadline); err == nil && !t.Before(first) {
		x := at(min(daysBetween(first, t)/step, len(values)-1)) + room/len(values)/2
		c.Line = &tick{x, x - 6, w.T("deadline %s", deadline), "end"}
		if x < chartLeft+160 {
			c.Line.LabelX, c.Line.Align = x+6, "start"
		}
	}
	c.Text = w.T("%s: at most %s, last %s.", title, number(peak), number(values[lastSlot]))
	return c
}

// deadline is the day the policy comes: the day judged for, else the first on
// which it comes into force or something breaks; "" if no day is known.
func (v *view) deadline() string {
	if v.r.Dated {
		return v.r.AsOf
	}
	first := v.r.Comes
	for k := range v.verdicts {
		if d := v.firstDate(v.verdicts[k]); d != "" && (first == "" || d < first) {
			first = d
		}
	}
	return first
}
