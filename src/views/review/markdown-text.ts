import { plain } from "../layout.ts";
import { spansOf } from "../spans.ts";

/**
 * Words from anywhere inside a table, a list or a heading of GitHub's and GitLab's Markdown: they can end no cell, begin no
 * block, and are no markup. Where it says `code` in backticks, it is set as code.
 */
export function inline(sentence: string): string {
  return spansOf(oneLine(sentence))
    .map(({ kind, text }) => (kind === "code" ? code(text) : words(kind === "label" ? `"${text}"` : text)))
    .join("");
}

/**
 * A name or a value as code: nobody is mentioned by it and nothing is linked. Where it has signs that a fence or a table would
 * take for its own, each of them is written by its number between tags.
 */
export function code(text: string): string {
  const said = whole(plain(oneLine(text)));
  if (said.trim() === "") return "";
  if (!/[|`\\]|^ | $/u.test(said)) return `\`${said}\``;
  return `<code>${said.replace(/[!-/:-@[-`{-~]/gu, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`;
}

/** Text without markup, and without what a code host makes a link, a mention or a picture of after that. */
function words(text: string): string {
  return kept(whole(text))
    .replace(/[\\`*_[\]<|~$&]/gu, (sign) => (sign === "\\" ? "&#92;" : `\\${sign}`))
    .replaceAll(KEEP, "&#8203;");
}

/** Stands for a space of no width until everything is escaped; of private use, and so never part of a text that is shown. */
const KEEP = "\ue000";

/**
 * `@name`, `#12`, `!12`, `:tada:`, `www.`, `https://` and `GH-12` are turned into something else also where no markup stands.
 * A space of no width in between prevents it and is not seen.
 */
function kept(text: string): string {
  return text
    .replaceAll(KEEP, "\ufffd")
    .replace(/@(?=\S)|[#!~%$&](?=[\p{L}\p{N}"_])/gu, `$&${KEEP}`)
    .replace(/:(?=(?:[\w+-]*[a-z][\w+-]*|100|1234):)/giu, `:${KEEP}`)
    .replace(/:(?=\/\/)/gu, `:${KEEP}`)
    .replace(/www(?=\.)/giu, `$&${KEEP}`)
    .replace(/gh-(?=\d)/giu, `$&${KEEP}`);
}

/** Half of a pair that stands alone is no character, and no file can hold it. */
function whole(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** A comment, a cell and a heading have one line each. */
function oneLine(text: string): string {
  return text.replace(/\s*[\n\r]\s*/gu, " ");
}

/** What is left of a name in an HTML comment: no sign there can end it. */
export function harmless(name: string): string {
  return name.replace(/[^\p{L}\p{N}._/]+/gu, "-").replace(/-+/gu, "-");
}
