import { createHash } from "node:crypto";
import { html, Markup, type Part } from "./markup.ts";

/**
 * How a page begins that needs nothing else: no network and no script. Its policy forbids both, and lets in only this one style.
 * `scheme`: the page has colours for the dark as well.
 */
export function pageHead(title: Part, style: string, { scheme = false }: { readonly scheme?: boolean } = {}): Markup {
  const digest = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${scheme && new Markup('<meta name="color-scheme" content="light dark">\n')}<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>`;
}
