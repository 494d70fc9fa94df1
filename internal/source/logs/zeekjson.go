package logs

func zeekJSONFormat() *Format {
	return &Format{
		Name:     "zeek-json",
		Doc:      "Zeek ssl.log, one JSON object a line, alone or among other logs with _path",
		Source:   "zeek",
		Enable:   zeekEnable,
		protocol: "tls",
		blind:    []string{zeekBlind},
		detect:   zeekJSONLog.detect,
		parser:   zeekJSONLog.parser,
		agent:    unescape,
		text:     unescape,
		suite:    namedSuite,
	}
}

// zeekJSONLog: the fields of zeekParser. What is unset is not there. Only
// ssl.log has both of the members that must be there; Corelight and Brim
// write the log's name into _path.
var zeekJSONLog = &jsonLog{
	must: []string{"id.orig_h", "id.resp_h", "established", "resumed"},
	also: []string{"_path", "ts"},
	only: []jsonIs{{"_path", []string{"ssl"}}},
	cells: []jsonCell{
		{"id.orig_h", cellPeer},
		{"client_subject", cellCertName},
		{"id.resp_h", cellServerIP},
		{"id.resp_p", cellServerPort},
		{"server_name", cellHost},
		{"version", cellVersion},
		{"cipher", cellSuite},
		{"curve", cellGroup},
		{"ja3", cellJA3},
		{"ja4", cellJA4},
		{"ts", cellTime},
	},
	more:  []string{"established", "last_alert", "ssl_history"},
	judge: zeekJSONOutcome,
}

func zeekJSONOutcome(p *jsonParser, r *row, s state, reason string) (state, string) {
	if s == badRow {
		return s, reason
	}
	o := zeekOutcome{
		established: p.is(0, "true"),
		alert:       p.values[p.more[1]].known(),
		history:     p.values[p.more[2]].known(),
	}
	return o.judge(r)
}
