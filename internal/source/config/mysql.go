package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var mysql = Dialect{
	Name: "mysql", Product: "MySQL or MariaDB", Rule: "mysql-tls-version", Fact: "srv.mysql",
	names: []string{"my.cnf", "my.ini", "mysqld.cnf", "*.cnf.d/*.cnf", "mysql*.d/*.cnf", "mariadb*.d/*.cnf", "mariadb.cnf"},
	shape: shape{
		comment: "#;",
		line:    lazyregexp.New(`^\s*(?:\[[\w.-]+\]|[\w-]+(?:\s*=.*)?|!include(?:dir)?\s+\S+)\s*$`),
		mark:    lazyregexp.New(`^\s*\[(?:mysqld|mariadbd?|mysqld_safe|mysqldump|client-server|mysqld-\d[\d.]*|mariadb-\d[\d.]*)\]`),
	},
	read: readMySQL,
}

// mysqlServer matches the sections that the server reads, mariaOnly those
// that MariaDB's alone does.
var (
	mysqlServer = lazyregexp.New(`^(?:mysqld|server|client-server|mysqld-\d[\d.]*|mariadbd?|mariadbd?-\d[\d.]*)$`)
	mariaOnly   = lazyregexp.New(`^(?:mariadb|client-mariadb|client-server)`)
)

type mysqlConf struct {
	j      *job
	server map[string]entry
	client map[string]entry
	maria  bool
}

func readMySQL(j *job, f *file) {
	m := &mysqlConf{j: j, server: map[string]entry{}, client: map[string]entry{}}
	m.maria = strings.Contains(strings.ToLower(f.name), "mariadb")
	_, known := j.release("mariadb")
	_, other := j.opt.Versions["mysql"]
	m.maria = m.maria || known && !other
	m.read(f)
	m.judge(m.server, "server", f)
	m.judge(m.client, "client", f)
}

func (m *mysqlConf) read(f *file) {
	f.entries(m.j, syntax{comment: "#;", trailing: "#", sections: true, bare: true}, func(e entry) {
		if word, arg, ok := strings.Cut(e.name, " "); ok && strings.HasPrefix(word, "!include") {
			if arg = strings.TrimSpace(arg); word == "!includedir" {
				arg += "/*.cnf"
			}
			m.j.follow(e.at, dirOf(f), arg, f.depth, word == "!includedir", m.read)
			return
		}
		m.maria = m.maria || mariaOnly.MatchString(e.section)
		name := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(e.name), "-", "_"), "loose_")
		to := m.client
		if mysqlServer.MatchString(e.section) {
			to = m.server
		} else if !strings.HasPrefix(e.section, "client") && e.section != "mysql" {
			return
		}
		if old, ok := to[name]; ok && name == "tls_version" {
			m.j.setting(m.layer(finding{at: old.at, path: "[" + old.section + "]", value: old.text(), effect: evidence.None, note: "replaced by " + e.at.String()}))
		}
		if len(to) < maxRecords {
			to[name] = e
		}
	})
}

// layer tells MariaDB from MySQL.
func (m *mysqlConf) layer(f finding) finding {
	if m.maria {
		f.layer, f.fact = "mariadb", "srv.mariadb"
	}
	return f
}

func (m *mysqlConf) words() vocabulary {
	if m.maria { // MariaDB spells TLSv1.0
		return vocabulary{"tlsv1.0": tlswire.TLS10, "tlsv1.1": tlswire.TLS11, "tlsv1.2": tlswire.TLS12, "tlsv1.3": tlswire.TLS13}
	}
	return exactWords
}

func (m *mysqlConf) judge(values map[string]entry, role string, f *file) {
	names := []string{"tls_version"}
	if role == "server" {
		names = append(names, "admin_tls_version")
	}
	var s sum
	because := ""
	for _, name := range names {
		e, ok := values[name]
		if !ok {
			continue
		}
		fd := m.layer(listFinding(e, m.words(), ", "))
		fd.path, fd.role = "["+e.section+"]", role
		if e.value == "" {
			fd.note = "empty: no TLS at all"
		}
		fd = m.removed(fd)
		m.j.setting(fd)
		if name == "tls_version" {
			s, because = fd.sumOf(), e.at.String()
		}
	}
	if role == "client" {
		if s != nil {
			m.j.client(m.j.lib.gate(s, values["ssl_cipher"].value), because, "srv.mysql")
		}
		return
	}
	if len(values) == 0 {
		m.j.blind("no section of the server here")
		return
	}
	m.declare(values, s, because, f)
}

// removed takes away what MySQL 8.0.28 no longer has.
func (m *mysqlConf) removed(f finding) finding {
	if newer, known := m.j.atLeast("8.0.28"); !m.maria && known && newer && f.effect == evidence.Pins {
		f.versions = slices.DeleteFunc(f.versions, func(v tlswire.Version) bool { return v.Below(tlswire.TLS12) })
		if len(f.versions) == 0 {
			f.effect, f.note = evidence.Review, "MySQL 8.0.28 and later know neither TLS 1.0 nor 1.1"
		}
	}
	return f
}

func (m *mysqlConf) declare(values map[string]entry, s sum, because string, f *file) {
	layer := "mysql"
	if m.maria {
		layer = "mariadb"
	}
	if s == nil {
		var fact string
		s, fact = m.j.defaultSum(layer, "server")
		because = f.name
		m.j.defaultSetting(m.layer(finding{at: f.at(1), value: "tls_version not set", fact: fact}), s)
	}
	if v := strings.ToLower(values["skip_ssl"].name + values["ssl"].value); v == "skip_ssl" || v == "0" || v == "off" {
		return
	}
	port := or(values["port"].value, "3306")
	n, _ := strconv.ParseUint(port, 10, 16)
	e := endpoint{target: or(values["bind_address"].value, "0.0.0.0") + ":" + port, port: uint16(n), protocol: "mysql", because: because, layer: layer}
	if m.maria {
		s = m.j.system(s, everything)
	} else {
		s = m.j.perhaps(s)
	}
	m.j.server(e, m.j.lib.gate(s, values["ssl_cipher"].value))
}
