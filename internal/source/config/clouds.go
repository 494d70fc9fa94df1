package config

import (
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// The dialects of this file are services of clouds in Terraform,
// CloudFormation, ARM and Bicep that have named policies or lowest versions.

// gcpWords are those of Google Cloud.
var gcpWords = vocabulary{"tls_1_0": tlswire.TLS10, "tls_1_1": tlswire.TLS11, "tls_1_2": tlswire.TLS12, "tls_1_3": tlswire.TLS13}

var gcpKeys = []keyed{
	{re: key(`min_tls_version|minTlsVersion`), kind: "min", words: gcpWords, mine: valued("TLS_")},
}

var gcpLine = lazyregexp.New(`["']?\b(?:min_tls_version|minTlsVersion)["']?\s*[:=]\s*["']?TLS_1_[0-3]\b`)

var gcp = Dialect{
	Name: "gcp", Product: "Google Cloud SSL policy", Rule: "gcp-ssl-policy", Fact: "srv.gcp-ssl-policy", NameOnly: true,
	names: cloudNames, shape: keyedShape([]keyed{{re: gcpLine}}), read: readKeyed(gcpKeys),
}

// apiGatewayLine: other services have a security_policy, too.
var apiGatewayLine = lazyregexp.New(`["']?\b(?:security_policy|SecurityPolicy)["']?\s*[:=]\s*["']?(?:TLS_1_[0-2]\b|SecurityPolicy_)`)

var apiGatewayKeys = []keyed{{re: key(`security_policy|SecurityPolicy`), kind: "policy", mine: valued("TLS_1_", "SecurityPolicy_")}}

var apiGateway = Dialect{
	Name: "aws-apigateway", Product: "AWS API Gateway", Rule: "aws-apigateway-policy", Fact: "srv.aws-apigateway", NameOnly: true,
	names: cloudNames, shape: keyedShape([]keyed{{re: apiGatewayLine}}), read: readKeyed(apiGatewayKeys),
}

var openSearchKeys = []keyed{{re: key(`tls_security_policy|TLSSecurityPolicy`), kind: "policy"}}

var openSearch = Dialect{
	Name: "aws-opensearch", Product: "AWS OpenSearch domain", Rule: "aws-opensearch-policy", Fact: "srv.aws-opensearch", NameOnly: true,
	names: cloudNames, shape: keyedShape(openSearchKeys), read: readKeyed(openSearchKeys),
}

// appGatewayWords are those of a gateway's own policy.
var appGatewayWords = vocabulary{"tlsv1_0": tlswire.TLS10, "tlsv1_1": tlswire.TLS11, "tlsv1_2": tlswire.TLS12, "tlsv1_3": tlswire.TLS13}

var appGatewayKeys = []keyed{
	{re: key(`policy_name|policyName`), kind: "policy", mine: valued("AppGwSslPolicy")},
	{re: key(`min_protocol_version|minProtocolVersion`), kind: "min", words: appGatewayWords, mine: valued("TLSv1_")},
	{re: key(`disabled_protocols|disabledSslProtocols`), kind: "off", words: appGatewayWords, seps: ", ", mine: valued("TLSv1_")},
}

var appGatewayLine = lazyregexp.New(`\bAppGwSslPolicy20\d{6}S?\b|["']?(?:min_protocol_version|minProtocolVersion|disabled_protocols|disabledSslProtocols)["']?\s*[:=]\s*\[?\s*["']?TLSv1_[0-3]\b`)

var appGateway = Dialect{
	Name: "azure-appgw", Product: "Azure Application Gateway", Rule: "azure-appgw-policy", Fact: "srv.azure-appgw", NameOnly: true,
	names: cloudNames, shape: keyedShape([]keyed{{re: appGatewayLine}}), read: readKeyed(appGatewayKeys),
}

// frontDoorKeys: the lowest version of a custom domain that is set apart is
// spelled as those of other services and read with them.
var frontDoorKeys = []keyed{{re: key(`cipher_suite_policy|cipherSuiteSetType`), kind: "policy"}}

var frontDoorLine = lazyregexp.New(`["']?(?:cipher_suite_policy|cipherSuiteSetType)["']?\s*[:=]\s*["']?TLS1\d_20\d\d\b`)

var frontDoor = Dialect{
	Name: "azure-frontdoor", Product: "Azure Front Door", Rule: "azure-frontdoor-policy", Fact: "srv.azure-frontdoor", NameOnly: true,
	names: cloudNames, shape: keyedShape([]keyed{{re: frontDoorLine}}), read: readKeyed(frontDoorKeys),
}
