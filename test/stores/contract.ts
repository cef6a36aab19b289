import { describe, it } from "vitest";
import { PROMISES, WIRE_PROMISES } from "../../src/conformance/promises.ts";
import { CAMPUS_SIDE } from "./campus-side.ts";
import type { HttpWorld } from "./http-world.ts";
import type { World } from "./world.ts";

/** What is special about a driver. */
interface Special {
  /**
   * Stories that this driver promises otherwise, by name. They are told all the same and have to fail: none is skipped
   * silently, and one that comes true has to leave the list.
   */
  readonly differs?: ReadonlySet<string>;
  /** Stories whose end depends on who is faster with this driver; it has a test of its own that settles who is. */
  readonly raced?: ReadonlySet<string>;
}

/** Opens a world of its own for every story. */
type OpenWorld<W> = (() => Promise<W>) & Special;

/** The promises of the port (src/conformance), and those of the side on which a campus stands, run over one driver. */
export function describeStoreContract(name: string, openWorld: OpenWorld<World>): void {
  describe(name, () => {
    for (const area of [...PROMISES, ...CAMPUS_SIDE]) {
      describe(area.name, () => {
        for (const { says, tell } of area.promises) story(openWorld, says, tell);
      });
    }
  });
}

/** The promises of the API itself, which a driver hides; run over a campus. */
export function describeWireContract(name: string, openWorld: () => Promise<HttpWorld>): void {
  describe(name, () => {
    for (const area of WIRE_PROMISES) {
      describe(area.name, () => {
        for (const { says, tell } of area.promises) story(openWorld, says, tell);
      });
    }
  });
}

/** A story in a world of its own, which ends with it. */
function story<W extends World>(openWorld: OpenWorld<W>, name: string, tell: (world: W) => Promise<void>): void {
  if (openWorld.raced?.has(name) === true) return;
  const test = openWorld.differs?.has(name) === true ? it.fails : it;
  test(name, async () => {
    const world = await openWorld();
    try {
      await tell(world);
    } finally {
      await world.end();
    }
  });
}
