#!/usr/bin/env bash
# Records the real half of examples/contoso: servers and clients of Debian's
# packages talk inside network namespaces of their own, on addresses that are
# reserved for documentation. Nothing leaves the machine.
#
#   sudo examples/record-contoso.sh          (needs root, for the namespaces)
#
# Packages: openssl nginx-light gnutls-bin curl tcpdump iproute2
# default-jre-headless python3. Writes captures/, logs/nginx-access.log and
# evidence/scan.ndjson; everything else in the folder is kept as it is.
set -euo pipefail
here=$(cd "$(dirname "$0")/contoso" && pwd)
root=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
ns=contoso$$
pids=()
clients=()

cleanup() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  for c in "${clients[@]}"; do ip netns del "$c" 2>/dev/null || true; done
  ip netns del "$ns" 2>/dev/null || true
  rm -rf "$tmp" "/etc/netns/$ns"
}
trap cleanup EXIT

# The servers live in one namespace, each client in one of its own.
ip netns add "$ns"
ip -n "$ns" link set lo up
ip -n "$ns" link add br0 type bridge
ip -n "$ns" link set br0 up
for a in 10 20 40; do ip -n "$ns" addr add "192.0.2.$a/24" dev br0; done

# client LAST-BYTE: a namespace with the address 192.0.2.LAST-BYTE
client() {
  local c="$ns-$1"
  if ! ip netns list | grep -qw "$c"; then
    ip netns add "$c"
    clients+=("$c")
    ip -n "$c" link set lo up
    ip -n "$ns" link add "p$1" type veth peer name eth0 netns "$c"
    ip -n "$ns" link set "p$1" master br0 up
    ip -n "$c" addr add "192.0.2.$1/24" dev eth0
    ip -n "$c" link set eth0 up
  fi
  shift 2>/dev/null || true
}
as() { # as LAST-BYTE COMMAND...: run a client's program; its failing is part of the recording
  client "$1"
  local c="$ns-$1"
  shift
  timeout 10 ip netns exec "$c" "$@" >/dev/null 2>&1 </dev/null || true
}
serve() { ip netns exec "$ns" "$@" >"$tmp/server.log" 2>&1 </dev/null & pids+=($!); }

# A throw-away certificate, and a legacy profile of OpenSSL.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key.pem" -out "$tmp/cert.pem" -days 365 \
  -subj '/CN=*.contoso.example' -addext 'subjectAltName=DNS:*.contoso.example' 2>/dev/null
cat >"$tmp/legacy.cnf" <<'CNF'
openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = legacy
[legacy]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
CNF

# web.contoso.example: nginx, TLS 1.0 to 1.3.
mkdir -p "$here/logs" "$here/captures" "$here/evidence"
: >"$tmp/access.log"
cat >"$tmp/nginx.conf" <<CONF
daemon off; pid $tmp/nginx.pid; error_log $tmp/error.log;
events {}
http {
  access_log off;
  log_format tls escape=json '{"time_iso8601":"\$time_iso8601","remote_addr":"\$remote_addr",'
    '"server_name":"\$server_name","server_addr":"\$server_addr","server_port":"\$server_port",'
    '"request":"\$request","status":"\$status","http_user_agent":"\$http_user_agent",'
    '"ssl_protocol":"\$ssl_protocol","ssl_cipher":"\$ssl_cipher"}';
  client_body_temp_path $tmp; proxy_temp_path $tmp; fastcgi_temp_path $tmp; uwsgi_temp_path $tmp; scgi_temp_path $tmp;
  server {
    listen 192.0.2.10:443 ssl; server_name web.contoso.example;
    ssl_certificate $tmp/cert.pem; ssl_certificate_key $tmp/key.pem;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers 'ALL:@SECLEVEL=0';
    access_log $tmp/access.log tls;
    location / { return 200 "ok\n"; }
  }
}
CONF
serve nginx -c "$tmp/nginx.conf"
# erp.contoso.example: an old server that has TLS 1.0 and nothing else.
serve env OPENSSL_CONF="$tmp/legacy.cnf" openssl s_server -accept 192.0.2.20:443 -www -tls1 \
  -cert "$tmp/cert.pem" -key "$tmp/key.pem" -cipher 'ALL:@SECLEVEL=0'
# archive.contoso.example: takes connections and never answers.
serve python3 -c 'import socket,time
s=socket.create_server(("192.0.2.40",443))
held=[]
while True: held.append(s.accept())'
sleep 1

