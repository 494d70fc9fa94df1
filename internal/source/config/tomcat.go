package config

import (
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

var tomcat = Dialect{
	Name: "tomcat", Product: "Apache Tomcat server.xml", Rule: "tomcat-protocols", Fact: "srv.tomcat",
	names: []string{"server.xml"},
	shape: shape{whole: func(text string, _ bool) bool {
		return strings.HasPrefix(strings.TrimSpace(text), "<") && tomcatServer.MatchString(text) && strings.Contains(text, "<Connector")
	}},
	read: readTomcat,
}

var tomcatServer = lazyregexp.New(`<Server\s[^>]*port\s*=`)

// tomcatConn is a Connector and whether anything in it named versions.
type tomcatConn struct {
	at       pos
	port     string
	tls, set bool
}

// readTomcat walks the elements; a damaged file is read up to its damage.
func readTomcat(j *job, f *file) {
	d := xml.NewDecoder(strings.NewReader(f.text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the text is UTF-8 already
	var conn *tomcatConn
	for j.ctx.Err() == nil {
		line, _ := d.InputPos()
		tok, err := d.Token()
		if err != nil {
			if err != io.EOF {
				j.skip(f.at(line), "XML is damaged: %v", err)
			}
			break
		}
		switch el := tok.(type) {
		case xml.StartElement:
			j.cov.Read++
			line, _ = d.InputPos() // attributes stand on the last line of a tag, often
			if el.Name.Local == "Connector" {
				conn = tomcatConnector(j, f.at(line), el)
			}
			if el.Name.Local == "SSLHostConfig" && conn != nil {
				conn.tls = true
				conn.attr(j, f.at(line), el, "protocols", or(tomcatAttr(el, "hostName"), "_default_"))
			}
		case xml.EndElement:
			if el.Name.Local == "Connector" && conn != nil {
				conn.end(j)
				conn = nil
			}
		}
	}
}

func tomcatAttr(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

func tomcatConnector(j *job, at pos, el xml.StartElement) *tomcatConn {
	c := &tomcatConn{at: at, port: tomcatAttr(el, "port")}
	c.tls = strings.EqualFold(tomcatAttr(el, "SSLEnabled"), "true")
	if c.tls {
		for _, name := range []string{"sslEnabledProtocols", "sslProtocol"} {
			if c.attr(j, at, el, name, "") {
				break
			}
		}
	}
	return c
}

// attr judges one attribute that names versions and declares its sum.
func (c *tomcatConn) attr(j *job, at pos, el xml.StartElement, name, host string) bool {
	value := tomcatAttr(el, name)
	if value == "" {
		return false
	}
	c.set = true
	vs, ok := tomcatList(value)
	fd := finding{at: at, path: strings.TrimSpace("Connector " + c.port + " " + host), value: name + "=" + strconv.Quote(value), effect: evidence.Pins, versions: vs}
	s := exactly(vs, at.String())
	switch {
	case strings.EqualFold(name, "sslProtocol") && strings.EqualFold(value, "TLS"):
		fd.effect, fd.versions, fd.note = evidence.None, nil, "names a family, no version"
		c.set = false
	case !ok || len(vs) == 0:
		fd.effect, fd.versions, fd.note = evidence.Review, nil, "no version that Java knows"
		s = unknown(at.String() + ": " + fd.note)
	default:
		s = j.javaSystem(s)
	}
	j.setting(fd)
	if c.set {
		c.declare(j, s, at, host)
	}
	return c.set
}

func (c *tomcatConn) declare(j *job, s sum, at pos, host string) {
	n, err := strconv.ParseUint(c.port, 10, 16)
	if err != nil {
		return
	}
	if host == "_default_" || strings.Contains(host, "*") {
		host = ""
	}
	j.server(endpoint{target: or(host, "0.0.0.0") + ":" + c.port, port: uint16(n), sni: host, protocol: "https", because: at.String()}, s)
}

func (c *tomcatConn) end(j *job) {
	if !c.tls || c.set {
		return
	}
	s := j.javaSystem(exactly(between(tlswire.TLS10, 0), c.at.String()))
	j.defaultSetting(finding{at: c.at, path: "Connector " + c.port, value: "protocols not set"}, s)
	c.declare(j, s, c.at, "")
}

// tomcatList reads "TLSv1.2,TLSv1.3", "TLSv1.2+TLSv1.3" and "all,-TLSv1": names
// with signs, from nothing.
func tomcatList(value string) ([]tlswire.Version, bool) {
	value = strings.NewReplacer("+", ",+", "-", ",-", " ", "").Replace(value)
	var on []tlswire.Version
	for _, w := range strings.Split(value, ",") {
		word := strings.TrimLeft(w, "+-")
		set := between(tlswire.TLS10, 0)
		switch v, ok := javaWords[strings.ToLower(word)]; {
		case word == "" || strings.EqualFold(word, "SSLv2Hello"):
			continue
		case ok:
			set = []tlswire.Version{v}
		case !strings.EqualFold(word, "all"):
			return nil, false
		}
		if w[0] == '-' {
			on = slices.DeleteFunc(on, func(v tlswire.Version) bool { return slices.Contains(set, v) })
		} else {
			on = append(on, set...)
		}
	}
	return sorted(on), true
}
