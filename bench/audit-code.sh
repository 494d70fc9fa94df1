#!/usr/bin/env bash
# Speed and memory of reading source code, against ripgrep over the same
# files with the words that the rules need (-F -i). Runs take turns, so that a
# busy machine hurts both alike; the median counts. With PATTERNS=1 ripgrep
# also runs once with the regular expressions of all rules, which takes it
# minutes.
#
#   bench/audit-code.sh [FOLDER [RUNS]]    default: the Go standard library, 9
#
# Needs go, ripgrep and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${1:-$(go env GOROOT)/src}
runs=${2:-9}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/code" ./internal/source/code/bench
"$tmp/code" -literals | sort -u >"$tmp/literals"
"$tmp/code" -patterns >"$tmp/patterns"

# The files that are read by their name, for ripgrep as a type of its own.
globs='*.{cs,csx,cshtml,razor,vb,vbs,bas,cls,frm,ps1,psm1,psd1,c,h,m,cc,cpp,cxx,hh,hpp,hxx,mm,inl,ipp,java,groovy,gradle,kt,kts,scala,sc,py,pyw,pyi,rb,rake,gemspec,ru,php,inc,phtml,go,js,mjs,cjs,jsx,ts,mts,cts,tsx,rs,pl,pm,t,cgi,swift,sh,bash,zsh,ksh,dockerfile,bat,cmd}'
rg_files=(rg --count --no-messages --type-add "src:$globs" -t src)

ours() { "$tmp/code" "$dir" 2>"$tmp/said"; }
words() { "${rg_files[@]}" -i -F -f "$tmp/literals" "$dir" >/dev/null || true; }
regexes() { "${rg_files[@]}" -f "$tmp/patterns" "$dir" >/dev/null || true; }

timed() { # name
  local start=$EPOCHREALTIME
  "$1"
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.4f\n", b - a }' >>"$tmp/$1"
}
median() { sort -n "$tmp/$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }

ours; words; rm -f "$tmp"/{ours,words} # warm the cache
for _ in $(seq "$runs"); do
  timed ours
  timed words
done
cat "$tmp/said"
awk -v o="$(median ours)" -v w="$(median words)" 'BEGIN {
  printf "median of runs: tlsready %.3f s, rg words %.3f s; speed of tlsready / rg: %.2f\n", o, w, w / o
}'
if [ -n "${PATTERNS:-}" ]; then
  timed regexes
  echo "rg with all patterns, once: $(median regexes) s"
fi
env time -f 'tlsready, at most: %M KiB' "$tmp/code" "$dir" 2>&1 | tail -n 1
