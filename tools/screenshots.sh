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
  "$feedloop" gui "scenarios/$scenario.toml" --fixed-dt --size 1440 900 --screenshot "docs/pictures/$name.png" "$@"
}

picture setup dashboard/filter_bubble --view setup
picture live dashboard/null_aa --view live
picture stats dashboard/null_aa --view stats
picture retention quickstart --view retention
picture funnel dashboard/filter_bubble --view funnel --until-day 10
picture bubble dashboard/filter_bubble --view bubble --truth
picture mismatch dashboard/broken_assignment --view live --until-day 7
picture live_light quickstart --view live --light
