package fix

import "github.com/tlsready/tlsready/internal/lazyregexp"

const (
	dotnetNote  = "Programs built for .NET 4.7 or later better name no version at all: SecurityProtocolType.SystemDefault, SslProtocols.None."
	opensslNote = "TLS_method needs OpenSSL 1.1.0; before that the flexible method is SSLv23_method."
)

func re(s string) *lazyregexp.Regexp { return lazyregexp.New(s) }

// rewrites are tried in this order; the first that fits counts. They are for
// a floor of TLS 1.2. One that is not safe on every line that it matches does
// not belong here: such lines are left to a person.
var rewrites = []rewrite{
	// C#: a whole assignment or argument
	{re(`([^=!<>]=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Tls\s*;`), `${1}SecurityProtocolType.Tls | SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{re(`([^=!<>]=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Tls11\s*;`), `${1}SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{re(`([^=!<>]=\s*(?:System\.)?(?:Net\.)?)SecurityProtocolType\.Ssl3\s*\|\s*SecurityProtocolType\.Tls\s*;`), `${1}SecurityProtocolType.Ssl3 | SecurityProtocolType.Tls | SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;`, dotnetNote},
	{re(`((?:[^=!<>]=|,)\s*)((?:System\.Security\.Authentication\.)?SslProtocols)\.Tls(\s*[;,)])`), `${1}${2}.Tls | ${2}.Tls11 | ${2}.Tls12${3}`, dotnetNote},
	{re(`((?:[^=!<>]=|,)\s*)((?:System\.Security\.Authentication\.)?SslProtocols)\.Tls11(\s*[;,)])`), `${1}${2}.Tls11 | ${2}.Tls12${3}`, dotnetNote},
	// PowerShell
	{re(`(=\s*)(\[(?:System\.)?Net\.SecurityProtocolType\])::Tls(\s*(?:;|$))`), `${1}${2}::Tls -bor ${2}::Tls11 -bor ${2}::Tls12${3}`, dotnetNote},
	{re(`(=\s*)(\[(?:System\.)?Net\.SecurityProtocolType\])::Tls11(\s*(?:;|$))`), `${1}${2}::Tls11 -bor ${2}::Tls12${3}`, dotnetNote},
	// Schannel and WinHTTP, from C
	{re(`(grbitEnabledProtocols\s*=\s*)SP_PROT_TLS1(_CLIENT|_SERVER)\s*;`), `${1}SP_PROT_TLS1${2} | SP_PROT_TLS1_1${2} | SP_PROT_TLS1_2${2};`, "With grbitEnabledProtocols = 0 Windows decides."},
	{re(`([^=!<>]=\s*)WINHTTP_FLAG_SECURE_PROTOCOL_TLS1\s*;`), `${1}WINHTTP_FLAG_SECURE_PROTOCOL_TLS1 | WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_1 | WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_2;`, ""},
	// OpenSSL and its like, from C, C++ and Rust
	{re(`\bTLSv1(?:_1)?_(client_|server_)?method\s*\(`), `TLS_${1}method(`, opensslNote},
	{re(`(set_max_proto_version\s*\([^,()]+,\s*)TLS1(?:_1)?_VERSION(\s*\))`), `${1}TLS1_2_VERSION${2}`, ""},
	{re(`(SSL_CTRL_SET_MAX_PROTO_VERSION\s*,\s*)TLS1(?:_1)?_VERSION\b`), `${1}TLS1_2_VERSION`, ""},
	{re(`(mbedtls_ssl_conf_max_version\s*\([^()]*MBEDTLS_SSL_MINOR_VERSION_)[12]\b`), `${1}3`, ""},
	{re(`(\.max\s*=\s*SSL_LIBRARY_VERSION_TLS_1_)[01]\b`), `${1}2`, ""},
	{re(`(set_max_proto_version\(Some\(SslVersion::)TLS1(?:_1)?\b`), `${1}TLS1_2`, ""},
	{re(`(\bssl::context::)tlsv11?(_client|_server)?\b`), `${1}tls${2}`, "ssl::context::tls needs Boost 1.67 or a stand-alone Asio of its time."},
	{re(`((?:^|[\s"'])-max_protocol(?:["']?\s*,\s*["']|\s+["']?))TLSv1(?:\.1)?(["'\s]|$)`), `${1}TLSv1.2${2}`, ""},
	{re(`(\bmax_protocol_version\(Some\((?:\w+::)*Protocol::)Tlsv1[01]\b`), `${1}Tlsv12`, ""},
	{re(`(\bmax_tls_version\((?:\w+::)*Version::)TLS_1_[01]\b`), `${1}TLS_1_2`, ""},
	// Swift and Objective-C
	{re(`(\btlsMaximumSupportedProtocol\s*=\s*\.)tlsProtocol11?\b`), `${1}tlsProtocol12`, ""},
	{re(`(\b(?:tlsMaximumSupportedProtocolVersion\s*=\s*|set_max_tls_protocol_version\([^,()]+,\s*)\.)TLSv1[01]\b`), `${1}TLSv12`, ""},
	{re(`(\bmaximumTLSVersion\s*=\s*\.)tlsv11?\b`), `${1}tlsv12`, ""},
	{re(`(\bSSLSetProtocolVersionMax\([^,()]+,\s*)kTLSProtocol11?\b`), `${1}kTLSProtocol12`, ""},
	// Go
	{re(`(\bMaxVersion\s*[:=]+\s*tls\.)VersionTLS1[01]\b`), `${1}VersionTLS12`, "Without MaxVersion the newest version is used."},
	{re(`(\bMaxVersion\s*[:=]+\s*)0x030[12]\b`), `${1}0x0303`, "Without MaxVersion the newest version is used."},
	// Java and Kotlin
	{re(`(SSLContext\.getInstance\s*\(\s*")TLSv1(?:\.1)?(")`), `${1}TLS${2}`, `With "TLS" the Java runtime decides; Java 7 clients still need jdk.tls.client.protocols.`},
	{re(`((?:jdk\.tls\.client\.protocols|https\.protocols)["']?\s*[=,]\s*["']?)TLSv1(?:\s*,\s*TLSv1\.1)?(["'\s]|$)`), `${1}TLSv1,TLSv1.1,TLSv1.2${2}`, ""},
	{re(`((?:jdk\.tls\.client\.protocols|https\.protocols)["']?\s*[=,]\s*["']?)TLSv1\.1(["'\s]|$)`), `${1}TLSv1.1,TLSv1.2${2}`, ""},
	{re(`((?:setEnabledProtocols\s*\(\s*|\benabledProtocols\s*=\s*)(?:new\s+String\s*\[\]\s*\{|arrayOf\()\s*)"TLSv1"(?:\s*,\s*"TLSv1\.1")?(\s*[})])`), `${1}"TLSv1", "TLSv1.1", "TLSv1.2"${2}`, ""},
	{re(`((?:SslContextBuilder\.for\w+\([^()]*\))?\.protocols\(\s*)"TLSv1"(?:\s*,\s*"TLSv1\.1")?(\s*\))`), `${1}"TLSv1", "TLSv1.1", "TLSv1.2"${2}`, ""},
	// Databases
	{re(`((?:--tls-version|\benabledTLSProtocols)=)TLSv1(?:,TLSv1\.1)?(["'\s&;]|$)`), `${1}TLSv1,TLSv1.1,TLSv1.2${2}`, ""},
	{re(`(\bPGSSLMAXPROTOCOLVERSION=["']?)TLSv1(?:\.1)?(["'\s;]|$)`), `${1}TLSv1.2${2}`, ""},
	// Python
	{re(`\bssl\.PROTOCOL_TLSv1(?:_1)?\b`), `ssl.PROTOCOL_TLS`, "PROTOCOL_TLS needs Python 2.7.13 or 3.6; in new code use ssl.create_default_context()."},
	{re(`(\bmaximum_version\s*=\s*(?:ssl\.)?TLSVersion\.)TLSv1(?:_1)?\b`), `${1}TLSv1_2`, ""},
	{re(`(\.set_max_proto_version\(\s*SSL\.)TLS1(?:_1)?_VERSION\b`), `${1}TLS1_2_VERSION`, ""},
	// Ruby
	{re(`(\bmax_version\s*=\s*:)TLS1(?:_1)?\b`), `${1}TLS1_2`, ""},
	// JavaScript
	{re(`(\bsecureProtocol["']?\s*[:=]\s*["'])TLSv1(?:_1)?_(client_|server_)?method(["'])`), `${1}TLS_${2}method${3}`, "TLS_method needs Node.js 11; with it the runtime decides."},
	{re(`(\bmaxVersion["']?\s*:\s*["'])TLSv1(?:\.1)?(["'])`), `${1}TLSv1.2${2}`, ""},
	// PHP
	{re(`((?:[^=!<>]=|[,(])\s*)STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT(\s*[;,)])`), `${1}STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT${2}`, ""},
	{re(`(["']max_proto_version["']\s*(?:=>|,)\s*)STREAM_CRYPTO_PROTO_TLSv1_[01]\b`), `${1}STREAM_CRYPTO_PROTO_TLSv1_2`, ""},
	// Command lines
	{re(`\bCURL_SSLVERSION_MAX_TLSv1_[01]\b`), `CURL_SSLVERSION_MAX_TLSv1_2`, ""},
	{re(`(--tls-max[ =]+["']?)1\.[01]\b`), `${1}1.2`, ""},
	{re(`(\bopenssl-max-proto-version=)TLS1\.[01]\b`), `${1}TLS1.2`, ""},
}
