#!/usr/bin/env bash
# "Requests per client, agent and version, first and last seen" from an IIS log
# whose #Fields line changes in the middle, by tlsready and by public tools,
# side by side. The awk program follows the header as tlsready does; wc, rg and
# cat show what reading alone costs.
#
#   bench/import.sh [MiB, default 512] [distinct clients at most, default 2000]
#
# Packages: hyperfine mawk gawk ripgrep.
set -euo pipefail
mib=${1:-512} clients=${2:-2000}
root=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$root" && go build -o "$tmp/tlsready" ./cmd/tlsready)

awk -v want=$((mib * 1048576)) -v clients="$clients" 'BEGIN {
  srand(7); n = split("40 100 400 400 400 400 1000 1000 1000 1000", bits, " ")
  agents[0] = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/122.0.0.0+Safari/537.36"
  agents[1] = "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.17328;+Pro)"
  agents[2] = "Java/1.7.0_80"
  split("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken crypt-protocol crypt-cipher crypt-hash crypt-keyexchange", f, " ")
  h = "#Fields:"; for (i = 1; i in f; i++) h = h " " f[i]; print h
  while (size < want) {
    if (!swapped && size > want / 2) { print "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) sc-status time-taken crypt-protocol"; swapped = 1 }
    c = int(clients * rand() * rand()); a = c % 3; v = bits[1 + c % n]
    ip = "10." int(c / 65536) "." int(c / 256) % 256 "." c % 256
    t = sprintf("2026-03-%02d %02d:%02d:%02d", 1 + int(size / want * 27), k / 3600 % 24, k / 60 % 60, k % 60); k++
    if (swapped) l = t " 192.0.2.10 GET /owa/ - 443 " ip " " agents[a] " 200 31 " v
    else l = t " 192.0.2.10 POST /mapi/emsmdb/ &CorrelationID=<empty>; 443 CONTOSO\\user" c " " ip " " agents[a] " - 200 0 0 360 " v " 6610 " (length(v) > 3 || v >= 400 ? "800d" : "8004") " ae06"
    print l; size += length(l) + 1
  }
}' >"$tmp/iis.log"
cat >"$tmp/group.awk" <<'A'
$1 == "#Fields:" { delete f; for (i = 2; i <= NF; i++) f[$i] = i - 1; next }
/^#/ { next }
{ k = $f["c-ip"] " " $f["cs(User-Agent)"] " " $f["crypt-protocol"]; n[k]++; t = $1 " " $2
  if (!(k in a) || t < a[k]) a[k] = t; if (t > z[k]) z[k] = t }
END { for (k in n) print n[k], a[k], z[k], k }
A
ls -lh "$tmp/iis.log" | awk '{print "log:", $5}'
echo "groups: mawk $(mawk -f "$tmp/group.awk" "$tmp/iis.log" | wc -l), tlsready $("$tmp/tlsready" import --json "$tmp/iis.log" | jq -r 'select(.kind=="handshake")|[.client.ip,.client.user_agent,.negotiated]|@tsv' | sort -u | wc -l)"
hyperfine -N --warmup 1 --runs 5 --output null \
  -n tlsready "$tmp/tlsready import --json $tmp/iis.log" \
  -n mawk "mawk -f $tmp/group.awk $tmp/iis.log" \
  -n gawk "gawk -f $tmp/group.awk $tmp/iis.log" \
  -n 'wc -l' "wc -l $tmp/iis.log" \
  -n 'rg -c' "rg -c crypt $tmp/iis.log" \
  -n cat "cat $tmp/iis.log"
/usr/bin/time -f 'tlsready: peak %M KiB' "$tmp/tlsready" import --json "$tmp/iis.log" >/dev/null
