package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var exim = Dialect{
	Name: "exim", Product: "Exim", Rule: "exim-tls", Fact: "srv.exim",
	names: []string{"exim.conf", "exim4.conf", "exim4.conf.template", "exim4/*.conf", "configure"},
	shape: shape{
		comment: "#.",
		line:    lazyregexp.New(`^\s*(?:begin\s+\w+|[\w]+\s*=.*|\w+\s*:.*|(?:accept|deny|warn|drop|require|defer)\b.*|\S.*[:{}\\]\s*|[a-z_!]+\s*|\*?\S+\s+.*)$`),
		mark:    lazyregexp.New(`^\s*(?:openssl_options|tls_require_ciphers|acl_smtp_\w+|begin\s+(?:acl|routers|transports|retry)|domainlist\s+\w+|tls_advertise_hosts)\b`),
		needs:   []string{"openssl_options", "tls_require_ciphers", "acl_smtp_", "begin", "domainlist", "tls_advertise_hosts"},
	},
	read: readExim,
}

var eximOptions = map[string]tlswire.Version{
	"no_sslv2": tlswire.SSL20, "no_sslv3": tlswire.SSL30, "no_tlsv1": tlswire.TLS10, "no_tlsv1_1": tlswire.TLS11, "no_tlsv1_2": tlswire.TLS12, "no_tlsv1_3": tlswire.TLS13,
}

// eximConf is what matters of a configuration, macros put in.
type eximConf struct {
	j      *job
	macros map[string]string
	last   map[string]entry
	begun  bool // the sections have begun: options are of transports, not of the server
}

// eximMacro is how a macro is spelled: it begins with a capital.
var eximMacro = lazyregexp.New(`^[A-Z]\w*$`)

func readExim(j *job, f *file) {
	x := &eximConf{j: j, macros: map[string]string{}, last: map[string]entry{}}
	x.read(f)
	if j.cov.Used == 0 {
		j.blind("neither openssl_options nor a priority string: the default of this Exim and its TLS library holds")
	}
	x.server()
}

func (x *eximConf) read(f *file) {
	f.entries(x.j, syntax{comment: "#", continued: true, bare: true, blank: true}, func(e entry) {
		if v, ok := x.macros[e.value]; ok {
			e.value = v
		}
		switch {
		case e.name == ".include" || e.name == ".include_if_exists":
			x.j.follow(e.at, dirOf(f), e.value, f.depth, e.name != ".include", x.read)
			return
		case eximMacro.MatchString(e.name) && len(x.macros) < maxRecords:
			x.macros[e.name] = e.value
			return
		case e.name == "openssl_options":
			eximOpenSSL(x.j, e)
		case e.name == "tls_require_ciphers":
			eximCiphers(x.j, e, x.begun)
		case e.name == "begin":
			x.begun = true
		}
		if !x.begun && len(x.last) < maxRecords {
			x.last[e.name] = e
		}
	})
}

// server declares what the daemon accepts, if the file says that it does TLS.
func (x *eximConf) server() {
	cert, ok := x.last["tls_certificate"]
	if !ok {
		return
	}
	s, because := x.sum(cert.at)
	port := "25"
	if p := strings.FieldsFunc(x.last["daemon_smtp_ports"].value, func(r rune) bool { return r == ':' || r == ' ' }); len(p) > 0 {
		port = p[0]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		n = 0
	}
	host := x.last["primary_hostname"].value
	if strings.ContainsAny(host, "$ ") {
		host = ""
	}
	x.j.server(endpoint{target: or(host, "exim") + ":" + port, port: uint16(n), sni: host, protocol: "smtp", because: because.String()}, s)
}

func (x *eximConf) sum(at pos) (sum, pos) {
	gnu, known := x.j.lib.gnutls("exim")
	list, hasList := x.last["tls_require_ciphers"]
	options, hasOptions := x.last["openssl_options"]
	switch {
	case !known:
		return unknown(at.String() + ": whether this Exim is built on GnuTLS or OpenSSL is not known"), at
	case gnu && hasOptions:
		return unknown(options.at.String() + ": Exim built on GnuTLS does not start with openssl_options"), options.at
	case gnu && hasList:
		vs, ok := gnutlsPriority(list.value)
		if !ok {
			return unknown(list.at.String() + ": no priority string that can be read here"), list.at
		}
		return x.j.gnutlsSystem(exactly(vs, list.at.String())), list.at
	case gnu:
		s, fact := x.j.defaultSum("exim", "server")
		s = x.j.gnutlsSystem(s)
		x.j.defaultSetting(finding{at: at, value: "tls_require_ciphers not set", fact: fact}, s)
		return s, at
	case !hasOptions:
		s, _ := x.j.defaultSum("exim", "server")
		return x.j.lib.gate(x.j.perhaps(s), list.value), at
	}
	off, _ := eximBits(options)
	s, _ := x.j.defaultSum("exim", "server")
	return x.j.lib.gate(x.j.perhaps(s.reject(off, options.at.String())), list.value), options.at
}

// eximBits are the versions that openssl_options switches off and on.
func eximBits(e entry) (off, on []tlswire.Version) {
	for _, w := range strings.Fields(e.value) {
		v, ok := eximOptions[strings.TrimLeft(w, "+-")]
		if ok && w[0] == '-' {
			on = append(on, v)
		} else if ok {
			off = append(off, v)
		}
	}
	return off, on
}

// eximOpenSSL adds to the options that are on by default, which leave SSLv2
// and SSLv3 out.
func eximOpenSSL(j *job, e entry) {
	off, on := eximBits(e)
	fd := finding{at: e.at, role: "both", value: e.text(), effect: evidence.Blocks, versions: off}
	if gnu, known := j.lib.gnutls("exim"); known && gnu {
		fd.effect, fd.versions, fd.note = evidence.Review, nil, "Exim built on GnuTLS does not start with it: tls_require_ciphers is its option"
	} else if len(on) > 0 {
		fd.effect, fd.versions = evidence.Allows, on
	} else if !slices.Contains(off, tlswire.TLS10) {
		fd.effect, fd.versions, fd.note = evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}, "leaves TLS 1.0 on"
	}
	j.setting(fd)
}

// eximCiphers is a priority string in builds on GnuTLS, which take no cipher
// list of OpenSSL.
func eximCiphers(j *job, e entry, transport bool) {
	gnu, known := j.lib.gnutls("exim")
	fd := finding{at: e.at, role: "server", value: e.text()}
	if transport {
		fd.role = "client"
	}
	vs, ok := gnutlsPriority(e.value)
	switch {
	case ok:
		fd.effect, fd.versions = effectOf(vs), vs
	case known && gnu:
		fd.effect, fd.note = evidence.Review, "no priority string that can be read here; with a cipher list of OpenSSL, Exim on GnuTLS does no TLS"
	default:
		return // a cipher list of OpenSSL: no versions
	}
	if ok && known && !gnu {
		fd.effect, fd.note = evidence.None, "a priority string of GnuTLS, and this Exim is built on OpenSSL"
	}
	j.setting(fd)
}
