import { shortDigest } from "./model.ts";

/**
 * How the page looks, on the screen and on paper. Nothing is loaded from anywhere. The running line on paper stands in
 * margin boxes of the page, which Chromium prints since release 131; the headings carry the digest for all others.
 */
export function pageStyle(digest: string): string {
  return `${SCREEN}${PAPER}
@page { @bottom-left { content: "rosterform runbook, digest ${hexadecimal(shortDigest(digest))}"; } }
`;
}

/** Only these signs may get into a style sheet, which knows no escaping of markup. */
function hexadecimal(text: string): string {
  return text.replace(/[^0-9a-f]/gu, "");
}

const SCREEN = `
:root { color-scheme: light; --ink: #1c2733; --quiet: #4a5766; --line: #c9d2dc; --paper: #ffffff; --tint: #f5f7fa; --go: #1b5e3f; --go-tint: #eef6f1; --stop: #8c1d18; --stop-tint: #fdf3f2; --hold: #6b4e00; --hold-tint: #fdf8ea; }
* { box-sizing: border-box; }
html { background: #eceff3; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 50rem; padding: 2.5rem clamp(1rem, 5vw, 3.5rem) 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 2rem; font-weight: 600; margin: 0 0 1rem; letter-spacing: -0.01em; }
h2 { font-size: 1.45rem; font-weight: 600; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.2rem; font-weight: 600; margin: 2.25rem 0 .5rem; }
h4 { font-size: 1.05rem; font-weight: 600; margin: 0; }
p { margin: .5rem 0; }
ul, ol { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .25rem 0; }
.digest { font-size: .8rem; font-weight: 400; color: var(--quiet); white-space: nowrap; letter-spacing: 0; }
code, .mono { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .88em; }
code { background: var(--tint); border: 1px solid var(--line); border-radius: 3px; padding: .05em .3em; }
.label { font-weight: 600; }
.quiet { color: var(--quiet); }
a { color: #0b4a8f; text-underline-offset: .15em; }
:focus-visible { outline: 3px solid #0b4a8f; outline-offset: 3px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--paper); padding: .5rem 1rem; }
.skip:focus { left: 0; }
.lead { border-left: 4px solid var(--ink); padding-left: 1rem; }
nav ul { list-style: none; padding: 0; margin: 1.25rem 0; columns: 16rem 2; }
nav li { margin: 0; padding: .2rem 0; break-inside: avoid; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .75rem; margin: .75rem 0; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .85rem; background: var(--tint); break-inside: avoid; }
.card > :first-child { margin-top: 0; font-weight: 600; }
.card code { background: var(--paper); }
dl { margin: .25rem 0; display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .15rem .75rem; font-size: .9rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
.note { border-left: 4px solid var(--hold); background: var(--hold-tint); padding: .5rem .85rem; margin: .75rem 0; break-inside: avoid; }
.note.error { border-color: var(--stop); background: var(--stop-tint); }
.note > :first-child { margin-top: 0; } .note > :last-child { margin-bottom: 0; }
.steps { list-style: none; padding: 0; margin: 1rem 0; }
.step { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.1rem; margin: 0 0 1rem; break-inside: avoid; }
.step > :last-child { margin-bottom: 0; }
.step.now { border: 2px solid var(--go); }
.step.not-yet { border: 2px dashed #8a7434; background: var(--hold-tint); }
.step.refused { border: 2px solid var(--stop); background: var(--stop-tint); }
.step.done { background: var(--tint); }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.state { margin: 0; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.now .state { color: var(--go); } .not-yet .state { color: var(--hold); } .refused .state { color: var(--stop); } .done .state { color: var(--quiet); }
.who { font-size: .9rem; color: var(--quiet); margin: .25rem 0 .5rem; }
.why { font-weight: 600; }
.ticks { list-style: none; padding: 0; margin: .75rem 0; }
.tick { display: grid; grid-template-columns: 1.35rem 1fr; gap: 0 .75rem; padding: .4rem 0; break-inside: avoid; }
.tick input { appearance: none; width: 1.35rem; height: 1.35rem; margin: .1rem 0 0; border: 2px solid var(--ink); border-radius: 3px; background: var(--paper); display: grid; place-content: center; }
.tick input:checked::before { content: "\\2713"; font-weight: 700; font-size: 1.1rem; line-height: 1; color: var(--ink); }
.tick label { cursor: pointer; }
.tick .number { font-weight: 600; font-variant-numeric: tabular-nums; margin-right: .35rem; }
.sees { grid-column: 2; margin: .1rem 0 0; font-size: .9rem; color: var(--quiet); }
.sub { font-size: .9rem; font-weight: 600; margin: .75rem 0 .25rem; }
.small { font-size: .9rem; }
.sign { display: none; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: .85rem; color: var(--quiet); }
@media (forced-colors: active) { .tick input { appearance: auto; } }
`;

const PAPER = `
@page { margin: 17mm 16mm 20mm; @bottom-right { content: "Page " counter(page) " of " counter(pages); } }
@page { @bottom-left { font: 8pt "DejaVu Sans", sans-serif; color: #4a5766; } @bottom-right { font: 8pt "DejaVu Sans", sans-serif; color: #4a5766; } }
@media print {
  html { background: none; font-size: 9.75pt; }
  body { max-width: none; padding: 0; line-height: 1.42; }
  a { color: inherit; text-decoration: none; }
  nav, .skip { display: none; }
  h2, h3, h4, .head, .sub { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  h3 { margin-top: 1rem; }
  p, li { orphans: 3; widows: 3; }
  .district + .district, .address + .address { break-before: page; }
  .address > p { margin: .25rem 0; }
  .facts { margin: .5rem 0; }
  .steps { margin: .6rem 0; }
  .step { padding: .6rem .9rem; margin-bottom: .7rem; }
  .step, .card, .note { background: none; }
  .step.done, .step.refused { padding: .3rem .9rem; margin-bottom: .4rem; }
  .step.done p, .step.refused p { margin: .15rem 0; }
  .ticks { margin: .4rem 0; }
  .tick { padding: .22rem 0; }
  .tick input { border-width: 1.2pt; }
  .note { margin: .5rem 0; padding: .35rem .75rem; }
  .note p { margin: .2rem 0; }
  .sign { display: flex; gap: 1.5rem; margin-top: .6rem; font-size: .85rem; color: var(--quiet); }
  .sign span { flex: 1; border-bottom: 1px solid var(--quiet); padding-bottom: .9rem; }
}
`;
