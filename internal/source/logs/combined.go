package logs

// combinedFormat is the log that nginx, Apache and many others write when
// nobody told them otherwise. Nothing in it says which of them it was.
func combinedFormat() *Format {
	return &Format{
		Name:    "combined",
		aliases: []string{"nginx", "apache"},
		Doc:     "nginx, Apache and others: combined or common, with or without the virtual host before it, and the version and suite behind it in any order",
		Source:  "combined",
		Enable:  combinedEnable,
		blind:   []string{combinedBlind},
		detect:  detectCombined,
		parser:  newCombinedParser,
		agent:   unescape,
		text:    unescape,
		suite:   namedSuite,
	}
}

const combinedBlind = "web servers write refused handshakes to their error log only (nginx and Apache: level info): clients that a higher floor locks out vanish from this log"

const combinedEnable = `in nginx.conf, in http {}, then reload:
log_format tls '` + combinedNginx + ` $ssl_protocol $ssl_cipher';
access_log /var/log/nginx/access.log tls;
or in Apache's configuration, then reload:
LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %{SSL_PROTOCOL}x %{SSL_CIPHER}x" tls
CustomLog ${APACHE_LOG_DIR}/access.log tls`

// The layouts without a tail. The names are those of nginx's variables:
// combined is its default, and vhost_combined that of Debian's Apache. Behind
// the status of the common layout, the tail begins with the number of bytes.
const (
	commonNginx   = `$remote_addr - $remote_user [$time_local] "$request" $status `
	combinedNginx = commonNginx + `$body_bytes_sent "$http_referer" "$http_user_agent"`
	vhostCombined = `$server_name:$server_port ` + combinedNginx
)

// combinedLayouts are those that a log may be of, the most telling first.
// Nothing in them can fail to compile.
func combinedLayouts(clientField string) []*layout {
	var out []*layout
	for _, text := range [...]string{vhostCombined, combinedNginx, commonNginx} {
		if l, err := compileNginx(text, clientField); err == nil {
			out = append(out, l)
		}
	}
	return out
}

// detectCombined counts how many lines at the start are of the layout that
// fits best.
func detectCombined(head []byte) int {
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	_, good := bestCombined(combinedLayouts(""), rows)
	return 90 * good / len(rows)
}

// bestCombined is the layout that most lines fit, and how many they are. A
// later one tells less, and fits what an earlier one fits.
func bestCombined(layouts []*layout, rows [][]byte) (best *layout, good int) {
	best = layouts[1]
	var c clock
	for _, l := range layouts {
		n := 0
		for _, line := range rows {
			r := row{at: noTime}
			if _, ok := l.match(line, &r); ok && looksCombined(&r, &c) {
				n++
			}
		}
		if n > 2*good {
			best, good = l, n
		}
	}
	return best, good
}

// looksCombined wants the client, a time and a status.
func looksCombined(r *row, c *clock) bool {
	_, ok := c.time(r.cell[cellTime])
	peer := r.cell[cellPeer]
	return ok && r.statusClass() > 0 && (address(peer) != nil || peerName(peer) != nil)
}

// combinedParser reads lines of one layout. What stands behind it is found
// by its looks.
type combinedParser struct {
	layout  *layout
	tail    tail
	learned int // the column of the version, by the start of the log
	clock   clock
}

func newCombinedParser(opt *Options, head []byte) (lineParser, error) {
	rows := headLines(head, 1000)
	p := &combinedParser{tail: tail{version: -1}}
	p.layout, _ = bestCombined(combinedLayouts(opt.ClientField), rows)
	p.tail.learn(func(line []byte) ([]byte, bool) {
		r := row{at: noTime}
		return p.layout.match(line, &r)
	}, rows)
	p.learned = p.tail.version
	return p, nil
}

// clone is the parser as it was at the start of the log.
func (p *combinedParser) clone() lineParser {
	return &combinedParser{layout: p.layout, learned: p.learned, tail: tail{version: p.learned}}
}

func (p *combinedParser) parse(line []byte, r *row) (state, string) {
	rest, ok := p.layout.match(line, r)
	if !ok {
		return badRow, "line does not fit the layout"
	}
	nameOfPeer(r)
	p.tail.read(rest, r)
	return finishText(r, &p.clock)
}
