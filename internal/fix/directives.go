package fix

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// The directives of products.go. A line that continues on the next one, or
// that holds a variable, matches none and stays for a person.
var (
	nginxProtocols   = directive{lazyregexp.New(`(\bssl_protocols\s+|_ssl_protocols\s+)([A-Za-z0-9. \t]+?)\s*;`), list(usual, " ", "")}
	nginxMax         = directive{lazyregexp.New(`(\bssl_conf_command\s+MaxProtocol\s+)(TLSv1(?:\.[0-3])?)\s*;`), raise(usual)}
	apacheProtocols  = directive{lazyregexp.New(`(?i)^(\s*SSL(?:Proxy)?Protocol\s+)([-+a-z0-9. \t]+?)\s*$`), apacheList}
	haproxyOptions   = directive{lazyregexp.New(`^(\s*)(.*\S)\s*$`), haproxyLine}
	postfixProtocols = directive{
		lazyregexp.New(`^((?:smtp|smtpd|lmtp|tlsproxy)_tls_(?:mandatory_)?protocols\s*=\s*)([!<>=A-Za-z0-9., :\t]+?)\s*$`), postfixList,
	}
	dovecotProtocols = directive{lazyregexp.New(`^(\s*ssl_protocols\s*=\s*)([!A-Za-z0-9. \t]+?)\s*$`), list(usual, " ", "!")}
	eximOptions      = directive{
		lazyregexp.New(`^(\s*openssl_options\s*=\s*)([-+a-z0-9_ \t]+?)\s*$`),
		without(spelling{tlswire.TLS12: "+no_tlsv1_2", tlswire.TLS13: "+no_tlsv1_3"}, " ", "+no_sslv2 +no_sslv3"),
	}
	eximPriority    = directive{lazyregexp.New(`^(\s*tls_require_ciphers\s*=\s*)(\S*VERS-\S*)\s*$`), priority}
	opensslMax      = directive{lazyregexp.New(`^(\s*MaxProtocol\s*=\s*)(TLSv1(?:\.[0-3])?)\s*(?:#.*)?$`), raise(usual)}
	opensslProtocol = directive{lazyregexp.New(`^(\s*Protocol\s*=\s*)([-A-Za-z0-9., \t]+?)\s*$`), list(usual, ", ", "-")}
	postgresMax     = directive{lazyregexp.New(`^(\s*ssl_max_protocol_version\s*=?\s*'?)(TLSv1(?:\.[0-3])?)'?\s*(?:#.*)?$`), raise(usual)}
	mysqlVersion    = directive{lazyregexp.New(mysqlLine), list(usual, ",", "")}
	mariadbVersion  = directive{lazyregexp.New(mysqlLine), list(dotted, ",", "")}
	redisProtocols  = directive{lazyregexp.New(`^(\s*tls-protocols\s+"?)([A-Za-z0-9. \t]+?)"?\s*$`), list(usual, " ", "")}
	mongoDisabled   = directive{
		lazyregexp.New(`(\bdisabledProtocols:\s*["']?)([A-Z0-9_, ]+?)["']?\s*(?:#.*)?$`),
		without(spelling{tlswire.TLS12: "TLS1_2", tlswire.TLS13: "TLS1_3"}, ",", "none"),
	}
	kafkaEnabled  = directive{lazyregexp.New(`^(\s*(?:[\w.]+\.)?ssl\.enabled\.protocols\s*[=:]\s*)([A-Za-z0-9., \t]+?)\s*$`), list(usual, ",", "")}
	kafkaProtocol = directive{lazyregexp.New(`^(\s*(?:[\w.]+\.)?ssl\.protocol\s*[=:]\s*)(TLSv1(?:\.[0-3])?)\s*$`), raise(usual)}
	javaProtocols = directive{
		lazyregexp.New(`((?:jdk\.tls\.(?:client|server)\.protocols|https\.protocols)\s*=\s*"?)([A-Za-z0-9.,]+)`), list(usual, ",", ""),
	}
	javaDisabled    = directive{lazyregexp.New(`^(\s*jdk\.tls\.disabledAlgorithms\s*=\s*)([^\\]+?)\s*$`), without(usual, ", ", "")}
	tomcatProtocols = directive{
		lazyregexp.New(`(\b(?:sslEnabledProtocols|protocols)\s*=\s*")([A-Za-z0-9., ]+)"`), list(usual, ",", ""),
	}
	envoyMax       = directive{lazyregexp.New(`(\btls_maximum_protocol_version["']?\s*:\s*["']?)(TLSv1_[0-3])\b`), raise(lined)}
	traefikMax     = directive{lazyregexp.New(`(\bmaxVersion["']?\s*[:=]\s*["']?)(VersionTLS1[0-3])\b`), raise(goNames)}
	stunnelMax     = directive{lazyregexp.New(`^(\s*sslVersionMax\s*=\s*)(TLSv1(?:\.[0-3])?)\s*$`), raise(usual)}
	stunnelOne     = directive{lazyregexp.New(`^(\s*)(sslVersion\s*=\s*TLSv1(?:\.[01])?)\s*$`), stunnelMin}
	stunnelOff     = directive{lazyregexp.New(`^(\s*)(options\s*=\s*NO_TLSv1[._][23])\s*$`), comment("; ")}
	slapdSuite     = directive{lazyregexp.New(`(?i)^(\s*(?:olc)?TLSCipherSuite:?\s+)(\S*VERS-\S*)\s*$`), priority}
	gnutlsOff      = directive{lazyregexp.New(`(?i)^(\s*)(disabled-version\s*=\s*tls1\.[23])\s*$`), comment("# ")}
	gnutlsAsked    = directive{lazyregexp.New(`^(\s*[A-Z]+\s*=\s*)(\S*VERS-\S*)\s*$`), priority}
	squidOff       = directive{lazyregexp.New(`((?:^|\s)(?:tls-|ssl)?options=)(\S*NO_TLSv1_[23]\S*)`), squidOptions}
	squidOne       = directive{lazyregexp.New(`(\s(?:ssl)?version=)([456])(?:\s|$)`), squidVersion}
	caddyProtocols = directive{lazyregexp.New(`^(\s*protocols\s+)(tls1\.2(?:\s+tls1\.[23])?)\s*$`), caddyRange}
	jettyIncluded  = directive{lazyregexp.New(`(IncludeProtocols".*?)((?:<Item>[\w.]+</Item>\s*)+)`), items(list(usual, " ", ""))}
	jettyExcluded  = directive{lazyregexp.New(`(ExcludeProtocols".*?)((?:<Item>[\w.]+</Item>\s*)+)`), items(without(usual, " ", "SSLv3"))}
	rabbitVersion  = directive{lazyregexp.New(`^()(\s*(?:\w+\.)*ssl(?:_options)?\.versions\.\w+\s*=\s*tlsv1(?:\.[0-3])?)\s*$`), rabbitMore}
	erlangVersions = directive{lazyregexp.New(`(\{versions,\s*\[)([^\]\[{}]+)\]`), erlangMore}
	nodeMax        = directive{lazyregexp.New(`(--tls-max-v)(1\.[23])\b`), raise(bare)}
	netSwitch      = directive{lazyregexp.New(`((?:DontEnableSchUseStrongCrypto|DisableUsingServicePointManagerSecurityProtocols)=)(true)\b`), turnOff}
	netBinding     = directive{lazyregexp.New(`(\bsslProtocols\s*=\s*")([A-Za-z0-9|]+)"`), flags}
	istioMax       = directive{lazyregexp.New(`(\bmaxProtocolVersion["']?\s*:\s*["']?)(TLSV1_[0-3])\b`), raise(upper)}
	libpqMax       = directive{lazyregexp.New(`(\bPGSSLMAXPROTOCOLVERSION["']?\s*[=:]\s*["']?)(TLSv1(?:\.[0-3])?)\b`), raise(usual)}
	lighttpdMax    = directive{lazyregexp.New(`("MaxProtocol"\s*=>\s*")(TLSv1(?:\.[0-3])?)"`), raise(usual)}
)

