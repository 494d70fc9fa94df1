#!/usr/bin/env bash
# Captures of real handshakes read by tlsready, tshark, ssldump, ndpiReader and a
# program on gopacket, in turn on one core. Prints the tables for
# docs/benchmarks.md: medians of CPU (user and system), wall and peak memory,
# ratios, and what was found against the exact truth of the generator.
#
#   bench/watch.sh [RUNS]          (1.6 GB in TMPDIR; RUNS=3: about two minutes)
#   bench/watch.sh soak [COUNT]    (10,000,000 connections through stdin, nothing on disk)
#   bench/watch.sh hostile         (captures that try to fill the memory; half a minute)
#
# Packages: tshark ssldump libndpi-bin python3. bench/watch/peer is a module by
# itself; gopacket comes from the module proxy.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$root" && go build -o "$tmp/tlsready" ./cmd/tlsready && go build -o "$tmp/genpcap" ./bench/watch/genpcap)

if [ "${1:-}" = soak ]; then
  mkfifo "$tmp/wire"
  "$tmp/genpcap" -conns "${2:-10000000}" -open 2000 -clients 200000 -servers 2000 >"$tmp/wire" &
  "$tmp/tlsready" watch --json - <"$tmp/wire" > >(wc -l >"$tmp/lines") &
  pid=$!
  for ((s = 0; ; s += 10)); do
    kb=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null) || break
    [ -n "$kb" ] || break # it has ended
    awk -v s=$s -v kb="$kb" 'BEGIN { printf "%d s\t%.1f MiB\n", s, kb / 1024 }'
    sleep 10
  done
  wait "$pid"
  sleep 1
  echo "$(cat "$tmp/lines") records"
  exit
fi

if [ "${1:-}" = hostile ]; then
  for kind in "begun 200000" "long 12000" "early 3000" "tiny 30000" "fragments 20000" "names 200000" "programs 100000"; do
    # shellcheck disable=SC2086 # a kind and a count
    python3 "$root/bench/watch/hostile.py" $kind >"$tmp/hostile.pcap"
    /usr/bin/time -f "${kind% *}: $(($(stat -c %s "$tmp/hostile.pcap") / 1000000)) MB, %e s, %M KB at most" \
      "$tmp/tlsready" watch --json "$tmp/hostile.pcap" | tail -1 | grep -o '"blind":.*' || true
  done
  exit
fi

(cd "$root/bench/watch/peer" && go build -o "$tmp/peer" .)
"$tmp/genpcap" -conns 46830 -truth "$tmp/hs.tsv" >"$tmp/hs.pcap"
"$tmp/genpcap" -conns 370 -bulk 6000000 -truth "$tmp/bulk.tsv" >"$tmp/bulk.pcap"
echo "$(tshark --version 2>/dev/null | head -1), $(dpkg-query -W -f '${Package} ${Version}, ' ssldump libndpi-bin)$(awk '/gopacket\/gopacket v/ { print "gopacket " $3 }' "$root/bench/watch/peer/go.mod"), $(go version), load $(cut -d' ' -f1 /proc/loadavg)"
python3 "$root/bench/watch.py" "$tmp" "${1:-3}"
