package logs

import (
	"bytes"
	"strings"
)

func entraFormat() *Format {
	return &Format{
		Name:    "entra",
		Doc:     "Microsoft Entra sign-in logs in JSON: downloaded, from Graph, from diagnostic settings or Log Analytics",
		Source:  "entra",
		Enable:  entraEnable,
		records: byJSONValue,
		blind: []string{
			"Entra calls TLS 1.0, TLS 1.1 and 3DES together legacy: which it was is not told, and the records of such sign-ins have no version",
			"sign-ins that are not legacy used TLS 1.2 or later: which is not told",
		},
		detect: detectEntra,
		parser: newEntraParser,
		agent:  unescape,
		text:   unescape,
		suite:  func(*row) suiteFact { return suiteFact{} },
	}
}

const entraEnable = `Entra admin center, Monitoring & health, Sign-in logs, Download, JSON; or, to keep them:
Diagnostic settings: SignInLogs, NonInteractiveUserSignInLogs, ServicePrincipalSignInLogs, ManagedIdentitySignInLogs`

const (
	entraModern = "not legacy TLS: TLS 1.2 or later, which of them the log does not tell"
	entraSilent = "no Legacy TLS entry in authenticationProcessingDetails: not measured"
)

// entraShapes are the ways in which sign-ins are written: as Graph's signIn
// resource, inside the properties of a diagnostic setting, and as columns of
// Log Analytics.
func entraShapes() []*jsonLog {
	return []*jsonLog{
		entraLog(func(name string) string { return name }),
		entraLog(func(name string) string { return "properties." + name }),
		entraLog(func(name string) string {
			if name == "ipAddress" {
				return "IPAddress"
			}
			return strings.ToUpper(name[:1]) + name[1:]
		}),
	}
}

// entraLog: Microsoft Graph, "signIn resource type". What was signed in to
// stands for the server: the sign-in itself went to Entra.
func entraLog(path func(string) string) *jsonLog {
	return &jsonLog{
		must: []string{path("createdDateTime"), path("ipAddress"), path("appDisplayName")},
		cells: []jsonCell{
			{path("ipAddress"), cellPeer},
			{path("userPrincipalName"), cellUser},
			{path("servicePrincipalName"), cellUser},
			{path("deviceDetail.displayName"), cellDevice},
			{path("deviceDetail.deviceId"), cellDevice},
			{path("userAgent"), cellAgent},
			{path("clientAppUsed"), cellAgent},
			{path("appDisplayName"), cellSite},
			{path("createdDateTime"), cellTime},
		},
		more:  []string{path("authenticationProcessingDetails")},
		judge: entraLegacy,
	}
}

func detectEntra(head []byte) int {
	best := 0
	for _, l := range entraShapes() {
		best = max(best, l.detect(head))
	}
	return best
}

func newEntraParser(opt *Options, head []byte) (lineParser, error) {
	shapes := entraShapes()
	best := shapes[0]
	for _, l := range shapes[1:] {
		if l.detect(head) > best.detect(head) {
			best = l
		}
	}
	return best.parser(opt, head)
}

// entraLegacy keeps the three answers apart. A legacy sign-in becomes
// evidence without a version, since 3DES may have run over TLS 1.2; one that
// is not could be TLS 1.2 or 1.3; where the key is missing nothing is known.
func entraLegacy(p *jsonParser, _ *row, s state, reason string) (state, string) {
	if s == badRow {
		return s, reason
	}
	details := p.values[p.more[0]]
	list := details.text
	if details.kind == jsonString {
		p.inner = appendUnescaped(p.inner[:0], list)
		list = p.inner
	}
	found, legacy := false, false
	elements(list, func(v jsonValue) {
		is, ok := legacyEntry(v.text)
		found, legacy = found || ok, legacy || is
	})
	switch {
	case legacy:
		return tlsRow, ""
	case found:
		return unmeasured, entraModern
	}
	return unmeasured, entraSilent
}

var entraEntry = newJSONTable("key", "value")

// legacyEntry reads {"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":"True"}.
func legacyEntry(b []byte) (legacy, ok bool) {
	var of [2]jsonValue
	if !entraEntry.read(b, of[:]) {
		return false, false
	}
	const key = "legacy tls"
	if name := of[0].text; len(name) < len(key) || !bytes.EqualFold(name[:len(key)], []byte(key)) {
		return false, false
	}
	switch string(bytes.ToLower(of[1].known())) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
