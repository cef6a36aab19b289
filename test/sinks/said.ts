import { inspect } from "node:util";
import { expect } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { found } from "../needles.ts";

/** The failure of the world that a promise ends with. No secret is in it, however it is printed; and it says what to do. */
export async function said(promise: Promise<unknown>, secrets: readonly string[]): Promise<OutsideError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutsideError)) throw new Error("expected the world to fail", { cause: error });
  const text = `${error.message}${error.fix}${error.stack}${inspect(error, { depth: 12, showHidden: true })}`;
  const minted = secrets.map((secret) => ({ clientId: "client-0001", secret }));
  expect(found(minted, [{ name: error.code, bytes: Buffer.from(text) }])).toEqual([]);
  expect(error.fix).toBeDefined();
  return error;
}
