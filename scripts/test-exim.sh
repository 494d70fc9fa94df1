#!/bin/sh
# Unpacks Exim for the tests without installing it: its package and that of
# Postfix exclude each other. Does nothing where it is there already.
set -eu
to=/usr/local/lib/tlsready-test
[ ! -x "$to/usr/sbin/exim4" ] || exit 0
if ! command -v apt-get >/dev/null; then
  echo "the tests need Exim built on GnuTLS as $to/usr/sbin/exim4 (put it there, or set TLSREADY_NO_SERVERS=1 to leave those tests out)" >&2
  exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
echo "unpacking Exim for the tests"
$sudo apt-get update -q >/dev/null
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$dir" && apt-get download -q exim4-daemon-light libidn12 libgnutls-dane0 libunbound8 libnsl2 libevent-2.1-7 libdb5.3 >/dev/null)
$sudo mkdir -p "$to"
for package in "$dir"/*.deb; do
  $sudo dpkg-deb -x "$package" "$to"
done
$sudo chmod u-s "$to/usr/sbin/exim4" # nobody else is to start it with root's rights
# It does not start without the user that its package makes.
getent passwd Debian-exim >/dev/null || $sudo useradd --system --no-create-home --shell /usr/sbin/nologin Debian-exim
