package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// jetty is Jetty's XML that sets an SslContextFactory up.
var jetty = Dialect{
	Name: "jetty", Product: "Jetty XML", Rule: "jetty-protocols", Fact: "srv.jetty",
	names: []string{"jetty*.xml", "*ssl*.xml"},
	shape: shape{whole: func(text string, _ bool) bool {
		return strings.HasPrefix(strings.TrimSpace(text), "<") && strings.Contains(text, "<Configure") && jettyMark.MatchString(text)
	}},
	read: func(j *job, f *file) {
		readJetty(j, f, &jettyState{})
		j.blind("no port here: start.ini tells it")
	},
}

var jettyMark = lazyregexp.New(`name="(?:set|add)?(?:[iI]n|[eE]x)cludeProtocols"`)

// jettyStart is start.ini and the files of start.d, which name the XML files
// and give the port.
var jettyStart = Dialect{
	Name: "jetty-start", Product: "Jetty start.ini", Rule: "jetty-protocols", Fact: "srv.jetty",
	names: []string{"start.ini", "start.d/*.ini"},
	shape: shape{
		comment: "#",
		line:    lazyregexp.New(`^\s*(?:--\S.*|-\S+|[\w.$/-]+(?:\|[^=]*)?\s*(?:\+?=.*)?)\s*$`),
		mark:    lazyregexp.New(`^\s*(?:--modules?=(?:\S+,)?(?:https|ssl|http2)(?:,|\s*$)|jetty\.ssl(?:Context)?\.\w+\s*=|jetty\.secure\.port\s*=)`),
	},
	read: readJettyStart,
}

