#!/bin/bash
# Tries the program from outside: what it prints, how it fails, what it leaves behind. Usage: cli_test.sh FEEDLOOP SOURCE
. "$(dirname "$0")/../support/shell.sh" "$1" "$2"


# expect CODE PATTERN COMMAND…: exit code, and one line on standard error that matches.
expect() {
  local code=$1 pattern=$2; shift 2
  "$@" > out 2> err
  local got=$?
  if [ $got -ne "$code" ]; then bad "exit $got, wanted $code: $*"; return; fi
  if [ "$code" -eq 2 ] && [ "$(wc -l < err)" -ne 1 ]; then bad "more than one line of error: $*"; return; fi
  if ! grep -qE -- "$pattern" err out; then bad "no /$pattern/: $*"; return; fi
  ok
}

cat > tiny.toml <<'T'
name = "tiny"
question = "Does it run?"
seed = 7
warmup_days = 1
days = 2
world.population.users = 120
world.items.count = 150
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "treatment"
share = 0.5
engine.value.completion = 1.0
T
variant() { sed "s/$1/$2/" tiny.toml > changed.toml; }

# The main job and what it leaves.
expect 0 'Feedloop report: tiny' "$feedloop" run tiny.toml --out run.db
cp out first.txt
expect 0 'Feedloop report: tiny' "$feedloop" report run.db
check "report shows the same bytes" 'cmp -s out first.txt'
check "one archive and nothing else is left" '[ "$(ls run.db*)" = run.db ]'
expect 0 '"signature"' "$feedloop" report run.db --json
expect 0 'Models: tiny' "$feedloop" report run.db --models
check "an interrupted or finished archive is not an unknown one" '[ -s run.db ]'
expect 0 'Feedloop report' "$feedloop" run tiny.toml
check "the default archive is in runs/" '[ -f runs/tiny-7.db ]'
expect 0 'Feedloop report' "$feedloop" run tiny.toml
check "no archive is replaced: the next run takes the next name" '[ -f runs/tiny-7-2.db ]'
expect 0 '"experiments"' "$feedloop" run tiny.toml --json - --out j.db
for key in scenario seed signature provenance scenario_hash commit compiler users days requests impressions experiments layer design \
           variants effects srm truth series claims warnings run threads ranks wall_s requests_per_s peak_mib serial_share longest_pause_s latency p50_us p99_us \
           lift lift_ci ci adjusted_p sequential verdict chi2 df state; do
  check "JSON has the key $key" 'grep -q "\"$key\"" out'
done
expect 0 'The truth' "$feedloop" run tiny.toml --truth --out truth.db --html truth.html
check "the report stays on standard output and the page is a file of its own" 'grep -q "^Page: truth.html" err && grep -q "Estimates beside true effects" truth.html'
expect 0 '^Page: again.html' "$feedloop" report truth.db --html again.html
check "report writes the same page and prints nothing else" '[ ! -s out ] && cmp -s truth.html again.html'
expect 0 '<!DOCTYPE html>' "$feedloop" report truth.db --html -
check "a page on standard output is the same page" 'cmp -s out truth.html'
expect 0 '<!DOCTYPE html>' "$feedloop" run tiny.toml --html - --out page.db
check "the page replaces the text" '! grep -q "Feedloop report: tiny" out && [ "$(tail -1 out)" = "</html>" ]'
cp truth.db kept.db
expect 2 'is the archive; give --html another file' "$feedloop" report truth.db --html ./truth.db
ln -s truth.db link.db
expect 2 'is the archive; give --html another file' "$feedloop" report truth.db --html link.db
expect 2 'is an archive; give --html another file' "$feedloop" report truth.db --html kept.db
check "an archive is not overwritten by its page" 'cmp -s truth.db kept.db && [ -L link.db ]'
expect 2 '/nonexistent/p.html: cannot be written' "$feedloop" report truth.db --html /nonexistent/p.html
expect 2 'excludes' "$feedloop" report truth.db --html p.html --json
expect 2 'nothing.db' "$feedloop" report nothing.db --html p.html
check "a refused page is not written" '[ ! -e p.html ] && [ ! -e p.html.part ]'
expect 0 '^[0-9a-f]{16}  tiny$' "$feedloop" signature tiny.toml
cp out once.txt
expect 0 tiny "$feedloop" signature tiny.toml --times 2 --threads 3
check "a signature is the same twice in a process and on other threads" '[ "$(sort -u out)" = "$(cat once.txt)" ]'
check "nothing is printed as progress into a pipe" '[ ! -s err ]'
expect 0 'Feedloop bandit: tiny' "$feedloop" bandit tiny.toml --set bandit.rounds=100 --set bandit.seeds=2 --csv b.csv --svg b.svg
check "the curves of a bandit are written" 'grep -q "^10,1,1,control,100," b.csv && grep -q "^</svg>" b.svg'
small="--set published.symbiosis.users=12 --set published.symbiosis.items=60 --set published.symbiosis.clusters=4 --set published.symbiosis.replications=2 --set published.symbiosis.startup=2"
expect 0 'random - oracle' "$feedloop" evaluate tiny.toml --table symbiosis --seeds 1 $small
expect 2 'published.symbiosis.startup` = 6 leaves no period' "$feedloop" evaluate tiny.toml --table symbiosis $small --set published.symbiosis.startup=6
expect 2 'published.symbiosis.reserve` = "none" is not known' "$feedloop" evaluate tiny.toml --table symbiosis --set published.symbiosis.reserve=none
expect 2 'bandit.delays' "$feedloop" bandit tiny.toml --set 'bandit.delays="soon"'
expect 0 'engine.value.click' "$feedloop" params value
expect 0 'quickstart' "$feedloop" bench --list
expect 0 'SUBCOMMAND|Subcommands' "$feedloop" --help

