#!/usr/bin/env bash
# One full scan of an nginx with TLS 1.0 to 1.3 on loopback, by tlsready and by
# public scanners, side by side, with the suites each one finds.
#
#   bench/scan.sh
#
# Packages: nginx-light openssl sslscan nmap hyperfine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
port=18443
trap 'kill "$(cat "$tmp/nginx.pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$tmp"' EXIT
(cd "$root" && go build -o "$tmp/tlsready" ./cmd/tlsready)
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key.pem" -out "$tmp/cert.pem" -days 30 -subj /CN=localhost 2>/dev/null
cat >"$tmp/nginx.conf" <<CONF
pid $tmp/nginx.pid; error_log $tmp/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $tmp; proxy_temp_path $tmp; fastcgi_temp_path $tmp; uwsgi_temp_path $tmp; scgi_temp_path $tmp;
  server {
    listen 127.0.0.1:$port ssl; ssl_certificate $tmp/cert.pem; ssl_certificate_key $tmp/key.pem;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers 'DEFAULT:@SECLEVEL=0'; ssl_prefer_server_ciphers on;
  }
}
CONF
PATH=$PATH:/usr/sbin nginx -c "$tmp/nginx.conf"
sleep 1
"$tmp/tlsready" scan --json 127.0.0.1:$port | jq -r 'select(.kind=="server")|"tlsready: \([.versions[]|.suites//[]|length]|add) suites, \(.connections) connections"'
echo "sslscan: $(sslscan --no-colour 127.0.0.1:$port | grep -cE '^(Preferred|Accepted)') suites"
echo "nmap: $(nmap -Pn -p $port --script +ssl-enum-ciphers 127.0.0.1 | grep -c 'TLS_') suites"
hyperfine -N --warmup 1 --runs 5 --output null -i \
  -n tlsready "$tmp/tlsready scan --json 127.0.0.1:$port" \
  -n sslscan "sslscan --no-colour 127.0.0.1:$port" \
  -n nmap "nmap -Pn -p $port --script +ssl-enum-ciphers 127.0.0.1"
