package fix

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// rewrite is a change of a program's line that is safe without knowing the
// rest of the program: it compiles, and allows at least what was allowed.
type rewrite struct {
	match *regexp.Regexp
	to    string // template of regexp.Expand
	note  string
}

const (
	dotnetNote  = "Programs built for .NET 4.7 or later better name no version at all: SecurityProtocolType.SystemDefault, SslProtocols.None."
	opensslNote = "TLS_method needs OpenSSL 1.1.0; before that the flexible method is SSLv23_method."
)

// rewrites are tried in this order; the first that fits counts. They are for
// a floor of TLS 1.2.
var rewrites = []rewrite{
	// C#, VB: a whole assignment or argument
	{regexp.MustCompile(`(=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Tls\s*;`), `${1}SecurityProtocolType.Tls | SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{regexp.MustCompile(`(=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Tls11\s*;`), `${1}SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{regexp.MustCompile(`(=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Ssl3\s*\|\s*SecurityProtocolType\.Tls\s*;`), `${1}SecurityProtocolType.Ssl3 | SecurityProtocolType.Tls | SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{regexp.MustCompile(`([=,]\s*)SslProtocols\.Tls(\s*[;,)])`), `${1}SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12${2}`, dotnetNote},
	{regexp.MustCompile(`([=,]\s*)SslProtocols\.Tls11(\s*[;,)])`), `${1}SslProtocols.Tls11 | SslProtocols.Tls12${2}`, dotnetNote},
	// PowerShell
	{regexp.MustCompile(`(=\s*)(\[(?:System\.)?Net\.SecurityProtocolType\])::Tls(\s*(?:;|$))`), `${1}${2}::Tls -bor ${2}::Tls11 -bor ${2}::Tls12${3}`, dotnetNote},
	{regexp.MustCompile(`(=\s*)(\[(?:System\.)?Net\.SecurityProtocolType\])::Tls11(\s*(?:;|$))`), `${1}${2}::Tls11 -bor ${2}::Tls12${3}`, dotnetNote},
	// OpenSSL, from C and C++
	{regexp.MustCompile(`\bTLSv1(?:_1)?_(client_|server_)?method\s*\(`), `TLS_${1}method(`, opensslNote},
	{regexp.MustCompile(`(set_max_proto_version\s*\([^,()]+,\s*)TLS1(?:_1)?_VERSION(\s*\))`), `${1}TLS1_2_VERSION${2}`, ""},
	// Go
	{regexp.MustCompile(`(\bMaxVersion\s*[:=]+\s*tls\.)VersionTLS1[01]\b`), `${1}VersionTLS12`, "Without MaxVersion the newest version is used."},
	// Java
	{regexp.MustCompile(`(SSLContext\.getInstance\s*\(\s*")TLSv1(?:\.1)?(")`), `${1}TLS${2}`, `With "TLS" the Java runtime decides; Java 7 clients still need jdk.tls.client.protocols.`},
	{regexp.MustCompile(`((?:jdk\.tls\.client\.protocols|https\.protocols)["']?\s*[=,]\s*["']?)TLSv1(["'\s]|$)`), `${1}TLSv1,TLSv1.1,TLSv1.2${2}`, ""},
	// Python
	{regexp.MustCompile(`\bssl\.PROTOCOL_TLSv1(?:_1)?\b`), `ssl.PROTOCOL_TLS`, "PROTOCOL_TLS needs Python 2.7.13 or 3.6; in new code use ssl.create_default_context()."},
	{regexp.MustCompile(`(\bmaximum_version\s*=\s*(?:ssl\.)?TLSVersion\.)TLSv1(?:_1)?\b`), `${1}TLSv1_2`, ""},
	// JavaScript
	{regexp.MustCompile(`(\bsecureProtocol["']?\s*:\s*["'])TLSv1(?:_1)?_(client_|server_)?method(["'])`), `${1}TLS_${2}method${3}`, "TLS_method needs Node.js 11; with it the runtime decides."},
	{regexp.MustCompile(`(\bmaxVersion["']?\s*:\s*["'])TLSv1(?:\.1)?(["'])`), `${1}TLSv1.2${2}`, ""},
	// libcurl and curl
	{regexp.MustCompile(`\bCURL_SSLVERSION_MAX_TLSv1_[01]\b`), `CURL_SSLVERSION_MAX_TLSv1_2`, ""},
	{regexp.MustCompile(`(--tls-max[ =]+["']?)1\.[01]\b`), `${1}1.2`, ""},
}

// rewriteLine makes the new line, if a rule fits just once.
func rewriteLine(line string) (to string, r *rewrite) {
	for i := range rewrites {
		r := &rewrites[i]
		at := r.match.FindAllStringSubmatchIndex(line, 2)
		if len(at) != 1 {
			continue
		}
		m := at[0]
		new := string(r.match.ExpandString(nil, r.to, line, m))
		return line[:m[0]] + new + line[m[1]:], r
	}
	return line, nil
}

// changeCode is rewriteLine as an edit.
func changeCode(line string) (to, note string, ok bool) {
	to, r := rewriteLine(line)
	if r == nil {
		return line, "", false
	}
	return to, r.note, true
}

// code makes one fix for each program file in which something breaks.
func (p *planner) code(h *host) []Fix {
	var out []Fix
	at := map[string]int{}
	for _, s := range h.settings {
		v, bad := p.breaks(s)
		if s.Layer != layerSource || !bad {
			continue
		}
		i, ok := at[s.Where.File]
		if !ok {
			i = len(out)
			at[s.Where.File] = i
			out = append(out, Fix{
				Host: h.name, Kind: KindSource, Layer: layerSource, Step: StepCode, prefix: fmt.Sprintf("source-%d-", i+1), file: s.Where.File,
				Title: fmt.Sprintf("Let %s through in %s", p.floor, clean(s.Where.File)),
			})
		}
		f := &out[i]
		f.Reasons = append(f.Reasons, p.reason(s, v.Why))
		if s.Where.Line > 0 && p.floor == tlswire.TLS12 {
			f.edits = append(f.edits, edit{line: s.Where.Line, was: s.Value, change: changeCode})
		}
	}
	for i := range out {
		p.codeFiles(&out[i])
	}
	return out
}

// codeFiles writes the advice; WithFiles adds a diff of the lines that can be
// changed by rule.
func (p *planner) codeFiles(f *Fix) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.Title)
	for _, r := range f.Reasons {
		fmt.Fprintf(&b, "\n%s\n    now: %s\n    %s\n", clean(r.Where), clean(r.What), clean(r.Why))
		if to, rule := rewriteLine(clean(r.What)); rule != nil && p.floor == tlswire.TLS12 {
			fmt.Fprintf(&b, "    such as: %s\n", to)
			if rule.note != "" && !slices.Contains(f.Notes, rule.note) {
				f.Notes = append(f.Notes, rule.note)
			}
		}
	}
	fmt.Fprintf(&b, "\nName no version at all where the runtime can decide; else let %s in beside what is named now.\n", p.floor)
	f.Change = f.add("change.txt", []byte(b.String()))
	f.Apply = []string{"change the lines that change.txt names, build, test, release"}
	f.Check = []string{"tlsready audit PATH"}
	f.Undo = []string{"take the commit back"}
}