// jettyNames are the versions as Java names them, lowest first.
var jettyNames = []string{"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}

// jettyState is what the files of one Jetty add up to.
type jettyState struct {
	in, out  []string
	inAt, at pos
	suites   pos // of a line that puts other suites in the place of Jetty's
	tls      bool
	host     string
	port     entry
	bad      string
	seen     map[string]bool
}

// readJetty takes the lists of an XML file; each call that begins with "add"
// adds to the list, others replace it.
func readJetty(j *job, f *file, st *jettyState) {
	f.xmlTree(j).each(func(n *xmlNode) {
		name := strings.TrimPrefix(strings.ToLower(n.attr("name")), "set")
		add := strings.HasPrefix(name, "add")
		name = strings.TrimPrefix(name, "add")
		switch name {
		case "includeprotocols", "excludeprotocols":
			st.list(j, f.at(n.line), n, name, add)
		case "includeciphersuites", "excludeciphersuites":
			if !add {
				st.suites = f.at(n.line)
			}
		}
	})
}

func (st *jettyState) list(j *job, at pos, n *xmlNode, name string, add bool) {
	var words []string
	variable := false
	n.each(func(k *xmlNode) {
		variable = variable || k.name == "Property" || k.name == "SystemProperty" || k.name == "Env" || k.name == "Ref"
		if k.name == "Item" || k.name == "Arg" && len(k.kids) == 0 {
			words = append(words, strings.TrimSpace(k.text))
		}
	})
	fd := finding{at: at, path: n.attr("name"), layer: "jetty", value: n.attr("name") + " = " + strings.Join(words, ", ")}
	vs, ok := jettyVersions(words)
	switch {
	case variable || !ok:
		fd.effect, fd.note = evidence.Review, "holds a variable, or no version that Java knows"
		st.bad = at.String() + ": " + fd.note
	case name == "includeprotocols":
		if !add {
			st.in = nil
		}
		st.in, st.inAt = append(st.in, words...), at
		fd.effect, fd.versions = evidence.Pins, vs
	default:
		if !add {
			st.out = nil
		}
		st.out, st.at = append(st.out, words...), at
		fd.effect, fd.versions = evidence.Blocks, vs
		if len(vs) == 0 {
			fd.effect, fd.note = evidence.None, "names no version"
		}
	}
	j.setting(fd)
}

// jettyVersions are the versions that names, which may be regular expressions,
// stand for.
func jettyVersions(words []string) ([]tlswire.Version, bool) {
	var vs []tlswire.Version
	for _, w := range words {
		re, err := regexp.Compile("^(?:" + w + ")$")
		if err != nil || len(w) > 200 {
			return nil, false
		}
		for i, name := range jettyNames {
			if re.MatchString(name) {
				vs = append(vs, judged[i])
			}
		}
	}
	return sorted(vs), true
}

// readJettyStart follows the XML files that are named and the files of
// start.d, and declares the listener.
func readJettyStart(j *job, f *file) {
	st := &jettyState{seen: map[string]bool{}}
	st.ini(j, f)
	if dirOf(f) != "" && !strings.HasSuffix(dirOf(f), "start.d") {
		j.follow(f.at(1), dirOf(f), "start.d/*.ini", f.depth, true, func(in *file) { st.ini(j, in) })
	}
	if !st.tls {
		j.blind("no module for TLS")
		return
	}
	st.declare(j, f)
}

func (st *jettyState) ini(j *job, f *file) {
	base := strings.TrimSuffix(dirOf(f), "/start.d")
	f.entries(j, syntax{comment: "#", bare: true}, func(e entry) {
		switch {
		case strings.HasSuffix(e.name, ".xml") && !st.seen[e.name]:
			st.seen[e.name] = true
			j.follow(e.at, base, e.name, f.depth, false, func(in *file) { readJetty(j, in, st) })
		case strings.HasPrefix(e.name, "--module"):
			for _, m := range strings.Split(e.value, ",") {
				st.tls = st.tls || slices.Contains([]string{"https", "ssl", "http2"}, strings.TrimSpace(m))
			}
		case e.name == "jetty.ssl.port" || e.name == "https.port" || e.name == "jetty.secure.port":
			st.port = e
		case e.name == "jetty.ssl.host":
			st.host = e.value
		}
	})
}

func (st *jettyState) declare(j *job, f *file) {
	at := st.at
	if st.inAt.line != 0 {
		at = st.inAt
	}
	out, _ := jettyVersions(st.out)
	vs := between(tlswire.TLS10, 0)
	if st.inAt.line != 0 {
		vs, _ = jettyVersions(st.in)
	}
	if at.line == 0 {
		at = pos{f.name, 1}
		if st.port.at.line != 0 {
			at = st.port.at
		}
	}
	s := j.javaSystem(exactly(vs, at.String()))
	s = st.strong(j, s)
	if st.at.line != 0 {
		s = s.reject(out, st.at.String())
	}
	switch {
	case st.bad != "":
		s = unknown(st.bad)
	case st.at.line == 0 && st.inAt.line == 0:
		j.defaultSetting(finding{at: at, layer: "jetty", value: "IncludeProtocols and ExcludeProtocols not set"}, s)
	}
	port := or(st.port.value, "8443")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		j.skip(st.port.at, "no port in %s", bounded(port))
		return
	}
	j.server(endpoint{target: or(st.host, "0.0.0.0") + ":" + port, port: uint16(n), protocol: "https", because: at.String(), layer: "jetty"}, s)
}

// jettySuites is a release that excludes all suites below TLS 1.2, unless it is
// told otherwise; of older ones that was not found out.
const jettySuites = "9.4.57"

// strong takes the versions away that Jetty's own list of suites has none for.
func (st *jettyState) strong(j *job, s sum) sum {
	have, known := j.release("jetty")
	want, _ := knowledge.ParseBuild(jettySuites)
	out := s.clone()
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		switch x := s[v]; {
		case x.state == evidence.Rejected:
		case st.suites.line != 0:
			out[v] = say{evidence.Unknown, x.because + "; the suites of " + st.suites.String() + " decide"}
		case known && have.Compare(want) >= 0:
			out[v] = say{evidence.Rejected, "Jetty's own list has no suite below TLS 1.2"}
		default:
			out[v] = say{evidence.Unknown, x.because + "; Jetty's own list of suites decides"}
		}
	}
	return out
}
