package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// Measures of the picture, in pixels.
const (
	svgBoxWidth  = 196
	svgBoxHeight = 58
	svgColumn    = 256 // from wave to wave
	svgRow       = 76  // from box to box
	svgMargin    = 24
	svgHead      = 92 // title, legend and the numbers of the waves
)

// svgStyle is for a picture of its own, read in light and dark. Within a page
// the picture takes the colour of the text around it.
// Class "page" is what lies under a box, so that no line runs through its
// text.
const svgStyle = `svg{color:#1f2328;background:#ffffff}.page{fill:#ffffff}
@media (prefers-color-scheme:dark){svg{color:#e6e6e6;background:#1b1b1b}.page{fill:#1b1b1b}}`

// stateColor stands out from white and from near black alike; a symbol and a
// word say the same.
func stateColor(s assess.StepState) string {
	switch s {
	case assess.StepRefused:
		return "#d64545"
	case assess.StepRegressed:
		return "#b7791f"
	case assess.StepDone:
		return "#2f9e58"
	}
	return "#4a7fc1"
}

func stateSymbol(s assess.StepState) string {
	if s == assess.StepTodo {
		return "→"
	}
	return symbols[stepKind(s)]
}

// renderPlanSVG draws the plan: a column a wave, a box for the same step on
// several hosts, a line from what comes first to what waits for it.
func renderPlanSVG(w io.Writer, r *assess.Report, opt Options) error {
	return write(w, "SVG", planPicture(planOf(r), words{opt.Lang}, true))
}

// svgBox is a group in its place.
type svgBox struct {
	*planGroup
	x, y int
}

