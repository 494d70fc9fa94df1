package logs

func apacheRequestFormat() *Format {
	return &Format{
		Name:    "apache-request",
		aliases: []string{"ssl_request_log"},
		Doc:     "Apache, ssl_request_log: time, client, version, suite, request",
		Source:  "apache",
		Enable:  apacheRequestEnable,
		blind:   []string{"Apache writes refused handshakes to its error log only (level info): clients that a higher floor locks out vanish from this log"},
		detect:  detectApacheRequest,
		parser: func(*Options, []byte) (lineParser, error) {
			l, err := compileApache(apacheRequestLayout, "")
			return &apacheRequestParser{layout: l}, err
		},
		agent: unescape,
		text:  unescape,
		suite: namedSuite,
	}
}

// apacheRequestLayout is that of mod_ssl's documentation ("Custom Log
// Formats") and of the configuration that comes with Apache.
const apacheRequestLayout = `%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r"`

const apacheRequestEnable = `Apache's configuration, then reload:
CustomLog ${APACHE_LOG_DIR}/ssl_request_log "` + apacheRequestLayout + ` %b"`

// detectApacheRequest counts lines whose third column is a version or none.
func detectApacheRequest(head []byte) int {
	rows := headLines(head, 50)
	l, err := compileApache(apacheRequestLayout, "")
	if len(rows) == 0 || err != nil {
		return 0
	}
	good := 0
	var c clock
	for _, line := range rows {
		r := row{at: noTime}
		if _, ok := l.match(line, &r); !ok || !versionOrDash(r.cell[cellVersion]) {
			continue
		}
		peer := r.cell[cellPeer]
		if _, ok := c.time(r.cell[cellTime]); ok && (address(peer) != nil || peerName(peer) != nil) {
			good++
		}
	}
	return 90 * good / len(rows)
}

// apacheRequestParser reads the start of the line; what stands behind the
// request says nothing of TLS.
type apacheRequestParser struct {
	layout *layout
	clock  clock
}

func (p *apacheRequestParser) parse(line []byte, r *row) (state, string) {
	if _, ok := p.layout.match(line, r); !ok {
		return badRow, "line does not fit the layout"
	}
	nameOfPeer(r)
	return finishText(r, &p.clock)
}
