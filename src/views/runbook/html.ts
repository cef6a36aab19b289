import { html, Markup, type Part } from "../markup.ts";
import { pageHead } from "../page-head.ts";
import { shortDigest } from "./model.ts";
import { introduction, OTHERWISE, stateWords, TITLE, UNDO } from "./page-words.ts";
import { pageStyle } from "./page-style.ts";
import type {
  ConnectionFacts,
  LossFacts,
  Overlap,
  Runbook,
  RunbookAddress,
  RunbookDistrict,
  RunbookStep,
  Trouble,
} from "./runbook.ts";
import { spansOf } from "../spans.ts";

/**
 * A runbook as one page that needs nothing else: no network and no script; its policy forbids both. The same runbook gives
 * the same page.
 */
export function runbookHtml(runbook: Runbook): string {
  const style = pageStyle(runbook.digest);
  const digest = shortDigest(runbook.digest);
  return html`${pageHead(`${TITLE} ${digest}`, style)}
<body>
<a class="skip" href="#steps">To the steps</a>
<header>
<h1>${TITLE} ${digestTag(digest)}</h1>
${introduction(runbook).map((text, at) => html`<p${at === 0 ? new Markup(' class="lead"') : ""}>${inline(text)}</p>`)}
<p class="quiet small">Whole digest: <span class="mono">${runbook.digest}</span></p>
</header>
${contents(runbook)}
<main id="steps" tabindex="-1">
${runbook.troubles.map(trouble)}${overlaps(runbook.overlaps)}${runbook.districts.map(district)}
</main>
<footer><p>rosterform runbook, digest ${digest}. Nothing on this page is secret, and nothing on it is sent anywhere.</p></footer>
</body>
</html>
`.text;
}

function digestTag(digest: string): Markup {
  return html`<span class="digest">digest <span class="mono">${shortDigest(digest)}</span></span>`;
}

/** A name for a place of the page; no two addresses have the same. */
function anchorOf({ address }: RunbookAddress): string {
  return `at-${address.replace(/[^a-zA-Z0-9]/gu, (sign) => `_${sign.codePointAt(0)?.toString(16)}_`)}`;
}

function contents({ districts }: Runbook): Part {
  const all = districts.flatMap((one) => one.addresses);
  if (all.length < 2) return "";
  return html`<nav aria-label="Addresses"><ul>${all.map((one) => html`<li><a href="#${anchorOf(one)}">${one.address}</a></li>`)}</ul></nav>`;
}

function overlaps(all: readonly Overlap[]): Part {
  if (all.length === 0) return "";
  return html`<section aria-labelledby="overlaps"><h2 id="overlaps">Two connections that both work</h2>
<p>Needed for a while, and a risk for as long as it lasts.</p>
<ul>${all.map(
    ({ address, old, young, age, owner, next }) =>
      html`<li><b>${address}</b>: <code>${old}</code> and <code>${young}</code> both work, for ${age}. Owner: ${owner}. Next: ${inline(next)}.</li>`,
  )}</ul></section>
`;
}

function district(one: RunbookDistrict): Markup {
  const id = `district-${one.district}`;
  return html`<section class="district" aria-labelledby="${id}"><h2 id="${id}">${one.district} ${digestTag(one.digest)}</h2>
<p>Campus site: ${one.site}.</p>
${one.inventory !== undefined && html`<p>Registry: ${inline(one.inventory)}</p>`}
${one.troubles.map(trouble)}${one.addresses.map((address) => addressSection(address, one.digest))}
${one.unchanged.length > 0 && html`<p class="quiet">Nothing to do: ${one.unchanged.join("; ")}.</p>`}
</section>
`;
}

function addressSection(one: RunbookAddress, digest: string): Markup {
  const id = anchorOf(one);
  return html`<section class="address" aria-labelledby="${id}"><h3 id="${id}" tabindex="-1">${one.address} ${digestTag(digest)}</h3>
${one.headline.map((text) => html`<p>${inline(text)}</p>`)}
<p class="quiet small">Owner: ${one.owner}. Vendor's contact: ${one.contact}.</p>
${one.connections.length > 0 && html`<div class="facts">${one.connections.map(card)}</div>`}
${one.losses.map(loss)}${one.asked.map(askedBefore)}${one.troubles.map(trouble)}
${one.steps.length > 0 && html`<ol class="steps">${one.steps.map(step)}</ol>`}
${one.undo.length > 0 && undo(one)}
</section>
`;
}

