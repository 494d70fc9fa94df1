package logs

func s3Format() *Format {
	return &Format{
		Name:   "aws-s3",
		Doc:    "Amazon S3, server access log",
		Source: "aws-s3",
		Enable: "server access logs have the version in field 24 since 2019: older files do not tell it",
		blind:  []string{"S3 logs no handshake that it refused, and requests on a best-effort basis"},
		detect: func(head []byte) int { return detectColumns(head, len(s3Columns), looksS3) },
		parser: func(*Options, []byte) (lineParser, error) {
			return &columnParser{cells: s3Columns[:], least: 17, judge: judgeS3}, nil
		},
		agent: unescape,
		text:  unescape,
		suite: namedSuite,
	}
}

// s3Columns are those of "Amazon S3 server access log format".
var s3Columns = [...]cell{
	1: cellSite, 2: cellTime, 3: cellPeer, 4: cellUser, 9: cellStatus, 16: cellAgent, 20: cellSuite, 22: cellHost, 23: cellVersion,
}

// looksS3 wants the owner of the bucket, whose name is 64 hexadecimal digits,
// and an operation in capitals.
func looksS3(c [][]byte) bool {
	if len(c) < 17 || len(c[0]) != 64 || !looksTime(c[2]) || len(c[6]) == 0 || c[6][0] < 'A' || c[6][0] > 'Z' {
		return false
	}
	for _, b := range c[0] {
		if !isHex(b) {
			return false
		}
	}
	return true
}

// judgeS3 passes over what S3 does by itself, such as ending an object's
// life: no client is there.
func judgeS3(columns [][]byte, r *row) (state, string) {
	if string(columns[3]) == "-" {
		return notRow, ""
	}
	return versionState(r)
}
