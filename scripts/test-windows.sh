#!/bin/sh
# Runs the Windows build under wine, in a prefix of its own: real registries,
# real exports of them, and the fixes applied and taken back.
set -eu
cd "$(dirname "$0")/.."
./scripts/test-setup.sh windows
go vet -tags wine ./cmd/tlsready
exec go test -tags wine -count=1 -run TestWindows ./cmd/tlsready "$@"
