#!/usr/bin/env bash
# "Requests per client, agent and version, first and last seen" from access
# logs, by tlsready and by public tools side by side, with ratios. First all
# answers are held against that of awk; then the times are taken.
#
#   bench/import.sh [MiB of IIS, default 2048] [runs, default 5]
#
# The IIS log changes its columns in the middle; it has 200,000 pairs of client
# and agent. The nginx log is half as large. Packages: hyperfine mawk gawk
# ripgrep pigz zstd jq; node and the npm package @duckdb/node-api, looked for
# in DUCKDB (a folder with node_modules), else DuckDB is left out and said.
set -euo pipefail
mib=${1:-2048} runs=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$here/.." && go build -o "$tmp/tlsready" ./cmd/tlsready && go build -o "$tmp/genlog" ./bench/genlog)
say() { printf '\n%s\n' "$*"; }
cd "$tmp"
./genlog -mib "$mib" >iis.log
./genlog -format nginx -mib $((mib / 2)) >nginx.log
pigz -k -1 iis.log nginx.log
zstd -q -1 iis.log nginx.log
mkdir eight && for i in 1 2 3 4 5 6 7 8; do ./genlog -mib $((mib / 16)) -pairs $((2000 * i)) | pigz -1 >eight/$i.log.gz; done

cat >all.awk <<'A'
$1 == "#Fields:" { delete f; for (i = 2; i <= NF; i++) f[$i] = i - 1; next }
/^#/ { next }
{ k = $f["c-ip"] "\t" $f["cs(User-Agent)"] "\t" $f["crypt-protocol"]; n[k]++; t = $1 " " $2
  if (!(k in a) || t < a[k]) a[k] = t; if (t > z[k]) z[k] = t }
END { for (k in n) print k "\t" n[k] "\t" a[k] "\t" z[k] }
A
# What tlsready tells apart besides (users, suites) is put together again.
answer() {
  jq -r 'select(.kind=="handshake") | [.client.ip, .client.user_agent, .negotiated, .count, .first, .last] | @tsv' |
    awk -F'\t' -v OFS='\t' '
      BEGIN { v["TLS 1.0"] = 40; v["TLS 1.1"] = 100; v["TLS 1.2"] = 400; v["TLS 1.3"] = 1000 }
      { gsub(/ /, "+", $2); gsub(/[TZ]/, " ", $5); gsub(/[TZ]/, " ", $6); sub(/ $/, "", $5); sub(/ $/, "", $6)
        k = $1 OFS $2 OFS v[$3]; n[k] += $4; if (!(k in a) || $5 < a[k]) a[k] = $5; if ($6 > z[k]) z[k] = $6 }
      END { for (k in n) print k, n[k], a[k], z[k] }' | LC_ALL=C sort
}
say "answers"
mawk -f all.awk iis.log | LC_ALL=C sort >want
same() { if cmp -s "$2" "$3"; then echo "same: $1 ($(wc -l <"$2") lines)"; else echo "DIFFERENT: $1"; exit 1; fi; }
./tlsready import --json iis.log | answer >got && same "all, iis.log" got want
./tlsready import --json iis.log.gz | answer >got && same "all, iis.log.gz" got want
./tlsready import --json iis.log.zst | answer >got && same "all, iis.log.zst" got want
awk -F'\t' '$3 < 400' want >weak
./tlsready import --json --below "TLS 1.2" iis.log | answer >got && same "weak, iis.log" got weak
duck=
if [ -n "${DUCKDB:-}" ]; then
  cp "$here/import-duckdb.mjs" "$DUCKDB/tlsready-bench.mjs"
  duck="node $DUCKDB/tlsready-bench.mjs"
  $duck iis.log all duck.tsv && LC_ALL=C sort duck.tsv >got && same "DuckDB" got want
else
  echo "DuckDB: not measured (set DUCKDB)"
fi

race() { # race TITLE; then pairs of name and command: the first is the one measured
  say "$1"; shift
  local args=()
  while [ $# -gt 0 ]; do args+=(-n "$1" "$2"); shift 2; done
  hyperfine --style none --shell=none --warmup 1 --runs "$runs" --output null --export-json times.json "${args[@]}" >/dev/null
  jq -r '.results as $r | $r[] | "\(.command)\t\(.median*1000|round) ms\t\(.median/$r[0].median*100|round/100)"' times.json | column -t -s "$(printf '\t')"
}
with() { [ -n "$duck" ] && printf '%s\0' "$1" "$2"; }
mapfile -d '' -t d < <(with "DuckDB" "$duck iis.log weak" || true)
race "weak clients only, iis.log" "tlsready --below" "./tlsready import --json --below 'TLS 1.2' iis.log" \
  "wc -l" "wc -l iis.log" "cat" "cat iis.log" "rg -c" "rg -c crypt iis.log" ${d[@]+"${d[@]}"}
mapfile -d '' -t d < <(with "DuckDB" "$duck iis.log all" || true)
race "all clients, iis.log" "tlsready" "./tlsready import --json iis.log" "mawk" "mawk -f all.awk iis.log" ${d[@]+"${d[@]}"}
race "all clients, nginx.log" "tlsready" "./tlsready import --json nginx.log" "wc -l" "wc -l nginx.log"
race "weak clients only, iis.log.gz" "tlsready --below" "./tlsready import --json --below 'TLS 1.2' iis.log.gz" "pigz -dc" "pigz -dc iis.log.gz"
mapfile -d '' -t d < <(with "DuckDB" "$duck iis.log.zst weak" || true)
race "weak clients only, iis.log.zst" "tlsready --below" "./tlsready import --json --below 'TLS 1.2' iis.log.zst" "zstd -dc" "zstd -dc iis.log.zst" ${d[@]+"${d[@]}"}
race "eight .gz" "tlsready --below" "./tlsready import --json --below 'TLS 1.2' eight" \
  "on one core" "taskset -c 0 ./tlsready import --json --below 'TLS 1.2' eight"
say "memory"
for args in "--below TLS@1.2 iis.log" "iis.log" "iis.log.gz" "nginx.log"; do
  read -r -a a <<<"$args"
  /usr/bin/time -f "%M KiB: import ${args/@/ }" ./tlsready import --json "${a[@]//@/ }" 2>&1 >/dev/null | tail -1
done
