import { describe, expect, it } from "vitest";
import type { ApplyEvent } from "../../src/apply/event.ts";
import { openProgress } from "../../src/cli/progress.ts";
import type { Output } from "../../src/cli/output.ts";
import type { World } from "../../src/cli/world.ts";
import type { Address } from "../../src/model/address.ts";
import { type Instant, shift } from "../../src/model/time.ts";
import type { Plan } from "../../src/plan/plan.ts";

const START = "2027-03-01T08:00:00.000Z" as Instant;
const step = { kind: "open", allowed: { kind: "now" } };

/** A run over so many addresses: what was printed after each finished one, a second after the other. */
function run(total: number, isTerminal: boolean, events: number, secondsEach: number): string {
  let now = START;
  let printed = "";
  const print = (text: string): void => void (printed += text);
  const world = { clock: { now: () => now }, isTerminal, stdout: print, columns: 80 } as Partial<World> as World;
  const out = { isText: true, progress: (text: string) => print(text === "" ? "" : `${text}\n`) } as Output;
  const addresses = Array.from({ length: total }, (_, n) => ({ address: `d${n}/Otus`, steps: [step] }));
  const progress = openProgress({ districts: [{ addresses }] } as unknown as Plan, out, world);
  for (let n = 0; n < events; n += 1) {
    now = shift(now, secondsEach * 1000);
    const event: ApplyEvent = {
      kind: "address-finished",
      outcome: { kind: "done", address: `d${n}/Otus` as Address, did: [] },
    };
    progress.tell(event, n === 0 ? "d0/Otus: done" : "");
  }
  progress.end();
  return printed;
}

describe("progress", () => {
  it("is a line at the bottom of a terminal, drawn anew and taken away at the end", () => {
    expect(run(40, true, 2, 1)).toBe(
      "d0/Otus: done\n1 of 40 addresses; 1 a second, about 39 seconds left" +
        "\r\u001b[2K2 of 40 addresses; 1 a second, about 38 seconds left\r\u001b[2K",
    );
  });

  it("is a line every 30 seconds where nobody looks", () => {
    const lines = run(40, false, 12, 10).trim().split("\n");
    expect(lines.map((line) => line.split(";")[0])).toEqual([
      "d0/Otus: done",
      ...[3, 6, 9, 12].map((n) => `${n} of 40 addresses`),
    ]);
  });

  it("is not shown for a few addresses", () => {
    expect(run(5, true, 3, 60)).toBe("d0/Otus: done\n");
    expect(run(5, false, 3, 60)).toBe("d0/Otus: done\n");
  });
});
