import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { AddressOutcome, Did } from "../../src/apply/event.ts";
import { problem } from "../../src/diagnostics/diagnostic.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/connection-id.ts";
import { Secret } from "../../src/model/secret.ts";
import { keysIn, signatureOf } from "../../src/notify/signature.ts";
import { type NoticeJson, noticeText } from "../../src/views/notice-json.ts";
import { endedRun } from "../views/ended-run.ts";

/** Stands in every text that messages leave out. */
const CANARY = "canary-4711";

const key = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
const connection = fc.nat().map((n) => `c-${n}` as ConnectionId);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const address = fc
  .tuple(fc.constantFrom("springfield", "shelbyville"), name)
  .map(([district, vendor]) => addressOf(district as DistrictId, vendor));

const did: fc.Arbitrary<Did> = fc.oneof(
  connection.map((id) => ({ kind: "opened" as const, connection: id })),
  fc.tuple(connection, fc.boolean()).map(([id, again]) => ({
    kind: "delivered" as const,
    connection: id,
    target: CANARY,
    again,
  })),
  connection.map((id) => ({
    kind: "probed" as const,
    connection: id,
    verdict: "refuted" as const,
    findings: [{ rung: "token" as const, verdict: "refuted" as const, code: "invalid-client", says: CANARY }],
  })),
);
const dids = fc.array(did, { maxLength: 4 });
const diagnostic = problem({ code: "sinks/x", summary: "It could not be done", detail: CANARY });
const outcome: fc.Arbitrary<AddressOutcome> = fc.oneof(
  address.map((one) => ({ kind: "unchanged" as const, address: one })),
  fc.tuple(address, dids).map(([one, done]) => ({ kind: "done" as const, address: one, did: done })),
  fc.tuple(address, dids).map(([one, done]) => ({
    kind: "waiting" as const,
    address: one,
    did: done,
    awaits: [{ kind: "hands" as const, who: "person" as const, task: CANARY }],
  })),
  fc.tuple(address, dids).map(([one, done]) => ({
    kind: "failed" as const,
    address: one,
    did: done,
    step: "deliver" as const,
    diagnostic,
  })),
  address.map((one) => ({ kind: "blocked" as const, address: one, diagnostics: [diagnostic] })),
);

describe("a signature", () => {
  it("is the one of the library of Standard Webhooks, for every key, id, time and body", () => {
    fc.assert(
      fc.property(
        key,
        fc.stringMatching(/^[\w-]{1,40}$/),
        fc.nat(),
        fc.string({ unit: "binary" }),
        (secret, id, seconds, text) => {
          const body = JSON.stringify({ text });
          const [own = new Uint8Array()] = keysIn(new Secret(secret)) ?? [];
          const expected = new Webhook(secret).sign(id, new Date(seconds * 1000), body);
          expect(signatureOf({ id, seconds, body }, [own])).toBe(expected);
        },
      ),
    );
  });
});

describe("a message", () => {
  it("fits, counts every address once, and holds none of what is left out", () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.integer({ min: 700, max: 8000 }), (outcomes, longest) => {
        const text = noticeText(
          endedRun(outcomes, {
            digests: { whole: "w".repeat(64), districts: { springfield: "s".repeat(64), shelbyville: "y".repeat(64) } },
          }),
          longest,
        );
        const { addresses, addresses_left_out: leftOut } = JSON.parse(text) as NoticeJson;
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longest);
        expect(addresses.length + leftOut).toBe(outcomes.filter(({ kind }) => kind !== "unchanged").length);
        expect(text).not.toContain(CANARY);
      }),
    );
  });
});