capture() { # capture NAME: everything until the next call
  if [ -n "${dump:-}" ]; then sleep 1; kill -INT "$dump"; wait "$dump" 2>/dev/null || true; fi
  if [ -n "${1:-}" ]; then
    ip netns exec "$ns" tcpdump -i br0 -U -w "$here/captures/$1" tcp 2>/dev/null &
    dump=$!; pids+=("$dump"); sleep 1
  fi
}
web=(--resolve web.contoso.example:443:192.0.2.10)
erp=(--resolve erp.contoso.example:443:192.0.2.20)
old=(env OPENSSL_CONF="$tmp/legacy.cnf")
cat >"$tmp/Old.java" <<'JAVA'
import javax.net.ssl.*;
public class Old {
  public static void main(String[] a) throws Exception {
    java.security.Security.setProperty("jdk.tls.disabledAlgorithms", "");
    TrustManager[] any = { new X509TrustManager() {
      public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t) {}
      public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) {}
      public java.security.cert.X509Certificate[] getAcceptedIssuers() { return null; } } };
    SSLContext ctx = SSLContext.getInstance("TLS"); ctx.init(null, any, null);
    SSLSocket s = (SSLSocket) ctx.getSocketFactory().createSocket(
      new java.net.Socket("192.0.2.10", 443), "web.contoso.example", 443, true);
    s.setEnabledProtocols(new String[] {"TLSv1"});
    s.getOutputStream().write("GET /stock HTTP/1.0\r\nHost: web.contoso.example\r\nUser-Agent: Java/1.7.0_80\r\n\r\n".getBytes());
    while (s.getInputStream().read() >= 0) {}
  }
}
JAVA

capture web.pcap
as 101 curl -ksS "${web[@]}" https://web.contoso.example/                      # today's curl
as 101 curl -ksS "${web[@]}" https://web.contoso.example/orders
as 102 java "$tmp/Old.java"                                                    # held at TLS 1.0, as Java 7 is
as 102 java "$tmp/Old.java"
as 103 gnutls-cli --insecure --priority 'NORMAL:-VERS-ALL:+VERS-TLS1.0' \
   --sni-hostname web.contoso.example 192.0.2.10:443                           # GnuTLS, TLS 1.0 only
as 104 python3 -c 'import ssl,socket,warnings
warnings.simplefilter("ignore")
c=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);c.check_hostname=False;c.verify_mode=ssl.CERT_NONE
c.set_ciphers("ALL:@SECLEVEL=0");c.minimum_version=ssl.TLSVersion.TLSv1;c.maximum_version=ssl.TLSVersion.TLSv1_1
s=c.wrap_socket(socket.create_connection(("192.0.2.10",443)),server_hostname="web.contoso.example")
s.send(b"GET /report HTTP/1.0\r\nHost: web.contoso.example\r\nUser-Agent: Python-urllib/2.6\r\n\r\n");s.recv(99)'
as 105 "${old[@]}" curl -ksS --tlsv1.0 --tls-max 1.0 "${web[@]}" -A 'sync-agent/2.1' https://web.contoso.example/sync
as 105 curl -ksS "${web[@]}" -A 'sync-agent/2.1' https://web.contoso.example/sync
as 106 openssl s_client -connect 192.0.2.40:443 -servername archive.contoso.example   # no answer ever comes

capture erp.pcap
as 101 "${old[@]}" curl -ksS --tlsv1.0 "${erp[@]}" https://erp.contoso.example/       # offers TLS 1.3, gets 1.0
as 107 "${old[@]}" curl -ksS --tlsv1.0 "${erp[@]}" https://erp.contoso.example/
as 108 curl -ksS "${erp[@]}" https://erp.contoso.example/                             # today's curl will not take 1.0
capture ""

cp "$tmp/access.log" "$here/logs/nginx-access.log"

# What the two servers accept, asked by the scanner itself.
(cd "$root" && go build -o "$tmp/tlsready" ./cmd/tlsready)
mkdir -p "/etc/netns/$ns"
printf '192.0.2.10 web.contoso.example\n192.0.2.20 erp.contoso.example\n' >"/etc/netns/$ns/hosts"
ip netns exec "$ns" "$tmp/tlsready" scan --json web.contoso.example erp.contoso.example >"$here/evidence/scan.ndjson"
ls -l "$here/captures" "$here/logs" "$here/evidence"
