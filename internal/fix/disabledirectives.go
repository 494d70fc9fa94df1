package fix

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// offDirectives are, by layer, the lines from which versions can be taken by
// rule. What is not here, or matches none, is left to a person, with the words
// of the product's record.
var offDirectives = map[string][]directive{
	"nginx": {
		{nginxProtocols.match, only(usual, " ")},
		{lazyregexp.New(`(\bssl_conf_command\s+MinProtocol\s+)(TLSv1(?:\.[0-3])?)\s*;`), raise(usual)},
	},
	"apache":  {{apacheProtocols.match, apacheOff}},
	"haproxy": {{lazyregexp.New(`(\sssl-min-ver\s+)(TLSv1\.[0-3])(?:\s|$)`), raise(dotted)}},
	"postfix": {{postfixProtocols.match, postfixOff}},
	"dovecot": {
		{dovecotProtocols.match, dovecotOff},
		{lazyregexp.New(`^(\s*ssl_min_protocol\s*=\s*)(SSLv3|TLSv1(?:\.[0-3])?)\s*$`), raise(usual)},
	},
	"openssl":    {{lazyregexp.New(`^(\s*MinProtocol\s*=\s*)(SSLv3|TLSv1(?:\.[0-3])?)\s*(?:#.*)?$`), raise(usual)}},
	"postgresql": {{lazyregexp.New(`^(\s*ssl_min_protocol_version\s*=?\s*'?)(TLSv1(?:\.[0-3])?)'?\s*(?:#.*)?$`), raise(usual)}},
	"mysql":      {{mysqlVersion.match, onlyOf(usual, dotted)}},
	"mariadb":    {{mysqlVersion.match, only(dotted, ",")}},
	"redis":      {{redisProtocols.match, only(usual, " ")}},
	"kafka":      {{kafkaEnabled.match, only(usual, ",")}},
	"java":       {{javaProtocols.match, only(usual, ",")}},
	"tomcat":     {{tomcatProtocols.match, only(usual, ",")}},
	"envoy":      {{lazyregexp.New(`(\btls_minimum_protocol_version["']?\s*:\s*["']?)(TLSv1_[0-3])\b`), raise(lined)}},
	"traefik":    {{lazyregexp.New(`(\bminVersion["']?\s*[:=]\s*["']?)(VersionTLS1[0-3])\b`), raise(goNames)}},
	"stunnel":    {{lazyregexp.New(`^(\s*sslVersionMin\s*=\s*)(SSLv3|TLSv1(?:\.[0-3])?)\s*$`), raise(usual)}},
	"lighttpd":   {{lazyregexp.New(`("MinProtocol"\s*=>\s*")(SSLv3|TLSv1(?:\.[0-3])?)"`), raise(usual)}},
	"jetty":      {{jettyIncluded.match, items(only(usual, " "))}},
	"erlang":     {{erlangVersions.match, erlangOff}},
	"net-config": {{netBinding.match, only(flagNames, "|")}},
	"istio":      {{lazyregexp.New(`(\bminProtocolVersion["']?\s*:\s*["']?)(TLSV1_[0-3])\b`), raise(upper)}},
	"libpq":      {{lazyregexp.New(`(\bPGSSLMINPROTOCOLVERSION["']?\s*[=:]\s*["']?)(TLSv1(?:\.[0-3])?)\b`), raise(usual)}},
}

// only takes the versions below the floor out of a list of those that are
// allowed. A list without the floor, or with a word that is no version, stays.
func only(sp spelling, sep string) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		words := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t,:|", r) })
		known := sp.between(tlswire.SSL20, tlswire.TLS13)
		low := sp.below(floor)
		kept := []string{}
		for _, w := range words {
			switch {
			case w == "SSLv2" || slices.Contains(low, w):
			case slices.Contains(known, w):
				kept = append(kept, w)
			default:
				return value, false
			}
		}
		return strings.Join(kept, sep), slices.Contains(kept, sp[floor])
	}
}

// onlyOf is only in the first of several spellings that fits.
func onlyOf(sps ...spelling) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		for _, sp := range sps {
			if to, ok := only(sp, ",")(value, floor); ok {
				return to, true
			}
		}
		return value, false
	}
}

// below are the names of the versions below the floor, lowest first.
func (sp spelling) below(floor tlswire.Version) (names []string) {
	for _, v := range tlswire.StreamVersions {
		if name, ok := sp[v]; ok && v.Below(floor) {
			names = append(names, name)
		}
	}
	return names
}

// apacheOff takes versions off at the end of the value, since words act from
// left to right.
func apacheOff(value string, floor tlswire.Version) (string, bool) {
	words := strings.Fields(value)
	if len(words) == 0 || slices.Equal(words, []string{"-all"}) {
		return value, false
	}
	for _, name := range usual.below(floor) {
		off := "-" + name
		last := -1
		for i, w := range words {
			if strings.EqualFold(strings.TrimLeft(w, "+-"), name) || strings.EqualFold(strings.TrimLeft(w, "+-"), "all") {
				last = i
			}
		}
		if last >= 0 && (strings.EqualFold(words[last], off) || strings.EqualFold(words[last], "-all")) || last < 0 && name == "SSLv3" {
			continue
		}
		words = append(words, off)
	}
	return strings.Join(words, " "), true
}

// postfixOff raises a lower bound, adds exclusions to a list of these, and
// shortens a list of what is allowed.
func postfixOff(value string, floor tlswire.Version) (string, bool) {
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ':' })
	excludes := len(words) > 0
	for i, w := range words {
		if bound, ok := strings.CutPrefix(w, ">="); ok {
			to, ok := raise(usual)(bound, floor)
			words[i] = ">=" + to
			return strings.Join(words, ", "), ok
		}
		excludes = excludes && strings.HasPrefix(w, "!")
	}
	if !excludes {
		return only(usual, ", ")(value, floor)
	}
	return exclude(words, ", ", floor), true
}

// dovecotOff is for the ssl_protocols of 2.2.
func dovecotOff(value string, floor tlswire.Version) (string, bool) {
	words := strings.Fields(value)
	if slices.ContainsFunc(words, func(w string) bool { return !strings.HasPrefix(w, "!") }) {
		return only(usual, " ")(value, floor)
	}
	return exclude(words, " ", floor), true
}

// exclude adds what is missing to a list of exclusions.
func exclude(words []string, sep string, floor tlswire.Version) string {
	for _, name := range usual.below(floor) {
		if !slices.Contains(words, "!"+name) {
			words = append(words, "!"+name)
		}
	}
	return strings.Join(words, sep)
}

func erlangOff(value string, floor tlswire.Version) (string, bool) {
	out, ok := only(erlangWords, ",")(strings.NewReplacer("'", "", " ", "").Replace(value), floor)
	return "'" + strings.ReplaceAll(out, ",", "', '") + "'", ok
}
