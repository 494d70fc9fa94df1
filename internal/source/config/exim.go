package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

var exim = Dialect{
	Name: "exim", Product: "Exim", Rule: "exim-tls", Fact: "srv.exim",
	names: []string{"exim.conf", "exim4.conf", "exim4.conf.template", "exim4/*.conf", "configure"},
	shape: shape{
		comment: "#.",
		line:    regexp.MustCompile(`^\s*(?:begin\s+\w+|[\w]+\s*=.*|\w+\s*:.*|(?:accept|deny|warn|drop|require|defer)\b.*|\S.*[:{}\\]\s*|[a-z_!]+\s*|\*?\S+\s+.*)$`),
		mark:    regexp.MustCompile(`^\s*(?:openssl_options|tls_require_ciphers|acl_smtp_\w+|begin\s+(?:acl|routers|transports|retry)|domainlist\s+\w+|tls_advertise_hosts)\b`),
	},
	read: readExim,
}

var eximOptions = map[string]tlswire.Version{
	"no_sslv2": tlswire.SSL20, "no_sslv3": tlswire.SSL30, "no_tlsv1": tlswire.TLS10, "no_tlsv1_1": tlswire.TLS11, "no_tlsv1_2": tlswire.TLS12, "no_tlsv1_3": tlswire.TLS13,
}

func readExim(j *job, f *file) {
	f.entries(j, syntax{comment: "#", continued: true, bare: true, blank: true}, func(e entry) {
		switch e.name {
		case "openssl_options":
			eximOpenSSL(j, e)
		case "tls_require_ciphers":
			eximCiphers(j, e)
		case ".include", ".include_if_exists":
			j.follow(e.at, dirOf(f), e.value, f.depth, e.name != ".include", func(in *file) { readExim(j, in) })
		}
	})
	if j.cov.Used == 0 {
		j.blind("neither openssl_options nor a priority string: the default of this Exim and its TLS library holds")
	}
}

// eximOpenSSL adds to the options that are on by default, which leave SSLv2
// and SSLv3 out.
func eximOpenSSL(j *job, e entry) {
	var off, on []tlswire.Version
	for _, w := range strings.Fields(e.value) {
		v, ok := eximOptions[strings.TrimLeft(w, "+-")]
		if ok && w[0] == '-' {
			on = append(on, v)
		} else if ok {
			off = append(off, v)
		}
	}
	fd := finding{at: e.at, role: "both", value: e.text(), effect: evidence.Blocks, versions: off}
	if gnu, known := j.lib.gnutls("exim"); known && gnu {
		fd.effect, fd.note = evidence.None, "Exim built on GnuTLS ignores it: tls_require_ciphers decides"
	} else if len(on) > 0 {
		fd.effect, fd.versions = evidence.Allows, on
	} else if !slices.Contains(off, tlswire.TLS10) {
		fd.effect, fd.versions, fd.note = evidence.Allows, []tlswire.Version{tlswire.TLS10, tlswire.TLS11}, "leaves TLS 1.0 on"
	}
	j.setting(fd)
}

// eximCiphers is a priority string in builds on GnuTLS.
func eximCiphers(j *job, e entry) {
	vs, ok := gnutlsPriority(e.value)
	if !ok {
		return // a cipher list of OpenSSL: no versions
	}
	fd := finding{at: e.at, role: "both", value: e.text(), effect: effectOf(vs), versions: vs}
	if gnu, known := j.lib.gnutls("exim"); known && !gnu {
		fd.effect, fd.note = evidence.None, "a priority string of GnuTLS, and this Exim is built on OpenSSL"
	}
	j.setting(fd)
}
