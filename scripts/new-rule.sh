#!/bin/sh
# Starts a rule for source code: a record at the end of rules.yaml with all
# that a rule needs. Its tests fail until the record says something true.
set -eu
name=${1:-}
case "$name" in
*.*) ;;
*)
  echo "usage: make new-rule NAME=LANGUAGE.WHAT (such as python.my-library)" >&2
  exit 2 ;;
esac
cd "$(dirname "$0")/.."
rules=internal/source/code/rules.yaml
if grep -q "^  - id: $name\$" "$rules"; then
  echo "there is a rule $name already in $rules" >&2
  exit 1
fi
cat >>"$rules" <<RULE

  - id: $name
    languages: [${name%%.*}]
    needs: []          # words of which a file must hold one, in any case
    match: ''          # up to where the value begins, or with a group (?P<v>...)
    in: code           # code, string, comment, any
    read: each         # how the value is read
    words: names       # the list that names the versions
    effect: pins       # pins, caps, floors, allows, blocks, review
    role: client       # client, server, both
    confidence: unconfirmed # reported: read elsewhere or in part; confirmed: read in the maker's own document
    source: []         # the document that says so
    basis: ''          # where in it, of which release, and what it says, in your words
    bad:
      - {language: ${name%%.*}, code: '', want: [pins TLS 1.0]}
    good:
      - {language: ${name%%.*}, code: ''}
RULE
echo "added $name to $rules; fill it in, then: go test ./internal/source/code"
