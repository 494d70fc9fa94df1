package scan

import (
	"errors"
	"strings"
	"testing"
)

func TestExclusions(t *testing.T) {
	x := new(Exclusions)
	list := "192.0.2.0/30 192.0.2.2-192.0.2.7 # overlap\n198.51.100.7\n10.1-2.0.5\n2001:db8::/32 2001:DB8:1::-2001:db8:1::5\nWeb.example *.inner.example\n0.0.0.0/32"
	if err := x.Read(strings.NewReader(list), "list"); err != nil {
		t.Fatal(err)
	}
	x.Done()
	for _, host := range []string{
		"192.0.2.0", "192.0.2.3", "192.0.2.7", "198.51.100.7", "10.1.0.5", "10.2.0.5", "2001:db8::1", "2001:db8:ffff::1",
		"web.example", "a.inner.example", "a.b.inner.example", "0.0.0.0",
	} {
		if !x.Host(host) {
			t.Errorf("%s is not excluded", host)
		}
	}
	for _, host := range []string{
		"192.0.1.255", "192.0.2.8", "198.51.100.6", "198.51.100.8", "10.1.0.6", "10.3.0.5", "2001:db9::", "::1",
		"a.web.example", "inner.example", "winner.example", "example", "0.0.0.1",
	} {
		if x.Host(host) {
			t.Errorf("%s is excluded", host)
		}
	}
	var none *Exclusions
	none.Done()
	if none.Host("192.0.2.1") {
		t.Error("nothing excludes an address")
	}
}

func TestExclusionsRefuse(t *testing.T) {
	for arg, hint := range map[string]string{
		"web.example:443": "port", "https://a/": "scheme", "192.0.2.0/24:25": "port", "*.192.0.2.1": "only names", "*.10.0.0.0/8": "only names",
		"": "empty", "x..y": "part of a host name", "0-255.0-255.0-255.0": "blocks such as",
	} {
		if err := new(Exclusions).Add(arg); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%s: error %v, want the hint %q", arg, err, hint)
		}
	}
	var bad *BadTarget
	if err := new(Exclusions).Read(strings.NewReader("a\nb:1\n"), "list"); !errors.As(err, &bad) || bad.Ref != "list:2" {
		t.Errorf("error %v", err)
	}
}
