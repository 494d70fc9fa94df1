package logs

import (
	"bytes"
	"strconv"
	"strings"
)

func cloudFrontFormat() *Format {
	return &Format{
		Name:   "aws-cloudfront",
		Doc:    "Amazon CloudFront, standard log: W3C extended between tabs, with or without its #Fields line",
		Source: "aws-cloudfront",
		Enable: "standard logs of CloudFront have ssl-protocol and ssl-cipher; where a distribution logs chosen fields, choose these too",
		blind:  []string{"CloudFront logs no handshake that it refused, and requests on a best-effort basis"},
		detect: detectCloudFront,
		parser: newCloudFrontParser,
		agent:  percentDecode,
		text:   func(s string) string { return s },
		suite:  namedSuite,
	}
}

// cloudFrontFields are the fields of the standard log in their order, for
// files that lost the line (CloudFront Developer Guide, "Standard log file
// fields").
const cloudFrontFields = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)" +
	" cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol" +
	" ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte" +
	" x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end"

// detectCloudFront knows the fields of the edge, and rows without a header by
// their number of columns and the place that answered.
func detectCloudFront(head []byte) int {
	rows := headLines(head, 50)
	good, all := 0, 0
	for _, line := range rows {
		if fields, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			if bytes.Contains(fields, []byte("x-edge-")) {
				return 95
			}
			return 0
		}
		if line[0] == '#' {
			continue
		}
		all++
		if looksCloudFront(line) {
			good++
		}
	}
	if all == 0 {
		return 0
	}
	return 90 * good / all
}

func looksCloudFront(line []byte) bool {
	if bytes.Count(line, []byte("\t")) != strings.Count(cloudFrontFields, " ") {
		return false
	}
	var c clock
	date, rest, _ := bytes.Cut(line, []byte("\t"))
	_, rest, _ = bytes.Cut(rest, []byte("\t"))
	place, rest, _ := bytes.Cut(rest, []byte("\t"))
	_, rest, _ = bytes.Cut(rest, []byte("\t"))
	peer, _, _ := bytes.Cut(rest, []byte("\t"))
	_, ok := c.date(date)
	return ok && len(place) >= 4 && place[0] >= 'A' && place[0] <= 'Z' && address(peer) != nil
}

func newCloudFrontParser(opt *Options, _ []byte) (lineParser, error) {
	p := &w3cParser{opt: opt}
	p.fields(cloudFrontFields)
	return p, nil
}

// percentDecode undoes what CloudFront does to spaces and other bytes: once,
// and a second time for what it escaped twice in older logs (%2520).
func percentDecode(s string) string {
	once := percentDecodeOnce(s)
	if strings.Contains(s, "%25") {
		return percentDecodeOnce(once)
	}
	return once
}

func percentDecodeOnce(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+3 <= len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
