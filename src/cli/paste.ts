import type { Site } from "../model/site.ts";
import type { OneRosterVersion } from "../model/traits.ts";

/** The four values under "Information to Share", in the order in which they are asked for. */
export const FIELDS = ["clientId", "clientSecret", "tokenUrl", "baseUrl"] as const;
export type Field = (typeof FIELDS)[number];

/** How a value is called on the screen. */
export const NAMES: Readonly<Record<Field, string>> = {
  clientId: "Client ID",
  clientSecret: "Client Secret",
  tokenUrl: "Token URL",
  baseUrl: "Base URL",
};

/** Values that were pasted so far. */
export type Pasted = Readonly<Partial<Record<Field, string>>>;

/** What a pasted value is held against. */
export interface Fitting {
  readonly site: Site;
  readonly version: OneRosterVersion;
  /** Client IDs of connections that exist already, and which is the one that is replaced. */
  readonly old?: string;
  readonly known?: readonly string[];
  readonly others: Pasted;
}

/** What is wrong with a value, or what makes one doubt it. No sentence quotes a value. */
export interface Checked {
  readonly wrong?: string;
  readonly doubt?: string;
}

// Zero-width characters, the soft hyphen, direction marks, the byte order mark: they come along from web pages and mails.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const QUOTES = "\"'`\u00ab\u00bb\u2018-\u201f\u2039\u203a";
const AROUND = new RegExp(`^[${QUOTES}\\s]+|[${QUOTES}\\s]+$`, "gu");
const LABEL = /^(client[\s_-]*id|client[\s_-]*secret|token[\s_-]*url|base[\s_-]*url)(?:\s*[:=]\s*|\s+|$)(.*)$/i;

/** The value without what a copy from a web page or a mail puts around it. */
export function cleaned(text: string): string {
  return text
    .replace(INVISIBLE, "")
    .replace(/\u00a0/g, " ")
    .replace(AROUND, "");
}

/**
 * What was pasted, by field: a single value for the field that was asked for, a value with its label in front, or the whole
 * sheet, with labels or as four bare lines.
 */
export function readPaste(text: string, asked: Field): Pasted {
  const lines = text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(cleaned)
    .filter((line) => line !== "");
  const labelled = readLabels(lines);
  if (Object.keys(labelled).length > 0) return labelled;
  const [clientId, clientSecret, tokenUrl, baseUrl, more] = lines;
  if (clientId !== undefined && clientSecret !== undefined && isUrlLike(tokenUrl) && isUrlLike(baseUrl) && !more) {
    return { clientId, clientSecret, tokenUrl, baseUrl };
  }
  return { [asked]: lines.join(" ") };
}

function readLabels(lines: readonly string[]): Pasted {
  const found: Partial<Record<Field, string>> = {};
  let open: Field | undefined;
  for (const line of lines) {
    const [, label, rest = ""] = LABEL.exec(line) ?? [];
    if (label === undefined) {
      if (open !== undefined) found[open] = line;
      open = undefined;
      continue;
    }
    const field = FIELDS.find((one) => one.toLowerCase() === label.toLowerCase().replace(/[\s_-]/g, ""));
    const value = cleaned(rest);
    if (field === undefined) continue;
    if (value === "") open = field;
    else {
      found[field] = value;
      open = undefined;
    }
  }
  return found;
}

function isUrlLike(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\//i.test(text);
}

/** Whether a value has the shape of its field and fits what was asked for. */
export function checkValue(field: Field, value: string, fitting: Fitting): Checked {
  if (value === "") return { wrong: `There is nothing in it. Copy the ${NAMES[field]} from "Information to Share".` };
  if (/\s/.test(value)) {
    return { wrong: `There is a blank inside, so it is not one value. Copy the ${NAMES[field]} alone.` };
  }
  switch (field) {
    case "clientId":
      return checkClientId(value, fitting);
    case "clientSecret":
      return checkSecret(value, fitting);
    case "tokenUrl":
      return checkTokenUrl(value, fitting);
    case "baseUrl":
      return checkBaseUrl(value, fitting);
  }
}

function checkClientId(value: string, { old, known = [] }: Fitting): Checked {
  if (isUrlLike(value)) return { wrong: "This is a URL. The Client ID stands above the URLs." };
  if (value === old) {
    return { wrong: "This is the old connection, the one that is replaced. Open the new one and copy its Client ID." };
  }
  if (known.includes(value)) {
    return { wrong: "This is another connection that exists already. Open the new one and copy its Client ID." };
  }
  return {};
}

function checkSecret(value: string, { others }: Fitting): Checked {
  if (isUrlLike(value)) return { wrong: "This is a URL and not the Client Secret." };
  if (value === others.clientId)
    return { wrong: "This is the Client ID once more. The Client Secret stands below it." };
  return {};
}

function checkTokenUrl(value: string, { site }: Fitting): Checked {
  const read = readUrl("tokenUrl", value);
  if ("wrong" in read) return read;
  const { url } = read;
  const app = url.searchParams.get("appName");
  if (app === null || app === "") {
    return {
      wrong:
        'It has no appName= at its end, so it was cut. Without it Campus answers "No Campus Application selected". Copy it whole.',
    };
  }
  if (app !== site.app) {
    return {
      doubt: `Its appName is not ${site.app}, as the document says of this district. Another name gives "No Campus Application selected", or another district.`,
    };
  }
  return hostDoubt(url, site);
}

function checkBaseUrl(value: string, { site, version, others }: Fitting): Checked {
  if (value === others.tokenUrl) return { wrong: "This is the Token URL once more. The Base URL stands below it." };
  const read = readUrl("baseUrl", value);
  if ("wrong" in read) return read;
  const { url } = read;
  if (/\/oauth2?\/token\/?$/i.test(url.pathname)) return { wrong: "This is a Token URL and not the Base URL." };
  const has = /v1p([12])(?=\/|$)/i.exec(url.pathname)?.[1];
  if (has !== undefined && version !== `1.${has}`) {
    return {
      wrong: `This is the Base URL of a connection of version 1.${has}, and ${version} is wanted. If that is what was generated, it was the wrong version: answer "later" and tell the owner.`,
    };
  }
  return hostDoubt(url, site);
}

function hostDoubt(url: URL, { host }: Site): Checked {
  if (url.host.toLowerCase() === host.toLowerCase()) return {};
  return { doubt: `Its host is not ${host}, as the document says of this district.` };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** URLs stay exactly as they were given; they are only looked into. */
function readUrl(field: Field, value: string): { readonly url: URL } | { readonly wrong: string } {
  const name = NAMES[field];
  if (!isUrlLike(value) || !URL.canParse(value)) {
    return { wrong: `The ${name} begins with https://. Copy it again, whole and unchanged.` };
  }
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") {
    return { wrong: `The ${name} has a user name or password inside. Use it exactly as Campus shows it.` };
  }
  if (url.protocol !== "https:" && !LOOPBACK.test(url.hostname)) {
    return { wrong: `The ${name} begins with http://, so a secret would travel in the open. Copy the https address.` };
  }
  return { url };
}
