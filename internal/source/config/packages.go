package config

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// maxPackages bounds what is read of a list of packages.
const maxPackages = 32 << 20

// packages are the releases of the programs of a host, by layer, as a list of
// its packages tells them.
type packages struct {
	list     string // the file; empty: no list was found, and nothing is known
	releases map[string]string
}

// packageLayers name the layer of a package, in Debian's names and in those
// of the RPM distributions.
var packageLayers = []struct {
	layer string
	name  *lazyregexp.Regexp
}{
	{"nginx", lazyregexp.New(`^nginx(?:-(?:light|core|full|extras|common))?$`)},
	{"apache", lazyregexp.New(`^(?:apache2|apache2-bin|httpd|httpd-core)$`)},
	{"haproxy", lazyregexp.New(`^haproxy$`)},
	{"postfix", lazyregexp.New(`^postfix$`)},
	{"dovecot", lazyregexp.New(`^dovecot(?:-core)?$`)},
	{"exim", lazyregexp.New(`^exim(?:4-daemon-(?:light|heavy))?$`)},
	{"lighttpd", lazyregexp.New(`^lighttpd$`)},
	{"postgresql", lazyregexp.New(`^postgresql(?:-\d+|\d*-server)$`)},
	{"mariadb", lazyregexp.New(`^mariadb-server(?:-core)?(?:-10\.\d+)?$`)},
	{"mysql", lazyregexp.New(`^(?:mysql-server-(?:core-)?\d\.\d|mysql-(?:community-)?server)$`)},
	{"redis", lazyregexp.New(`^(?:redis|redis-server)$`)},
	{"stunnel", lazyregexp.New(`^stunnel4?$`)},
	{"slapd", lazyregexp.New(`^(?:slapd|openldap-servers)$`)},
	{"gnutls", lazyregexp.New(`^(?:libgnutls30(?:t64)?|gnutls)$`)},
	{"openssl", lazyregexp.New(`^(?:libssl\d[\d.]*(?:t64)?|openssl-libs)$`)},
	{"tomcat", lazyregexp.New(`^tomcat(?:\d+)?$`)},
	{"caddy", lazyregexp.New(`^caddy$`)},
	{"java", lazyregexp.New(`^(?:openjdk-\d+-jre-headless|java-[\d.]+-openjdk-headless)$`)},
}

// add notes a package. Two releases of one program leave it unknown: which of
// them runs is not told.
func (p *packages) add(name, version string) {
	name, _, _ = strings.Cut(name, ":") // libssl3:amd64
	for _, l := range packageLayers {
		if !l.name.MatchString(name) {
			continue
		}
		release := upstream(version)
		if old, ok := p.releases[l.layer]; ok && old != release {
			release = ""
		}
		p.releases[l.layer] = release
	}
}

// upstream is the maker's part of a package's version: 1:10.11.19-0+deb12u1
// is 10.11.19.
func upstream(version string) string {
	if _, after, ok := strings.Cut(version, ":"); ok {
		version = after
	}
	return packageRelease.FindString(version)
}

var packageRelease = lazyregexp.New(`^\d+(?:\.\d+)*`)

// packageLists are where hosts, and the archives that people make of them,
// keep what is installed; the first that is there is read.
var packageLists = []struct {
	name string
	read func(*packages, *bufio.Scanner)
}{
	{"var/lib/dpkg/status", (*packages).dpkgStatus},
	{"installed-debs", (*packages).dpkgList},
	{"dpkg-l.txt", (*packages).dpkgList},
	{"installed-rpms", (*packages).rpmList},
	{"rpm-qa.txt", (*packages).rpmList},
}

func (r *systemReader) installed() packages {
	for _, l := range packageLists {
		in := r.open(l.name)
		if in == nil {
			continue
		}
		defer in.Close()
		p := packages{releases: map[string]string{}}
		s := bufio.NewScanner(io.LimitReader(in, maxPackages))
		s.Buffer(make([]byte, 0, 64<<10), maxTotal)
		l.read(&p, s)
		if len(p.releases) == 0 || s.Err() != nil {
			continue // no such list
		}
		p.list = filepath.Join(r.root+"/", l.name)
		return p
	}
	return packages{}
}

// dpkgStatus reads the paragraphs of dpkg's own list.
func (p *packages) dpkgStatus(s *bufio.Scanner) {
	var name, version string
	installed := false
	end := func() {
		if installed && name != "" && version != "" {
			p.add(name, version)
		}
		name, version, installed = "", "", false
	}
	for s.Scan() {
		key, value, _ := strings.Cut(s.Text(), ": ")
		switch key {
		case "":
			end()
		case "Package":
			name = value
		case "Version":
			version = value
		case "Status":
			installed = strings.HasSuffix(value, " installed")
		}
	}
	end()
}

// dpkgList reads what "dpkg -l" prints.
func (p *packages) dpkgList(s *bufio.Scanner) {
	for s.Scan() {
		if w := strings.Fields(s.Text()); len(w) > 2 && (w[0] == "ii" || w[0] == "hi") {
			p.add(w[1], w[2])
		}
	}
}

// rpmName takes NAME-VERSION-RELEASE.ARCH apart, as "rpm -qa" prints it.
var rpmName = lazyregexp.New(`^([\w.+-]+)-([\w.:~^+]+)-([\w.~^+]+)(?:\.(?:x86_64|aarch64|noarch|i686|s390x|ppc64le))?$`)

func (p *packages) rpmList(s *bufio.Scanner) {
	for s.Scan() {
		w := strings.Fields(s.Text())
		if len(w) == 0 {
			continue
		}
		if m := rpmName.FindStringSubmatch(w[0]); m != nil {
			p.add(m[1], m[2])
		}
	}
}

// rebuilds are distributions made of the same sources as RHEL, by their ID in
// os-release.
var rebuilds = map[string]string{"rhel": "RHEL", "centos": "RHEL", "rocky": "RHEL", "almalinux": "RHEL", "ol": "RHEL", "debian": "Debian", "ubuntu": "Ubuntu"}

// osRelease names the platform as the knowledge base does: "Debian 12",
// "Ubuntu 20.04", "RHEL 9". The form of the file is that of os-release(5).
func (r *systemReader) osRelease() string {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		j, f := r.file(name)
		if f == nil {
			continue
		}
		values := map[string]string{}
		f.entries(j, syntax{comment: "#"}, func(e entry) {
			if e.name == "ID" || e.name == "VERSION_ID" {
				values[e.name] = e.value
			}
		})
		system, version := rebuilds[values["ID"]], values["VERSION_ID"]
		if system == "RHEL" { // one policy for a major release
			version, _, _ = strings.Cut(version, ".")
		}
		if system != "" && version != "" {
			return system + " " + version
		}
	}
	return ""
}
