package report

// palette holds the marks of text output. A colour never stands alone: a
// symbol and a word say the same.
type palette struct {
	color   bool
	symbols [kinds]string
	arrow   string
	dots    string
	bar     string
}

func newPalette(opt Options) palette {
	p := palette{color: opt.Color, symbols: symbols, arrow: "→", dots: "…", bar: "─"}
	if opt.ASCII {
		p.symbols = [kinds]string{"x", "!", "?", "+", "-", "-"}
		p.arrow, p.dots, p.bar = "->", "...", "-"
	}
	return p
}

// symbols of the kinds, on paper and screen.
var symbols = [kinds]string{"✗", "!", "?", "✓", "–", "–"}

// SGR parameters: red, yellow, magenta, green and dim read well on light and
// dark terminals.
var sgr = [kinds]string{"31", "33", "35", "32", "2", "2"}

// sgrCommand is cyan, of what is to be typed.
const sgrCommand = "36"

func (p palette) paint(code, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p palette) bold(s string) string { return p.paint("1", s) }
func (p palette) dim(s string) string  { return p.paint("2", s) }

func (p palette) kind(k kind, s string) string { return p.paint(sgr[k], s) }

// strong is kind in bold.
func (p palette) strong(k kind, s string) string { return p.paint("1;"+sgr[k], s) }

func (p palette) symbol(k kind) string { return p.strong(k, p.symbols[k]) }
