package logs

// layoutFormat is the format that Options.Layout is about.
const layoutFormat = "nginx"

func nginxFormat() *Format {
	return &Format{
		Name:   layoutFormat,
		Doc:    "nginx, combined with $ssl_protocol and $ssl_cipher behind it in any order, or the log_format given as layout",
		Source: "nginx",
		Enable: nginxEnable,
		blind:  []string{nginxBlind},
		detect: detectNginx,
		parser: newNginxParser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const nginxBlind = "nginx writes refused handshakes to its error log only (level info): clients that a higher floor locks out vanish from this log"

const nginxEnable = `nginx.conf, in http {}, then reload:
log_format tls '` + combinedLayout + ` $ssl_protocol $ssl_cipher';
access_log /var/log/nginx/access.log tls;`

// combinedLayout is nginx's own default, called combined.
const combinedLayout = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`

// variableCell says what a variable of nginx, or a key of its JSON, tells.
func variableCell(name, clientField string) cell {
	switch name {
	case "remote_addr":
		return cellPeer
	case "remote_user", "ssl_client_s_dn":
		return cellUser
	case "http_user_agent":
		return cellAgent
	case "server_addr":
		return cellServerIP
	case "server_port":
		return cellServerPort
	case "ssl_server_name", "host", "http_host":
		return cellHost
	case "server_name", "hostname":
		return cellListener
	case "ssl_protocol":
		return cellVersion
	case "ssl_cipher":
		return cellSuite
	case "ssl_curve":
		return cellGroup
	case "status":
		return cellStatus
	case "time_local", "time_iso8601", "msec", "time", "timestamp", "@timestamp":
		return cellTime
	}
	if forwardedRank(name, clientField) > 0 {
		return cellForwarded
	}
	return cellNone
}

// detectNginx counts how many lines at the start are of the combined layout.
func detectNginx(head []byte) int {
	l, err := compileLayout(combinedLayout, "")
	if err != nil {
		return 0
	}
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	var c clock
	for _, line := range rows {
		r := row{at: noTime}
		if _, ok := l.match(line, &r); ok && looksCombined(&r, &c) {
			good++
		}
	}
	return 90 * good / len(rows)
}

func looksCombined(r *row, c *clock) bool {
	_, ok := c.time(r.cell[cellTime])
	return ok && address(r.cell[cellPeer]) != nil && r.statusClass() > 0
}

// nginxParser reads lines of a layout. When the layout is the default one,
// what stands behind it is found by its looks.
type nginxParser struct {
	layout *layout
	tail   *tail // nil with a layout of the user's
	clock  clock
}

func newNginxParser(opt *Options, head []byte) (lineParser, error) {
	p := &nginxParser{}
	text := opt.Layout
	if text == "" {
		text = combinedLayout
		p.tail = &tail{version: -1}
	}
	var err error
	if p.layout, err = compileLayout(text, opt.ClientField); err != nil {
		return nil, err
	}
	if p.tail != nil {
		p.tail.learn(p.layout, headLines(head, 1000))
	}
	return p, nil
}

func (p *nginxParser) parse(line []byte, r *row) (state, string) {
	rest, ok := p.layout.match(line, r)
	if !ok || p.tail == nil && len(rest) > 0 {
		return badRow, "line does not fit the layout"
	}
	if p.tail != nil {
		p.tail.read(rest, r)
	}
	return finishText(r, &p.clock)
}

// finishText reads the cells that nginx writes the same in all its forms.
func finishText(r *row, c *clock) (state, string) {
	if t := r.cell[cellTime]; t != nil {
		at, ok := c.time(t)
		if !ok {
			return badRow, "time cannot be read"
		}
		r.at = at
	}
	switch v := r.cell[cellVersion]; {
	case v == nil:
		return unmeasured, ""
	case len(v) == 0, string(v) == "-":
		return plainRow, ""
	default:
		var ok bool
		if r.version, ok = versionByName(v); !ok {
			return badRow, "ssl_protocol is no version"
		}
		return tlsRow, ""
	}
}