# Claims: a verdict that is not the recorded one is exit 1.
cat tiny.toml - > claim.toml <<'T'
[[claim]]
id = "A"
text = "Somebody clicks."
source = "us"
quantity = "metric"
metric = "ctr"
band = [0.001, 0.999]
verdict = "reproduced"
T
expect 0 '1 reproduced, 0 partly, 0 not; 0 not as recorded' "$feedloop" verify claim.toml --quick
check "nothing is printed as progress into a pipe" '[ ! -s err ]'
mkdir -p claims/deep; sed 's/verdict = "reproduced"/verdict = "not"/' claim.toml > claims/deep/changed.toml
expect 1 'reproduced, recorded: not' "$feedloop" verify claims --quick
expect 0 '^\| A: Somebody clicks\. \| us \| tiny \|' "$feedloop" verify claim.toml --quick --markdown
sed 's/^verdict/note = "Why so."\nverdict/' claim.toml > noted.toml
expect 0 '^!\[A\]\(pictures/claims/A\.svg\)' "$feedloop" verify noted.toml --quick --markdown --cache kept --pictures drawn
check "what was measured is kept, and drawn" '[ -s kept/claims-*.csv ] && [ -s drawn/A.svg ]'
expect 0 '^metric ' "$feedloop" verify --list
expect 2 'no scenario here has a \[\[claim\]\]' "$feedloop" verify tiny.toml
expect 2 'nowhere.toml: cannot be read' "$feedloop" verify nowhere.toml
expect 2 'PATH is required' "$feedloop" verify
expect 0 '1 reproduced, 0 partly, 0 not; 0 not as recorded' "$feedloop" verify claim.toml --quick --seed 1001
expect 2 'seed' "$feedloop" verify claim.toml --quick --seed -1
expect 0 '^This page is what `feedloop verify' "$feedloop" verify claim.toml --quick --markdown

# What a world is made of and does.
expect 0 '^  CTR ' "$feedloop" describe-world tiny.toml
expect 0 '^\| `world.examination.eta` \| 0.5 \|' "$feedloop" describe-world tiny.toml --markdown --pictures pictures
check "the page's pictures are written" '[ "$(ls pictures)" = "$(printf "hours.svg\nranks.svg\nratios.svg\nretention.svg\nslots.svg\nusers.svg")" ]'
expect 2 'tiny.toml/slots.svg' "$feedloop" describe-world tiny.toml --pictures tiny.toml
expect 2 'scenario is required' "$feedloop" describe-world
expect 2 'eta' "$feedloop" describe-world tiny.toml --set world.examination.eta=-1
expect 2 'excludes' "$feedloop" verify claim.toml --quick --full
sed 's/"metric"/"metrik"/' claim.toml > changed.toml
expect 2 'changed.toml:[0-9]+:[0-9]+: `quantity` = "metrik", did you mean "metric"' "$feedloop" verify changed.toml

# Bad input: one line that says what, where and what is allowed; exit 2.
expect 2 'nowhere.toml: cannot be read: No such file' "$feedloop" run nowhere.toml
expect 2 'is a directory' "$feedloop" run .
variant 'seed = 7' 'sede = 7';                     expect 2 'changed.toml:3:[0-9]+: unknown key `sede`; did you mean `seed`' "$feedloop" run changed.toml
variant 'users = 120' 'usres = 120';               expect 2 'changed.toml:6.*did you mean `world.population.users`' "$feedloop" run changed.toml
variant 'seed = 7' 'seed = "seven"';               expect 2 'changed.toml:3.*wrong type; allowed is a whole number' "$feedloop" run changed.toml
variant 'seed = 7' 'seed = -1';                    expect 2 'changed.toml:3.*out of range; allowed is a whole number in' "$feedloop" run changed.toml
variant 'users = 120' 'users = 0';                 expect 2 'world.population.users.* = 0 is out of range' "$feedloop" run changed.toml
variant 'days = 2' 'days = ';                      expect 2 'changed.toml:5:[0-9]+: is not valid TOML' "$feedloop" run changed.toml
variant '"treatment"' '"control"';                 expect 2 'variant "control" is named twice' "$feedloop" run changed.toml
variant 'share = 0.5' 'share = 0.4';               expect 2 'shares sum to 0.8; they must sum to 1' "$feedloop" run changed.toml
variant 'share = 0.5' 'share = 1.5';               expect 2 'share.* = 1.5 is out of range' "$feedloop" run changed.toml
variant 'engine.value' 'world.items';              expect 2 'cannot differ between variants' "$feedloop" run changed.toml
variant 'engine.value.completion' 'engine.value.complete'; expect 2 'did you mean `engine.value.completion`' "$feedloop" run changed.toml
variant 'seed = 7' 'policy.name = "greedyy"';      expect 2 'did you mean "greedy"\?; allowed is one of greedy' "$feedloop" run changed.toml
variant 'seed = 7' 'epoch_minutes = 7';            expect 2 'does not divide a day' "$feedloop" run changed.toml
variant 'seed = 7' 'world.items.table = "no.csv"'; expect 2 'no.csv: cannot be read' "$feedloop" run changed.toml
printf 'name = "x"\n' > changed.toml;              expect 2 'has no \[\[variant\]\]' "$feedloop" run changed.toml
printf '' > changed.toml;                          expect 2 '`name` is missing' "$feedloop" run changed.toml
expect 2 'unknown key `sead`' "$feedloop" run tiny.toml --set sead=1
expect 2 'not of the form key=value' "$feedloop" run tiny.toml --set seed
expect 2 'wrong type' "$feedloop" run tiny.toml --seed x
expect 2 'out of range' "$feedloop" run tiny.toml --users 0
expect 2 '.' "$feedloop" run tiny.toml --threads -1
expect 2 'feedloop --help' "$feedloop" rum tiny.toml
expect 2 'feedloop --help' "$feedloop"
expect 2 'no workload' "$feedloop" bench nonsense
expect 2 'no parameter contains' "$feedloop" params zzzz

