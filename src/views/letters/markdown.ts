import { wrap } from "../layout.ts";
import type { Letter } from "./letter.ts";

/** The letter as Markdown; what people wrote in documents never becomes markup. Ends with a line break. */
export function letterMarkdown({ subject, to, answerTo, paragraphs }: Letter): string {
  const head = [
    titled(escaped(subject)),
    `To: ${escaped(to ?? "nobody is named in the documents")}`,
    ...(answerTo === undefined ? [] : [`Answer to: ${escaped(answerTo)}`]),
  ];
  return `${[...head, ...paragraphs.map((one) => laidOut(one, true))].join("\n\n")}\n`;
}

/** A heading that may be longer than a line: Markdown lets one that is underlined go over several. */
function titled(title: string): string {
  const lines = wrap(title, { width: WIDTH });
  return lines.length === 1 ? `# ${title}` : [...lines, "=".repeat(WIDTH)].join("\n");
}

const WIDTH = 76;

/** The letter's body as plain text. Ends with a line break. */
export function letterText({ paragraphs }: Letter): string {
  return `${paragraphs.map((one) => laidOut(one, false)).join("\n\n")}\n`;
}

function laidOut(paragraph: string, isMarkdown: boolean): string {
  // A command or a value is there to be copied: it stays on one line.
  if (paragraph.startsWith("    ")) return paragraph;
  const lines = paragraph.split("\n");
  if (lines.length === 1) return wrap(isMarkdown ? escaped(paragraph) : paragraph, { width: WIDTH }).join("\n");
  return lines.map((line) => (isMarkdown ? `    ${line}` : line)).join("\n");
}

/** Code between backticks stays; everything else that Markdown would read as markup is taken literally. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_[\]<>#|~!`]/gu, "\\$&")))
    .join("");
}
