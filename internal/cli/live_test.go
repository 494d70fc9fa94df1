package cli

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// TestTypable has a shell read what a person is told to type.
func TestTypable(t *testing.T) {
	words := []string{"watch", "-i", "eth0", "-f", "tcp port 443 and not (host 2001:db8::7)", "", "it's", "$HOME", "a\nb"}
	line := typable(words)
	if !strings.HasPrefix(line, "watch -i eth0 -f 'tcp") {
		t.Errorf("quoted for nothing: %s", line)
	}
	if runtime.GOOS == "windows" {
		return
	}
	out, err := exec.Command("sh", "-c", `printf '%s|' `+line).Output()
	if err != nil || string(out) != strings.Join(words, "|")+"|" {
		t.Errorf("%s: %q %v", line, out, err)
	}
}
