package logs

import "testing"

func FuzzCaddy(f *testing.F)           { fuzzFormat(f, "caddy") }
func FuzzTraefik(f *testing.F)         { fuzzFormat(f, "traefik") }
func FuzzEnvoy(f *testing.F)           { fuzzFormat(f, "envoy") }
func FuzzCloudflare(f *testing.F)      { fuzzFormat(f, "cloudflare") }
func FuzzAzureAppGateway(f *testing.F) { fuzzFormat(f, "azure-appgw") }
func FuzzAzureFrontDoor(f *testing.F)  { fuzzFormat(f, "azure-frontdoor") }
func FuzzAzureStorage(f *testing.F)    { fuzzFormat(f, "azure-storage") }
func FuzzCloudTrail(f *testing.F)      { fuzzFormat(f, "cloudtrail") }
func FuzzEntra(f *testing.F)           { fuzzFormat(f, "entra") }
func FuzzSuricata(f *testing.F)        { fuzzFormat(f, "suricata") }
func FuzzZeek(f *testing.F)            { fuzzFormat(f, "zeek") }
func FuzzZeekJSON(f *testing.F)        { fuzzFormat(f, "zeek-json") }
func FuzzTLSRPT(f *testing.F)          { fuzzFormat(f, "tls-rpt") }
func FuzzExchangeOnline(f *testing.F)  { fuzzFormat(f, "exchange-online") }
func FuzzM365TLS(f *testing.F)         { fuzzFormat(f, "m365-tls") }
