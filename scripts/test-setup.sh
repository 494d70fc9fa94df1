#!/bin/sh
# Installs the programs that the tests start: real TLS servers from Debian's
# packages, a browser, and axe-core, which looks for what keeps people from
# reading a page; or with the argument "windows" what runs a Windows program.
# Does nothing where they are there already.
set -eu
need=""
servers() {
  echo openssl:openssl ip:iproute2 tcpdump:tcpdump nginx:nginx-light gnutls-serv:gnutls-bin \
  apache2:apache2 haproxy:haproxy postfix:postfix dovecot:dovecot-imapd \
  /usr/lib/dovecot/pop3-login:dovecot-pop3d /usr/lib/dovecot/lmtp:dovecot-lmtpd /usr/lib/dovecot/managesieve-login:dovecot-managesieved \
  patch:patch hivexregedit:libwin-hivex-perl pg_lsclusters:postgresql mariadbd:mariadb-server slapd:slapd redis-server:redis-server stunnel4:stunnel4 caddy:caddy gtlsserver:ngtcp2-server java:openjdk-17-jdk-headless /usr/share/tomcat10/bin/startup.sh:tomcat10 lighttpd:lighttpd,lighttpd-mod-openssl \
  squid:squid-openssl /usr/share/jetty9/bin/jetty.sh:jetty9 node:nodejs chromium:chromium
}
windows() {
  echo wine:wine,wine64 x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64
}
for pair in $("${1:-servers}"); do
  PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || need="$need $(echo "${pair##*:}" | tr , ' ')"
done
[ "${1:-servers}" != servers ] || "$(dirname "$0")"/test-exim.sh
# axe-core is not part of the project: npm puts it into the user's cache. The
# test of the page names its version, and says so when it has to do without.
axe() {
  [ "${1:-servers}" = servers ] || return 0
  version=$(sed -n 's/^const axeVersion = "\(.*\)"$/\1/p' "$(dirname "$0")/../cmd/tlsready/browser_test.go")
  folder="${XDG_CACHE_HOME:-$HOME/.cache}/tlsready-tests/axe-core-$version"
  [ ! -e "$folder/node_modules/axe-core/axe.min.js" ] || return 0
  mkdir -p "$folder"
  if ! command -v npm >/dev/null && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends npm >/dev/null 2>&1 || true
  fi
  npm install --silent --no-save --prefix "$folder" "axe-core@$version" ||
    echo "axe-core: NOT RUN, npm cannot get it here: whether everybody can read the page is not tested" >&2
}
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
[ -n "$need" ] || { axe "$@"; exit 0; }
if ! command -v apt-get >/dev/null; then
  echo "the tests need these programs:$need (install them, or set TLSREADY_NO_SERVERS=1 to leave those tests out)" >&2
  exit 1
fi
echo "installing for the tests:$need"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q >/dev/null
# The tests start their servers themselves, on ports of their own: the packages
# must not start theirs while they are installed.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
  $sudo chmod +x "$policy"
  trap '$sudo rm -f "$policy"' EXIT
fi
# shellcheck disable=SC2086
$sudo apt-get install -y -q --no-install-recommends $need >/dev/null
axe "$@"
