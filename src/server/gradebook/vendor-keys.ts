import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { envReference, fileReference } from "../../config/reference.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { Secret } from "../../model/secret.ts";
import { isVendorKey, type VendorKey } from "./partners.ts";

/** An application with a reference to its vendor key (`env:NAME` or `file:PATH`), never the key itself. */
export interface VendorKeyOption {
  readonly application: string;
  readonly reference: string;
}

/**
 * Reads the vendor keys behind references; paths count from `folder`. Throws `OutsideError` `server/bad-vendor-key` that
 * names every one that is wrong, without any part of a key.
 */
export async function readVendorKeys(
  options: readonly VendorKeyOption[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly VendorKey[]> {
  const keys: VendorKey[] = [];
  const problems: string[] = [];
  for (const { application, reference } of options) {
    const text = await textBehind(reference, folder, env);
    if (text === undefined) problems.push(`that of ${application} is no reference that leads anywhere`);
    else if (!isVendorKey(text)) problems.push(`that of ${application} is not <vendorKey>:<vendorSecret>`);
    else keys.push({ application, value: new Secret(text) });
  }
  if (problems.length === 0) return keys;
  throw new OutsideError("server/bad-vendor-key", `Vendor keys cannot be used: ${problems.join("; ")}.`, {
    fix: "Give each as APPLICATION=env:NAME or APPLICATION=file:PATH, with <vendorKey>:<vendorSecret> behind it.",
  });
}

async function textBehind(
  reference: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const variable = envReference(reference);
  if (variable !== undefined) return env[variable]?.trim();
  const path = fileReference(reference);
  if (path === undefined) return undefined;
  return await readFile(resolve(folder, path), "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}
