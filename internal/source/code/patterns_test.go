package code

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/tlsready/tlsready/evidence"
)

// patternsFile lies beside the project and is not shipped with it.
const patternsFile = "../../../../shared/facts/code-patterns.yaml"

// pattern is a line that is known to decide a TLS version.
type pattern struct {
	ID    string   `yaml:"id"`
	Kind  string   `yaml:"kind"`
	Globs []string `yaml:"globs"`
	Bad   string   `yaml:"bad"`
	Good  string   `yaml:"good"`
	Gap   string   `yaml:"known_gap"` // of a set of rules
}

// elsewhere are patterns of files that are no source code: other sources read
// them.
var elsewhere = map[string]string{
	"code.cs.appcontext-weak":  "app.config; in code the rule dotnet.appcontext",
	"code.cs.httpruntime-old":  "web.config",
	"code.cs.wcf-sslprotocols": "app.config",
	"code.java.disabledalg":    "java.security; in code the rule java.disabled-algorithms",
	"code.nginx.protocols":     "nginx",
	"code.httpd.protocol":      "Apache",
	"code.k8s.nginx-ingress":   "Kubernetes",
	"code.k8s.minversion":      "Kubernetes, Traefik, Envoy",
	"code.k8s.kubelet":         "Kubernetes",
	"code.tf.aws-lb":           "Terraform; in code the rule cloud.aws-elb-policy",
	"code.tf.aws-cloudfront":   "Terraform; in code the rule cloud.aws-cloudfront",
	"code.tf.aws-apigw":        "Terraform; in code the rule cloud.aws-apigateway",
	"code.tf.aws-es":           "Terraform; in code the rule cloud.opensearch",
	"code.tf.azure":            "Terraform; in code the rule cloud.minimum",
	"code.tf.azure-appgw":      "Terraform",
	"code.tf.gcp":              "Terraform; in code the rule cloud.minimum",
	"code.reg.enable-legacy":   "registry; in scripts the rule win.script-schannel",
	"code.reg.weak-winhttp":    "registry; in scripts the rule win.script-winhttp",
	"code.kafka.protocols":     "Kafka; in code the rules java.property and java.kafka-context",
	"code.mail.postfix":        "Postfix",
}

// ruleSets are public sets of rules with known false alarms or misses, by the
// name under which cases of rules.yaml tell of them.
var ruleSets = map[string]string{
	"rules.devskim": "DevSkim", "rules.semgrep": "semgrep", "rules.bandit": "Bandit",
	"rules.codeql": "CodeQL", "rules.checkov": "Checkov", "rules.trivy": "trivy",
}

// harmless are patterns that proved to decide nothing.
var harmless = map[string]string{
	"code.cs.sslstream-2arg":    "the constructor names no version",
	"code.php.curl-num":         "measured: 3 has no effect on libcurl 7.88; 4 and 5 are found",
	"code.php.nodemailer-sslv3": "measured: a list of ciphers, no protocol",
}

// TestPatterns holds the rules against the list of known patterns: each is
// found, or stands above with the reason why not.
func TestPatterns(t *testing.T) {
	text, err := os.ReadFile(patternsFile)
	if err != nil {
		t.Logf("the list of known patterns is not here, so nothing was compared: %v", err)
		return
	}
	var doc struct {
		Records []pattern `yaml:"records"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	patterns, missing := 0, []string{}
	for _, p := range doc.Records {
		if p.Kind != "pattern" {
			if p.Gap != "" && (ruleSets[p.ID] == "" || !told(t, ruleSets[p.ID])) {
				t.Errorf("%s: no case tells of its false alarms or misses: %s", p.ID, p.Gap)
			}
			continue
		}
		patterns++
		found := p.check(t)
		if harmless[p.ID] == "" && elsewhere[p.ID] == "" && !found {
			missing = append(missing, p.ID)
		}
		if harmless[p.ID] != "" && found {
			t.Errorf("%s: is said to decide nothing, and is found", p.ID)
		}
	}
	if patterns < 73 || len(missing) > 0 {
		t.Errorf("of %d patterns no rule finds %s", patterns, strings.Join(missing, ", "))
	}
}

// check reads the lines in every language that the pattern is for: whether
// the bad one is found, bare or in a string, and that the good one is not.
func (p *pattern) check(t *testing.T) (found bool) {
	t.Helper()
	for _, glob := range p.Globs {
		if glob == "*" {
			glob = "*.sh" // any file: take one
		}
		lang := byName(strings.ReplaceAll(glob, "*", "x"))
		if lang == nil {
			continue
		}
		open := ""
		if lang.Name == "php" {
			open = "<?php "
		}
		for _, line := range []string{p.Bad, `x = "` + p.Bad + `";`} {
			found = found || slices.ContainsFunc(run(t, lang.Name, open+line+"\n"), weak)
		}
		if got := run(t, lang.Name, open+p.Good+"\n"); slices.ContainsFunc(got, judged) {
			t.Errorf("%s: good line in %s gives %q", p.ID, lang.Name, briefs(got))
		}
	}
	return found
}

// weak is judged, or keeps newer versions out.
func weak(s *evidence.Setting) bool { return judged(s) || s.Effect == evidence.Pins }

// told reports whether a case says what a set of rules gets wrong.
func told(t *testing.T, name string) bool {
	t.Helper()
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(rules, func(r *Rule) bool {
		return slices.ContainsFunc(slices.Concat(r.Bad, r.Good), func(c Case) bool { return strings.Contains(c.About, name) })
	})
}