const mysqlLine = `^(\s*(?:loose[-_])?(?:admin[-_])?tls[-_]version\s*=\s*["']?)([A-Za-z0-9., ]+?)["']?\s*$`

// apacheList switches versions on at the end of the value: words act from
// left to right, and one with a plus only adds.
func apacheList(value string, floor tlswire.Version) (string, bool) {
	words := strings.Fields(value)
	var plain, on []string
	for _, w := range words {
		switch {
		case strings.HasPrefix(w, "-"):
			on = slices.DeleteFunc(on, func(o string) bool { return strings.EqualFold(o, w[1:]) })
		case strings.HasPrefix(w, "+"):
			on = append(on, w[1:])
		default: // replaces all before
			on = []string{w}
		}
		plain = append(plain, strings.TrimLeft(w, "+-"))
	}
	if !slices.ContainsFunc(plain, func(w string) bool {
		return strings.HasPrefix(strings.ToLower(w), "tls") || strings.EqualFold(w, "all") || strings.HasPrefix(strings.ToLower(w), "ssl")
	}) {
		return value, false
	}
	var more []string
	for _, v := range []tlswire.Version{tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
		low := usual.lowest(on)
		inside := v.AtLeast(tlswire.TLS12) || low != 0 && !v.Below(low) // the gap above what is on
		if floor.AtLeast(v) && inside && !slices.ContainsFunc(on, func(o string) bool { return strings.EqualFold(o, usual[v]) }) {
			more = append(more, "+"+usual[v])
		}
	}
	if len(more) == 0 {
		return value, true
	}
	return value + " " + strings.Join(more, " "), true
}

