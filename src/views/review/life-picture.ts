import { html, Markup, type Part } from "../markup.ts";
import type { Life, LifeStage } from "./life.ts";

/** One stage takes so much of the picture's height, in its own units; one unit is a pixel where there is room. */
const ROW = 42;
const TOP = 34;
const WIDTH = 340;
/** Where the lanes of the two connections run, and where the words begin. */
const OLD_X = 22;
const YOUNG_X = 58;
const WORDS_X = 88;

/**
 * The life of a cut-over as a picture: time runs downwards, a line for the old connection and one for the new. Both run side by
 * side for as long as both work. What is certain is solid, what is to come is dashed. Its title says all of it in words.
 */
export function lifePicture(address: string, life: Life): Markup {
  const isFirst = life.old === undefined;
  const height = TOP + life.stages.length * ROW + 6;
  return html`<svg class="life" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${inWords(address, life)}">
${!isFirst && lane("old", OLD_X, TOP - 8, yOf(life.stages.findIndex(({ kind }) => kind === "disabled")), true)}
${lanes(life)}
${!isFirst && label(OLD_X, "old")}${label(YOUNG_X, "new")}
${life.stages.map((stage, at) => stageMark(stage, at))}
</svg>`;
}

/** `springfield/Otus: generated 2027-06-07; delivered not before 2027-07-01; ...`. */
export function inWords(address: string, { old, young, stages }: Life): string {
  const who = old === undefined ? "a first connection" : `from ${old} to ${young ?? "a new connection"}`;
  const told = stages.map((stage) => `${nameOf(stage)}: ${stateOf(stage)} ${stage.says}`);
  return `Life of the cut-over at ${address}, ${who}. ${told.join("; ")}.`;
}

const NAMES: Readonly<Record<LifeStage["kind"], string>> = {
  generated: "Generated",
  delivered: "Delivered",
  probed: "Probed",
  used: "Used by the vendor",
  disabled: "Old one disabled",
};

const STATES: Readonly<Record<LifeStage["state"], string>> = {
  done: "done,",
  now: "next,",
  held: "held,",
  ahead: "later,",
  refused: "refused,",
};

function nameOf({ kind }: LifeStage): string {
  return NAMES[kind];
}

function stateOf({ state }: LifeStage): string {
  return STATES[state];
}

function yOf(at: number): number {
  return TOP + at * ROW + 14;
}

function label(x: number, text: string): Markup {
  return html`<text class="lane-name" x="${x}" y="14" text-anchor="middle">${text}</text>`;
}

function lane(kind: "old" | "new", x: number, from: number, to: number, isCertain: boolean): Markup {
  return html`<line class="lane ${kind}${!isCertain && " coming"}" x1="${x}" y1="${from}" x2="${x}" y2="${to}"/>`;
}

/** The new one: solid down to the last thing that is done, dashed from there. */
function lanes({ stages }: Life): Part {
  const own = stages
    .map(({ kind, state }, at) => ({ kind, state, y: yOf(at) }))
    .filter(({ kind }) => kind !== "disabled");
  const open = own.findIndex(({ state }) => state !== "done");
  const certain = open < 0 ? own.length : open;
  const end = yOf(stages.length - 1);
  const start = own[0]?.y ?? end;
  const solid = own[certain - 1]?.y;
  return [
    solid !== undefined && lane("new", YOUNG_X, start, solid, true),
    html`${lane("new", YOUNG_X, solid ?? start, end + (stages.length > 3 ? 14 : 0), certain === own.length)}`,
  ];
}

function stageMark(stage: LifeStage, at: number): Markup {
  const y = yOf(at);
  const x = stage.kind === "disabled" ? OLD_X : YOUNG_X;
  return html`<g class="stage ${stage.state}">${markAt(stage, x, y)}<text class="stage-name" x="${WORDS_X}" y="${y - 1}">${nameOf(stage)}</text><text class="stage-says" x="${WORDS_X}" y="${y + 15}">${signOf(stage)} ${stage.says}</text></g>
`;
}

/** The form says the state too: a filled circle, a ring, a bar across, a cross. */
function markAt({ state, kind }: LifeStage, x: number, y: number): Markup {
  if (state === "refused") return html`<path class="mark" d="M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12"/>`;
  if (kind === "disabled") return html`<path class="mark" d="M${x - 9} ${y}h18"/>`;
  return html`<circle class="mark" cx="${x}" cy="${y}" r="7"/>`;
}

function signOf({ state }: LifeStage): string {
  return { done: "✓", now: "→", held: "‖", ahead: "…", refused: "✕" }[state];
}

/** What the signs of the pictures mean, once a page. */
export function pictureLegend(): Markup {
  return html`<p class="quiet small">In the pictures time runs downwards: ${new Markup("<b>✓</b>")} done, ${new Markup("<b>→</b>")} this run may do it, ${new Markup("<b>‖</b>")} held until a day, ${new Markup("<b>…</b>")} later, ${new Markup("<b>✕</b>")} refused. While both lines run, both connections work.</p>`;
}
