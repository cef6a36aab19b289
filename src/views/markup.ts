import { plain } from "./layout.ts";

/** Text that is markup already; everything else is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

/** A template of markup in which every value is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(strings.map((text, at) => text + rendered(values[at])).join(""));
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(rendered).join("");
  return plain(String(part)).replace(/[&<>"'`]/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}
