import { readFileSync } from "node:fs";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { Secret } from "../../model/secret.ts";
import type { HttpPlace } from "./line.ts";

/** Where a store on a server is, as the documents say it: its token stands elsewhere. */
export interface NamedPlace {
  readonly address: string;
  readonly token: { readonly named: string; readonly value?: Secret; readonly file?: string };
  /** The file of the certificate authority to trust. */
  readonly ca?: string;
}

/** Reads what the references lead to. Throws `stores/no-token` and `stores/no-authority`. */
export function readHttpPlace({ address, token, ca }: NamedPlace): HttpPlace {
  const value = token.value ?? tokenIn(token.file);
  if (value === undefined) {
    throw new OutsideError(
      "stores/no-token",
      `${token.named}, which is to hold the token for the store, holds nothing`,
      {
        fix: "Set the variable, or write the file, that `store.token` names.",
      },
    );
  }
  return { address, token: value, ...(ca === undefined ? {} : { ca: authorityIn(ca) }) };
}

function tokenIn(file: string | undefined): Secret | undefined {
  const text = file === undefined ? "" : (textIn(file) ?? "").trim();
  return text === "" ? undefined : new Secret(text);
}

function authorityIn(file: string): Secret {
  const text = textIn(file);
  if (text?.includes("-----BEGIN CERTIFICATE-----") === true) return new Secret(text);
  throw new OutsideError("stores/no-authority", "the file that `store.ca` names holds no certificate", {
    fix: "Name the file of the certificate authority of the server, in PEM.",
  });
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
