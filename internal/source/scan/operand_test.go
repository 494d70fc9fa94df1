package scan

import (
	"fmt"
	"strings"
	"testing"
)

// TestParseOperand: what an operand stands for is its number, its first and
// its last target.
func TestParseOperand(t *testing.T) {
	for arg, want := range map[string]string{
		"web.example":                    "1 web.example:443 web.example:443",
		"192.0.2.1":                      "1 192.0.2.1:443 192.0.2.1:443",
		"192.0.2.1-3":                    "3 192.0.2.1:443 192.0.2.3:443",
		"192.0.2.1-3:25":                 "3 192.0.2.1:25 192.0.2.3:25",
		"192.0.2-3.254-255":              "4 192.0.2.254:443 192.0.3.255:443",
		"10.0-1.0.7":                     "2 10.0.0.7:443 10.1.0.7:443",
		"192.0.2.255-192.0.3.1":          "3 192.0.2.255:443 192.0.3.1:443",
		"192.0.2.9-192.0.2.9:8443":       "1 192.0.2.9:8443 192.0.2.9:8443",
		"2001:db8::1-2001:db8::3":        "3 [2001:db8::1]:443 [2001:db8::3]:443",
		"[2001:db8::fe]-[2001:db8::101]": "4 [2001:db8::fe]:443 [2001:db8::101]:443",
		"[2001:db8::1]-[2001:db8::2]:25": "2 [2001:db8::1]:25 [2001:db8::2]:25",
		"192.0.2.0/30":                   "4 192.0.2.0:443 192.0.2.3:443",
		"10.0.0.0/8":                     "16777216 10.0.0.0:443 ",
		"2001:db8::/126":                 "4 [2001:db8::]:443 [2001:db8::3]:443",
		"[2001:db8::]/127:8443":          "2 [2001:db8::]:8443 [2001:db8::1]:8443",
		"2001:db8::/104":                 "16777216 [2001:db8::]:443 ",
		"255.255.255.254/31":             "2 255.255.255.254:443 255.255.255.255:443",
		"::ffff:192.0.2.1":               "1 192.0.2.1:443 192.0.2.1:443",
		"web-1.example":                  "1 web-1.example:443 web-1.example:443",
		"10-0-0-1.pool.example":          "1 10-0-0-1.pool.example:443 10-0-0-1.pool.example:443",
	} {
		o, err := ParseOperand(arg)
		if err != nil {
			t.Errorf("%s: %v", arg, err)
			continue
		}
		first, last, n := "", "", 0
		for target := range o.All() {
			if n++; n == 1 {
				first = target.String()
			}
			last = target.String()
			if n > 100 {
				n, last = o.Len(), ""
				break
			}
		}
		if got := fmt.Sprintf("%d %s %s", n, first, last); got != want || n != o.Len() {
			t.Errorf("%s: stands for %s (length %d), want %s", arg, got, o.Len(), want)
		}
	}
}

func TestParseOperandRefuses(t *testing.T) {
	for arg, hint := range map[string]string{
		"10.0.0.0/7":              "more than 16777216",
		"2001:db8::/64":           "more than 16777216",
		"::-ffff::":               "more than 16777216",
		"0-255.0-255.0-255.0-1":   "more than 16777216",
		"192.0.2.9-1":             "the lower first",
		"192.0.2.1-256":           "0 to 255",
		"192.0.2.1-9:":            "port",
		"192.0.2.1-9:0":           "port",
		"192.0.2.9-192.0.2.1":     "ends before it begins",
		"192.0.2.1-2001:db8::1":   "one kind",
		"192.0.2.1-web.example":   "one kind",
		"fe80::1%eth0-fe80::9":    "one kind",
		"::1-::2:443:1:2:3:4:5:6": "address",
		"192.0.2-.1":              "0 to 255",
	} {
		if _, err := ParseOperand(arg); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%s: error %v, want the hint %q", arg, err, hint)
		}
	}
	if _, err := ParseTarget("10.0.0.0/8"); err == nil || !strings.Contains(err.Error(), "more than 65536") {
		t.Errorf("a block that is too large to hold: %v", err)
	}
}
