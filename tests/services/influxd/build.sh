#!/usr/bin/env bash
# Builds InfluxDB 2 from its Go module and keeps the binary in the user's cache; prints where it is.
# A cold build takes about seven minutes on two cores and 3 GB for that while. What it downloads for Go
# stays in a folder of its own that is removed at the end; the crates stay where cargo keeps them, because
# the user's CARGO_HOME may hold the settings of a mirror.
#
# Exit status 3: this machine lacks something the build needs.
set -euo pipefail

version=2.7.12
cache=${XDG_CACHE_HOME:-$HOME/.cache}/floodbell
binary=$cache/influxd-$version

if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi

PATH=$PATH:/usr/local/go/bin:$HOME/.cargo/bin # where their own installers put them
lacking=()
for command in go cargo gcc pkg-config; do
  command -v "$command" > /dev/null || lacking+=("$command")
done
if command -v go > /dev/null; then
  minor=$(GOTOOLCHAIN=local go env GOVERSION | sed -E 's/^go1\.([0-9]+).*$/\1/')
  [ "$minor" -ge 24 ] 2> /dev/null || lacking+=("go 1.24 or later")
fi
if [ ${#lacking[@]} -ne 0 ]; then
  echo "InfluxDB $version cannot be built here, missing: ${lacking[*]}" >&2
  exit 3
fi

mkdir -p "$cache"
exec 9> "$cache/influxd-$version.lock"
if command -v flock > /dev/null; then
  flock 9 # another run builds it already
fi
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi

work=$(mktemp -d "$cache/building-influxd.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM

build() {
  set -e
  export GOTOOLCHAIN=local GOPATH=$work/go GOMODCACHE=$work/go/mod GOCACHE=$work/go/cache GOFLAGS="-modcacherw -buildvcs=false"
  export GOWORK=off CGO_ENABLED=1
  if command -v rustup > /dev/null; then
    # The module asks for an old compiler of its own; the one that is here does.
    RUSTUP_TOOLCHAIN=$(cd / && rustup default | cut -d ' ' -f 1)
    export RUSTUP_TOOLCHAIN
  fi
  # What was fit for that old compiler gives warnings that count as errors; RUSTFLAGS would not reach the
  # copy that is compiled for the build itself.
  printf '#!/bin/sh\nexec "$@" --cap-lints warn\n' > "$work/rustc"
  chmod +x "$work/rustc"
  export RUSTC_WRAPPER=$work/rustc

  module=github.com/influxdata/influxdb/v2@v$version
  (cd "$work" && go mod download "$module")
  cp -r "$work/go/mod/$module" "$work/source"
  chmod -R u+w "$work/source"
  cd "$work/source"
  go mod edit -toolchain=none
  go build -o "$work/pkg-config" github.com/influxdata/pkg-config
  PKG_CONFIG=$work/pkg-config go build -tags sqlite_foreign_keys,sqlite_json -ldflags "-s -w" -o "$work/influxd" ./cmd/influxd
}

if ! (build) > "$work/output" 2>&1; then
  echo "InfluxDB $version could not be built; the end of what was said:" >&2
  tail -n 40 "$work/output" >&2
  exit 1
fi
mv "$work/influxd" "$binary"
echo "$binary"
