package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
)

const awsBestEffort = "load balancers of AWS log on a best-effort basis"

func albFormat() *Format {
	return &Format{
		Name:   "aws-alb",
		Doc:    "AWS Application Load Balancer, access log",
		Source: "aws-alb",
		Enable: "the access log always has the version: turn it on with the attribute access_logs.s3.enabled of the load balancer",
		blind:  []string{"a failed handshake stands in the load balancer's connection log only, not in this access log", awsBestEffort},
		detect: func(head []byte) int { return detectColumns(head, len(albColumns), looksALB) },
		parser: func(*Options, []byte) (lineParser, error) {
			return &columnParser{cells: albColumns[:], least: len(albColumns), judge: judgeALB}, nil
		},
		agent: unescape,
		text:  unescape,
		suite: namedSuite,
	}
}

// albColumns are those of "Access log entries" in the guide of Application
// Load Balancers, up to the last that is of use.
var albColumns = [...]cell{
	0: cellNone, 1: cellTime, 2: cellListener, 3: cellPeer, 8: cellStatus,
	13: cellAgent, 14: cellSuite, 15: cellVersion, 18: cellHost,
}

// awsEndpoint parts address:port, which all of them write: an IPv6 address may
// stand there without brackets.
func awsEndpoint(b []byte) (host, port []byte) {
	i := bytes.LastIndexByte(b, ':')
	if i < 0 {
		return b, nil
	}
	return b[:i:i], b[i+1:]
}

func looksALB(c [][]byte) bool {
	return len(c) >= 16 && isALBType(c[0]) && looksTime(c[1]) && address(c[3]) != nil && versionOrDash(c[15])
}

func isALBType(b []byte) bool {
	switch string(b) {
	case "http", "https", "h2", "grpcs", "ws", "wss":
		return true
	}
	return false
}

func judgeALB(columns [][]byte, r *row) (state, string) {
	if !isALBType(columns[0]) {
		return badRow, "the type of the request is none of an Application Load Balancer"
	}
	r.cell[cellPeer], _ = awsEndpoint(r.cell[cellPeer])
	return versionState(r)
}

func classicELBFormat() *Format {
	return &Format{
		Name:   "aws-elb",
		Doc:    "AWS Classic Load Balancer, access log",
		Source: "aws-elb",
		Enable: "the access log has the version of HTTPS and SSL listeners: turn it on with modify-load-balancer-attributes and AccessLog={Enabled=true}",
		blind:  []string{"Classic Load Balancers log no handshake that they refused", awsBestEffort},
		detect: func(head []byte) int { return detectColumns(head, len(elbColumns), looksELB) },
		parser: func(*Options, []byte) (lineParser, error) {
			return &columnParser{cells: elbColumns[:], least: 12, judge: judgeELB}, nil
		},
		agent: unescape,
		text:  unescape,
		suite: namedSuite,
	}
}

// elbColumns are those of "Access log entries" in the guide of Classic Load
// Balancers. Old logs end with the request.
var elbColumns = [...]cell{
	0: cellTime, 1: cellListener, 2: cellPeer, 7: cellStatus, 12: cellAgent, 13: cellSuite, 14: cellVersion,
}

func looksELB(c [][]byte) bool {
	return len(c) >= 12 && looksTime(c[0]) && address(c[2]) != nil && (string(c[3]) == "-" || address(c[3]) != nil) &&
		bytes.Count(c[11], []byte(" ")) >= 2 && (len(c) < 15 || versionOrDash(c[14]))
}

// judgeELB knows TCP listeners by their request of dashes: what passes
// through them may be TLS.
func judgeELB(columns [][]byte, r *row) (state, string) {
	r.cell[cellPeer], _ = awsEndpoint(r.cell[cellPeer])
	if string(r.cell[cellVersion]) == "-" && bytes.HasPrefix(columns[11], []byte("- - -")) {
		return unmeasured, "a TCP listener: TLS that passes through it is not seen"
	}
	if r.protocol = "https"; bytes.HasPrefix(columns[11], []byte("- - -")) {
		r.protocol = "tls"
	}
	return versionState(r)
}

func nlbFormat() *Format {
	return &Format{
		Name:     "aws-nlb",
		Doc:      "AWS Network Load Balancer, access log of its TLS listeners",
		Source:   "aws-nlb",
		Enable:   "the access log always has the version: turn it on with the attribute access_logs.s3.enabled of the load balancer",
		protocol: "tls",
		blind:    []string{"TCP listeners of the load balancer log nothing: TLS that passes through them is not seen", awsBestEffort},
		detect:   func(head []byte) int { return detectColumns(head, len(nlbColumns), looksNLB) },
		parser: func(*Options, []byte) (lineParser, error) {
			return &columnParser{cells: nlbColumns[:], least: len(nlbColumns), judge: judgeNLB}, nil
		},
		agent: percentDecode,
		text:  percentDecode,
		suite: namedSuite,
	}
}

// nlbColumns are those of "Access log entries" in the guide of Network Load
// Balancers.
var nlbColumns = [...]cell{
	2: cellTime, 3: cellListener, 5: cellPeer, 6: cellServerIP, 14: cellSuite, 15: cellVersion, 16: cellGroup, 17: cellHost,
}

// nlbAlert is the column of the alert that the client sent.
const nlbAlert = 11

func looksNLB(c [][]byte) bool {
	return len(c) >= 16 && string(c[0]) == "tls" && looksTime(c[2]) && address(c[5]) != nil && versionOrDash(c[15])
}

// judgeNLB knows that a row without a version is a handshake that did not
// complete, and whether the client ended it.
func judgeNLB(columns [][]byte, r *row) (state, string) {
	if string(columns[0]) != "tls" {
		return badRow, "the type of the listener is not tls"
	}
	r.cell[cellPeer], _ = awsEndpoint(r.cell[cellPeer])
	r.cell[cellServerIP], r.cell[cellServerPort] = awsEndpoint(r.cell[cellServerIP])
	if r.known(cellVersion) != nil {
		return versionState(r)
	}
	if alert := columns[nlbAlert]; string(alert) != "-" {
		return clientAlert(alert, r)
	}
	r.outcome = evidence.Unfinished
	return failedRow, ""
}
