import { plain, wrap } from "../layout.ts";
import { introduction, OTHERWISE, stateWords, TITLE, UNDO } from "./page-words.ts";
import { shortDigest } from "./model.ts";
import type { Overlap, Runbook, RunbookAddress, RunbookDistrict, RunbookStep, Trouble } from "./runbook.ts";
import { spansOf } from "../spans.ts";

const WIDTH = 100;

/** A runbook as Markdown with boxes to tick. The same runbook gives the same text. Ends with a line break. */
export function runbookMarkdown(runbook: Runbook): string {
  const sections = [
    `# ${TITLE} (digest ${shortDigest(runbook.digest)})`,
    ...introduction(runbook).map((text) => paragraph(text)),
    paragraph(`Whole digest: \`${runbook.digest}\``),
    ...runbook.troubles.map(trouble),
    ...overlaps(runbook.overlaps),
    ...runbook.districts.flatMap(district),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function overlaps(all: readonly Overlap[]): readonly string[] {
  if (all.length === 0) return [];
  const items = all.map(({ address, old, young, age, owner, next }) =>
    item(`${address}: ${old} and ${young} both work, for ${age}. Owner: ${owner}. Next: ${next}.`),
  );
  return ["## Two connections that both work", items.join("\n")];
}

function district({ district: name, digest, site, inventory, troubles, addresses, unchanged }: RunbookDistrict) {
  return [
    `## ${inline(name)} (digest ${shortDigest(digest)})`,
    paragraph(`Campus site: ${site}.`),
    inventory === undefined ? "" : paragraph(`Registry: ${inventory}`),
    ...troubles.map(trouble),
    ...addresses.flatMap((one) => addressSection(one, digest)),
    unchanged.length === 0 ? "" : paragraph(`Nothing to do: ${unchanged.join("; ")}.`),
  ];
}

function addressSection(one: RunbookAddress, digest: string): readonly string[] {
  const facts = one.connections.map(({ role, clientId, fingerprint, version, application, status, access, source }) =>
    item(
      `${role}: Client ID ${clientId}, fingerprint ${fingerprint}, version ${version}, ${application}, ${status}; ${access}; ${source}.`,
    ),
  );
  return [
    `### ${inline(one.address)} (digest ${shortDigest(digest)})`,
    ...one.headline.map((text) => paragraph(text)),
    paragraph(`Owner: ${one.owner}. Vendor's contact: ${one.contact}.`),
    facts.join("\n"),
    ...one.losses.map(({ what, todo, accepted, acceptance }) =>
      paragraph(
        `**LOSES**  ${inline(what)}. ${inline(todo)} ${accepted ? "The document accepts it" : "NOT accepted"}: ${code(acceptance)}.`,
        true,
      ),
    ),
    ...one.asked.map((text) => paragraph(`**ASKED BEFORE**  ${inline(text)}`, true)),
    ...one.troubles.map(trouble),
    ...one.steps.flatMap(step),
    ...(one.undo.length === 0 ? [] : [`#### ${UNDO}`, undoList(one)]),
  ];
}

function undoList({ undo }: RunbookAddress): string {
  return undo
    .map(({ when, how, isNow }) => item(`${isNow ? "**You are here:** " : ""}${inline(when)}. ${inline(how)}`, true))
    .join("\n");
}

function step(one: RunbookStep): readonly string[] {
  const { number, title, state, who, where, clicks, otherwise, pastes, asked } = one;
  const head = `#### Step ${number}: ${inline(title)} (${stateWords(one).toLowerCase()})`;
  if (state.kind === "done") return [head, paragraph(`Recorded: ${state.says}.`)];
  const before = asked === undefined ? [] : [paragraph(`**ASKED BEFORE**  ${inline(asked)}`, true)];
  if (state.kind !== "now") {
    const needs = state.kind === "not-yet" ? state.needs.map((need) => item(need)).join("\n") : "";
    return [head, ...before, paragraph(`**${inline(state.why)}**`, true), needs];
  }
  return [
    head,
    ...before,
    paragraph(`Who: ${who}.${where === undefined ? "" : ` Where: ${where}`}`),
    clicks.map(({ text, sees }, at) => click(`${number}.${at + 1}`, text, sees)).join("\n"),
    pastes.map(({ value, into }) => item(`${value} goes into: ${into}`)).join("\n"),
    otherwise.length === 0 ? "" : `${OTHERWISE}:`,
    otherwise.map((text) => item(text)).join("\n"),
  ];
}

function click(number: string, text: string, sees: string): string {
  const lines = lay(`**${number}** ${inline(text)}`, "- [ ] ", "      ");
  return [...lines, ...lay(`You should see: ${inline(sees)}`, "      ", "      ")].join("\n");
}

function trouble({ severity, code: name, summary, detail, place }: Trouble): string {
  const where = place === undefined ? "" : ` In ${code(place)}.`;
  return paragraph(
    `**${severity.toUpperCase()}**  ${inline(summary)} (${code(name)}). ${inline(detail)}${where}`,
    true,
  );
}

function paragraph(text: string, isMarkdown = false): string {
  return lay(isMarkdown ? text : inline(text), "", "").join("\n");
}

function item(text: string, isMarkdown = false): string {
  return lay(isMarkdown ? text : inline(text), "- ", "  ").join("\n");
}

/** Breaks markup in lines. What would begin a block of its own at the start of a line is kept from it. */
function lay(markup: string, first: string, rest: string): readonly string[] {
  const [head = "", ...more] = wrap(markup, { width: WIDTH - rest.length });
  return [first + harmless(head, first), ...more.map((line) => rest + harmless(line, rest))];
}

function harmless(line: string, lead: string): string {
  if (lead.endsWith("[ ] ")) return line;
  return line.replace(/^([#+=-]|>)/, "\\$1").replace(/^(\d{1,9})([.)])/, "$1\\$2");
}

/** Words from anywhere as Markdown: labels and code are set as such, everything else is nothing but words. */
function inline(sentence: string): string {
  return spansOf(sentence)
    .map(({ kind, text }) => (kind === "code" ? code(text) : kind === "label" ? `**${words(text)}**` : words(text)))
    .join("");
}

/** Code has no escapes; a backtick inside is kept out by what calls this, or replaced. */
function code(text: string): string {
  return `\`${plain(text).replaceAll("`", "'")}\``;
}

function words(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]<&|~$!]/gu, "\\$&")
    .replace(/:(?=\/\/)/gu, "\\:")
    .replace(/\bwww\./giu, (found) => `${found.slice(0, -1)}\\.`);
}
