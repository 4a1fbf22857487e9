#!/bin/bash
# The HTML page as a browser shows and prints it. Usage: browser_test.sh FEEDLOOP SOURCE; exit 77 when there is no browser.
if ! command -v chromium > /dev/null; then echo "skipped: chromium is not installed"; exit 77; fi
. "$(dirname "$0")/../support/shell.sh" "$1" "$2"

browse() {  # browse PAGE OPTION…: what the page and the browser say goes to out and err
  timeout 300 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$dir/profile" \
    --enable-logging=stderr --window-size=1100,1400 "${@:2}" "file://$dir/$1" > out 2> err
}

long=treatment-$(printf 'x%.0s' $(seq 150))
cat > tiny.toml <<T
name = "a <b> & \"c\""
question = "Does <script>alert(1)</script> run?"
seed = 7
warmup_days = 1
days = 3
world.population.users = 200
world.items.count = 150
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "$long"
share = 0.5
engine.value.completion = 1.0
T
"$feedloop" run tiny.toml --truth --out run.db --html page.html > out 2> err
check "a run writes the page" '[ $? -eq 0 ] && [ -s page.html ]'

browse page.html --screenshot="$dir/light.png"
check "a screenshot is written" '[ "$(head -c 4 light.png | tail -c 3)" = PNG ]'
check "nothing is said on the console" '! grep -q CONSOLE err'
browse page.html --blink-settings=preferredColorScheme=0 --screenshot="$dir/dark.png"
check "a dark screen is drawn in other colours" '[ -s dark.png ] && ! cmp -s light.png dark.png'
check "nothing is said on the console in the dark" '! grep -q CONSOLE err'
browse page.html --no-pdf-header-footer --print-to-pdf="$dir/page.pdf"
check "a PDF is written" '[ "$(head -c 4 page.pdf)" = %PDF ]'
check "nothing is said on the console when printing" '! grep -q CONSOLE err'

# A copy may run a script, which measures the page and shows that a console would have been heard.
grep -v Content-Security-Policy page.html | sed 's|</body>|<script>const e = document.documentElement; console.log("heard");\
e.dataset.width = innerWidth; e.dataset.overflow = e.scrollWidth - e.clientWidth;\
e.dataset.missing = [...e.querySelectorAll("main svg[role=img]")].filter(s => s.getBoundingClientRect().width < 100).length;</script></body>|' > measured.html
browse measured.html --dump-dom
check "the console is heard" 'grep -q "CONSOLE.*heard" err'
check "the page is 1100 pixels wide" 'grep -q "data-width=\"1100\"" out'
check "nothing overflows it to the side" 'grep -q "data-overflow=\"0\"" out'
check "every picture has room" 'grep -q "data-missing=\"0\"" out'
check "names are words and not tags" '! grep -q "<script>alert" out && grep -q "&lt;script&gt;alert(1)" out'

finish
