#!/bin/sh
# One static binary each for Linux, Windows and macOS.
set -eu
for target in linux/amd64 linux/arm64 windows/amd64 darwin/arm64; do
  os=${target%/*} arch=${target#*/} suffix=""
  [ "$os" = windows ] && suffix=.exe
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -o "dist/tlsready-$os-$arch$suffix" ./cmd/tlsready
  echo "built $target"
done
