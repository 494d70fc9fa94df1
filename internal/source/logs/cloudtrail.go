package logs

import "strings"

func cloudTrailFormat() *Format {
	return &Format{
		Name:    "cloudtrail",
		Doc:     "AWS CloudTrail: files with Records, single events, and what lookup-events prints",
		Source:  "cloudtrail",
		Enable:  cloudTrailEnable,
		records: byJSONValue,
		blind:   []string{"CloudTrail has no TLS details for calls that AWS services and the console make for somebody, and no refused handshakes"},
		detect:  detectCloudTrail,
		parser:  newCloudTrailParser,
		agent:   bracketedAgent,
		text:    unescape,
		suite:   namedSuite,
	}
}

const cloudTrailEnable = `aws cloudtrail create-trail --name tls --s3-bucket-name BUCKET --is-multi-region-trail && aws cloudtrail start-logging --name tls
(tlsDetails is part of the events since version 1.08; data events of S3 and others must be selected with put-event-selectors)`

// cloudTrailLog: AWS, "CloudTrail record contents". The source is an
// address, or the DNS name of the AWS service that called.
var cloudTrailLog = &jsonLog{
	must: []string{"eventVersion", "eventSource", "eventName"},
	cells: []jsonCell{
		{"sourceIPAddress", cellPeer},
		{"sourceIPAddress", cellClientName},
		{"userIdentity.userName", cellUser},
		{"userIdentity.arn", cellUser},
		{"userIdentity.principalId", cellUser},
		{"userAgent", cellAgent},
		{"tlsDetails.clientProvidedHostHeader", cellHost},
		{"eventSource", cellListener},
		{"tlsDetails.tlsVersion", cellVersion},
		{"tlsDetails.cipherSuite", cellSuite},
		{"eventTime", cellTime},
	},
	unmeasuredWhy: "no tlsDetails: the version was not measured",
}

// cloudTrailWrapped is an element of what "aws cloudtrail lookup-events"
// prints, with the event as a string in it.
var cloudTrailWrapped = newJSONTable("CloudTrailEvent", "EventId")

func detectCloudTrail(head []byte) int {
	if s := cloudTrailLog.detect(head); s > 0 {
		return s
	}
	return (&jsonLog{must: []string{"CloudTrailEvent", "EventId"}}).detect(head)
}

// cloudTrailParser unwraps events before they are read.
type cloudTrailParser struct {
	events lineParser
	values [2]jsonValue
	event  []byte // scratch
}

func newCloudTrailParser(opt *Options, head []byte) (lineParser, error) {
	p, err := cloudTrailLog.parser(opt, head)
	return &cloudTrailParser{events: p}, err
}

func (p *cloudTrailParser) parse(record []byte, r *row) (state, string) {
	if cloudTrailWrapped.has(record, p.values[:]) && p.values[0].kind == jsonString {
		p.event = appendUnescaped(p.event[:0], p.values[0].text)
		record = p.event
	}
	return p.events.parse(record, r)
}

// bracketedAgent is an agent in brackets, as CloudTrail writes those that
// called in a browser or another program of somebody's own.
func bracketedAgent(raw string) string {
	s := unescape(raw)
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(inner, "]") {
		return inner[:len(inner)-1]
	}
	return s
}
