import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Address } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import {
  at,
  attest,
  CANVAS,
  connectionOf,
  done,
  establish,
  open,
  openMemoryWorld,
  openSqliteWorld,
  OTUS,
  probe,
  REQUIRES,
  slotOf,
  type World,
} from "./world.ts";

/** Connections that went from one address to another and back: none of them is lost from sight, and none is disabled for another's sake. */
describe.each([
  ["memory", () => openMemoryWorld()],
  ["SQLite", () => openSqliteWorld()],
] as const)("what an address lets go, over %s", (_, openWorld) => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.end());

  const here = (address: Address) => at(world.writer, address);
  const close = async (address: Address, id: ConnectionId) => {
    done(await probe(world, address, id));
    done(await attest(world, address, id));
    expect(done(await world.writer.closeCutover(await here(address))).kind).toBe("closed");
  };
  const restore = async (address: Address) =>
    await world.writer.restore({ ...(await here(address)), requires: REQUIRES });

  /** Canvas took over from Otus, and went back to what Otus had. */
  async function takenOverAndBack() {
    const old = await establish(world, OTUS);
    const next = done(await open(world.writer, CANVAS, { from: old.id }));
    await close(CANVAS, next.id);
    done(await restore(CANVAS));
    return { old, next };
  }

  it("leaves what another address has in use by now to that one", async () => {
    const { old } = await takenOverAndBack();
    await close(CANVAS, old.id);
    done(await world.writer.release(await here(OTUS)));
    expect((await connectionOf(world, old.id)).provenance).toBe("generated");
    expect(await slotOf(world.writer, CANVAS)).toMatchObject({ current: old.id });
    const adopt = { ...(await here(OTUS)), site: { host: "h", app: "a", kind: "sandbox" } as const, rotate: 0 };
    expect((await world.writer.adopt({ ...adopt, connection: old.id })).kind).toBe("refused");
    // The name begins anew, with a first generation of its own.
    expect(done(await open(world.writer, OTUS)).id).not.toBe(old.id);
  });

  it("shows as found what was made for another address and was on its way here", async () => {
    const { old } = await takenOverAndBack();
    done(await world.writer.release(await here(CANVAS)));
    expect(await connectionOf(world, old.id)).toMatchObject({ provenance: "found", status: { kind: "active" } });
  });

  it("does not bring back what nobody manages any more", async () => {
    const first = await establish(world, OTUS);
    const next = done(await open(world.writer, OTUS));
    done(await world.writer.tie({ ...(await here(OTUS)), from: next.id, to: first.id, requires: REQUIRES }));
    await close(OTUS, first.id);
    done(await restore(OTUS));
    done(await world.writer.tie({ ...(await here(OTUS)), from: next.id, to: first.id, requires: REQUIRES }));
    done(await world.writer.abandon({ ...(await here(OTUS)), hold: false }));
    expect((await connectionOf(world, next.id)).provenance).toBe("found");
    await world.campus.changeByHand({ connection: next.id, by: "lee", change: { kind: "disable" } });
    const back = await restore(OTUS);
    expect(back).toMatchObject({ kind: "refused", why: expect.stringContaining("managed by nobody any more") });
  });
});