# Tables of a calibrated world: the place of every fault.
head=category,appeal; for k in $(seq 0 15); do head=$head,v$k; done
row=0,0; for k in $(seq 0 15); do row=$row,0.25; done
table() { sed 's/^seed = 7/seed = 7\nworld.items.table = "items.csv"/' tiny.toml > changed.toml; }
table
printf '%s\r\n%s\r\n' "$head" "$row" > items.csv;      expect 0 'Feedloop report' "$feedloop" run changed.toml --out table.db
printf '%s\n%s,9\n' "$head" "$row" > items.csv;        expect 2 'items.csv:2:[0-9]+: 19 fields where the header has 18' "$feedloop" run changed.toml --out t.db
printf '%s\n%s\n' "$head" "${row/0,0/0,x}" > items.csv; expect 2 'items.csv:2:3: `appeal` = "x" is not a finite number' "$feedloop" run changed.toml --out t.db
printf '%s\n%s\n' "$head" "${row/0,0/99,0}" > items.csv; expect 2 'category 99 is outside' "$feedloop" run changed.toml --out t.db
printf '%s\n"%s\n' "$head" "$row" > items.csv;         expect 2 'items.csv:2:1: a quote is opened here' "$feedloop" run changed.toml --out t.db
check "a refused run leaves no archive" '[ ! -e t.db ]'

# A world fitted to a log, and the log's faults by place.
sample=$source/data/sample
expect 0 'SOURCE AGAINST A LOG REGENERATED' "$feedloop" calibrate --log "$sample/events.csv" --items "$sample/items.csv" -o fitted.toml
check "a fit says what is assumed and what cannot be known" 'grep -qi "assumed" out && grep -qi "not identifiable" out'
check "a fit leaves the scenario and its two tables" '[ -f fitted.toml ] && [ -f fitted.items.csv ] && [ -f fitted.users.csv ]'
expect 0 'Feedloop report: fitted' "$feedloop" run fitted.toml --users 150 --days 2 --set warmup_days=1 --out fitted.db
expect 2 'no column `usr`' "$feedloop" calibrate --log "$sample/events.csv" --items "$sample/items.csv" -o f.toml --user-column usr
expect 2 'missing.csv: cannot be read' "$feedloop" calibrate --log missing.csv --items "$sample/items.csv" -o f.toml
head -200 "$sample/events.csv" > broken.csv; echo '1,2' >> broken.csv
expect 2 'broken.csv:201:[0-9]+: 2 fields where the header has 3' "$feedloop" calibrate --log broken.csv --items "$sample/items.csv" -o f.toml
head -1 "$sample/events.csv" > empty.csv
expect 2 'empty.csv' "$feedloop" calibrate --log empty.csv --items "$sample/items.csv" -o f.toml
expect 2 '/nonexistent/f.toml: cannot be written' "$feedloop" calibrate --log "$sample/events.csv" --items "$sample/items.csv" -o /nonexistent/f.toml
expect 2 'log is needed' "$feedloop" calibrate -o f.toml
check "a refused fit leaves nothing" '[ -z "$(ls f.* 2> /dev/null)" ]'
fit_sample() { "$feedloop" calibrate --log "$sample/events.csv" --items "$sample/items.csv" -o f.toml "$@"; }
expect 2 'window: "noon" is not a time' fit_sample --window noon 2024-01-08
expect 2 'window: 2024-01-08 is not before 2024-01-01' fit_sample --window 2024-01-08 2024-01-01
expect 2 'events.csv: has no row in the window' fit_sample --window 1999-01-01 1999-01-02
expect 2 'events.csv:2:[0-9]+: `timestamp` = "1704067344" is not a time' fit_sample --time-format iso
expect 2 'sampled-rows' fit_sample --sampled-rows 0
expect 2 'hold-out' fit_sample --hold-out 0.9
expect 2 'events.csv:1:1: has no column of clicks' fit_sample --user-column none
faulty() { { head -300 "$sample/events.csv"; echo "$1"; } > faulty.csv; shift; "$feedloop" calibrate --log faulty.csv --items "$sample/items.csv" -o f.toml "$@"; }
expect 2 'faulty.csv:301:5: `timestamp` = "noon" is not a time; allowed are' faulty 1,2,noon
expect 2 'faulty.csv:301:5: `timestamp` = "1969-12-31T23:00Z" is before 1970' faulty 1,2,1969-12-31T23:00Z
expect 2 'faulty.csv:301:5: `timestamp` = "-5" is before 1970' faulty 1,2,-5
{ head -1 "$sample/events.csv"; echo 1,2,3; } > one.csv
expect 2 'one.csv: leaves 0 users' "$feedloop" calibrate --log one.csv -o f.toml
: > nothing.csv; expect 2 'nothing.csv: is empty' "$feedloop" calibrate --log nothing.csv -o f.toml
{ cat "$sample/items.csv"; echo 0,9; } > twice.csv
expect 2 'twice.csv:502:1: item `0` is listed twice' "$feedloop" calibrate --log "$sample/events.csv" --items twice.csv -o f.toml
check "a fit that was refused leaves nothing" '[ -z "$(ls f.* 2> /dev/null)" ]'
expect 0 'world.population.activity_median +[0-9.]+ +\[' fit_sample --window 2024-01-01 2024-02-01 --hold-out 0 --users 400
check "a declared window makes visits a day known, and no hold-out is judged unless asked" 'grep -q "^activity_median = " f.toml && grep -q "^week = " f.toml && grep -q "REALISM ON A HOLD-OUT: none" out'
{ cat "$sample/events.csv"; tail -5 "$sample/events.csv"; } > again.csv
expect 0 '5 rows are there twice' "$feedloop" calibrate --log again.csv --items "$sample/items.csv" -o f.toml --hold-out 0

