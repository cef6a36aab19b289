import { readFile } from "node:fs/promises";
import { invariant } from "../../diagnostics/invariant.ts";
import { Secret } from "../../model/secret.ts";
import { pull } from "../../rehearsal/consumer.ts";

/** A scripted vendor: somebody entered the four values of a credential sheet into its settings, and at night it syncs. */
export interface Vendor {
  /** Pulls once; answers how many users it saw. Throws when the credentials no longer work. */
  pull(): Promise<number>;
}

/** Reads the sheet that the file sink wrote, as a person would who copies the values. */
export async function vendorWith(sheet: string): Promise<Vendor> {
  const [clientId, clientSecret, tokenUrl, baseUrl] = valuesIn(await readFile(sheet, "utf8"));
  invariant(clientId && clientSecret && tokenUrl && baseUrl, "a credential sheet holds four values");
  const values = { clientId, clientSecret: new Secret(clientSecret), tokenUrl, baseUrl };
  const version = baseUrl.endsWith("/v1p1") ? "1.1" : "1.2";
  return {
    async pull() {
      const pulled = await pull(values, version);
      if (pulled.kind === "failed") throw new Error(`no sync: ${pulled.at} (${pulled.status ?? "no answer"})`);
      return pulled.users;
    },
  };
}

function valuesIn(sheet: string): readonly string[] {
  const lines = sheet.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.filter((_, index) => index % 2 === 1);
}
