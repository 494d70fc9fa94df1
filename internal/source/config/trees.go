package config

import (
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// The programs of this file name versions under keys of their own in trees
// of settings.

var traefikKeys = []keyed{
	{re: key(`minVersion`), kind: "min", words: traefikWords},
	{re: key(`maxVersion`), kind: "max", words: traefikWords},
}

// traefikLine tells Traefik from the many others that have a minVersion.
var traefikLine = lazyregexp.New(`(?:^|[{,])\s*["']?(?:min|max)Version["']?\s*[:=]\s*["']?VersionTLS1[0-3]["']?\s*(?:[,}]|#|$)`)

var traefikWords = vocabulary{"versiontls10": tlswire.TLS10, "versiontls11": tlswire.TLS11, "versiontls12": tlswire.TLS12, "versiontls13": tlswire.TLS13}

var traefik = Dialect{
	Name: "traefik", Product: "Traefik", Rule: "traefik-min-version", Fact: "srv.traefik", NameOnly: true,
	names: treeNames, shape: keyedShape([]keyed{{re: traefikLine}}), read: readKeyed(traefikKeys),
}

var envoyWords = vocabulary{"tlsv1_0": tlswire.TLS10, "tlsv1_1": tlswire.TLS11, "tlsv1_2": tlswire.TLS12, "tlsv1_3": tlswire.TLS13}

var envoyKeys = []keyed{
	{re: key(`tls_minimum_protocol_version`), kind: "min", words: envoyWords},
	{re: key(`tls_maximum_protocol_version`), kind: "max", words: envoyWords},
}

var envoy = Dialect{
	Name: "envoy", Product: "Envoy", Rule: "envoy-protocol-version", Fact: "srv.envoy", NameOnly: true,
	names: treeNames, shape: keyedShape(envoyKeys), read: readKeyed(envoyKeys),
}

var mongoKeys = []keyed{{
	re: key(`disabledProtocols`), kind: "off", seps: ", ",
	words: vocabulary{"tls1_0": tlswire.TLS10, "tls1_1": tlswire.TLS11, "tls1_2": tlswire.TLS12, "tls1_3": tlswire.TLS13},
}}

var mongodb = Dialect{
	Name: "mongodb", Product: "MongoDB", Rule: "mongodb-disabled-protocols", Fact: "srv.mongodb", NameOnly: true,
	names: treeNames, shape: keyedShape(mongoKeys), read: readKeyed(mongoKeys),
}

// kafkaKeys stand in .properties files.
var kafkaKeys = []keyed{
	{re: key(`(?:[\w.]+\.)?ssl\.enabled\.protocols`), kind: "list", words: exactWords, seps: ", ", role: "both"},
	{re: key(`(?:[\w.]+\.)?ssl\.protocol`), kind: "max", words: exactWords, role: "both"},
}

var kafka = Dialect{
	Name: "kafka", Product: "Apache Kafka", Rule: "kafka-ssl-protocols", Fact: "srv.kafka", NameOnly: true,
	names: []string{"*.properties"}, shape: keyedShape(kafkaKeys), read: readKeyed(kafkaKeys),
}

// ingressKeys are of ingress-nginx, in its ConfigMap or as annotations.
var ingressKeys = []keyed{
	{re: key(`(?:nginx\.ingress\.kubernetes\.io/)?ssl-protocols`), kind: "list", words: exactWords, seps: " "},
	{re: key(`nginx\.ingress\.kubernetes\.io/proxy-ssl-protocols`), kind: "list", words: exactWords, seps: " ", role: "client"},
}

var ingress = Dialect{
	Name: "ingress-nginx", Product: "ingress-nginx for Kubernetes", Rule: "ingress-ssl-protocols", Fact: "srv.nginx", NameOnly: true,
	names: []string{"*.yaml", "*.yml", "*.json"}, shape: keyedShape(ingressKeys), read: readKeyed(ingressKeys),
}

// elbKeys name policies of AWS load balancers.
var elbKeys = []keyed{
	{re: key(`ssl_policy|SslPolicy|alb\.ingress\.kubernetes\.io/ssl-policy`), kind: "policy"},
	// of the controller's objects for the Gateway API, and of a Service
	{re: key(`sslPolicy|service\.beta\.kubernetes\.io/aws-load-balancer-ssl-negotiation-policy`), kind: "policy", mine: valued("ELBSecurityPolicy-")},
}

var elb = Dialect{
	Name: "aws-elb", Product: "AWS load balancer", Rule: "aws-elb-policy", Fact: "srv.aws-elbv2", NameOnly: true,
	names: cloudNames, shape: keyedShape(elbKeys), read: readKeyed(elbKeys),
}

var cloudNames = []string{"*.tf", "*.tf.json", "*.hcl", "*.yaml", "*.yml", "*.json", "*.template", "*.bicep"}

var cloudfrontKeys = []keyed{
	{re: key(`minimum_protocol_version|MinimumProtocolVersion`), kind: "policy"},
	{re: key(`origin_ssl_protocols|OriginSSLProtocols`), kind: "list", words: exactWords, seps: ", ", role: "client"},
}

var cloudfront = Dialect{
	Name: "aws-cloudfront", Product: "AWS CloudFront", Rule: "aws-cloudfront-policy", Fact: "srv.aws-cloudfront", NameOnly: true,
	names: cloudNames, shape: keyedShape(cloudfrontKeys), read: readKeyed(cloudfrontKeys),
}

// azureWords are the spellings of the services: 1.2, TLS1_2, TLS12.
var azureWords = vocabulary{
	"1.0": tlswire.TLS10, "1.1": tlswire.TLS11, "1.2": tlswire.TLS12, "1.3": tlswire.TLS13,
	"tls1_0": tlswire.TLS10, "tls1_1": tlswire.TLS11, "tls1_2": tlswire.TLS12, "tls1_3": tlswire.TLS13,
	"tls10": tlswire.TLS10, "tls11": tlswire.TLS11, "tls12": tlswire.TLS12, "tls13": tlswire.TLS13,
}

var azureKeys = []keyed{
	{re: key(`min_tls_version|minimum_tls_version|minTlsVersion|minimumTlsVersion|minimalTlsVersion|scmMinTlsVersion|scm_minimum_tls_version`), kind: "min", words: azureWords, mine: notGoogle},
}

var azure = Dialect{
	Name: "azure", Product: "Azure services", Rule: "azure-min-tls", Fact: "srv.azure-paas", NameOnly: true,
	names: cloudNames, shape: keyedShape(azureKeys), read: readKeyed(azureKeys),
}

// notGoogle: Google Cloud spells the key alike, and its values TLS_1_2.
func notGoogle(value string) bool { return !strings.HasPrefix(value, "TLS_1_") }