# The decisions of a run, and impressions without users.
expect 0 'Wrote 30000 impressions of 120 users' "$feedloop" calibrate --invent tiny.toml --impressions --events 30000 --regenerate-to shown.csv --regenerate-items-to shown-items.csv
expect 0 'world.examination.eta +0\.[0-9]+ +\[' "$feedloop" calibrate --log shown.csv --items shown-items.csv -o shown.toml --random-slots
check "what play times and clicks tell is in the scenario" 'grep -q "^intercept = " shown.toml && grep -q "^complete_intercept = " shown.toml && grep -q "^duration_median_min = " shown.toml && grep -q "^size = 20" shown.toml'
check "without lots positions are not identified" '! "$feedloop" calibrate --log shown.csv --items shown-items.csv -o no.toml --hold-out 0 | grep -q "^  world.examination.eta.*\[" && ! grep -q "^eta = " no.toml'
cut -d, -f2- shown.csv > nobody.csv
expect 0 'impressions without users' "$feedloop" calibrate --log nobody.csv -o nobody.toml --random-slots
check "no users, no table of them, and the realism of a hold-out" '[ ! -e nobody.users.csv ] && grep -q "^REALISM ON A HOLD-OUT: the last 20 %" out && grep -q "clicks per impression: held out" out'
expect 0 'Feedloop report: nobody' "$feedloop" run nobody.toml --users 100 --days 1 --set warmup_days=1 --out nobody.db
sed '3s/,[01],/,2,/' nobody.csv > bad.csv; expect 2 'bad.csv:3:[0-9]+: `click` = 2 is no click' "$feedloop" calibrate --log bad.csv -o f2.toml
head -2 nobody.csv > bad.csv;            expect 2 'bad.csv: leaves 1 impressions' "$feedloop" calibrate --log bad.csv -o f2.toml
sed '1s/watched_s/watched/' nobody.csv > bad.csv; expect 2 'bad.csv:1:1: `watched` does not say its unit' "$feedloop" calibrate --log bad.csv -o f2.toml --play-column watched
expect 2 '`world.visits.week`: has 3 numbers; allowed are 24' "$feedloop" run tiny.toml --set world.visits.week=1,2,3 --out week.db
expect 2 '`world.population.mix_shares`: has 3 numbers; allowed is one for each of the 20 categories' "$feedloop" run tiny.toml --set world.population.mix_shares=1,2,3 --out week.db
expect 2 '`world.population.mix_shares`: "-1" is not a share; allowed are numbers in \(0, 1e9\]' "$feedloop" run tiny.toml --set world.population.mix_shares=1,-1 --out week.db
check "what was refused wrote nothing" '[ -z "$(ls f2.* week.db 2> /dev/null)" ]'

movielens=$source/../shared/data/ml-latest-small
if [ -f "$movielens/ratings.csv" ]; then
  expect 0 'SOURCE AGAINST A LOG REGENERATED' "$feedloop" calibrate --log "$movielens/ratings.csv" --items "$movielens/movies.csv" -o movielens.toml
  check "MovieLens shows when people come, and judges its world by its last years" 'grep -q "world.visits.week" out && grep -q "from 20[0-9-]*T.* on, beside a log regenerated" out'
  expect 0 'Feedloop report: movielens' "$feedloop" run movielens.toml --users 300 --days 2 --set warmup_days=1 --out movielens.db
else
  echo "skipped: the MovieLens log is not here"
fi
bandit=${FEEDLOOP_DATA:-$source/../shared/data}/open-bandit-men
if [ -f "$bandit/random/men.csv" ]; then
  expect 0 'impressions without users, on a catalogue of 34 items' "$feedloop" calibrate --log "$bandit/random/men.csv" --items "$bandit/random/item_context.csv" --category-column item_feature_1 --utc-offset 9 -o bandit.toml
  check "lots were drawn, hours are those of Japan" 'grep -q "every item had the same chance in every slot" out && grep -q "UTC+9 h" out && grep -q "^size = 3" bandit.toml'
  expect 0 'Feedloop report: bandit' "$feedloop" run bandit.toml --users 200 --days 1 --set warmup_days=1 --out bandit.db
  expect 0 'rows weighted by 1 / propensity' "$feedloop" calibrate --log "$bandit/bts/men.csv" -o bts.toml --hold-out 0
else
  echo "skipped: the Open Bandit sample is not here"
fi

# Another policy judged by a log: ours, and foreign ones with each fault by its place.
expect 0 'Feedloop report' "$feedloop" run tiny.toml --set policy.name=epsilon_greedy --set policy.epsilon_greedy.epsilon=0.3 --out logged.db --log slots.csv
check "the log has a row for every slot and nothing else is left" '[ "$(wc -l < slots.csv)" -gt 1000 ] && [ ! -e slots.csv.part ]'
expect 0 'Off-policy evaluation: uniform' "$feedloop" ope --log slots.csv --policy uniform --where variant=control
expect 0 'Off-policy evaluation: the shares of' "$feedloop" ope --log slots.csv --policy log:slots.csv --policy-where variant=treatment
expect 1 'WARNING: these weights cannot support the answer' "$feedloop" ope --log slots.csv --policy log:slots.csv --strict
expect 2 'cannot be had with --resume' "$feedloop" run tiny.toml --out logged.db --log slots.csv --resume
expect 2 '/nonexistent/l.csv: cannot be written' "$feedloop" run tiny.toml --out nolog.db --log /nonexistent/l.csv
printf 'item,click,pscore\n' > even.csv; for k in $(seq 1 900); do echo "$((k % 3)),$((k % 7 == 0)),0.3333333333333333"; done >> even.csv
printf 'item,probability\n0,0.5\n1,0.25\n2,0.25\n' > third.csv
expect 0 'Verdict: supported' "$feedloop" ope --log even.csv --policy third.csv --strict --json ope.json
check "the answer is written as JSON too" 'grep -q "\"verdict\": \"supported\"" ope.json'
for interval in bootstrap student bernstein hoeffding; do
  expect 0 '^ *dr ' "$feedloop" ope --log even.csv --policy third.csv --interval $interval
