package config

import (
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// The dialects of this file are objects of Kubernetes that name versions
// under keys of their own.

// istioWords are Istio's; TLS_AUTO leaves the version to Istio.
var istioWords = vocabulary{"tlsv1_0": tlswire.TLS10, "tlsv1_1": tlswire.TLS11, "tlsv1_2": tlswire.TLS12, "tlsv1_3": tlswire.TLS13}

var istioKeys = []keyed{
	{re: key(`minProtocolVersion`), kind: "min", words: istioWords, mine: valued("TLSV", "TLS_AUTO")},
	{re: key(`maxProtocolVersion`), kind: "max", words: istioWords, mine: valued("TLSV", "TLS_AUTO")},
}

// istioLine tells Istio from the gateways of Azure, which spell the key alike:
// TLSV1_2 here, TLSv1_2 there.
var istioLine = lazyregexp.New(`["']?(?:min|max)ProtocolVersion["']?\s*:\s*["']?(?:TLSV1_[0-3]|TLS_AUTO)\b`)

var istio = Dialect{
	Name: "istio", Product: "Istio gateways and mesh", Rule: "istio-protocol-version", Fact: "srv.istio", NameOnly: true,
	names: []string{"*.yaml", "*.yml", "*.json"}, shape: keyedShape([]keyed{{re: istioLine}}), read: readKeyed(istioKeys),
}

// contourKeys are of HTTPProxy objects, of the controller's own file and of
// the annotation on an Ingress.
var contourKeys = []keyed{
	{re: key(`minimumProtocolVersion|minimum-protocol-version|projectcontour\.io/tls-minimum-protocol-version`), kind: "min", words: azureWords},
	{re: key(`maximumProtocolVersion|maximum-protocol-version|projectcontour\.io/tls-maximum-protocol-version`), kind: "max", words: azureWords},
}

var contour = Dialect{
	Name: "contour", Product: "Contour", Rule: "contour-protocol-version", Fact: "srv.contour", NameOnly: true,
	names: []string{"*.yaml", "*.yml", "*.json"}, shape: keyedShape(contourKeys), read: readKeyed(contourKeys),
}

// kubeletKeys are of the kubelet's file and, as flags, of the static pods of
// the control plane.
var kubeletKeys = []keyed{
	{re: key(`tlsMinVersion|minTLSVersion|(?:--)?tls-min-version`), kind: "min", words: traefikWords, mine: valued("VersionTLS")},
}

var kubeletLine = lazyregexp.New(`(?:\btlsMinVersion|\bminTLSVersion|--tls-min-version)["']?\s*[:=]\s*["']?VersionTLS1[0-3]\b`)

var kubelet = Dialect{
	Name: "kubernetes", Product: "Kubernetes components", Rule: "kubernetes-tls-min-version", Fact: "srv.kubernetes", NameOnly: true,
	names: []string{"*.yaml", "*.yml", "*.json", "kubelet.conf", "*.conf"}, shape: keyedShape([]keyed{{re: kubeletLine}}), read: readKeyed(kubeletKeys),
}
