#!/bin/bash
# SIGKILL at three random moments, then --resume: the same signature as an undisturbed run. Usage: kill_test.sh FEEDLOOP SOURCE
. "$(dirname "$0")/../support/shell.sh" "$1" "$2"
run() { "$feedloop" run "$source/scenarios/quickstart.toml" --users 2000 --json - "$@" 2> err; }
signature() { grep -o '"signature": "[0-9a-f]*"'; }

begun=$(date +%s%N)
run --out whole.db > whole.json
took=$((($(date +%s%N) - begun) / 1000000))
expected=$(signature < whole.json)
for trial in 1 2 3; do
  ms=$((took * (5 + RANDOM % 90) / 100))
  while :; do
    "$feedloop" run "$source/scenarios/quickstart.toml" --users 2000 --out "kill-$trial.db" > /dev/null 2>&1 & pid=$!
    sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
    kill -KILL $pid 2> /dev/null && break
    wait $pid; rm -f "kill-$trial.db"*; ms=$((ms / 2))   # the machine grew faster: the run was over
  done
  wait $pid 2> /dev/null
  got=$(run --out "kill-$trial.db" --resume | signature)
  check "killed after $ms ms of $took: $got, expected $expected" '[ "$got" = "$expected" ]'
done
finish
