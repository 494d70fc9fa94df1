package tlswire

import (
	"strings"
	"sync"
)

var suiteNames = sync.OnceValue(func() map[string]Suite {
	m := make(map[string]Suite, 3*len(suiteTable))
	for _, row := range suiteTable {
		m[spelling(row.name)] = row.code
	}
	// An older name never takes the place of a registered one.
	for _, row := range suiteTable {
		for _, name := range [...]string{row.openssl, row.gnutls} {
			if _, taken := m[spelling(name)]; !taken && name != "" {
				m[spelling(name)] = row.code
			}
		}
	}
	return m
})

// spelling takes away what differs between spellings of one name: the case,
// OpenSSL's EDH for DHE, and the SSL_ that Java writes for its oldest suites.
func spelling(name string) string {
	name = strings.ToUpper(name)
	if rest, ok := strings.CutPrefix(name, "SSL_"); ok {
		name = "TLS_" + rest
	}
	if strings.Contains(name, "-") {
		name = strings.Replace(name, "EDH-", "DHE-", 1)
		if rest, ok := strings.CutPrefix(name, "ECDHE-"); ok && strings.HasPrefix(rest, "ECDHE-") {
			name = rest
		}
	}
	return name
}

// SuiteByName finds a suite by its IANA name, by OpenSSL's
// (ECDHE-RSA-AES256-SHA), GnuTLS's (TLS_ECDHE_RSA_AES_256_CBC_SHA1), Java's
// (SSL_RSA_WITH_RC4_128_MD5) or Schannel's (..._SHA384_P256), in any case, or
// by the 0xABCD that String writes for one without a name.
func SuiteByName(name string) (Suite, bool) {
	if v, ok := parseHex(name, 4); ok {
		return Suite(v), true
	}
	key := spelling(name)
	if s, ok := suiteNames()[key]; ok {
		return s, true
	}
	for _, curve := range [...]string{"_P256", "_P384", "_P521"} {
		if rest, ok := strings.CutSuffix(key, curve); ok {
			s, ok := suiteNames()[rest]
			return s, ok
		}
	}
	return 0, false
}