done
expect 0 '^ *replay ' "$feedloop" ope --log even.csv --policy greedy
expect 2 'log is needed' "$feedloop" ope --policy uniform
expect 2 'policy is needed' "$feedloop" ope --log even.csv
expect 2 'clip: 0 is outside \[1e-09, 1e\+300\]' "$feedloop" ope --log even.csv --policy greedy --clip 0
expect 2 'missing.csv: cannot be read' "$feedloop" ope --log missing.csv --policy uniform
expect 2 'third.csv:1:1: has no propensities|third.csv:1:1: has no column' "$feedloop" ope --log third.csv --policy uniform
cut -d, -f1,2 even.csv > bare.csv;                     expect 2 'bare.csv:1:1: has no propensities' "$feedloop" ope --log bare.csv --policy uniform
sed '5s/0.33.*/0/' even.csv > bad.csv;                 expect 2 'bad.csv:5:5: `pscore` = 0 is not a propensity; allowed is \(0, 1\]' "$feedloop" ope --log bad.csv --policy uniform
sed '5s/0.33.*/1.5/' even.csv > bad.csv;               expect 2 'bad.csv:5:5: `pscore` = 1.5' "$feedloop" ope --log bad.csv --policy uniform
sed 's/0.33.*/0.5/' even.csv > bad.csv;                expect 2 'bad.csv:2: propensities add up to 1.5' "$feedloop" ope --log bad.csv --policy uniform
printf 'item,prob\n0,0.5\n1,0.5\n' > bad.csv;           expect 2 'even.csv:3: action `2` is unknown to the policy of bad.csv' "$feedloop" ope --log even.csv --policy bad.csv
expect 2 'even.csv:.*outside the rewards' "$feedloop" ope --log even.csv --policy third.csv --reward-range 0,0.5
sed 's/0.25/0.3/' third.csv > bad.csv;                 expect 2 'bad.csv:4: probabilities add up to 1.1, not 1' "$feedloop" ope --log even.csv --policy bad.csv --json no.json
check "a refused evaluation writes nothing" '[ ! -e no.json ]'
expect 2 'would be overwritten' "$feedloop" ope --log even.csv --policy third.csv --json third.csv
bandit=${FEEDLOOP_DATA:-$source/../shared/data}/open-bandit-men
if [ -f "$bandit/random/men.csv" ]; then
  expect 0 '^ *ips +0.0045309 ' "$feedloop" ope --log "$bandit/random/men.csv" --policy "$bandit/bts_prior_men.csv" --strict
  expect 0 '^ *snips +0.0057399 ' "$feedloop" ope --log "$bandit/random/men.csv" --policy "log:$bandit/bts/men.csv" --strict
  expect 1 '^ *ips +0.0030086 ' "$feedloop" ope --log "$bandit/bts/men.csv" --policy uniform --strict
  check "judging Random by the BTS log warns" 'grep -q WARNING out'
else
  echo "skipped: the Open Bandit sample is not here"
fi

# A run as tables for others: all of them or none, and none replaced.
expect 0 'truth-csv/units.csv: [0-9]+ rows' "$feedloop" export truth.db
for table in units daily effects variants truth; do
  check "the lines after the head of $table.csv are its rows" \
        'grep -q "^truth-csv/$table.csv: $(($(wc -l < truth-csv/$table.csv) - 1)) rows$" out'
done
check "nothing but the tables is left" '[ "$(ls truth-csv | wc -l)" -eq 5 ]'
check "units have a column for the layer and two for each metric" \
      'head -1 truth-csv/units.csv | grep -q "^user,entry_day,default,ctr_num,ctr_den,"'
check "the value of a table is that of its units" \
      '[ "$(awk -F, "\$3 == \"control\" {n += \$4; d += \$5} END {printf \"%.9f\", n / d}" truth-csv/units.csv)" = \
         "$(awk -F, "\$4 == \"ctr\" {printf \"%.9f\", \$6}" truth-csv/effects.csv)" ]'
expect 0 'tables/units.csv: ' "$feedloop" export run.db -o tables
check "a run without truth has no table of it" '[ ! -e tables/truth.csv ] && [ "$(ls tables | wc -l)" -eq 4 ]'
cp tables/units.csv units.csv
expect 2 'tables/units.csv: exists and is not overwritten' "$feedloop" export truth.db -o tables
check "a refused export changes nothing" 'cmp -s tables/units.csv units.csv && [ "$(ls tables | wc -l)" -eq 4 ]'
expect 2 'nothing.db: does not exist' "$feedloop" export nothing.db
expect 2 'tiny.toml: is not a Feedloop archive' "$feedloop" export tiny.toml
expect 2 'no/such: cannot be made: No such file' "$feedloop" export run.db -o no/such
expect 2 'tiny.toml: is a file, not a folder' "$feedloop" export run.db -o tiny.toml
expect 2 'archive is required' "$feedloop" export
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked; chmod 555 locked
  expect 2 'locked/units.csv: cannot be written: Permission denied' "$feedloop" export run.db -o locked
