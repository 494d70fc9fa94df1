package config

// samples are one whole configuration of each dialect, under its usual name.
// A dialect without one fails TestEveryDialectIsListed.
var samples = map[string]struct{ file, text string }{
	"nginx": {"nginx.conf", `user www-data;
worker_processes auto;
events { worker_connections 768; }
http {
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2; # Dropping SSLv3
    server {
        listen 443 ssl default_server;
        server_name web.example;
        ssl_certificate "/etc/ssl/a b.pem";
    }
}
`},
	"apache": {"apache2.conf", `# main
ServerRoot "/srv/apache"
Listen 443
<IfModule mod_ssl.c>
    SSLProtocol all -SSLv3
</IfModule>
<VirtualHost *:443>
    ServerName web.example
    SSLEngine on
    SSLProtocol -all +TLSv1.2
</VirtualHost>
`},
	"haproxy": {"haproxy.cfg", `global
    log /dev/log local0
    ssl-default-bind-options ssl-min-ver TLSv1.0
defaults
    mode http
frontend web
    bind *:443 ssl crt /etc/ssl/site.pem alpn h2,http/1.1
    default_backend app
backend app
    server a1 192.0.2.1:8443 ssl verify none force-tlsv11
`},
	"postfix": {"main.cf", `smtpd_banner = $myhostname ESMTP
compatibility_level = 3.6
myhostname = mail.example
smtpd_tls_security_level=may
smtpd_tls_protocols = >=TLSv1.2
smtp_tls_security_level = may
smtp_tls_protocols = !SSLv2,
    !SSLv3, !TLSv1
`},
	"dovecot": {"dovecot.conf", `protocols = imap pop3
ssl = required
ssl_cert = </etc/ssl/a.pem
ssl_min_protocol = TLSv1.2
service imap-login {
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
`},
	"openssl": {"openssl.cnf", `HOME = .
openssl_conf = openssl_init
[openssl_init]
ssl_conf = ssl_sect
[ssl_sect]
system_default = system_default_sect
[system_default_sect]
MinProtocol = TLSv1.2
CipherString = DEFAULT@SECLEVEL=2
`},
	"postgresql": {"postgresql.conf", `listen_addresses = '*'		# what IP address(es)
port = 5432
max_connections = 100
ssl = on
ssl_min_protocol_version = 'TLSv1.2'
`},
	"mysql": {"my.cnf", `[client]
port = 3306
[mysqld]
port = 3306
skip-name-resolve
tls_version = TLSv1.2,TLSv1.3
`},
	"redis": {"redis.conf", `bind 127.0.0.1 -::1
protected-mode yes
tls-port 6380
tls-protocols "TLSv1.2 TLSv1.3"
`},
	"stunnel": {"stunnel.conf", `; all services
sslVersionMin = TLSv1.2
[imaps]
accept = 993
connect = 143
cert = /etc/stunnel/a.pem
`},
	"slapd": {"slapd.conf", `include /etc/ldap/schema/core.schema
moduleload back_mdb
TLSCertificateFile /etc/ssl/a.pem
TLSProtocolMin 3.3
suffix "dc=example,dc=org"
`},
	"gnutls": {"gnutls/config", `[overrides]
disabled-version = tls1.0
disabled-version = tls1.1
tls-disabled-cipher = 3des-cbc
`},
	"traefik": {"dynamic.yaml", `tls:
  options:
    default:
      minVersion: VersionTLS12
`},
	"envoy": {"envoy.yaml", `common_tls_context:
  tls_params:
    tls_minimum_protocol_version: TLSv1_2
    tls_maximum_protocol_version: "TLSv1_3"
`},
	"mongodb": {"mongod.conf", `net:
  tls:
    mode: requireTLS
    disabledProtocols: TLS1_0,TLS1_1
`},
	"kafka": {"server.properties", `listeners=SSL://:9093
ssl.enabled.protocols=TLSv1.2,TLSv1.3
`},
	"ingress-nginx": {"configmap.yaml", `kind: ConfigMap
data:
  ssl-protocols: "TLSv1.2 TLSv1.3"
`},
	"aws-elb": {"lb.tf", `resource "aws_lb_listener" "https" {
  port       = 443
  ssl_policy = "ELBSecurityPolicy-2016-08"
}
`},
	"aws-cloudfront": {"cdn.tf", `viewer_certificate {
  minimum_protocol_version = "TLSv1.2_2021"
}
`},
	"azure": {"storage.tf", `resource "azurerm_storage_account" "a" {
  min_tls_version = "TLS1_0"
}
`},
	"java": {"java.security", `security.provider.1=SUN
jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, RC4, \
    DES, anon
`},
	"tomcat": {"server.xml", `<?xml version="1.0" encoding="UTF-8"?>
<Server port="8005" shutdown="SHUTDOWN">
  <Service name="Catalina">
    <Connector port="8443" SSLEnabled="true">
      <SSLHostConfig protocols="TLSv1.2,TLSv1.3"/>
    </Connector>
  </Service>
</Server>
`},
	"crypto-policies": {"crypto-policies/config", `# comment
DEFAULT
`},
	"caddy": {"Caddyfile", `web.example {
    tls {
        protocols tls1.2 tls1.3
    }
    respond "hello"
}
`},
	"exim": {"exim4.conf", `domainlist local_domains = @
acl_smtp_rcpt = acl_check_rcpt
openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1
begin acl
acl_check_rcpt:
  accept hosts = :
`},
	"lighttpd": {"lighttpd.conf", `server.modules = ( "mod_openssl" )
server.port = 80
$SERVER["socket"] == ":443" {
    ssl.engine = "enable"
    ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")
}
`},
	"rabbitmq": {"rabbitmq.conf", `listeners.tcp = none
listeners.ssl.default = 5671
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
management.ssl.port = 15671
`},
	"erlang": {"advanced.config", `%% what the other file has no words for
[
  {rabbit, [
    {ssl_listeners, [5671]},
    {ssl_options, [{certfile, "/etc/ssl/a, b.pem"},
                   {versions, ['tlsv1.2', 'tlsv1.1']}]}
  ]}
].
`},
	"jetty": {"tweak-ssl.xml", `<?xml version="1.0"?>
<Configure id="sslContextFactory" class="org.eclipse.jetty.util.ssl.SslContextFactory$Server">
  <Call name="addExcludeProtocols">
    <Arg><Array type="String"><Item>TLSv1</Item><Item>TLSv1.1</Item></Array></Arg>
  </Call>
</Configure>
`},
	"jetty-start": {"start.ini", `--module=deploy,https
jetty.ssl.port=8443
jetty.sslContext.keyStorePath=etc/keystore.p12
`},
	"squid": {"squid.conf", `http_port 3128
https_port 443 accel tls-cert=/etc/squid/a.pem options=NO_TLSv1,NO_TLSv1_1
tls_outgoing_options min-version=1.2
http_access deny all
`},
	"net-config": {"web.config", `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <runtime>
    <AppContextSwitchOverrides value="Switch.System.Net.DontEnableSchUseStrongCrypto=true" />
  </runtime>
  <system.web>
    <httpRuntime targetFramework="4.6.1" />
  </system.web>
</configuration>
`},
	"istio": {"gateway.yaml", `kind: Gateway
spec:
  servers:
  - tls:
      minProtocolVersion: TLSV1_2
`},
	"contour": {"proxy.yaml", `kind: HTTPProxy
spec:
  virtualhost:
    tls:
      minimumProtocolVersion: "1.2"
`},
	"kubernetes": {"kubelet.yaml", `kind: KubeletConfiguration
tlsMinVersion: VersionTLS12
`},
	"gcp": {"policy.tf", `resource "google_compute_ssl_policy" "a" {
  min_tls_version = "TLS_1_2"
}
`},
	"aws-apigateway": {"api.tf", `resource "aws_api_gateway_domain_name" "a" {
  security_policy = "TLS_1_0"
}
`},
	"aws-opensearch": {"search.tf", `domain_endpoint_options {
  tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
}
`},
	"azure-appgw": {"gateway.tf", `ssl_policy {
  policy_type = "Predefined"
  policy_name = "AppGwSslPolicy20150501"
}
`},
	"azure-frontdoor": {"door.bicep", `tlsSettings: {
  cipherSuiteSetType: 'TLS12_2023'
}
`},
	"environment": {"app.service", `[Service]
Environment="NODE_OPTIONS=--tls-min-v1.2"
ExecStart=/usr/bin/node server.js
`},
	"terraform": {"listener.tf", `resource "aws_lb_listener" "https" {
  port     = 443
  protocol = "HTTPS"
}
`},
}
