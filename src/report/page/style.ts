/** How a report looks: in light, in dark, and on paper. Nothing is fetched, fonts neither. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #ffffff; --ink: #1b2430; --soft: #5b6776; --line: #dfe4ea; --code: #f1f3f6; --link: #0b62c4;
  --good: #1a7f4b; --mild: #9a6a00; --bad: #c0322b; --going: #0b62c4;
  --prepare: #9aa6b5; --make: #8d6fc9; --data: #2f9c95; --twin: #7d9b3a; --change: #e08a1e; --judge: #4c78c8; --back: #b0669a;
  --failed: #c9372c; --away: #f6b5ae99; --said: #5b6776;
  --healthy: #3aa66d; --running: #7fbf9c; --starting: #e5b94b; --sick: #e06c2f; --down: #c9372c;
  --series-0: #3b6fc4; --series-1: #e08a1e; --series-2: #2f9c95; --series-3: #c9524a; --series-4: #8d6fc9; --series-5: #7a8b2e;
  --series-6: #b0669a; --series-7: #8a95a3;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #11161d; --paper: #1a212b; --ink: #e4e9f0; --soft: #9aa7b6; --line: #303a47; --code: #121820; --link: #78b1ff;
    --good: #4cc38a; --mild: #e0b04a; --bad: #ff8b82; --going: #78b1ff;
    --prepare: #66727f; --make: #a78be0; --data: #3fb5ad; --twin: #9dbb55; --change: #eb9f3f; --judge: #6f9bea; --back: #c780b1;
    --failed: #ef6a60; --away: #8a2f2999; --said: #9aa7b6;
    --healthy: #3aa66d; --running: #2f7a54; --starting: #c99e35; --sick: #e57b42; --down: #ef6a60;
    --series-0: #78a6f0; --series-1: #eb9f3f; --series-2: #3fb5ad; --series-3: #f0827a; --series-4: #a78be0; --series-5: #a9bb55;
    --series-6: #d18fbd; --series-7: #9aa7b6;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 0.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 0.75rem; }
h3 { font-size: 0.9rem; margin: 1rem 0 0.4rem; color: var(--soft); font-weight: 600; }
p { margin: 0 0 0.6rem; overflow-wrap: anywhere; }
.card, header { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; margin-bottom: 1rem; }
header { border-left: 6px solid var(--tone); }
.good { --tone: var(--good); } .mild { --tone: var(--mild); } .bad { --tone: var(--bad); } .going { --tone: var(--going); }
.badge { display: inline-block; padding: 0.1rem 0.65rem; border-radius: 99px; border: 1.5px solid var(--tone); color: var(--tone); font-weight: 650; font-size: 0.85rem; }
.tone { color: var(--tone); font-weight: 600; }
.soft { color: var(--soft); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0.75rem 1.25rem; margin: 0; }
dl.facts dt { color: var(--soft); font-size: 0.8rem; }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 0.8rem; white-space: nowrap; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
.scroll + p, dl + p, dl + .scroll { margin-top: 0.7rem; }
tbody tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.name { white-space: nowrap; font-weight: 600; }
code, pre { font: 0.85em/1.45 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
code { background: var(--code); border-radius: 4px; padding: 0.05rem 0.3rem; overflow-wrap: anywhere; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.8rem; margin: 0.4rem 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 0 0 0.5rem; }
figure svg { display: block; min-width: 640px; max-width: 100%; height: auto; color: var(--ink); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; font-size: 0.8rem; color: var(--soft); padding: 0; margin: 0.2rem 0 0.4rem; list-style: none; }
.legend i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 3px; margin-right: 0.35rem; vertical-align: -0.08rem; }
.gap { text-align: center; color: var(--soft); font-size: 0.85rem; border: dashed var(--line); border-width: 1px 0; padding: 0.3rem; }
details { margin-top: 0.5rem; } summary { cursor: pointer; color: var(--soft); font-size: 0.85rem; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
ul.plain > li:last-child { border-bottom: 0; padding-bottom: 0; } ul.plain > li:first-child { padding-top: 0; }
footer { color: var(--soft); font-size: 0.8rem; }
@media (max-width: 40rem) { main { padding: 0.6rem 0.5rem 2rem; } .card, header { padding: 0.9rem; border-radius: 8px; } }
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --code: #f4f4f4; --link: #000;
  }
  body { font-size: 11px; } main { max-width: none; padding: 0; }
  .card, header { border-radius: 0; margin-bottom: 0.6rem; }
  header, li, tr, figure, .facts > div { break-inside: avoid; } h2, h3 { break-after: avoid; }
  figure svg { min-width: 0; } .scroll { overflow: visible; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