function card(one: ConnectionFacts): Markup {
  const rows: readonly (readonly [string, Part])[] = [
    ["Client ID", html`<code>${one.clientId}</code>`],
    ["Fingerprint", html`<code>${one.fingerprint}</code>`],
    ["Version", one.version],
    ["Application", one.application],
    ["Status", one.status],
    ["May read", one.access],
    ["Source", one.source],
  ];
  return html`<div class="card"><p>${one.role}</p><dl>${rows.map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl></div>`;
}

function loss({ what, todo, accepted, acceptance }: LossFacts): Markup {
  const said = accepted ? "The document accepts it: " : "NOT accepted; that would be ";
  return html`<div class="note${accepted ? "" : " error"}"><p><b>Loses ${what}.</b> ${inline(todo)}</p><p class="small">${said}<code>${acceptance}</code></p></div>`;
}

function askedBefore(text: string): Markup {
  return html`<div class="note"><p><b>Asked before.</b> ${inline(text)}</p></div>`;
}

function trouble({ severity, code, summary, detail, place }: Trouble): Markup {
  const isError = severity === "error";
  return html`<div class="note${isError && " error"}"><p><b>${isError ? "Error" : "Warning"}: ${summary}</b> (<code>${code}</code>)</p><p>${inline(detail)}</p>${place !== undefined && html`<p class="small">In <code>${place}</code></p>`}</div>`;
}

function step(one: RunbookStep): Markup {
  const { number, title, state } = one;
  return html`<li class="step ${state.kind}"><div class="head"><h4>Step ${number}: ${inline(title)}</h4><p class="state">${mark(one)} ${stateWords(one)}</p></div>
${one.asked !== undefined && askedBefore(one.asked)}
${stepBody(one)}</li>
`;
}

/** A sign that stands beside the words of the state. */
function mark({ state }: RunbookStep): Markup {
  const signs = { done: "✓", now: "→", "not-yet": "‖", refused: "✕" };
  return html`<span aria-hidden="true">${signs[state.kind]}</span>`;
}

function stepBody(one: RunbookStep): Part {
  const { state, number, who, where, clicks, pastes, otherwise } = one;
  if (state.kind === "done") return html`<p class="small">Recorded: ${inline(state.says)}.</p>`;
  if (state.kind === "refused") return html`<p class="why">${inline(state.why)}</p>`;
  if (state.kind === "not-yet") {
    const needs = state.needs.map((need) => html`<li>${inline(need)}</li>`);
    return [
      html`<p class="why">${inline(state.why)}</p>`,
      needs.length > 0 && html`<p class="sub">It is allowed when</p><ul class="small">${needs}</ul>`,
    ];
  }
  return [
    html`<p class="who">Who: ${who}.${where !== undefined && html` Where: ${inline(where)}`}</p>`,
    html`<ul class="ticks">${clicks.map(({ text, sees }, at) => tick(`${number}.${at + 1}`, text, sees))}</ul>`,
    pastes.length > 0 &&
      html`<p class="sub">Which value goes where</p><dl>${pastes.map(({ value, into }) => html`<dt>${value}</dt><dd>${into}</dd>`)}</dl>`,
    otherwise.length > 0 &&
      html`<p class="sub">${OTHERWISE}</p><ul class="small">${otherwise.map((text) => html`<li>${inline(text)}</li>`)}</ul>`,
    html`<p class="sign" aria-hidden="true"><span>Done by</span><span>on</span></p>`,
  ];
}

/** The number at the beginning makes the name of every box another one. */
function tick(number: string, text: string, sees: string): Markup {
  const id = `tick-${number.replace(".", "-")}`;
  return html`<li class="tick"><input type="checkbox" id="${id}" aria-describedby="${id}-sees" autocomplete="off"><label for="${id}"><span class="number">${number}</span> ${inline(text)}</label><p class="sees" id="${id}-sees">You should see: ${inline(sees)}</p></li>`;
}

function undo({ undo: stages }: RunbookAddress): Markup {
  return html`<div class="card"><h4>${UNDO}</h4><ul class="small">${stages.map(
    ({ when, how, isNow }) =>
      html`<li>${isNow && html`<b>You are here: </b>`}<span class="label">${when}.</span> ${inline(how)}</li>`,
  )}</ul></div>`;
}

/** Words from anywhere: labels and code are set as such, and everything is escaped. */
function inline(sentence: string): Part {
  return spansOf(sentence).map(({ kind, text }) => {
    if (kind === "code") return html`<code>${text}</code>`;
    return kind === "label" ? html`<span class="label">${text}</span>` : text;
  });
}
