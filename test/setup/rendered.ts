import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";

/** Markdown as a code host shows it: read by a CommonMark and GFM parser, and its HTML by the parser of browsers. */

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

export interface Rendered {
  readonly html: string;
  /** Every element, in the order of the page. */
  readonly elements: readonly Element[];
  /** What is seen, without spaces of no width. */
  readonly text: string;
  readonly tables: readonly RenderedTable[];
}

export interface RenderedTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** HTML inside Markdown is let through, as far as code hosts do that; so what is smuggled in would be seen. */
export function render(markdown: string): Rendered {
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const tree = parseFragment(html);
  const elements = tree.childNodes.flatMap(elementsIn);
  return {
    html,
    elements,
    text: tree.childNodes.map(textOf).join(""),
    tables: elements.filter(({ tagName }) => tagName === "table").map(tableOf),
  };
}

function elementsIn(node: Node): readonly Element[] {
  if (!("tagName" in node)) return [];
  return [node, ...node.childNodes.flatMap(elementsIn)];
}

/** Text as it is seen; a line break is one. */
function textOf(node: Node): string {
  if (node.nodeName === "#text" && "value" in node) return node.value.replaceAll("\u200b", "");
  if (!("tagName" in node)) return "";
  return node.tagName === "br" ? "\n" : node.childNodes.map(textOf).join("");
}

function tableOf(table: Element): RenderedTable {
  const rows = elementsIn(table).filter(({ tagName }) => tagName === "tr");
  const cells = rows.map((row) =>
    row.childNodes.filter((cell) => cell.nodeName === "td" || cell.nodeName === "th").map(textOf),
  );
  const [headings = [], ...rest] = cells;
  return { headings, rows: rest };
}
