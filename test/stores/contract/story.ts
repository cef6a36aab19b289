import { it } from "vitest";
import type { World } from "../world.ts";

export type OpenWorld = () => Promise<World>;

/** A story in a world of its own, which ends with it. */
export function story(openWorld: OpenWorld, name: string, tell: (world: World) => Promise<void>): void {
  it(name, async () => {
    const world = await openWorld();
    try {
      await tell(world);
    } finally {
      await world.end();
    }
  });
}
