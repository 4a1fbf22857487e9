#!/bin/bash
# The real window: without a display, and under Xvfb. Usage: window_test.sh FEEDLOOP SOURCE
. "$(dirname "$0")/../support/shell.sh" "$1" "$2"
export XDG_CONFIG_HOME=$PWD/config   # nobody's own settings
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

xvfb-run -a -s "-screen 0 640x480x24 -nolisten tcp -noreset -extension GLX" "$feedloop" gui "$source/scenarios/quickstart.toml" \
  "${tiny[@]}" > out 2> err
check "without OpenGL: exit 2 and one line that says what to install" '[ $? -eq 2 ] && [ "$(wc -l < err)" -eq 1 ] && grep -q "apt install" err'

# Drives the window as a person would. It is paused on day 1 of 28 of a world that takes a while.
cat > inside.sh <<'T'
feedloop=$1 source=$2
value() { grep -om1 "\"$1\": [^,]*" state.json | cut -d' ' -f2; }   # of the state that the window wrote last
until_state() {   # waits until the state says so, for half a minute
  for _ in $(seq 300); do
    [ -s state.json ] && [ "$(value "$1")" = "$2" ] && return 0
    kill -0 $pid 2> /dev/null || return 1
    sleep 0.1
  done
  return 1
}
ticks() { awk '{print $14 + $15}' /proc/$pid/stat; }

"$feedloop" gui "$source/scenarios/quickstart.toml" --users 200 --days 2 --set warmup_days=1 --set world.items.count=150 \
  --dump-state state.json > out 2> err &
pid=$!
until_state status '"finished"' && echo finished > finished
kill -TERM $pid
wait $pid
echo $? > code

rm -f state.json
"$feedloop" gui "$source/scenarios/quickstart.toml" --users 200 --days 28 --set warmup_days=1 --set world.items.count=150 \
  --until-day 1 --dump-state state.json > out 2> err &
pid=$!
until_state status '"paused"' && echo paused > paused
window=$(xdotool search --onlyvisible --pid $pid | head -1)
xdotool windowfocus --sync "$window"
xdotool mousemove 2 898
sleep 1   # what the start still had to draw
before=$(ticks); sleep 5; after=$(ticks)
echo $((after - before)) > idle_ticks   # of 100 a second
was=$(value commands)
for _ in 1 2 3 4 5 6 7 8 9 10; do xdotool key --window "$window" space; sleep 0.12; done
until_state commands $((was + 10)) && echo ten > ten
until_state status '"paused"' && echo paused > paused_again
xdotool key --window "$window" Home
until_state commands $((was + 11)) && echo home > home
xdotool key --window "$window" l
until_state commands $((was + 12))
sleep 0.3
xwd -silent -root -out light.xwd
kill -TERM $pid
wait $pid
cp err closed

# A value typed into a field of Setup counts with Enter, each time: frames are slow here, taps are not.
rm -f state.json
"$feedloop" gui "$source/scenarios/quickstart.toml" --users 200 --days 26 --set warmup_days=1 --set world.items.count=150 \
  --until-day 1 --view setup --dump-state state.json > out 2> err &
pid=$!
until_state status '"paused"'
window=$(xdotool search --onlyvisible --pid $pid | head -1)
xdotool windowfocus --sync "$window"
read -r x0 y0 x1 y1 < <(grep -A 8 '"path": "setup/parameters/knob/days"' state.json | tail -4 | tr -dc '0-9.\n' | tr '\n' ' ')
for days in 11 12 13 14 15; do
  xdotool mousemove "$(awk "BEGIN { print int(($x0 + $x1) / 2) }")" "$(awk "BEGIN { print int(($y0 + $y1) / 2) }")" click 1
  xdotool type --delay 5 $days
  xdotool key --delay 1 Return
  for _ in $(seq 100); do grep -q "scenario's file: .*days=$days" state.json && echo $days >> entered && break; sleep 0.1; done
done
kill -TERM $pid
wait $pid

# The window's connection is killed, then the server itself: each time in the midst of a run that is not over.
for how in window server; do
  rm -f state.json
  "$feedloop" gui "$source/scenarios/quickstart.toml" --users 200 --days 27 --set warmup_days=1 --set world.items.count=150 \
    --until-day 1 --dump-state state.json > out 2> err &
  pid=$!
  until_state status '"paused"'
  if [ $how = window ]; then
    xdotool windowkill "$(xdotool search --onlyvisible --pid $pid | head -1)"
  else
    kill -KILL $(cat "/tmp/.X${DISPLAY#:}-lock")
  fi
  wait $pid
  echo $? > killed_$how
  cp err killed_$how.err
done
T
xvfb-run -a -s "-screen 0 1440x900x24 -nolisten tcp -noreset +extension GLX" bash inside.sh "$feedloop" "$source"
check "a window runs a scenario to its end and shows it" '[ -e finished ]'
check "a stopped window ends with 3" '[ "$(cat code)" = 3 ]'
check "check 5: ten quick taps of Space are ten commands, and the run is paused as before" '[ -e paused ] && [ -e ten ] && [ -e paused_again ]'
check "check 25: a paused window takes less than a twentieth of a core ($(cat idle_ticks) of 500 ticks)" '[ "$(cat idle_ticks)" -lt 25 ]'
check "Enter in a field counts, five times of five" '[ "$(wc -l < entered)" = 5 ]'
check "keys beyond letters arrive" '[ -e home ]'
# Bytes of a light picture: white is the most frequent value of all.
check "the real window draws: light colours after L" '[ "$(tail -c 3000000 light.xwd | od -An -v -tx1 -w1 | sort | uniq -c | sort -rn | head -1 | tr -d " 0-9")" = ff ]'
check "the window's size and theme are remembered" 'grep -q "\"theme\": \"light\"" config/feedloop/dashboard.json && grep -q "\"width\": 1440" config/feedloop/dashboard.json'
check "a window closed before its run is over says where the run is kept" 'grep -q "runs/quickstart-42-2.db keeps the run until here" closed'
for how in window server; do
  check "a run outlives its $how and says where it is kept" \
    '[ "$(cat killed_$how)" = 3 ] && grep -q "runs/quickstart-42.*keeps the run until here" killed_$how.err'
done
whole=(--users 200 --days 28 --set warmup_days=1 --set world.items.count=150 --json -)
"$feedloop" run "$source/scenarios/quickstart.toml" "${whole[@]}" --resume 2> err | grep '"signature"' > resumed
"$feedloop" run "$source/scenarios/quickstart.toml" "${whole[@]}" --out fresh.db 2> err | grep '"signature"' > fresh
check "and the run can be gone on with to the same end" '[ -s fresh ] && cmp -s resumed fresh'
env -u DISPLAY "$feedloop" gui runs/quickstart-42-2.db --screenshot opened.png > out 2> err
check "its archive opens in the dashboard" '[ $? -eq 0 ] && [ -s opened.png ]'
head -c 3000 fresh.db > torn.db
env -u DISPLAY "$feedloop" gui torn.db --screenshot torn.png > out 2> err
check "a damaged archive: exit 2 and one line" '[ $? -eq 2 ] && [ "$(wc -l < err)" -eq 1 ] && grep -q torn.db err'
"$feedloop" gui runs/quickstart-42-2.db --days 3 --screenshot no.png > out 2> err
check "nothing can be said over an archive: exit 2 and one line" '[ $? -eq 2 ] && [ "$(wc -l < err)" -eq 1 ]'

finish
