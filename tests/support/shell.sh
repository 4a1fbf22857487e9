# Sourced by tests that try the program from outside: `. shell.sh FEEDLOOP SOURCE`. Sets $feedloop and $source, goes to a
# folder of its own, counts with ok and bad, and `finish` prints the tally and sets the exit code.
# shellcheck shell=bash
set -u
feedloop=$(realpath "$1")
source=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
passed=0
failed=0

ok() { passed=$((passed + 1)); }
# What was printed last stands in the files out and err.
bad() {
  failed=$((failed + 1))
  echo "FAILED: $1"
  for file in out err; do [ -f $file ] && sed "s/^/  $file: /" $file | head -5; done
}
check() { if eval "$2"; then ok; else bad "$1"; fi; }  # check WHAT CONDITION
finish() {
  echo "$passed passed, $failed failed"
  exit $((failed > 0))
}
