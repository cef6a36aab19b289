/** How the page of a review looks: on a screen, in the dark, on paper. Nothing is loaded from anywhere. */
const COLOURS = `
:root { color-scheme: light dark; --ink: #1c2733; --quiet: #4a5766; --line: #c9d2dc; --paper: #ffffff; --around: #eceff3; --tint: #f5f7fa; --link: #0b4a8f; --go: #1b5e3f; --stop: #8c1d18; --stop-tint: #fdf3f2; --hold: #6b4e00; --hold-tint: #fdf8ea; --old: #6d7885; --new: #0b5cad; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ef; --quiet: #aab5c1; --line: #3a4653; --paper: #151b22; --around: #0d1116; --tint: #1d252e; --link: #8fc1f7; --go: #7fd3a8; --stop: #ffaca5; --stop-tint: #35191a; --hold: #f0cf80; --hold-tint: #2e2713; --old: #97a3b0; --new: #6db3f8; }
}
`;

const SCREEN = `
* { box-sizing: border-box; }
html { background: var(--around); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 64rem; padding: 2.5rem clamp(1rem, 5vw, 3.5rem) 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; font-weight: 600; }
h1 { font-size: clamp(1.4rem, 4vw, 1.8rem); margin: 0 0 1rem; letter-spacing: -0.01em; }
h2 { font-size: 1.4rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .2rem 0; }
code { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .88em; background: var(--tint); border: 1px solid var(--line); border-radius: 3px; padding: .05em .3em; }
.label { font-weight: 600; }
.quiet { color: var(--quiet); }
.small { font-size: .9rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--paper); padding: .5rem 1rem; }
.skip:focus { left: 0; }
.lead { border-left: 4px solid var(--stop); padding-left: 1rem; }
nav ul { list-style: none; padding: 0; margin: 1.25rem 0; columns: 14rem 3; }
nav li { margin: 0; padding: .2rem 0; break-inside: avoid; }
.address { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: flex-start; border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 6px; padding: .9rem 1.1rem; margin: 0 0 1rem; break-inside: avoid; }
.address.blocked { border-left-color: var(--stop); }
.address.loses, .address.waiting { border-left-color: var(--hold); }
.address.changes { border-left-color: var(--new); }
.words { flex: 1 1 20rem; min-width: 0; }
.words > :last-child { margin-bottom: 0; }
.symbol { display: inline-block; min-width: 2.2em; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-weight: 700; }
.facts { font-size: .92rem; }
.awaits { font-size: .92rem; }
.note { border-left: 4px solid var(--hold); background: var(--hold-tint); padding: .5rem .85rem; margin: .75rem 0; break-inside: avoid; }
.note.error { border-color: var(--stop); background: var(--stop-tint); }
.note > :first-child { margin-top: 0; } .note > :last-child { margin-bottom: 0; }
.total { font-weight: 600; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: .85rem; color: var(--quiet); }
`;

const PICTURE = `
figure { flex: 0 1 21.25rem; margin: 0; }
.life { display: block; max-width: 100%; height: auto; font-family: inherit; }
.life text { fill: var(--ink); }
.lane-name { font-size: 12px; font-weight: 600; }
.lane { stroke-width: 5; stroke-linecap: round; }
.lane.old { stroke: var(--old); }
.lane.new { stroke: var(--new); }
.lane.coming { stroke-dasharray: 2 9; }
.mark { fill: var(--paper); stroke: var(--new); stroke-width: 3; }
path.mark { fill: none; stroke-width: 5; stroke-linecap: round; }
.done .mark { fill: var(--new); }
.refused .mark { stroke: var(--stop); }
.held circle.mark { stroke: var(--hold); }
.stage path.mark { stroke: var(--old); }
.stage.refused path.mark { stroke: var(--stop); }
.stage-name { font-size: 14px; font-weight: 600; }
.stage-says { font-size: 13px; }
.life .stage-says { fill: var(--quiet); }
.life .held .stage-says { fill: var(--hold); }
.life .refused .stage-says { fill: var(--stop); }
.life .now .stage-says { fill: var(--go); }
@media (forced-colors: active) { .life text { fill: CanvasText; } .lane, .mark { stroke: CanvasText; } }
`;

const PAPER = `
@page { margin: 17mm 16mm 20mm; @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt "DejaVu Sans", sans-serif; } }
@media print {
  html { background: none; font-size: 9.75pt; }
  body { max-width: none; padding: 0; line-height: 1.42; }
  a { color: inherit; text-decoration: none; }
  nav, .skip { display: none; }
  h2, h3 { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  p, li { orphans: 3; widows: 3; }
  .address { padding: .5rem .8rem; margin-bottom: .6rem; }
  .note { background: none; margin: .4rem 0; padding: .3rem .75rem; }
}
`;

export const PAGE_STYLE = `${COLOURS}${SCREEN}${PICTURE}${PAPER}`;
