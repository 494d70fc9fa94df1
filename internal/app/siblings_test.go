package app

import "testing"

func TestRotatedNames(t *testing.T) {
	for _, tc := range []struct {
		base, name string
		want       bool
	}{
		{"access.log", "access.log", false},
		{"access.log", "access.log.1", true},
		{"access.log", "access.log.2.gz", true},
		{"access.log", "access.log-20260302.zst", true},
		{"access.log", "access-20260302.log", true},
		{"access.log", "access_1.log.gz", true},
		{"access.log", "access.log.old", true},
		{"access.log", "access-shop.log", false},
		{"access.log", "access.log.d", false},
		{"access.log", "access2.log", false},
		{"access.log", "error.log.1", false},
		{"mail", "mail.1", true},
		{".log", "-1.log", false},
	} {
		if got := isRotated(tc.name, tc.base); got != tc.want {
			t.Errorf("%q beside %q: %v", tc.name, tc.base, got)
		}
	}
}
