package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tlsready/tlsready/internal/cli"
)

var pictures = flag.Bool("pictures", false, "write the pictures of the README anew")

// axeVersion is the axe-core that scripts/test-setup.sh installs. It is not
// part of the project: its licence (MPL-2.0) stays with it.
const axeVersion = "4.14.1"

// browser opens pages in headless Chromium.
type browser struct {
	context.Context
	t   *testing.T
	axe string
}

// newBrowser starts Chromium. What is missing fails the test, unless
// TLSREADY_NO_BROWSER=1 leaves it out.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	if os.Getenv("TLSREADY_NO_BROWSER") == "1" {
		t.Skip("TLSREADY_NO_BROWSER=1: not tested in a browser")
	}
	const hint = "run ./scripts/test-setup.sh, or set TLSREADY_NO_BROWSER=1"
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("chromium is missing: %s", hint)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile(filepath.Join(cache, "tlsready-tests", "axe-core-"+axeVersion, "node_modules", "axe-core", "axe.min.js"))
	if err != nil { // the set-up says so aloud; all else is tested
		t.Run("axe-core", func(t *testing.T) { t.Skipf("axe-core %s: NOT RUN (%v): %s", axeVersion, err, hint) })
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{ctx, t, string(axe)}
	chromedp.ListenTarget(ctx, b.complain)
	return b
}

// complain fails the test for what the browser refuses or a script throws.
func (b *browser) complain(ev any) {
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.LevelError {
			b.t.Errorf("the browser says: %s", ev.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		b.t.Errorf("a script failed: %s", ev.ExceptionDetails.Text)
	}
}

func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.Context, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// open shows a page in a window of this size, in light or dark.
func (b *browser) open(file, scheme string, width, height int64) {
	b.t.Helper()
	b.run(
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.EmulateViewport(width, height),
		chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()),
	)
}

// value is what an expression comes to on the page.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	var out T
	b.run(chromedp.Evaluate(expression, &out))
	return out
}