// postfixList drops what excludes the floor, or adds it to a list of versions
// that are meant alone. A list of exclusions only allows all others.
func postfixList(value string, floor tlswire.Version) (string, bool) {
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ':' })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return strings.HasPrefix(w, "<=") || slices.ContainsFunc(usual.between(tlswire.TLS12, floor), func(n string) bool { return w == "!"+n })
	})
	kept = append(kept, usual.upTo(kept, floor)...)
	if len(kept) == 0 {
		kept = []string{"!SSLv2", "!SSLv3"}
	}
	if slices.Equal(kept, words) {
		return value, slices.Contains(words, usual[floor])
	}
	return strings.Join(kept, ", "), true
}

var haproxyMax = lazyregexp.New(`^TLSv1\.[0-3]$`)

// haproxyLine takes the upper bounds out of a bind, server or default line;
// what was forced stays as the lower bound.
func haproxyLine(line string, floor tlswire.Version) (string, bool) {
	words := strings.Fields(line)
	if strings.ContainsAny(line, `"'\#`) || !slices.Contains([]string{"bind", "server", "default-server", "ssl-default-bind-options", "ssl-default-server-options"}, words[0]) {
		return line, false
	}
	forced := map[string]string{"force-tlsv10": dotted[tlswire.TLS10], "force-tlsv11": dotted[tlswire.TLS11]}
	if floor.AtLeast(tlswire.TLS13) {
		forced["force-tlsv12"] = dotted[tlswire.TLS12]
	}
	var out []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case forced[w] != "":
			out = append(out, "ssl-min-ver", forced[w])
		case w == "no-tlsv12", w == "no-tlsv13" && floor.AtLeast(tlswire.TLS13):
		case w == "ssl-max-ver" && i+1 < len(words) && haproxyMax.MatchString(words[i+1]):
			i++
			top, _ := raise(dotted)(words[i], floor)
			out = append(out, w, top)
		default:
			out = append(out, w)
		}
	}
	if slices.Equal(out, words) {
		return line, false
	}
	return strings.Join(out, " "), true
}

// comment takes a line that only turns one version off out, if that version
// is wanted.
func comment(mark string) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		v := tlswire.TLS12
		if strings.HasSuffix(value, "3") {
			v = tlswire.TLS13
		}
		return mark + value, floor.AtLeast(v)
	}
}

// stunnelMin makes the one version that stunnel is held to its lowest.
func stunnelMin(value string, floor tlswire.Version) (string, bool) {
	_, version, _ := strings.Cut(value, "=")
	return "sslVersionMin = " + strings.TrimSpace(version), true
}

var priorityWords = spelling{
	tlswire.TLS10: "+VERS-TLS1.0", tlswire.TLS11: "+VERS-TLS1.1", tlswire.TLS12: "+VERS-TLS1.2", tlswire.TLS13: "+VERS-TLS1.3",
}

// priority lets versions into a priority string of GnuTLS.
func priority(value string, floor tlswire.Version) (string, bool) {
	words := strings.Split(value, ":")
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return len(w) > 1 && (w[0] == '-' || w[0] == '!') && slices.Contains(priorityWords.between(tlswire.TLS12, floor), "+"+w[1:])
	})
	kept = append(kept, priorityWords.upTo(kept, floor)...)
	return strings.Join(kept, ":"), !slices.Equal(kept, words) || slices.Contains(words, priorityWords[floor])
}

