package config

import (
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

var redis = Dialect{
	Name: "redis", Product: "Redis", Rule: "redis-tls-protocols", Fact: "srv.redis",
	names: []string{"redis.conf", "redis*.conf", "sentinel.conf", "valkey.conf"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*[a-zA-Z][\w-]*\s+[^={};]+$`),
		mark:    lazyregexp.New(`^(?:tls-(?:port|protocols|cert-file|ciphers|auth-clients)|maxmemory-policy|appendonly|appendfsync|rdbcompression|stop-writes-on-bgsave-error|protected-mode)\s+\S`),
	},
	read: readRedis,
}

func readRedis(j *job, f *file) {
	last := map[string]entry{}
	var read func(*file)
	read = func(f *file) {
		f.entries(j, syntax{comment: "#", blank: true, bare: true}, func(e entry) {
			name := strings.ToLower(e.name)
			if name == "include" {
				j.follow(e.at, dirOf(f), e.value, f.depth, false, read)
				return
			}
			if len(last) < maxRecords {
				last[name] = e
			}
		})
	}
	read(f)
	port := last["tls-port"].value
	on := port != "" && port != "0"
	e, set := last["tls-protocols"]
	set = set && e.value != ""
	var fd finding
	if set {
		fd = listFinding(e, exactWords, " ")
		if !on {
			fd.note = or(fd.note, "no tls-port here")
		}
		j.setting(fd)
	}
	if !on {
		j.blind("no tls-port: no TLS, unless the command line says so")
		return
	}
	at := last["tls-port"].at
	s, fact := j.defaultSum("redis", "server")
	if set {
		s, at = fd.sumOf(), e.at
	} else {
		j.defaultSetting(finding{at: at, value: "tls-protocols not set", effect: evidence.Default, fact: fact}, s)
	}
	s = j.lib.gate(j.system(s, everything), last["tls-ciphers"].value)
	n, _ := strconv.ParseUint(port, 10, 16)
	host, _, _ := strings.Cut(or(last["bind"].value, "0.0.0.0"), " ")
	j.server(endpoint{target: strings.TrimPrefix(host, "-") + ":" + port, port: uint16(n), protocol: "tls", because: at.String()}, s)
}