fi
(ulimit -f 1; "$feedloop" export run.db -o full > out 2> err); code=$?
check "a full disk leaves no table and no folder" '[ $code -eq 2 ] && [ "$(wc -l < err)" -eq 1 ] && [ ! -e full ]'

# Two runs side by side.
printf 'watch_num,watch_den\n1,2\n3,2\n4,1\n0,2\n' > past.csv
expect 0 'In the head, 16 variance / effect.: 760,000 a group' "$feedloop" size --rate 0.05 --lift 0.02 --json size.json --svg size.svg
check "size writes JSON and a picture" 'grep -q "\"inflation\": 1.0" size.json && grep -q "<svg" size.svg'
expect 0 'Looking costs [0-9.]+ % more units' "$feedloop" size --mean 9 --sd 25 --lift 0.02 --looks 5 --daily 20000
expect 0 'always-valid, with power at 28 looks, power 80 %|always-valid, with' "$feedloop" size --rate 0.05 --lift 0.02 --always-valid
expect 2 'always-valid tests both directions' "$feedloop" size --rate 0.05 --lift 0.02 --always-valid --one-sided
expect 2 'always-valid spends no error' "$feedloop" size --rate 0.05 --lift 0.02 --always-valid --spending pocock
expect 0 'within the margin' "$feedloop" size --rate 0.45 --margin 0.02
expect 0 'find an effect of \+1.01' "$feedloop" size --rate 0.2 --units 50000
expect 2 'one of --rate, --mean' "$feedloop" size --lift 0.1
expect 2 'needed' "$feedloop" size --rate 0.05
expect 2 'rate: 1.5 is outside' "$feedloop" size --rate 1.5 --lift 0.1
expect 2 'no size shows an effect of 0.45 on 0.9: not a rate' "$feedloop" size --rate 0.9 --lift 0.5
expect 2 'weekly has 2 numbers; allowed is 7' "$feedloop" size --rate 0.05 --lift 0.02 --weekly 1,2
printf 'x\n1\nabc\n' > bad.csv; expect 2 'bad.csv:3:1: `x` = "abc" is not a finite number' "$feedloop" size --csv bad.csv --metric x --lift 0.1
size_refuses() {  # size_refuses PATTERN OPTION...: of a plan that is otherwise fine
  expect 2 "$1" "$feedloop" size --mean 5 --sd 1 "${@:2}"
}
expect 2 'sd: -1 is outside' "$feedloop" size --mean 5 --sd -1 --lift 0.1
size_refuses 'alpha: nan is outside' --alpha nan --lift 0.1
size_refuses 'alpha: 1 is outside' --alpha 1 --lift 0.1
size_refuses 'power: 1 is outside' --power 1 --lift 0.1
size_refuses 'margin: -0.1 is outside' --margin -0.1
size_refuses 'rho: 1 is outside' --rho 1 --lift 0.1
size_refuses 'icc: 2 is outside' --icc 2 --lift 0.1
size_refuses 'ratio: 0 is outside' --ratio 0 --lift 0.1
size_refuses 'variants: Value 1 not in range' --variants 1 --lift 0.1
size_refuses 'units: Value 2 not in range' --units 2
size_refuses 'nan is not a share of traffic' --lift 0.1 --weekly 1,1,1,1,1,1,nan
size_refuses 'effect of 0 cannot be found' --lift 0
expect 2 'lift is relative to control.s value, which is 0; give --effect' "$feedloop" size --mean 0 --sd 1 --lift 0.1
expect 2 'margin is relative to control.s value, which is -5; allowed is a value above 0' "$feedloop" size --mean -5 --sd 1 --margin 0.1
printf 'x,p\n1,1\n2,2\n4,4\n' > same.csv; expect 2 'same.csv: `p` says all there is to say of `x`' "$feedloop" size --csv same.csv --metric x --pre p --lift 0.1
printf 'x\n3\n3\n' > constant.csv; expect 2 'constant.csv: `x` has no variation' "$feedloop" size --csv constant.csv --metric x --lift 0.1
printf 'x\n1\ninf\n' > infinite.csv; expect 2 'infinite.csv:3:1: `x` = "inf" is not a finite number' "$feedloop" size --csv infinite.csv --metric x --lift 0.1
expect 0 'watch_num / watch_den of 4 units' "$feedloop" size --csv past.csv --metric watch_num --denominator watch_den --lift 0.5
expect 0 'Feedloop comparison: run.db \(A\) and truth.db \(B\)' "$feedloop" compare run.db truth.db
check "runs of one scenario and seed are said to be the same" 'grep -q "The signatures are equal" out'
expect 0 'Feedloop report' "$feedloop" run tiny.toml --seed 8 --set engine.value.click=0.5 --out other.db
expect 0 '^  engine.value.click +1 +0.5$' "$feedloop" compare run.db other.db
check "what the command line set is compared too" 'grep -q "^  seed  *7  *8$" out && ! grep -q "not read here" out'
check "a comparison has values and effects" 'grep -q "^  Value " out && grep -q "^  Effect against control " out'
expect 0 '"same_people": false' "$feedloop" compare run.db other.db --json -
expect 0 'Feedloop comparison' "$feedloop" compare run.db other.db --json compare.json
check "a comparison is written as JSON too" 'grep -q "\"difference\"" compare.json'
expect 2 'run.db: would be overwritten' "$feedloop" compare run.db other.db --json run.db
expect 2 '/nonexistent/x.json: cannot be written' "$feedloop" compare run.db other.db --json /nonexistent/x.json
expect 2 'nothing.db: does not exist' "$feedloop" compare run.db nothing.db
expect 2 'b is required' "$feedloop" compare run.db
sed 's/"control"/"old"/; s/"treatment"/"new"/' tiny.toml > changed.toml
expect 0 'Feedloop report' "$feedloop" run changed.toml --out renamed.db
expect 2 'run.db: has no variant in common with renamed.db: here default/control, ' "$feedloop" compare run.db renamed.db

