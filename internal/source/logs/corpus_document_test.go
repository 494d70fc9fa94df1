package logs

// cloudFigures are those of most synthetic files: one population of clients.
const cloudFigures = "TLS 1.0: 98, TLS 1.1: 6, TLS 1.2: 201, TLS 1.3: 369"

func corpusDocuments() []corpusRow {
	proxy := "-: 51, TLS 1.0: 138, TLS 1.1: 13, TLS 1.2: 269, TLS 1.3: 529"
	return []corpusRow{
		{"synthetic/nginx/access-json.log", "nginx-json", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
		{"synthetic/caddy/access.json", "caddy", proxy, 16, 47, 949},
		{"real/web/caddy-crowdsec.json", "caddy", "-: 10", 0, 2, 0},
		{"synthetic/traefik/access.json", "traefik", proxy, 16, 47, 949},
		// The check of CORPUS.md ends at a line of Traefik's own log; behind it
		// is one row of TLS 1.3 more.
		{"real/web/traefik-crowdsec.json", "traefik", "-: 4, TLS 1.3: 2", 0, 4, 2},
		{"synthetic/envoy/envoy.json", "envoy", proxy, 16, 47, 949},
		{"synthetic/cloudflare/logpush.ndjson", "cloudflare", "-: 26, " + cloudFigures, 16, 47, 674},
		{"synthetic/azure/appgw.json", "azure-appgw", "-: 26, " + cloudFigures, 16, 47, 674},
		{"real/azure/appgw-plaso.json", "azure-appgw", "TLS 1.2: 2", 0, 1, 2},
		{"synthetic/azure/frontdoor.json", "azure-frontdoor", "-: 26, " + cloudFigures, 16, 47, 674},
		{"synthetic/azure/storage.json", "azure-storage", "-: 26, " + cloudFigures, 16, 47, 674},
		// Without tlsDetails nothing is known: "-" in CORPUS.md.
		{"synthetic/aws/cloudtrail.json", "cloudtrail", cloudFigures + ", nofield: 26", 17, 48, 674},
		{"real/aws/cloudtrail-crowdsec.ndjson", "cloudtrail", "TLS 1.2: 1, TLS 1.3: 1", 0, 1, 2},
		// CORPUS.md does not look into the string that holds the event.
		{"real/aws/cloudtrail-plaso.jsonl", "cloudtrail", "nofield: 6", 0, 2, 0},
		// Legacy sign-ins have no version; 195 without the key and 65 that are
		// not legacy are both not measured: TestEntraCorpus tells them apart.
		{"synthetic/entra/signins.json", "entra", "legacy: 40, nofield: 260", 0, 45, 40},
		// UNDETERMINED is "-" in CORPUS.md.
		{"synthetic/suricata/eve.json", "suricata", cloudFigures + ", nofield: 12", 16, 47, 674},
		{"real/suricata/eve-crowdsec.json", "suricata", "", 0, 0, 0},
		// Handshakes without a ServerHello are "-" in CORPUS.md: refused where
		// the server's alert was seen.
		{"real/zeek/ctu-win7-ssl.log", "zeek", "DTLS 1.2: 1, TLS 1.0: 92, TLS 1.1: 13, TLS 1.2: 1240, TLS 1.3: 2875, fail: 1, nofield: 136", 1, 1, 4222},
		{"real/zeek/tls13-version-ssl.log", "zeek", "TLS 1.3 draft 23: 1", 0, 1, 1},
		// CORPUS.md counts 303 failed: of these 200 had no TLS at all. It names
		// no clients; the report has the addresses of the senders.
		{"real/tlsrpt/rfc8460.json", "tls-rpt", "-: 200, fail: 103, nofield: 5326", 0, 4, 103},
		{"real/tlsrpt/smtp_tls.json", "tls-rpt", "fail: 3", 0, 2, 3},
	}
}