var upper = spelling{tlswire.TLS10: "TLSV1_0", tlswire.TLS11: "TLSV1_1", tlswire.TLS12: "TLSV1_2", tlswire.TLS13: "TLSV1_3"}

var squidWords = spelling{tlswire.TLS12: "NO_TLSv1_2", tlswire.TLS13: "NO_TLSv1_3"}

// squidOptions takes what keeps the floor away out of a list of switches.
func squidOptions(value string, floor tlswire.Version) (string, bool) {
	off := squidWords.between(tlswire.TLS12, floor)
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ':' })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(off, w) })
	if len(kept) == len(words) {
		return value, false
	}
	if len(kept) == 0 { // an option needs a value: this one takes nothing away that is there
		kept = []string{"NO_SSLv3"}
	}
	return strings.Join(kept, ","), true
}

// squidVersion makes the one version that Squid is held to automatic.
func squidVersion(value string, floor tlswire.Version) (string, bool) {
	return "1", value != "6" || floor.AtLeast(tlswire.TLS13)
}

// turnOff turns a switch of .NET back to what newer targets have.
func turnOff(string, tlswire.Version) (string, bool) { return "false", true }

var flagNames = spelling{tlswire.SSL30: "Ssl3", tlswire.TLS10: "Tls", tlswire.TLS11: "Tls11", tlswire.TLS12: "Tls12", tlswire.TLS13: "Tls13"}

// flags adds what is missing to the versions of a binding.
func flags(value string, floor tlswire.Version) (string, bool) {
	words := strings.Split(value, "|")
	more := flagNames.upTo(words, floor)
	return strings.Join(append(words, more...), "|"), len(more) > 0 || slices.Contains(words, flagNames[floor])
}

var bare = spelling{tlswire.TLS12: "1.2", tlswire.TLS13: "1.3"}

// caddyRange raises the upper end of a range; one word alone has none.
func caddyRange(value string, floor tlswire.Version) (string, bool) {
	low, high, ranged := strings.Cut(value, " ")
	if high = strings.TrimSpace(high); !ranged || high == "" {
		return value, false
	}
	if floor.AtLeast(tlswire.TLS13) {
		high = "tls1.3"
	}
	return low + " " + high, true
}

// firstItem is the first word of a list "NAME = a, b".
func firstItem(value string) string {
	_, words, _ := strings.Cut(value, " = ")
	first, _, _ := strings.Cut(words, ",")
	return first
}

// items lets a change of words act on items of XML.
func items(change func(string, tlswire.Version) (string, bool)) func(string, tlswire.Version) (string, bool) {
	return func(value string, floor tlswire.Version) (string, bool) {
		words := strings.NewReplacer("<Item>", "", "</Item>", " ").Replace(value)
		out, ok := change(strings.TrimSpace(words), floor)
		if !ok {
			return value, false
		}
		return "<Item>" + strings.Join(strings.Fields(out), "</Item><Item>") + "</Item>", true
	}
}

var erlangWords = spelling{tlswire.TLS10: "tlsv1", tlswire.TLS11: "tlsv1.1", tlswire.TLS12: "tlsv1.2", tlswire.TLS13: "tlsv1.3"}

// rabbitMore puts a line beside one of a list that stands on several.
func rabbitMore(value string, floor tlswire.Version) (string, bool) {
	name, version, _ := strings.Cut(value, "=")
	if strings.TrimSpace(version) == erlangWords[floor] {
		return value, true
	}
	name = strings.TrimRight(name, " \t")
	return value + "\n" + name[:strings.LastIndexByte(name, '.')+1] + "floor = " + erlangWords[floor], true
}

// erlangMore adds what is missing to a list of Erlang, whose names stand in
// quotes.
func erlangMore(value string, floor tlswire.Version) (string, bool) {
	out, ok := list(erlangWords, ",", "")(strings.ReplaceAll(value, "'", ""), floor)
	words := strings.FieldsFunc(out, func(r rune) bool { return r == ',' || r == ' ' })
	return "'" + strings.Join(words, "', '") + "'", ok
}