// planPicture draws a plan; alone says that it is a file of its own.
func planPicture(p *assess.Plan, w words, alone bool) *bytes.Buffer {
	boxes, of, columns, rows := placeGroups(p)
	width := max(2*svgMargin+(columns-1)*svgColumn+svgBoxWidth, 640)
	height := svgHead + rows*svgRow + svgMargin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="plan-title plan-text" font-family="system-ui, sans-serif" font-size="13">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"plan-title\">%s</title>\n<desc id=\"plan-text\">%s</desc>\n", svgText(w.T("The steps to %s", p.Floor)), svgText(w.picture(p)))
	if alone {
		fmt.Fprintf(&b, "<style>%s</style>\n", svgStyle)
	}
	b.WriteString(`<defs><marker id="plan-tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor" fill-opacity=".6"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<text x="%d" y="28" font-size="17" font-weight="600" fill="currentColor">%s</text>`+"\n", svgMargin, svgText(w.pictureTitle(p)))
	w.drawLegend(&b)
	for c := range columns {
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="currentColor" fill-opacity=".75">%s</text>`+"\n", svgMargin+c*svgColumn, svgHead-8, svgText(w.columnName(boxes, c)))
	}
	drawLines(&b, p, boxes, of)
	for _, box := range boxes {
		box.draw(&b, w)
	}
	b.WriteString("</svg>\n")
	return &b
}

func (w words) pictureTitle(p *assess.Plan) string {
	return w.T("%s: %s in %s, %s refused", p.Policy, w.N(p.Summary.Steps, "step", "steps"), w.N(p.Summary.Waves, "wave", "waves"), number(p.Summary.Refused))
}

// picture says what the picture shows to those who do not see it.
func (w words) picture(p *assess.Plan) string {
	var parts []string
	for _, g := range planGroups(p) {
		parts = append(parts, w.T("wave %d: %s, %s, %s", g.Wave, g.Step, w.stepWords(g.State), w.places(g, mostPlaces)))
	}
	return strings.Join(parts, w.T("; "))
}

// placeGroups gives every group its place, and says which step stands in
// which box.
func placeGroups(p *assess.Plan) (boxes []svgBox, of map[string]int, columns, rows int) {
	of = map[string]int{}
	before, row := -1, 0
	for _, g := range planGroups(p) {
		if g.Wave != before {
			before, row = g.Wave, 0
			columns++
		}
		for _, s := range g.Steps {
			of[s.ID] = len(boxes)
		}
		boxes = append(boxes, svgBox{g, svgMargin + (columns-1)*svgColumn, svgHead + row*svgRow})
		row++
		rows = max(rows, row)
	}
	return boxes, of, columns, rows
}

func (w words) columnName(boxes []svgBox, column int) string {
	for _, box := range boxes {
		if box.x == svgMargin+column*svgColumn {
			if box.Wave == 0 {
				return w.T("done before")
			}
			return w.T("wave %d", box.Wave)
		}
	}
	return ""
}

func (w words) drawLegend(b *bytes.Buffer) {
	x := svgMargin
	for _, s := range []assess.StepState{assess.StepTodo, assess.StepRefused, assess.StepDone, assess.StepRegressed} {
		fmt.Fprintf(b, `<rect x="%d" y="42" width="18" height="14" rx="3" fill="%s" fill-opacity=".14" stroke="%s" stroke-width="2"/>`, x, stateColor(s), stateColor(s))
		text := stateSymbol(s) + " " + w.stepWords(s)
		fmt.Fprintf(b, `<text x="%d" y="54" fill="currentColor">%s</text>`+"\n", x+26, svgText(text))
		x += 60 + 8*displayWidth(text)
	}
}

// linesOf are the lines between boxes, one for however many steps, without
// those that others lead to anyway. Boxes stand behind what they wait for.
func linesOf(p *assess.Plan, boxes []svgBox, of map[string]int) [][]int {
	direct := make([]map[int]bool, len(boxes))
	for i := range p.Steps {
		to := of[p.Steps[i].ID]
		for _, id := range p.Steps[i].After {
			if from, ok := of[id]; ok && from != to {
				if direct[to] == nil {
					direct[to] = map[int]bool{}
				}
				direct[to][from] = true
			}
		}
	}
	reach := make([]map[int]bool, len(boxes)) // all that lies before a box
	lines := make([][]int, len(boxes))
	for to := range boxes {
		reach[to] = map[int]bool{}
		for _, from := range slices.Backward(slices.Sorted(maps.Keys(direct[to]))) {
			if !reach[to][from] {
				lines[to] = append(lines[to], from)
			}
			reach[to][from] = true
			maps.Copy(reach[to], reach[from])
		}
	}
	return lines
}

func drawLines(b *bytes.Buffer, p *assess.Plan, boxes []svgBox, of map[string]int) {
	for to, froms := range linesOf(p, boxes, of) {
		for _, from := range froms {
			x1, y1 := boxes[from].x+svgBoxWidth, boxes[from].y+svgBoxHeight/2
			x2, y2 := boxes[to].x-2, boxes[to].y+svgBoxHeight/2
			bend := max(24, (x2-x1)/2)
			fmt.Fprintf(b, `<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="currentColor" stroke-opacity=".38" stroke-width="1.3" marker-end="url(#plan-tip)"/>`+"\n",
				x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
		}
	}
}

// draw draws a box: the step, how many hosts, the first of them.
func (box *svgBox) draw(b *bytes.Buffer, w words) {
	color := stateColor(box.State)
	fmt.Fprintf(b, `<g><title>%s</title>`, svgText(w.T("%s, %s: %s", box.Step, w.stepWords(box.State), w.places(box.planGroup, 12))))
	for _, paint := range []string{`class="page" fill="none"`, fmt.Sprintf(`fill="%s" fill-opacity=".14" stroke="%s" stroke-width="2"`, color, color)} {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" %s/>`, box.x, box.y, svgBoxWidth, svgBoxHeight, paint)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="600" fill="currentColor">%s</text>`,
		box.x+10, box.y+23, svgText(stateSymbol(box.State)+" "+box.Step))
	where := w.stepPlace(box.Steps[0])
	if n := len(box.Steps); n > 1 {
		where = fmt.Sprintf("%s +%s", middleCut(where, 18, "…"), number(n-1))
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" font-size="12" fill="currentColor">%s</text></g>`+"\n",
		box.x+10, box.y+43, svgText(middleCut(where, 26, "…")))
}

// svgText escapes text for XML, of which control characters are no part.
func svgText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(Line(s))) // a strings.Builder never fails
	return b.String()
}
