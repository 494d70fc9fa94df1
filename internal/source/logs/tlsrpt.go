package logs

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

func tlsRPTFormat() *Format {
	return &Format{
		Name:     "tls-rpt",
		Doc:      "SMTP TLS reports (RFC 8460), as senders mail them, unpacked",
		Source:   "tls-rpt",
		Enable:   tlsRPTEnable,
		protocol: "smtp",
		records:  byJSONValue,
		blind:    []string{"TLS-RPT counts sessions and tells why they failed, never the version; only senders that support it report"},
		detect:   detectTLSRPT,
		parser:   func(*Options, []byte) (lineParser, error) { return tlsRPTParser{}, nil },
		agent:    func(s string) string { return s },
		text:     func(s string) string { return s },
		suite:    func(*row) suiteFact { return suiteFact{} },
	}
}

const tlsRPTEnable = `DNS, for your mail domain: _smtp._tls.DOMAIN. TXT "v=TLSRPTv1; rua=mailto:tls-reports@DOMAIN"`

// tlsReport is RFC 8460, section 4.4.
type tlsReport struct {
	Organization string `json:"organization-name"`
	Range        struct {
		Start time.Time `json:"start-datetime"`
	} `json:"date-range"`
	ID       string `json:"report-id"`
	Policies []struct {
		Policy struct {
			Domain string `json:"policy-domain"`
		} `json:"policy"`
		Summary struct {
			Good   int64 `json:"total-successful-session-count"`
			Failed int64 `json:"total-failure-session-count"`
		} `json:"summary"`
		Failures []tlsFailure `json:"failure-details"`
	} `json:"policies"`
}

type tlsFailure struct {
	Type   string `json:"result-type"`
	Sender string `json:"sending-mta-ip"`
	Host   string `json:"receiving-mx-hostname"`
	IP     string `json:"receiving-ip"`
	Count  int64  `json:"failed-session-count"`
}

// detectTLSRPT looks at the names alone: one report may be longer than what
// is looked at.
func detectTLSRPT(head []byte) int {
	head = bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf")
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return 0
	}
	for _, name := range [...]string{`"organization-name"`, `"date-range"`, `"policies"`} {
		if !bytes.Contains(head, []byte(name)) {
			return 0
		}
	}
	return 90
}

type tlsRPTParser struct{}

// parse is for a caller that takes one row only; parseRows gives them all.
func (tlsRPTParser) parse([]byte, *row) (state, string) { return badRow, "a report holds several rows" }

func (tlsRPTParser) parseRows(record []byte, add func(s state, reason string, r *row)) {
	var rep tlsReport
	if err := json.Unmarshal(record, &rep); err != nil || rep.Organization == "" && rep.ID == "" {
		var r row
		r.reset()
		add(badRow, "not a report of RFC 8460", &r)
		return
	}
	for _, p := range rep.Policies {
		rest := p.Summary.Failed
		for _, f := range p.Failures {
			rep.add(f.judge(), f, p.Policy.Domain, add)
			rest -= clampCount(f.Count)
		}
		rep.add(verdict{unmeasured, "TLS, but a report does not tell the version", ""}, tlsFailure{Count: p.Summary.Good}, p.Policy.Domain, add)
		rep.add(verdict{unmeasured, "failed, and the report does not tell how", ""}, tlsFailure{Count: rest}, p.Policy.Domain, add)
	}
}

// verdict is what some sessions are evidence of.
type verdict struct {
	state   state
	reason  string
	outcome evidence.Outcome
}

// judge tells what a result type proves (RFC 8460, 4.3). None is about the
// version. A certificate that was refused had been sent, so the server's
// hello had come; where STARTTLS was not offered there was no TLS; a policy
// that could not be had says nothing about the session.
func (f tlsFailure) judge() verdict {
	switch f.Type {
	case "starttls-not-supported":
		return verdict{plainRow, plainMark + "SMTP: the receiving server offered no STARTTLS, so the session failed", ""}
	case "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted":
		return verdict{failedRow, "", evidence.Aborted}
	case "validation-failure":
		return verdict{failedRow, "", evidence.Unfinished}
	case "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid":
		return verdict{unmeasured, "failed for its policy (DANE or MTA-STS), not for TLS", ""}
	}
	return verdict{unmeasured, "failed with a result type that is not known", ""}
}

func (rep *tlsReport) add(v verdict, f tlsFailure, domain string, add func(s state, reason string, r *row)) {
	n := clampCount(f.Count)
	if n == 0 {
		return
	}
	var r row
	r.reset()
	r.count = int(n)
	r.outcome = v.outcome
	r.cell[cellPeer] = []byte(f.Sender)
	r.cell[cellUser] = []byte(rep.Organization)
	r.cell[cellServerIP] = []byte(f.IP)
	r.cell[cellHost] = []byte(f.Host)
	r.cell[cellListener] = []byte(domain)
	if !rep.Range.Start.IsZero() {
		r.at = rep.Range.Start.Unix()
	}
	add(v.state, v.reason, &r)
}

// clampCount keeps a count that a stranger wrote between nothing and what
// can be added up.
func clampCount(n int64) int64 { return min(max(n, 0), 1<<32) }
