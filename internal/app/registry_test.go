package app

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

const (
	regHead    = "Windows Registry Editor Version 5.00\r\n\r\n"
	winVersion = regHead + "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n\"ProductName\"=\"Windows 7\"\r\n\"CurrentVersion\"=\"6.1\"\r\n\"CurrentBuildNumber\"=\"7601\"\r\n"
	noProtocol = regHead + "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL]\r\n"
)

// clientHosts are the hosts whose Schannel client could be judged, for which
// both exports are needed.
func clientHosts(c *Collection) []string {
	var out []string
	for _, r := range c.Evidence.Records() {
		if cl, ok := r.(*evidence.Client); ok && cl.Layer == "schannel" {
			out = append(out, cl.Host)
		}
	}
	slices.Sort(out)
	return out
}

// TestExportsOfOneHostAreReadTogether: below a folder, named one by one, and by
// a pattern; and those of two hosts never are.
func TestExportsOfOneHostAreReadTogether(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"pc1/schannel.reg": utf16LE(noProtocol), "pc1/windows.reg": utf16LE(winVersion),
		"flat/pc2-schannel.reg": noProtocol, "flat/pc2-windows.reg": winVersion,
		"apart/pc3.reg": noProtocol, "apart/pc4.reg": winVersion,
	})
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for name, c := range map[string]struct{ args, want []string }{
		"folder":         {[]string{dir}, []string{"pc1", "pc2"}},
		"files":          {[]string{in("pc1", "schannel.reg"), in("pc1", "windows.reg")}, []string{"pc1"}},
		"twice":          {[]string{in("pc1"), in("pc1", "windows.reg"), in("pc1", "schannel.reg")}, []string{"pc1"}},
		"pattern":        {[]string{in("pc1", "*.reg")}, []string{"pc1"}},
		"one of them":    {[]string{in("pc1", "windows.reg")}, nil},
		"hosts by files": {[]string{in("apart")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clientHosts(gather(t, nil, c.args...)); !slices.Equal(got, c.want) {
				t.Errorf("judged %v, want %v", got, c.want)
			}
		})
	}
}

// A pattern that nothing matches is an input that failed, and a file whose
// name looks like one is that file.
func TestPatterns(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a[1].log": nginxLog, "b.log": nginxLog})
	if got := why(gather(t, nil, filepath.Join(dir, "*.pcap"), filepath.Join(dir, "b.log")), "*.pcap"); got == "" {
		t.Error("a pattern without a file was passed over")
	}
	c := gather(t, nil, filepath.Join(dir, "a[1].log"))
	if c.Inputs != 1 || c.Readable != 1 {
		t.Errorf("%d of %d inputs", c.Readable, c.Inputs)
	}
}
