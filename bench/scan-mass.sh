#!/usr/bin/env bash
# A scan of many hosts: addresses of 127.0.0.0/8, all served by one nginx, by
# tlsready and by public scanners in turn, ROUNDS times. tlsready asks HOSTS of
# them; the others, which take longer, PEERHOSTS. Prints medians of CPU a host and
# hosts a second, and the peak memory of tlsready at 10,000 targets that answer.
#
#   bench/scan-mass.sh [HOSTS [PEERHOSTS [ROUNDS]]]       default 2000 100 3
#
# Packages: nginx-light openssl sslscan nmap jq time. ZGRAB2=FILE adds zgrab2.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
hosts=${1:-2000} peerhosts=${2:-100} rounds=${3:-3}
tmp=$(mktemp -d)
port=18444
unset SSL_CERT_DIR SSL_CERT_FILE # the roots as the machine has them
trap 'kill "$(cat "$tmp/nginx.pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$tmp"' EXIT
(cd "$root" && go build -o "$tmp/tlsready" ./cmd/tlsready)
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key.pem" -out "$tmp/cert.pem" -days 30 -subj /CN=localhost 2>/dev/null
cat >"$tmp/nginx.conf" <<CONF
pid $tmp/nginx.pid; error_log $tmp/error.log; worker_processes 1; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path $tmp; proxy_temp_path $tmp; fastcgi_temp_path $tmp; uwsgi_temp_path $tmp; scgi_temp_path $tmp;
  server {
    listen $port ssl backlog=4096; ssl_certificate $tmp/cert.pem; ssl_certificate_key $tmp/key.pem;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers 'DEFAULT:@SECLEVEL=0'; ssl_prefer_server_ciphers on;
  }
}
CONF
PATH=$PATH:/usr/sbin nginx -c "$tmp/nginx.conf"
sleep 1
address() { for ((i = 0; i < $1; i++)); do echo "127.77.$((i / 250)).$((i % 250 + 1))"; done; }
address 10000 >"$tmp/many"
head -n "$hosts" "$tmp/many" >"$tmp/hosts"
head -n "$peerhosts" "$tmp/many" >"$tmp/peerhosts"
sed "s/\$/:$port/" "$tmp/peerhosts" >"$tmp/peertargets"

# run NAME COMMAND...: one run, and a line of figures for it.
run() {
  local name=$1
  shift
  command time -a -o "$tmp/figures.$name" -f '%U %S %e %M' "$@" >"$tmp/out.$name" 2>"$tmp/err.$name"
}
one() {
  case $1 in
  versions) run versions "$tmp/tlsready" scan --json --versions-only --port $port -f "$tmp/hosts" ;;
  full) run full "$tmp/tlsready" scan --json --port $port -f "$tmp/hosts" ;;
  sslscan) run sslscan sslscan --no-colour --targets="$tmp/peertargets" ;;
  nmap) run nmap nmap -n -Pn -p $port --script +ssl-enum-ciphers --min-hostgroup 256 -iL "$tmp/peerhosts" ;;
  zgrab2) run zgrab2 "$ZGRAB2" tls --port $port --senders 16 --input-file "$tmp/peerhosts" ;;
  esac
}
tools="versions full sslscan nmap${ZGRAB2:+ zgrab2}"
for ((r = 0; r < rounds; r++)); do for tool in $tools; do one "$tool"; done; done

echo "What was found, and at how many hosts:"
jq -r 'select(.kind=="server")|[.versions|to_entries[]|select(.value.state=="accepted").key]|join(", ")' "$tmp/out.versions" | sort | uniq -c | sed 's/^/  versions/'
jq -r 'select(.kind=="server")|"\([.versions[]|.suites//[]|length]|add) suites"' "$tmp/out.full" | sort | uniq -c | sed 's/^/  full    /'
awk '/^Testing SSL server/ { if (n) print n " suites"; n = 0 } /^(Preferred|Accepted)/ { n++ } END { print n " suites" }' "$tmp/out.sslscan" | sort | uniq -c | sed 's/^/  sslscan /'
awk '/^Nmap scan report/ { if (n) print n " suites"; n = 0 } /TLS_/ { n++ } END { print n " suites" }' "$tmp/out.nmap" | sort | uniq -c | sed 's/^/  nmap    /'

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
figure() { awk -v n="$2" "{ print $3 }" "$tmp/figures.$1" | median; }
printf '%-9s %6s %14s %9s %9s %9s\n' "" hosts "CPU ms a host" system hosts/s "peak MiB"
for tool in $tools; do
  n=$peerhosts
  case $tool in versions | full) n=$hosts ;; esac
  printf '%-9s %6d %14.2f %9.2f %9.1f %9.0f\n' "$tool" "$n" "$(figure "$tool" "$n" '($1 + $2) * 1000 / n')" \
    "$(figure "$tool" "$n" '$2 * 1000 / n')" "$(figure "$tool" "$n" 'n / $3')" "$(figure "$tool" "$n" '$4 / 1024')"
done
for at in 16 64 256; do
  run "many$at" "$tmp/tlsready" scan --json --versions-only --concurrency $at --port $port -f "$tmp/many"
  awk -v at=$at '{ printf "10000 targets, versions, %d at one time: peak %.0f MiB, %.1f s\n", at, $4 / 1024, $3 }' "$tmp/figures.many$at"
done
run manyfull "$tmp/tlsready" scan --json --concurrency 64 --port $port -f "$tmp/many"
awk '{ printf "10000 targets, full, 64 at one time: peak %.0f MiB, %.1f s\n", $4 / 1024, $3 }' "$tmp/figures.manyfull"
