import { describe, it } from "vitest";
import { PROMISES } from "../../src/conformance/promises.ts";
import { CAMPUS_SIDE } from "./campus-side.ts";
import type { World } from "./world.ts";

/** Opens a world of its own for every story. */
export interface OpenWorld {
  (): Promise<World>;
  /**
   * Stories that this driver promises otherwise, by name. They are told all the same and have to fail: none is skipped
   * silently, and one that comes true has to leave the list.
   */
  readonly differs?: ReadonlySet<string>;
  /** Stories whose end depends on who is faster with this driver; it has a test of its own that settles who is. */
  readonly raced?: ReadonlySet<string>;
}

/** The promises of the port (src/conformance), and those of the side on which a campus stands, run over one driver. */
export function describeStoreContract(name: string, openWorld: OpenWorld): void {
  describe(name, () => {
    for (const area of [...PROMISES, ...CAMPUS_SIDE]) {
      describe(area.name, () => {
        for (const { says, tell } of area.promises) story(openWorld, says, tell);
      });
    }
  });
}

/** A story in a world of its own, which ends with it. */
function story(openWorld: OpenWorld, name: string, tell: (world: World) => Promise<void>): void {
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