// contosoPage is the report of the example as a page.
func contosoPage(t *testing.T, lang string) string {
	t.Helper()
	t.Chdir("../..")
	t.Setenv("SOURCE_DATE_EPOCH", "1795400000")
	file := filepath.Join(t.TempDir(), "report.html")
	var said bytes.Buffer
	code := cli.Main(t.Context(), []string{"check", "examples/contoso", "--lang", lang, "--format", "html", "-o", file},
		cli.Streams{In: strings.NewReader(""), Out: &said, Err: &said})
	if code != 3 {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	return file
}

// TestPageInBrowser: the page of the example as people meet it.
func TestPageInBrowser(t *testing.T) {
	for _, lang := range []string{"en", "zh-TW"} {
		t.Run(lang, func(t *testing.T) {
			b, file := newBrowser(t), contosoPage(t, lang)
			for _, scheme := range []string{"light", "dark"} {
				b.open(file, scheme, 1100, 1560)
				b.picture(lang, scheme)
				b.fits(scheme)
				b.accessible(scheme)
				b.run(chromedp.Evaluate(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
				b.accessible(scheme + ", all open")
				b.fits(scheme + ", all open")
				b.open(file, scheme, 390, 800)
				b.fits(scheme + " on a phone")
			}
			b.open(file, "light", 1100, 900)
			b.keyboard()
			b.prints(file)
			b.needsNoScript(file)
		})
	}
}

// accessible runs axe-core with all its rules.
func (b *browser) accessible(state string) {
	b.t.Helper()
	if b.axe == "" {
		return
	}
	b.run(chromedp.Evaluate(b.axe+";0", nil))
	type node struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	}
	var found []struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []node `json:"nodes"`
	}
	var raw string
	b.run(chromedp.Evaluate(`axe.run(document).then(r => JSON.stringify(r.violations))`, &raw,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		b.t.Errorf("%s: %s: %s, %d times, such as\n%s\n%s", state, v.ID, v.Help, len(v.Nodes), v.Nodes[0].HTML, v.Nodes[0].Summary)
	}
}

// fits: nothing makes the page wider than its window.
func (b *browser) fits(state string) {
	b.t.Helper()
	if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s: the page is %d pixels too wide", state, over)
	}
}

// keyboard: the first stop leads past the banner, every further one comes in
// the order of the page and can be seen, and none is left out.
func (b *browser) keyboard() {
	b.t.Helper()
	const reachable = `[...document.querySelectorAll("a[href], summary, input, [tabindex='0']")].filter(e => e.checkVisibility())`
	want := value[int](b, reachable+`.length`)
	b.run(chromedp.Evaluate(`window.stops = []; document.addEventListener("focusin", e => window.stops.push(e.target)); 0`, nil))
	for range want {
		b.run(chromedp.KeyEvent(kb.Tab))
	}
	if !value[bool](b, `window.stops[0].classList.contains("skip")`) {
		b.t.Error("the first stop of the Tab key is not the link to the answer")
	}
	if n := value[int](b, `new Set(window.stops).size`); n != want {
		b.t.Errorf("the Tab key reaches %d of %d places", n, want)
	}
	if n := value[int](b, `window.stops.filter((e, i) => i > 0 && !(window.stops[i-1].compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)).length`); n > 0 {
		b.t.Errorf("%d stops of the Tab key are out of order", n)
	}
	if style := value[string](b, `getComputedStyle(document.activeElement).outlineStyle`); style == "none" {
		b.t.Error("where the keyboard is cannot be seen")
	}
	b.run(chromedp.Evaluate(`document.querySelector("details.party summary").focus()`, nil), chromedp.KeyEvent(kb.Enter))
	if !value[bool](b, `document.activeElement.parentElement.open`) {
		b.t.Error("the Enter key opens no details")
	}
}

// prints: on paper the page is a few sheets, and no part of it is cut off.
func (b *browser) prints(file string) {
	b.t.Helper()
	b.open(file, "light", 1100, 900)
	var pdf []byte
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPrintBackground(true).WithPaperWidth(8.27).WithPaperHeight(11.69).Do(ctx)
		return err
	}))
	sheets := bytes.Count(pdf, []byte("/Type /Page\n")) + bytes.Count(pdf, []byte("/Type/Page/")) + bytes.Count(pdf, []byte("/Type /Page "))
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || sheets < 2 || sheets > 12 {
		b.t.Errorf("printed it is %d bytes and %d sheets", len(pdf), sheets)
	}
	b.run(emulation.SetEmulatedMedia().WithMedia("print"), chromedp.EmulateViewport(720, 1000))
	b.fits("on paper")
	if dir := os.Getenv("TLSREADY_PAGES"); dir != "" { // for whoever wants to look
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(b.t.Name())+".pdf"), pdf, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// needsNoScript: without scripts all is there, but for the filter.
func (b *browser) needsNoScript(file string) {
	b.t.Helper()
	b.run(emulation.SetScriptExecutionDisabled(true))
	b.open(file, "light", 1100, 900)
	var cards []*cdp.Node
	b.run(chromedp.Nodes("article.card", &cards), emulation.SetScriptExecutionDisabled(false))
	if len(cards) < 10 {
		b.t.Errorf("%d cards without scripts", len(cards))
	}
}

// picture takes the pictures of the README: the top of the page.
func (b *browser) picture(lang, scheme string) {
	b.t.Helper()
	var png []byte
	b.run(chromedp.CaptureScreenshot(&png))
	if len(png) < 20000 {
		b.t.Errorf("%s, %s: a picture of %d bytes: is anything on it?", lang, scheme, len(png))
	}
	if !*pictures {
		return
	}
	name := filepath.Join("docs", "img", fmt.Sprintf("report-%s-%s.png", lang, scheme))
	if err := os.WriteFile(name, png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
