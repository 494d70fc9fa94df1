#!/usr/bin/env bash
# Full scans of one server by tlsready, sslscan and nmap, side by side: nginx,
# gnutls-serv and Go's crypto/tls, nearby and over a wire with a round trip of
# 40 ms. Prints one table for docs/benchmarks.md: medians of paired runs, CPU
# (user and system, of the scanner alone), wall, ratios, suites, and
# connections against the floor.
#
#   bench/scan.sh [RUNS]          (root; about five minutes)
#
# Packages: nginx-light gnutls-bin openssl sslscan nmap jq iproute2 python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-5}
tmp=$(mktemp -d)
near=127.0.0.1 far=10.77.0.2 client=tlsready-c$$ server=tlsready-s$$
pids=()
cleanup() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  for f in "$tmp"/*.pid; do kill "$(cat "$f" 2>/dev/null)" 2>/dev/null || true; done
  ip netns del "$client" 2>/dev/null || true
  ip netns del "$server" 2>/dev/null || true
  rm -rf "$tmp"
}
unset SSL_CERT_DIR SSL_CERT_FILE # the roots as the machine has them
trap cleanup EXIT
for p in tlsready:cmd/tlsready delay:bench/delay goserver:bench/goserver; do
  (cd "$root" && go build -o "$tmp/${p%%:*}" "./${p#*:}")
done

# A wire between two namespaces.
ip netns add "$client"
ip netns add "$server"
mkfifo "$tmp/hold"
"$tmp/delay" -rtt 40ms "td${$}a" "td${$}b" <"$tmp/hold" >"$tmp/ready" &
pids+=($!)
exec 9>"$tmp/hold"
for _ in $(seq 100); do grep -q ready "$tmp/ready" && break || sleep 0.05; done
ip link set "td${$}a" netns "$client"
ip link set "td${$}b" netns "$server"
ip -n "$client" addr add 10.77.0.1/24 dev "td${$}a"
ip -n "$server" addr add $far/24 dev "td${$}b"
for n in "$client" "$server"; do
  ip -n "$n" link set lo up
  ip -n "$n" link set "td${$}$([ "$n" = "$client" ] && echo a || echo b)" up
done

# The servers, once here and once behind the wire.
cert() { openssl req -x509 -newkey "$2" ${3:+-pkeyopt "$3"} -nodes -keyout "$tmp/$1.key" -out "$tmp/$1.pem" -days 30 -subj /CN=localhost 2>/dev/null; }
cert rsa rsa:2048
cert ec ec ec_paramgen_curve:P-256
conf() {
  cat >"$tmp/nginx-$1.conf" <<CONF
pid $tmp/nginx-$1.pid; error_log $tmp/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $tmp; proxy_temp_path $tmp; fastcgi_temp_path $tmp; uwsgi_temp_path $tmp; scgi_temp_path $tmp;
  server {
    listen $1:28443 ssl; ssl_certificate $tmp/rsa.pem; ssl_certificate_key $tmp/rsa.key;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers 'DEFAULT:@SECLEVEL=0'; ssl_prefer_server_ciphers on;
  }
}
CONF
}
priority=NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3
servers() { # address, and what runs a program there
  local at=$1
  shift
  conf "$at"
  "$@" env PATH="$PATH:/usr/sbin" nginx -c "$tmp/nginx-$at.conf" 2>/dev/null
  "$@" gnutls-serv -q --priority $priority -p 28444 --x509certfile "$tmp/rsa.pem" --x509keyfile "$tmp/rsa.key" \
    --x509certfile "$tmp/ec.pem" --x509keyfile "$tmp/ec.key" >/dev/null 2>&1 9>&- &
  pids+=($!)
  "$@" "$tmp/goserver" "$at:28445" "$tmp/ec.pem" "$tmp/ec.key" "$tmp/rsa.pem" "$tmp/rsa.key" >/dev/null 2>&1 9>&- &
  pids+=($!)
}
servers $near env
servers $far ip netns exec "$server"
sleep 1

echo "$(sslscan --version | sed 's/\x1b\[[0-9;]*m//g' | tr -s ' \t\n' ' '), $(nmap --version | head -1), $(PATH=$PATH:/usr/sbin nginx -v 2>&1), $(gnutls-serv --version | head -1), $(go version), load $(cut -d' ' -f1 /proc/loadavg)"
python3 "$root/bench/scan.py" "$tmp/tlsready" "$runs" "$near" "$far" "$client"
