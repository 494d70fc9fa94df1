package config

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// terraform is what resources of Terraform have where they name no version:
// that line is missing, and the lines that are there are read by the dialects
// of their clouds.
var terraform = Dialect{
	Name: "terraform", Product: "Terraform resources without a version", Rule: "terraform-default", Fact: "srv.aws-elbv2", NameOnly: true,
	names: []string{"*.tf"},
	shape: shape{beside: true, whole: func(text string, named bool) bool { return named && terraformStart.MatchString(text) }},
	read:  readTerraform,
}

var (
	terraformStart  = lazyregexp.New(`(?m)^\s*resource\s+"(aws_lb_listener|aws_alb_listener|google_compute_ssl_policy|google_compute_region_ssl_policy)"\s+"([^"]*)"\s*\{`)
	terraformString = lazyregexp.New(`"(?:[^"\\]|\\.)*"`)
	terraformTLS    = lazyregexp.New(`^\s*protocol\s*=\s*"(?:HTTPS|TLS)"`)
)

// terraformKind is a kind of resource and its default.
type terraformKind struct {
	key     *lazyregexp.Regexp // the argument that would decide
	layer   string
	policy  string // whose versions are the default
	missing string
	always  bool // a resource of this kind is about TLS by itself
}

var terraformKinds = map[string]*terraformKind{
	"aws_lb_listener":                  &awsListener,
	"aws_alb_listener":                 &awsListener,
	"google_compute_ssl_policy":        &googlePolicy,
	"google_compute_region_ssl_policy": &googlePolicy,
}

var (
	awsListener  = terraformKind{lazyregexp.New(`^\s*ssl_policy\s*=`), "aws-elb", "ELBSecurityPolicy-2016-08", "ssl_policy", false}
	googlePolicy = terraformKind{lazyregexp.New(`^\s*min_tls_version\s*=`), "gcp", "default", "min_tls_version", true}
)

// terraformBlock is a resource that is being read.
type terraformBlock struct {
	kind     *terraformKind
	name     string
	at       pos
	depth    int
	tls, set bool
}

func readTerraform(j *job, f *file) {
	var b *terraformBlock
	f.lines(func(no int, l string) bool {
		if len(l) > maxLine {
			j.skip(f.at(no), "line over %d bytes", maxLine)
			return true
		}
		j.cov.Read++
		if m := terraformStart.FindStringSubmatch(l); b == nil && m != nil {
			b = &terraformBlock{kind: terraformKinds[m[1]], name: m[1] + "." + m[2], at: f.at(no)}
		}
		if b == nil {
			return true
		}
		b.tls = b.tls || b.kind.always || terraformTLS.MatchString(l)
		b.set = b.set || b.kind.key.MatchString(l)
		plain, _, _ := strings.Cut(terraformString.ReplaceAllString(l, ""), "#")
		plain, _, _ = strings.Cut(plain, "//")
		b.depth += strings.Count(plain, "{") - strings.Count(plain, "}")
		if b.depth <= 0 {
			b.end(j)
			b = nil
		}
		return j.ctx.Err() == nil
	})
	if b != nil {
		j.skip(b.at, "the block does not end")
	}
}

// end reports the default of a resource that left its version open.
func (b *terraformBlock) end(j *job) {
	if !b.tls || b.set || j.opt.Knowledge == nil {
		return
	}
	d, ok := j.opt.Knowledge.ServerPolicy(b.kind.layer, b.kind.policy)
	if !ok || len(d.Ranges) == 0 {
		return
	}
	j.setting(finding{
		at: b.at, path: b.name, value: b.kind.missing + " not set", layer: b.kind.layer, fact: d.ID,
		effect: evidence.Default, versions: between(d.Ranges[0].Min, d.Ranges[0].Max), note: d.Note,
	})
}
