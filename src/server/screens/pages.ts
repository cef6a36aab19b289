import type { DistrictId } from "../../model/address.ts";
import { isActive, type LiveConnection } from "../../model/live.ts";
import type { Credentials } from "../../model/secret.ts";
import { describeSchools, KINDS, type TileKind, VERSIONS } from "../../model/traits.ts";
import { html, Markup } from "./html.ts";

/**
 * The pages on which a person clicks, in the words of the real ones (Infinite Campus knowledge base, "Supported and
 * Unsupported Connections" and "Configuring OneRoster Connections"). They look like no real page and need no script.
 */

const STYLE = new Markup(`
  body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; margin: 0 auto; max-width: 52rem; padding: 1rem; }
  header p { background: #fff4d6; border: 1px solid #c9a227; padding: .5rem .75rem; }
  section { border: 1px solid #8a97a6; border-radius: 6px; padding: 0 1rem 1rem; margin: 1rem 0; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .5rem; border-top: 1px solid #c5cdd6; }
  code { font-size: .95em; overflow-wrap: anywhere; } form { display: inline; } fieldset { margin: 1rem 0; }
  button { font: inherit; padding: .25rem .75rem; } .mark { color: #0a6b2d; font-weight: 600; }
  label { display: block; margin: .35rem 0; } input[type="text"] { font: inherit; width: 100%; box-sizing: border-box; }
`);

function page(title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>
<body>
<header><p>This is the reference campus, a stand-in for rehearsals. It is not Infinite Campus.</p></header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>`.text;
}

/** The districts of this campus. */
export function sitesPage(districts: readonly DistrictId[]): string {
  return page(
    "Sites",
    html`<ul>${districts.map((one) => html`<li><a href="/campus/apps/${one}">${one}</a></li>`)}</ul>`,
  );
}

interface Tile {
  readonly application: string;
  readonly kind: TileKind;
  readonly connections: readonly LiveConnection[];
}

/** Every application of a district with its OneRoster connections. */
export function applicationsPage(district: DistrictId, connections: readonly LiveConnection[]): string {
  return page(
    "Digital Learning Applications Configuration",
    html`<p>Site of ${district}.</p>
${tilesOf(connections).map((tile) => tileSection(district, tile))}
<section aria-labelledby="add"><h2 id="add">Add Application</h2>
<form method="post" action="/campus/apps/${district}">
<label>Application <input type="text" name="application" required maxlength="100"></label>
<fieldset><legend>Where in the list</legend>
${KINDS.map((kind) => html`<label><input type="radio" name="kind" value="${kind}" required> ${kindWords(kind)}</label>`)}
</fieldset>
${versionChoice("add")}
<button>Generate New OneRoster Connection</button>
</form></section>`,
  );
}

/** `supported` tiles carry a logo and a check mark in the real system; unsupported ones stand at the end of its list. */
function kindWords(kind: TileKind): string {
  return kind === "supported" ? "A supported application (logo and green check mark)" : "Connect to Other Applications";
}

function tilesOf(connections: readonly LiveConnection[]): readonly Tile[] {
  const tiles = new Map<string, Tile>();
  for (const one of connections) {
    const key = JSON.stringify([one.application, one.kind]);
    const before = tiles.get(key)?.connections ?? [];
    tiles.set(key, { application: one.application, kind: one.kind, connections: [...before, one] });
  }
  return [...tiles.values()];
}

function tileSection(district: DistrictId, { application, kind, connections }: Tile): Markup {
  const mark = kind === "supported" ? html` <span class="mark">\u2713 supported</span>` : html` (other application)`;
  const id = `tile-${kind}-${application.replaceAll(/\W+/g, "-")}`;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${application}${mark}</h2>
<h3>OneRoster Connections</h3>
<table><thead><tr><th>Client ID</th><th>Version</th><th>Schools</th><th>Status</th><th>Select</th></tr></thead>
<tbody>${connections.map(
    (
      one,
    ) => html`<tr><td><code>${one.clientId}</code></td><td>${one.version}</td><td>${describeSchools(one.schools)}</td>
<td>${isActive(one) ? "Active" : "Disabled"}</td><td><a href="/campus/apps/${district}/${one.id}">Edit ${one.clientId.slice(0, 6)}</a></td></tr>`,
  )}</tbody></table>
<form method="post" action="/campus/apps/${district}">
<input type="hidden" name="application" value="${application}"><input type="hidden" name="kind" value="${kind}">
${versionChoice(id)}
<button>Generate New OneRoster Connection</button>
</form></section>`;
}

function versionChoice(prefix: string): Markup {
  return html`<label for="${prefix}-version">Version</label> <select id="${prefix}-version" name="version">${VERSIONS.map(
    (version) => html`<option value="${version}">OneRoster ${version}</option>`,
  )}</select>`;
}

/** One connection: its four values, what can be edited, and the switch that ends it. */
export function connectionPage(options: {
  readonly district: DistrictId;
  readonly connection: LiveConnection;
  readonly credentials: Credentials;
  readonly schools: readonly string[];
}): string {
  const { district, connection, credentials, schools } = options;
  const here = `/campus/apps/${district}/${connection.id}`;
  const sees = (school: string): boolean => connection.schools === "all" || connection.schools.includes(school);
  const values: readonly (readonly [string, string])[] = [
    ["Client ID", credentials.clientId],
    ["Client Secret", credentials.clientSecret.reveal()],
    ["Token URL", credentials.tokenUrl],
    ["Base URL", credentials.baseUrl],
  ];
  return page(
    `${connection.application}: OneRoster ${connection.version} connection`,
    html`<p>Status: ${isActive(connection) ? "Active" : "Disabled"}. <a href="/campus/apps/${district}">Back to the list</a></p>
<section aria-labelledby="share"><h2 id="share">Information to Share</h2>
<dl>${values.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl></section>
<section aria-labelledby="edit"><h2 id="edit">Edit</h2>
<form method="post" action="${here}/edit">
<fieldset><legend>School access</legend>
<label><input type="checkbox" name="all" value="yes"${connection.schools === "all" && new Markup(" checked")}> All schools</label>
${schools.map((school) => html`<label><input type="checkbox" name="school" value="${school}"${sees(school) && new Markup(" checked")}> ${school}</label>`)}
</fieldset>
<fieldset><legend>Data to share</legend>
<label><input type="checkbox" name="share" value="demographics"${connection.share.includes("demographics") && new Markup(" checked")}> Demographics</label>
</fieldset>
<button>Save</button></form></section>
<section aria-labelledby="status"><h2 id="status">Status</h2>
<form method="post" action="${here}/${isActive(connection) ? "disable" : "enable"}"><button>${isActive(connection) ? "Disable" : "Enable"} this connection</button></form>
</section>`,
  );
}

/** Told where a page does not exist or a form cannot be read. */
export function troublePage(message: string): string {
  return page("That did not work", html`<p>${message}</p><p><a href="/campus/apps">All sites</a></p>`);
}