# Archives that are not what they should be.
expect 2 'nothing.db' "$feedloop" report nothing.db
head -c 3000 /dev/urandom > noise.db;                  expect 2 'noise.db' "$feedloop" report noise.db
head -c $(($(stat -c %s run.db) / 2)) run.db > half.db; expect 2 'half.db' "$feedloop" report half.db
cp run.db flip.db
printf '\xff\xff\xff\xff\xff\xff\xff\xff' | dd of=flip.db bs=1 seek=$(($(stat -c %s flip.db) - 3000)) conv=notrunc 2> /dev/null
"$feedloop" report flip.db > out 2> err; code=$?
check "a flipped byte is noticed or does no harm" '[ $code -eq 2 ] || cmp -s out first.txt'
cp run.db newer.db
printf '\x00\x00\x00\x63' | dd of=newer.db bs=1 seek=60 conv=notrunc 2> /dev/null   # user_version in the file's header
expect 2 'newer Feedloop' "$feedloop" report newer.db
expect 2 'newer Feedloop' "$feedloop" export newer.db
expect 2 'newer Feedloop' "$feedloop" compare run.db newer.db
check "a refused archive has no folder of tables" '[ ! -e newer-csv ]'
cp run.db older.db
printf '\x00\x00\x00\x01' | dd of=older.db bs=1 seek=60 conv=notrunc 2> /dev/null
expect 2 'older Feedloop' "$feedloop" report older.db
echo text > other.txt
expect 2 'other.txt' "$feedloop" run tiny.toml --out other.txt
check "a foreign file is not overwritten" '[ "$(cat other.txt)" = text ]'
expect 2 'holds a finished run' "$feedloop" run tiny.toml --seed 8 --out run.db
expect 2 'nothing to resume' "$feedloop" run tiny.toml --out run.db --resume
expect 2 'is a directory' "$feedloop" run tiny.toml --json runs --out k.db
expect 2 'is the archive' "$feedloop" run tiny.toml --json k.db --out k.db
expect 2 'is the archive; give --html another file' "$feedloop" run tiny.toml --html ./k.db --out k.db
expect 2 'named for two outputs' "$feedloop" run tiny.toml --json x.out --html ./x.out --out k.db
expect 2 'named for two outputs' "$feedloop" run tiny.toml --json - --html - --out k.db
expect 2 'is a directory' "$feedloop" run tiny.toml --html runs --out k.db
expect 2 'cannot be written' "$feedloop" run tiny.toml --html /nonexistent/x.html --out k.db
check "an unwritable --html is refused before the run" '[ ! -e k.db ]'
expect 2 'arrivals a day' "$feedloop" run tiny.toml --set world.population.users=5000000 --set world.population.arrivals_per_day=1 --out k.db
expect 2 '/nonexistent/x.db' "$feedloop" run tiny.toml --out /nonexistent/x.db
expect 2 'cannot be written' "$feedloop" run tiny.toml --json /nonexistent/x.json --out k.db
check "an unwritable --json is refused before the run" '[ ! -e k.db ]'
(ulimit -f 64; "$feedloop" run tiny.toml --out full.db > out 2> err); code=$?
check "a full disk is one clear line and exit 2" '[ $code -eq 2 ] && [ "$(wc -l < err)" -eq 1 ] && grep -q full.db err'
"$feedloop" run tiny.toml --out full2.db > /dev/full 2> err; code=$?
check "a full standard output is exit 2" '[ $code -eq 2 ]'

# Ctrl-C in the middle: exit 3, archive readable, --resume gives the bytes of an uninterrupted run.
"$feedloop" run tiny.toml --days 30 --out whole.db > whole.txt 2> /dev/null
"$feedloop" run tiny.toml --days 30 --out stop.db > out 2> err & pid=$!
sleep 0.4; kill -INT $pid; wait $pid; code=$?
check "Ctrl-C ends with 3" '[ $code -eq 3 ]'
check "Ctrl-C says how to go on" 'grep -q -- "--resume" err'
expect 2 'no report' "$feedloop" report stop.db
expect 2 'no report' "$feedloop" export stop.db
expect 2 'no report' "$feedloop" compare whole.db stop.db
expect 2 'unfinished run; add --resume' "$feedloop" run tiny.toml --days 30 --out stop.db
expect 2 'holds another run' "$feedloop" run tiny.toml --days 29 --out stop.db --resume
expect 0 'Feedloop report' "$feedloop" run tiny.toml --days 30 --out stop.db --resume
check "a resumed run reports what an uninterrupted one does" '[ "$(sed "/^Speed/,/^Signature/{/^Signature/!d}" out)" = "$(sed "/^Speed/,/^Signature/{/^Signature/!d}" whole.txt)" ]'
expect 2 'no archive to resume' "$feedloop" run tiny.toml --out fresh.db --resume
"$feedloop" evaluate tiny.toml --table calibration --seeds 1000 > out 2> err & pid=$!
sleep 0.4; kill -INT $pid; wait $pid; code=$?
check "Ctrl-C ends a table of evaluate with 3" '[ $code -eq 3 ] && [ "$(wc -l < err)" -eq 1 ] && grep -q stopped err'

