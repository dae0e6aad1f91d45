#!/usr/bin/env bash
# Installs the servers that the tests run against. As root on Debian through apt; elsewhere it names
# what is missing and fails, because a test against nothing proves nothing.
set -euo pipefail

# command → Debian package
declare -A needed=(
  [mosquitto]=mosquitto
  [mosquitto_pub]=mosquitto-clients
  [java]=default-jre-headless
  [mvn]=maven
  [chromium]=chromium
  [exim4]=exim4-daemon-light
)

# What InfluxDB is built with, and a peer of the benches; where somebody cannot install them, tests and bench say so.
declare -A wanted=(
  [go]=golang-go
  [cargo]=cargo
  [gcc]=gcc
  [pkg-config]=pkg-config
  [nginx]=nginx-light
)

PATH=$PATH:/usr/local/go/bin:$HOME/.cargo/bin # where their own installers put them

missing=()
for command in "${!needed[@]}"; do
  command -v "$command" > /dev/null || missing+=("${needed[$command]}")
done
# Debian keeps the server's own programs off the PATH; what stands there may be a wrapper without them.
server() { compgen -G "/usr/lib/postgresql/*/bin/$1" > /dev/null || command -v "$1" > /dev/null; }
{ server initdb && server postgres; } || missing+=(postgresql)
if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  for command in "${!wanted[@]}"; do
    command -v "$command" > /dev/null || missing+=("${wanted[$command]}")
  done
fi

# A cold build takes minutes: it goes on behind the other tests, and those that need it wait for it.
build_influxd() {
  nice -n 5 "$(dirname "$0")/influxd/build.sh" < /dev/null > /dev/null 2>&1 &
}

if [ ${#missing[@]} -eq 0 ]; then
  build_influxd
  exit 0
fi

if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  echo "Installing for the tests: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts a mosquitto, an Exim and a PostgreSQL of its own after the installation; the tests start theirs.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
  build_influxd
else
  echo "The tests need these programs (Debian packages): ${missing[*]}" >&2
  echo "Install them, e.g. with: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
