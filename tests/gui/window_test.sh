#!/bin/bash
# The real window: without a display, and under Xvfb. Usage: window_test.sh FEEDLOOP SOURCE
. "$(dirname "$0")/../support/shell.sh" "$1" "$2"
tiny=(--users 200 --days 2 --set warmup_days=1 --set world.items.count=150)

env -u DISPLAY -u WAYLAND_DISPLAY "$feedloop" gui "$source/scenarios/quickstart.toml" "${tiny[@]}" > out 2> err
code=$?
check "without a display: exit 2 and one line" '[ $code -eq 2 ] && [ "$(wc -l < err)" -eq 1 ] && grep -qi display err'

env -u DISPLAY "$feedloop" gui "$source/scenarios/quickstart.toml" "${tiny[@]}" --screenshot a.png --fixed-dt > out 2> err
check "a screenshot needs no display" '[ $? -eq 0 ] && [ "$(head -c 4 a.png | tail -c 3)" = PNG ]'
env -u DISPLAY "$feedloop" gui "$source/scenarios/quickstart.toml" "${tiny[@]}" --screenshot b.png --fixed-dt --threads 3 > out 2> err
check "the same run gives the same picture" 'cmp -s a.png b.png'
"$feedloop" gui "$source/scenarios/quickstart.toml" "${tiny[@]}" --screenshot /nonexistent/a.png > out 2> err
check "an unwritable picture: exit 2 and one line" '[ $? -eq 2 ] && [ "$(wc -l < err)" -eq 1 ]'
"$feedloop" gui nowhere.toml --screenshot c.png > out 2> err
check "a missing scenario: exit 2 and one line" '[ $? -eq 2 ] && [ "$(wc -l < err)" -eq 1 ]'

cat > inside.sh <<'T'
"$1" gui "$2/scenarios/quickstart.toml" --users 200 --days 2 --set warmup_days=1 --set world.items.count=150 --dump-state state.json > out 2> err &
pid=$!
for _ in $(seq 300); do   # until the window says that the run is over
  grep -qs '"finished"' state.json && break
  kill -0 $pid 2> /dev/null || break
  sleep 0.1
done
kill -TERM $pid
wait $pid
echo $? > code
T
xvfb-run -a -s "-screen 0 1440x900x24 -nolisten tcp -noreset +extension GLX" bash inside.sh "$feedloop" "$source"
check "a window runs a scenario to its end and shows it" 'grep -qs "\"finished\"" state.json'
check "a stopped window ends with 3" '[ "$(cat code)" = 3 ]'

finish
