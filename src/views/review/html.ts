import { html, type Markup, type Part } from "../markup.ts";
import { pageHead } from "../page-head.ts";
import { shortDigest } from "../runbook/model.ts";
import type { LossFacts, Trouble } from "../runbook/runbook.ts";
import { spansOf } from "../spans.ts";
import { describeMoment, listOf, plural } from "../words.ts";
import { lifePicture, pictureLegend } from "./life-picture.ts";
import { PAGE_STYLE } from "./page-style.ts";
import type { Act, Review, ReviewDistrict, ReviewRow } from "./review.ts";
import { countTroubles, firstLooks, titleOf } from "./verdict.ts";

/**
 * A review as one page that needs nothing else: no network and no script; its policy forbids both. The same review gives the
 * same page.
 */
export function reviewHtml(review: Review): string {
  const title = titleOf(review);
  const isDrawn = review.districts.some(({ rows }) => rows.some(({ life }) => life !== undefined));
  return html`${pageHead(title, PAGE_STYLE, { scheme: true })}
<body>
<a class="skip" href="#main">To the districts</a>
<header>
<h1>${title}</h1>
${looks(review)}
<p class="quiet">Made on ${describeMoment(review.madeAt)}.${review.partial && " This is a part of the plan: some addresses were left out on purpose."} Nothing here is secret.</p>
${review.digest !== "" && html`<p class="quiet small">Digest: <code>${review.digest}</code></p>`}
${isDrawn && pictureLegend()}
</header>
${contents(review)}
<main id="main" tabindex="-1">
${review.districts.filter(({ rows }) => rows.length > 0).map(district)}${troubles(review.troubles)}
<section aria-labelledby="total"><h2 id="total">In total</h2>
<p class="total">${review.total}</p>
${review.notes.length > 0 && html`<ul>${review.notes.map((note) => html`<li>${inline(note)}</li>`)}</ul>`}
${same(review)}
</section>
</main>
<footer><p>rosterform${review.digest !== "" && html`, digest ${shortDigest(review.digest)}`}. Nothing on this page is secret, and nothing on it is sent anywhere.</p></footer>
</body>
</html>
`.text;
}

function looks(review: Review): Part {
  const first = firstLooks(review);
  return first.length > 0 && html`<p class="lead"><b>Look at first:</b> ${listOf(first)}.</p>`;
}

function contents({ districts }: Review): Part {
  const shown = districts.filter(({ rows }) => rows.length > 0);
  if (shown.length < 2) return "";
  return html`<nav aria-label="Districts"><ul>${shown.map(
    (one) =>
      html`<li><a href="#district-${one.district}">${one.district}</a> <span class="quiet">(${one.rows.length})</span></li>`,
  )}</ul></nav>`;
}

function same({ districts, settled }: Review): Part {
  const count = districts.filter(({ rows }) => rows.length === 0).length + settled;
  return count > 0 && html`<p class="quiet">${plural(count, "district")} without changes.</p>`;
}

function district({ district: name, digest, rows, unchanged, unmanaged, inventory }: ReviewDistrict): Markup {
  const id = `district-${name}`;
  return html`<section class="district" aria-labelledby="${id}"><h2 id="${id}" tabindex="-1">${name}</h2>
<p class="quiet small">Digest: <code>${digest}</code></p>
${inventory !== undefined && html`<p>Registry: ${inline(inventory)}</p>`}
${rows.map((row, at) => addressSection(row, `${id}-${at}`))}
${unchanged > 0 && html`<p class="quiet">${plural(unchanged, "more address", "more addresses")} without changes.</p>`}
${unmanaged > 0 && html`<p class="quiet">${plural(unmanaged, "active connection")} that no document speaks of, left alone.</p>`}
</section>
`;
}

function addressSection(row: ReviewRow, id: string): Markup {
  const { address, rank, acts, losses, widens, awaits, blockedBy, isObserved, life, place } = row;
  return html`<section class="address ${rank}" aria-labelledby="${id}"><div class="words"><h3 id="${id}">${address}</h3>
${blockedBy.map((why) => html`<div class="note error"><p><b>Blocked:</b> ${inline(why)}. Nothing of it is applied.</p></div>`)}
${isObserved && html`<div class="note"><p><b>Only observed:</b> nothing of it is applied.</p></div>`}
${acts.length === 0 && html`<p class="act"><b>is blocked</b> <span class="quiet">(<code>${place}</code>)</span></p>`}${acts.map(act)}
${losses.map(loss)}
${widens.map((one) => html`<div class="note"><p><b>Widens</b> ${inline(one)}</p></div>`)}
${awaits.length > 0 && html`<ul class="awaits">${awaits.map((one) => html`<li>${inline(one)}</li>`)}</ul>`}
</div>
${life !== undefined && html`<figure>${lifePicture(address, life)}</figure>`}
</section>
`;
}

function act({ symbol, becomes, reason, facts, place }: Act): Markup {
  return html`<p class="act">${symbol !== "" && html`<span class="symbol" aria-hidden="true">${symbol}</span> `}<b>${becomes}</b>${reason !== undefined && html`: ${inline(reason)}`} <span class="quiet">(<code>${place}</code>)</span></p>
${facts.length > 0 && html`<ul class="facts">${facts.map((fact) => html`<li>${inline(fact)}</li>`)}</ul>`}`;
}

function loss({ what, todo, accepted, acceptance }: LossFacts): Markup {
  const said = accepted ? "The document accepts it: " : "NOT accepted; that would be ";
  return html`<div class="note${!accepted && " error"}"><p><b>Loses ${what}.</b> ${inline(todo)}</p><p class="small">${said}<code>${acceptance}</code></p></div>`;
}

function troubles(all: readonly Trouble[]): Part {
  if (all.length === 0) return "";
  return html`<section aria-labelledby="troubles"><h2 id="troubles">${countTroubles(all)}</h2>${all.map(trouble)}</section>
`;
}

function trouble({ severity, code, summary, detail, place }: Trouble): Markup {
  const isError = severity === "error";
  return html`<div class="note${isError && " error"}"><p><b>${isError ? "Error" : "Warning"}: ${summary}</b> (<code>${code}</code>)</p><p>${inline(detail)}</p>${place !== undefined && html`<p class="small">In <code>${place}</code></p>`}</div>`;
}

/** Words from anywhere: labels and code are set as such, and everything is escaped. */
function inline(sentence: string): Part {
  return spansOf(sentence).map(({ kind, text }) => {
    if (kind === "code") return html`<code>${text}</code>`;
    return kind === "label" ? html`<span class="label">${text}</span>` : text;
  });
}
