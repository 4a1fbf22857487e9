#!/bin/sh
# Draws the pictures of README.md and docs/DASHBOARD.md anew, without a display: tools/screenshots.sh [FEEDLOOP]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
feedloop=${1:-$root/build/release/feedloop}
cd "$root"

picture() {   # picture NAME SCENARIO [OPTION…]: docs/pictures/NAME.png
  name=$1 scenario=$2
  shift 2
  echo "docs/pictures/$name.png" >&2
  "$feedloop" gui "scenarios/$scenario.toml" --size 1440 900 --screenshot "docs/pictures/$name.png" "$@"
}

picture setup dashboard/filter_bubble --view setup --fixed-dt
picture live quickstart --view live --fixed-dt
picture stats dashboard/null_aa --view stats --fixed-dt
picture retention dashboard/novelty --view retention --fixed-dt
picture funnel dashboard/novelty --view funnel --until-day 10   # latencies are this machine's
picture bubble dashboard/filter_bubble --view bubble --truth --fixed-dt
picture mismatch dashboard/broken_assignment --view live --until-day 7 --fixed-dt
picture light dashboard/null_aa --view live --until-day 12 --light --fixed-dt
