# Sourced by ./run and ./check: installs what is missing and configures the release preset. Sets $root and $build.
# shellcheck shell=sh
root=$(cd "$(dirname "$0")" && pwd)
build=$root/build/release

missing=""
while read -r package _; do
  [ -n "$package" ] || continue
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done < "$root/tools/packages.txt"

if [ -n "$missing" ]; then
  echo "Feedloop needs these Debian packages, which are not installed (tools/packages.txt says what for):" >&2
  echo " $missing" >&2
  if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
  echo "Installing them with: ${as_root:+sudo }apt-get install --no-install-recommends" >&2
  $as_root apt-get update -qq >&2
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if [ ! -f "$build/build.ninja" ]; then
  echo "Configuring $build" >&2
  log=$(mktemp)
  if ! (cd "$root" && cmake --preset release) > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
fi

# Builds the targets given; quiet when there is nothing to do.
build_targets() {
  if [ -n "$(ninja -C "$build" -n "$@" 2>/dev/null | grep -m1 -E '^\[[0-9]+/[0-9]+\] (Building|Linking|Re-running)')" ]; then
    echo "Building (the first time takes a few minutes; later only what changed)" >&2
  fi
  ninja -C "$build" --quiet "$@" >&2
}
