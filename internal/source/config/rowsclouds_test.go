package config

import (
	"slices"
	"testing"
)

func TestClouds(t *testing.T) {
	for dialect, rows := range map[string][]row{
		"istio": {
			{name: "good", text: "      minProtocolVersion: TLSV1_2\n", want: []string{"1 server floors 12"}},
			{name: "old", text: "      minProtocolVersion: TLSV1_0\n      maxProtocolVersion: TLSV1_1\n", want: []string{"1 server floors 10", "2 server caps 11"}},
			{name: "auto", text: "minProtocolVersion: TLS_AUTO\n", want: []string{"1 server review"}},
		},
		"contour": {
			{name: "good", text: "minimumProtocolVersion: \"1.2\"\n", want: []string{"1 server floors 12"}},
			{name: "old", text: "  minimum-protocol-version: \"1.1\"\n    projectcontour.io/tls-minimum-protocol-version: \"1.0\"\n", want: []string{"1 server floors 11", "2 server floors 10"}},
		},
		"kubernetes": {
			{name: "good", text: "tlsMinVersion: VersionTLS12\n", want: []string{"1 server floors 12"}},
			{name: "old flag", text: "    - --tls-min-version=VersionTLS10\n", want: []string{"1 server floors 10"}},
		},
		"gcp": {
			{name: "good", text: "min_tls_version = \"TLS_1_2\"\n", want: []string{"1 server floors 12"}},
			{name: "old", text: "  min_tls_version = \"TLS_1_0\"\n", want: []string{"1 server floors 10"}},
			{name: "bad word", text: "min_tls_version = \"TLS_2\"\n", want: []string{"1 server review"}},
		},
		"aws-apigateway": {
			{name: "good", text: "security_policy = \"TLS_1_2\"\n", want: []string{"1 server pins 12,13"}},
			{name: "old", file: "t.yaml", text: "  SecurityPolicy: TLS_1_0\n", want: []string{"1 server pins 10,11,12,13"}},
			{name: "new name", text: "security_policy = \"SecurityPolicy_X\"\n", want: []string{"1 server review"}},
		},
		"aws-opensearch": {
			{name: "good", text: "tls_security_policy = \"Policy-Min-TLS-1-2-PFS-2023-10\"\n", want: []string{"1 server pins 12,13"}},
			{name: "old", file: "t.json", text: "\"TLSSecurityPolicy\": \"Policy-Min-TLS-1-0-2019-07\",\n", want: []string{"1 server pins 10,11,12"}},
		},
		"azure-appgw": {
			{name: "good", text: "policy_name = \"AppGwSslPolicy20220101S\"\n", want: []string{"1 server pins 12,13"}},
			{name: "old", file: "t.bicep", text: "policyName: 'AppGwSslPolicy20170401'\n", want: []string{"1 server pins 11,12"}},
			{name: "another policy", text: "policy_name = \"mine\"\n", want: nil},
			{name: "own", text: "min_protocol_version = \"TLSv1_0\"\ndisabled_protocols = [\"TLSv1_1\", \"TLSv1_2\"]\n", want: []string{"1 server floors 10", "2 server blocks 11,12"}},
		},
		"terraform": {
			{name: "policy named", text: "resource \"aws_lb_listener\" \"a\" {\n protocol = \"HTTPS\"\n ssl_policy = var.p\n}\n", want: nil},
			{name: "no policy", text: "resource \"aws_lb_listener\" \"a\" {\n protocol = \"TLS\" # {\n default_action {\n  type = \"x}\"\n }\n}\nresource \"aws_lb_listener\" \"b\" {\n protocol = \"HTTP\"\n}\n", want: []string{"1 server default 10,11,12"}},
			{name: "Google", text: "resource \"google_compute_ssl_policy\" \"a\" {\n profile = \"MODERN\"\n}\n", want: []string{"1 server default 10,11,12,13"}},
			{name: "Google, good", text: "resource \"google_compute_ssl_policy\" \"a\" {\n min_tls_version = \"TLS_1_2\"\n}\n", want: nil},
			{name: "no end", text: "resource \"aws_lb_listener\" \"a\" {\n protocol = \"HTTPS\"\n", want: nil, skips: []string{"listener.tf:1"}},
		},
		"azure-frontdoor": {
			{name: "good", text: "cipherSuiteSetType: 'TLS12_2022'\n", want: []string{"1 server pins 12,13"}},
			{name: "not known", text: "cipherSuiteSetType: 'TLS10_2019'\n", want: []string{"1 server review"}},
		},
	} {
		t.Run(dialect, func(t *testing.T) { checkRows(t, dialect, samples[dialect].file, rows) })
	}
}

// TestBeside: one file may hold settings of several programs, and each is
// found; a dialect that was asked for reads alone.
func TestBeside(t *testing.T) {
	const text = "metadata:\n  annotations:\n    alb.ingress.kubernetes.io/ssl-policy: ELBSecurityPolicy-2016-08\n" +
		"    nginx.ingress.kubernetes.io/proxy-ssl-protocols: TLSv1\n" +
		"env:\n- name: NODE_OPTIONS\n  value: --tls-min-v1.0\ntls:\n  minProtocolVersion: TLSV1_1\n"
	f := run(t, "all.yaml", text, Options{})
	var layers []string
	for _, s := range f.settings {
		layers = append(layers, s.Layer)
	}
	slices.Sort(layers)
	if want := []string{"aws-elb", "ingress-nginx", "istio", "node"}; !slices.Equal(layers, want) {
		t.Errorf("layers %q, want %q", layers, want)
	}
	if f.cov.Read != 9 || f.cov.Used != 4 {
		t.Errorf("read %d, used %d", f.cov.Read, f.cov.Used)
	}
	if f := run(t, "all.yaml", text, Options{Dialect: "istio"}); len(f.settings) != 1 {
		t.Errorf("asked for one: %q", f.lines())
	}
}
