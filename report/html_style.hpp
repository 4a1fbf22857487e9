// How the HTML page looks. Colours are variables, so that dark screens change only those; paper is always light. Variants have
// the dashboard's colours, darker on white; truth has a colour of its own.
#pragma once

#include <string_view>

namespace feedloop {

inline constexpr std::string_view kHtmlStyle = R"css(
:root {
  --paper: #fff; --ink: #1b1f24; --dim: #5a636e; --rule: #d5dae0; --soft: #f4f6f8; --grid: #e4e8ec;
  --good: #0a6b43; --bad: #b3261e; --doubt: #855300; --truth: #7b2d8e;
  --v0: #59636f; --v1: #1f66d0; --v2: #bd4f00; --v3: #7d6b00; --v4: #00775a; --v5: #96590a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1216; --ink: #e6e9ee; --dim: #9aa4b2; --rule: #323a45; --soft: #181d23; --grid: #262d36;
    --good: #4cc38a; --bad: #f08a80; --doubt: #e9b949; --truth: #dc9ff0;
    --v0: #b8c0cc; --v1: #6ba1fa; --v2: #f08445; --v3: #f0e442; --v4: #35c49a; --v5: #e69f00;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  overflow-wrap: anywhere;
  font: 14px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
main { max-width: 1064px; margin: 0 auto; padding: 28px 24px 48px; }
h1, h2, h3 { line-height: 1.25; margin: 0; }
h1 { font-size: 25px; }
h2 { font-size: 18px; margin-top: 30px; padding-top: 14px; border-top: 1px solid var(--rule); }
h3 { font-size: 14px; margin: 24px 0 6px; }
p { margin: 6px 0; max-width: 92ch; }
.kicker { color: var(--dim); margin: 0 0 2px; }
.question { font-size: 17px; }
.decision { font-size: 15px; border-left: 3px solid var(--ink); padding: 2px 0 2px 14px; margin: 12px 0; }
.note { color: var(--dim); font-size: 12.5px; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--doubt); } .truth { color: var(--truth); }
.dim { color: var(--dim); } .bold { font-weight: 600; }
.decision.doubt { border-color: var(--doubt); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; overflow-wrap: normal; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 2.5px 14px 2.5px 0; text-align: left; vertical-align: baseline; font-weight: 400; }
tr > :last-child { padding-right: 0; }
.r { text-align: right; }
thead th { color: var(--dim); font-size: 12px; font-weight: 600; line-height: 1.25; vertical-align: bottom;
  padding-bottom: 5px; border-bottom: 1px solid var(--rule); }
td { white-space: nowrap; }
th[scope=row] { overflow-wrap: anywhere; min-width: 9em; max-width: 26em; }
.plain thead th { overflow-wrap: anywhere; max-width: 16em; }
.plain td:last-child:not(.r) { white-space: normal; }
tbody + tbody tr:first-child > *, .plain tbody tr + tr > * { border-top: 1px solid var(--grid); }
tbody th[scope=rowgroup] { font-weight: 600; padding-top: 6px; }
tbody.of-metric tr:last-child > * { padding-bottom: 6px; }
tbody.of-metric th[scope=row] { padding-left: 14px; }
.wide { width: 100%; }
.of-truth td:nth-child(4), .of-truth td:nth-child(6), .of-truth th:nth-child(4), .of-truth th:nth-child(6) {
  color: var(--truth); font-weight: 600; }
figure { margin: 10px 0 0; }
figcaption { font-weight: 600; margin-bottom: 4px; }
svg { display: block; width: 100%; height: auto; font-size: 12.5px; font-variant-numeric: tabular-nums; fill: var(--ink); }
svg .g { stroke: var(--grid); fill: none; } svg .z { stroke: var(--dim); fill: none; }
svg .m { text-anchor: middle; fill: var(--dim); } svg .e { text-anchor: end; } svg .l { font-weight: 700; }
svg .dot { stroke: var(--paper); stroke-width: 1.5; }
.series { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px 18px; }
.series figure { margin: 0; min-width: 0; }
.series figcaption { font-size: 12.5px; }
.series .e { fill: var(--dim); }
.keys { display: flex; flex-wrap: wrap; gap: 2px 22px; list-style: none; padding: 0; margin: 2px 0 8px; }
.keys li { display: flex; align-items: center; gap: 7px; min-width: 0; }
.keys span { min-width: 0; }
svg.key { width: 30px; height: 8px; flex: none; }
ul.warnings { padding: 0; margin: 6px 0; list-style: none; max-width: 92ch; }
ul.warnings li { padding-left: 1.4em; text-indent: -1.4em; margin: 5px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 22px; margin: 8px 0; font-size: 13px; }
dt { color: var(--dim); } dd { margin: 0; min-width: 0; }
code { font: 0.93em ui-monospace, "DejaVu Sans Mono", monospace; }
a { color: inherit; }
@media screen and (max-width: 760px) { .series { grid-template-columns: 1fr; } dl { grid-template-columns: 1fr; } }
@page { size: A4; margin: 14mm 13mm; }
@media print {
  body { font-size: 9.5pt; line-height: 1.4; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 17pt; } h2 { font-size: 12.5pt; margin-top: 16pt; } h3 { font-size: 10pt; margin-top: 13pt; }
  .question { font-size: 11.5pt; } .decision { font-size: 10.5pt; }
  table, dl { font-size: 8pt; } thead th, .note, .series figcaption { font-size: 7.5pt; }
  th, td { padding: 1.5pt 8pt 1.5pt 0; }
  .scroll { overflow: visible; }
  svg { font-size: 13px; }
  .series { display: block; font-size: 0; }
  .series figure { display: inline-block; width: 32.5%; margin: 0 0.8% 7pt 0; vertical-align: top; }
  .series figure:nth-child(3n) { margin-right: 0; }
  h1, h2, h3, figcaption, thead { break-after: avoid; }
  p, tr, figure, li, tbody.of-metric { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  p.truth { break-after: avoid; }
}
)css";

}  // namespace feedloop
