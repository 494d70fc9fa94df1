package config

import "testing"

func TestTrees(t *testing.T) {
	for dialect, rows := range map[string][]row{
		"traefik": {
			{name: "good", text: "tls:\n  options:\n    default:\n      minVersion: VersionTLS12\n", want: []string{"4 server floors 12"}},
			{name: "old, TOML", file: "t.toml", text: "[tls.options.default]\n  minVersion = \"VersionTLS10\"\n", want: []string{"2 server floors 10"}},
			{name: "capped", text: "maxVersion: 'VersionTLS11' # why\n", want: []string{"1 server caps 11"}},
			{name: "bad word", text: "minVersion: TLS1.2\n", want: []string{"1 server review"}},
		},
		"envoy": {
			{name: "good", text: "tls_params: {tls_minimum_protocol_version: TLSv1_2}\n", want: []string{"1 server floors 12"}},
			{name: "one line", file: "e.json", text: "{\"a\":{\"tls_minimum_protocol_version\":\"TLSv1_1\",\"tls_maximum_protocol_version\":\"TLSv1_2\"}}\n", want: []string{"1 server floors 11", "1 server caps 12"}},
			{name: "old", text: "tls_minimum_protocol_version: TLSv1_0\ntls_maximum_protocol_version: TLSv1_1\n", want: []string{"1 server floors 10", "2 server caps 11"}},
			{name: "JSON", file: "e.json", text: "{\n \"tls_minimum_protocol_version\": \"TLSv1_3\",\n}\n", want: []string{"2 server floors 13"}},
			{name: "auto", text: "tls_minimum_protocol_version: TLS_AUTO\n", want: []string{"1 server review"}},
		},
		"mongodb": {
			{name: "good", text: "disabledProtocols: TLS1_0,TLS1_1\n", want: []string{"1 server blocks 10,11"}},
			{name: "1.2 off", text: "disabledProtocols: \"TLS1_2\"\n", want: []string{"1 server blocks 12"}},
			{name: "none", text: "disabledProtocols: none\n", want: []string{"1 server review"}},
		},
		"kafka": {
			{name: "good", text: "ssl.enabled.protocols=TLSv1.2,TLSv1.3\nssl.protocol=TLSv1.3\n", want: []string{"1 both pins 12,13", "2 both caps 13"}},
			{name: "old", text: "#ssl.enabled.protocols=TLSv1.2\nlistener.name.x.ssl.enabled.protocols = TLSv1\n", want: []string{"2 both pins 10"}},
		},
		"ingress-nginx": {
			{name: "good", text: "data:\n  ssl-protocols: TLSv1.2 TLSv1.3\n", want: []string{"2 server pins 12,13"}},
			{name: "old and upstream", text: "  ssl-protocols: \"TLSv1 TLSv1.1\"\n  nginx.ingress.kubernetes.io/proxy-ssl-protocols: 'TLSv1'\n", want: []string{"1 server pins 10,11", "2 client pins 10"}},
			{name: "template", text: "ssl-protocols: {{ .Values.protocols }}\n", want: []string{"1 server review"}},
		},
		"aws-elb": {
			{name: "good", text: "ssl_policy = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"\n", want: []string{"1 server pins 12,13"}},
			{name: "the second number is the floor", text: "SslPolicy: ELBSecurityPolicy-TLS13-1-0-2021-06\n", want: []string{"1 server pins 10,11,12,13"}},
			{name: "controller for the Gateway API", file: "lb.yaml", text: "kind: LoadBalancerConfiguration\nspec:\n  listenerConfigurations:\n  - protocolPort: HTTPS:443\n    sslPolicy: ELBSecurityPolicy-2015-03\n", want: []string{"5 server pins 10,11,12"}},
			{name: "service", file: "svc.yaml", text: "metadata:\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy: \"ELBSecurityPolicy-2011-08\"\n", want: []string{"3 server pins s3,10"}},
			{name: "somebody else's policy", file: "gke.yaml", text: "kind: GCPGatewayPolicy\nspec:\n  default:\n    sslPolicy: mine\n"},
			{name: "default of templates", text: "\"SslPolicy\": \"ELBSecurityPolicy-2016-08\",\n", file: "t.json", want: []string{"1 server pins 10,11,12"}},
			{name: "own", text: "ssl_policy = \"mine\"\n", want: []string{"1 server review"}},
			{name: "variable", text: "ssl_policy = var.policy\n", want: []string{"1 server review"}},
		},
		"aws-cloudfront": {
			{name: "good", text: "minimum_protocol_version = \"TLSv1.2_2021\"\n", want: []string{"1 server pins 12,13"}},
			{name: "old", text: "minimum_protocol_version = \"TLSv1\"\norigin_ssl_protocols = [\"TLSv1\", \"TLSv1.2\"]\n", want: []string{"1 server pins 10,11,12,13", "2 client pins 10,12"}},
		},
		"azure": {
			{name: "good", text: "min_tls_version = \"TLS1_2\"\n", want: []string{"1 server floors 12"}},
			{name: "old", text: "minTlsVersion: '1.0'\n\"minimumTlsVersion\": \"1.1\",\n", want: []string{"1 server floors 10", "2 server floors 11"}},
			{name: "off", text: "minimum_tls_version = \"Disabled\"\n", want: []string{"1 server review"}},
		},
	} {
		t.Run(dialect, func(t *testing.T) { checkRows(t, dialect, samples[dialect].file, rows) })
	}
}