# Studies over many runs.
expect 0 'Table: grid.csv \(4 runs, 4 of them now\)' "$feedloop" sweep tiny.toml --days 1 --vary treatment.engine.value.click=0,1 --reps 2 --truth --out grid.csv
check "a sweep has a row for each run, variant and metric" '[ "$(tail -n +2 grid.csv | cut -d, -f1 | sort -u | wc -l)" -eq 4 ] && head -1 grid.csv | grep -q "^run,treatment.engine.value.click,seed,.*,true_effect,.*,signature$"'
cp grid.csv whole.csv
expect 2 'grid.csv: is there already; add --resume' "$feedloop" sweep tiny.toml --days 1 --out grid.csv
head -$(($(grep -n '^3,' whole.csv | head -1 | cut -d: -f1) - 1)) whole.csv > grid.csv
expect 0 '4 runs, 2 of them now' "$feedloop" sweep tiny.toml --days 1 --vary treatment.engine.value.click=0,1 --reps 2 --truth --out grid.csv --resume
check "a resumed sweep has the bytes of one that was not stopped" 'cmp -s grid.csv whole.csv'
expect 2 'holds another study' "$feedloop" sweep tiny.toml --days 1 --vary treatment.engine.value.click=0,2 --reps 2 --truth --out grid.csv --resume
expect 2 'nothing to resume' "$feedloop" sweep tiny.toml --out no.csv --resume
expect 2 'unknown key|did you mean' "$feedloop" sweep tiny.toml --vary engine.value.clik=0,1 --out no.csv
expect 2 'there is no variant "nobody"' "$feedloop" sweep tiny.toml --vary nobody.engine.value.click=0,1 --out no.csv
expect 2 'which --reps does' "$feedloop" sweep tiny.toml --vary seed=1,2 --out no.csv
expect 2 '--out' "$feedloop" sweep tiny.toml
expect 2 'cannot be written' "$feedloop" sweep tiny.toml --out /nonexistent/no.csv
check "a refused sweep leaves no table" '[ ! -e no.csv ]'
"$feedloop" sweep tiny.toml --reps 1000 --out stopped.csv > out 2> err & pid=$!
sleep 2; kill -INT $pid; wait $pid; code=$?
check "Ctrl-C ends a sweep with 3 and says how to go on" '[ $code -eq 3 ] && [ "$(wc -l < err)" -eq 1 ] && grep -q -- --resume err && [ -s stopped.csv ]'
expect 0 'Adjusted by the past .regression.' "$feedloop" run tiny.toml --set analysis.adjustment=regression --set analysis.sequential=asymptotic --set analysis.decision=ctr --set analysis.min_units=10 --out rules.db --json rules.json --html rules.html
check "the page and the JSON name how effects are adjusted and what inference is tuned to" 'grep -q "Adjusted by the past (regression)" rules.html && grep -q "\"method\": \"regression\"" rules.json && grep -q "\"sequential\": \"asymptotic\"" rules.json'
expect 0 '\(asymptotic\)' "$feedloop" report rules.db
expect 2 'cuped, regression' "$feedloop" run tiny.toml --set analysis.adjustment=lin
expect 2 'msprt, asymptotic' "$feedloop" run tiny.toml --set analysis.sequential=pocock
expect 0 'Feedloop power: tiny' "$feedloop" power tiny.toml --reps 2 --metrics ctr --out study.csv
check "a study names every stopping rule" 'grep -q "fixed horizon" out && grep -q "daily peeking" out && grep -q "always valid" out && grep -q Pocock out'
expect 0 '"designs"' "$feedloop" power tiny.toml --reps 3 --vary assignment --no-truth --json -
expect 2 'holds another study' "$feedloop" power tiny.toml --reps 2 --vary assignment --out study.csv --resume
expect 2 'there is no metric `ctrr`' "$feedloop" power tiny.toml --reps 2 --metrics ctrr
expect 0 'B  assignment.unit=household' "$feedloop" power tiny.toml --reps 2 --design assignment.unit=user --design assignment.unit=household --metrics ctr --out designs.csv --json designs.json
check "one table and one JSON hold all designs" 'grep -q "^assignment.unit=user,2," designs.csv && grep -q "^assignment.unit=household,1," designs.csv && grep -q "\"design\": \"assignment.unit=household\"" designs.json'
expect 0 'A: assignment.unit=user' "$feedloop" power tiny.toml --reps 2 --design assignment.unit=user --design assignment.unit=household --metrics ctr --out designs.csv --resume
expect 2 'household. is no KEY=VALUE' "$feedloop" power tiny.toml --reps 2 --design household
expect 2 'assignment.unitt' "$feedloop" power tiny.toml --reps 2 --design assignment.unitt=household
expect 2 'is given twice' "$feedloop" power tiny.toml --reps 2 --design days=3 --design days=3
expect 2 '--design goes with a scenario' "$feedloop" power run.db --assignments 200 --design days=3
expect 2 '--reps N is needed' "$feedloop" power tiny.toml
expect 2 '--lift plants' "$feedloop" power tiny.toml --reps 2 --lift 0.1
expect 2 'tiny.toml: is no archive' "$feedloop" power tiny.toml --assignments 10
expect 2 'run.db: is an archive: --assignments N' "$feedloop" power run.db
expect 0 'was no A/A test' "$feedloop" power run.db --assignments 200 --lift 0.1
expect 0 '"type_1"' "$feedloop" power run.db --assignments 200 --metrics ctr,d1_retention --json -
expect 2 'did you mean `ctr`' "$feedloop" power run.db --assignments 200 --metrics ctrr
expect 0 'adjusted by their units' "$feedloop" power run.db --assignments 200 --covariate
expect 2 '--covariate goes with --assignments' "$feedloop" power tiny.toml --reps 2 --covariate
expect 2 '--set goes with a scenario' "$feedloop" power run.db --assignments 200 --set days=3
expect 2 'nowhere/aa.toml' "$feedloop" validity --quick --scenarios nowhere

finish
