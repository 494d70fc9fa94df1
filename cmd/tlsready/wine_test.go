//go:build wine

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wine is a Windows of our own: a prefix in a temporary folder, with the
// Windows build of this program in C:\, and its Linux build beside it.
type wine struct {
	t      *testing.T
	prefix string
	linux  string // the program built for this system
}

// newWine makes the prefix. A missing program fails the test: whoever asks for
// these tests (make test-windows) wants them run.
func newWine(t *testing.T) *wine {
	t.Helper()
	dir := t.TempDir()
	w := &wine{t: t, prefix: filepath.Join(dir, "prefix"), linux: filepath.Join(dir, "tlsready")}
	w.must(exec.Command("wineboot", "-i"))
	t.Cleanup(w.end)
	w.must(exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-O2", "-s",
		"-o", w.drive("windows/system32/bcryptprimitives.dll"), "testdata/bcryptprimitives.c", "-ladvapi32"))
	w.build(w.drive("tlsready.exe"), "windows")
	w.build(w.linux, "linux")
	w.server("-w") // what it has in memory goes to its files only at the end
	for _, name := range registryFiles {
		copyFile(t, filepath.Join(w.prefix, name), filepath.Join(w.prefix, name+".new"))
	}
	return w
}

// registryFiles are where wine keeps its registry.
var registryFiles = []string{"system.reg", "user.reg", "userdef.reg"}

// reset puts the registry back to that of a new prefix.
func (w *wine) reset() {
	w.t.Helper()
	w.end()
	for _, name := range registryFiles {
		copyFile(w.t, filepath.Join(w.prefix, name+".new"), filepath.Join(w.prefix, name))
	}
	w.stay()
}

// stay keeps this Windows running until end, so that programs start at once
// and what wine names anew at each start, such as the computer, stays.
func (w *wine) stay() {
	w.t.Helper()
	cmd := exec.Command("wine", "cmd")
	cmd.Env = w.env()
	in, err := cmd.StdinPipe() // it waits for a command that never comes
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait() // ended by wineserver -k, or by the end of its input
	})
	w.run("cmd", "/c", "ver")
}

func (w *wine) end() {
	w.server("-k")
	w.server("-w")
}

func (w *wine) build(out, goos string) {
	w.t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-o", out, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=amd64", "GOOS="+goos)
	if b, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%v: %v\n%s", cmd, err, b)
	}
}

// drive is a path below C:\ as this system has it.
func (w *wine) drive(path string) string {
	return filepath.Join(w.prefix, "drive_c", filepath.FromSlash(path))
}

// env is that of a wine without a screen, a browser or .NET of its own.
func (w *wine) env() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DISPLAY=") || strings.HasPrefix(v, "WINE")
	})
	return append(env, "WINEPREFIX="+w.prefix, "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
}

// must runs a program and gives what it prints. It prints to a file, since the
// services of wine that start with it would hold a pipe open.
func (w *wine) must(cmd *exec.Cmd) []byte {
	w.t.Helper()
	out, err := w.printed(cmd)
	if errors.Is(err, exec.ErrNotFound) {
		w.t.Fatalf("needs %s: make test-windows installs it", cmd.Args[0])
	}
	if err != nil {
		w.t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return out
}

func (w *wine) printed(cmd *exec.Cmd) ([]byte, error) {
	w.t.Helper()
	out, err := os.CreateTemp(w.t.TempDir(), "out")
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Close()
	cmd.Env, cmd.Stdout = w.env(), out
	if cmd.Stderr == nil {
		cmd.Stderr = out
	}
	failed := cmd.Run()
	b, err := os.ReadFile(out.Name())
	if err != nil {
		w.t.Fatal(err)
	}
	return b, failed
}

func (w *wine) server(flag string) {
	cmd := exec.Command("wineserver", flag)
	cmd.Env = w.env()
	_ = cmd.Run() // there may be none to end
}

// run runs a program of Windows.
func (w *wine) run(args ...string) []byte {
	w.t.Helper()
	return w.must(exec.Command("wine", args...))
}

// answer is what the program printed and its exit code.
type answer struct {
	out  string
	code int
}

// windows runs the Windows build in a folder of this system.
func (w *wine) windows(dir string, args ...string) answer {
	w.t.Helper()
	return w.ask(dir, "wine", append([]string{w.drive("tlsready.exe")}, args...)...)
}

// here runs the build for this system.
func (w *wine) here(dir string, args ...string) answer {
	w.t.Helper()
	return w.ask(dir, w.linux, args...)
}

func (w *wine) ask(dir, program string, args ...string) answer {
	w.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := w.printed(cmd)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("%v: %v", cmd, err)
	}
	return answer{string(out), cmd.ProcessState.ExitCode()}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
