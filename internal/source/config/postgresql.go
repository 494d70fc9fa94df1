package config

import (
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

var postgresql = Dialect{
	Name: "postgresql", Product: "PostgreSQL", Rule: "postgresql-protocol", Fact: "srv.postgresql",
	names: []string{"postgresql.conf", "postgresql.auto.conf", "postgresql*.conf", "main/conf.d/*.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*[a-z][\w.]*(?:\s*=\s*|\s+)(?:'[^']*'|[\w.+-]+)\s*(?:#.*)?$`),
		mark:    lazyregexp.New(`^\s*(?:ssl_(?:min|max)_protocol_version|shared_buffers|max_wal_size|wal_level|hba_file|max_connections|dynamic_shared_memory_type|listen_addresses)\s*=`),
	},
	read: readPostgreSQL,
}

var pgSyntax = syntax{comment: "#", trailing: "#", blank: true}

func readPostgreSQL(j *job, f *file) {
	last := map[string]entry{}
	var read func(*file)
	read = func(f *file) {
		f.entries(j, pgSyntax, func(e entry) {
			name := strings.ToLower(e.name)
			switch name {
			case "include", "include_if_exists":
				j.follow(e.at, dirOf(f), e.value, f.depth, name != "include", read)
			case "include_dir":
				j.follow(e.at, dirOf(f), e.value+"/*.conf", f.depth, true, read)
			default:
				if old, ok := last[name]; ok && strings.HasSuffix(name, "_protocol_version") {
					j.setting(finding{at: old.at, value: old.text(), effect: evidence.None, note: "replaced by " + e.at.String()})
				}
				if len(last) < maxRecords {
					last[name] = e
				}
			}
		})
	}
	read(f)
	if filepath.Base(f.name) == "postgresql.conf" { // ALTER SYSTEM writes here, and it is read last
		dir := or(last["data_directory"].value, ".")
		j.follow(f.at(0), dirOf(f), dir+"/postgresql.auto.conf", f.depth, true, read)
	}
	pgJudge(j, f, last)
}

func pgJudge(j *job, f *file, last map[string]entry) {
	on := pgTrue(last["ssl"].value)
	var b bounds
	var found []finding
	if e, ok := last["ssl_min_protocol_version"]; ok {
		found = append(found, pgBound(&b, e, true))
	}
	if e, ok := last["ssl_max_protocol_version"]; ok {
		found = append(found, pgBound(&b, e, false))
	}
	for _, fd := range found {
		if !on {
			fd.note = or(fd.note, "ssl is not on here")
		}
		j.setting(fd)
	}
	if !on {
		j.blind("ssl is not on here: no TLS, unless another file or the command line says so")
		return
	}
	deflt, fact := j.defaultSum("postgresql", "server")
	if _, set := last["ssl_min_protocol_version"]; !set {
		at := last["ssl"].at
		j.defaultSetting(finding{at: at, value: "ssl_min_protocol_version not set", fact: fact}, deflt.limit(0, b.hi, b.hiAt.String()))
	}
	s := j.system(b.sum(deflt), held{hi: b.hi == 0, off: true})
	s = j.lib.gate(s, last["ssl_ciphers"].value)
	pgServers(j, last, s, b.because(last["ssl"].at))
}

// pgBound reads a bound; an empty upper one is none.
func pgBound(b *bounds, e entry, low bool) finding {
	if e.value != "" || low { // PostgreSQL does not start with an empty lower bound
		return b.set(e, exactWords, low)
	}
	return finding{at: e.at, value: e.text(), effect: evidence.None, note: "no bound"}
}

func pgTrue(v string) bool {
	switch strings.ToLower(v) {
	case "on", "true", "yes", "1", "t", "y":
		return true
	}
	return false
}

func pgServers(j *job, last map[string]entry, s sum, because string) {
	port := or(last["port"].value, "5432")
	n, _ := strconv.ParseUint(port, 10, 16)
	for _, host := range strings.Split(or(last["listen_addresses"].value, "localhost"), ",") {
		host = strings.TrimSpace(host)
		e := endpoint{port: uint16(n), protocol: "postgres", because: because}
		if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
			e.ip = ip.String()
		}
		if host == "*" || host == "" {
			host = "0.0.0.0"
		}
		e.target = net.JoinHostPort(host, port)
		j.server(e, s)
	}
}
