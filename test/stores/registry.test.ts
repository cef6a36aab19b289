import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UNKNOWN_FINGERPRINT } from "../../src/model/live.ts";
import { DAY_MS, type Day } from "../../src/model/time.ts";
import { openRegistry } from "../../src/drivers.ts";
import { type ByHandWorld, found, openByHandWorld } from "./by-hand-world.ts";
import { at, districtOf, done, listOf, OTUS, SITE, SPRINGFIELD, TRAITS } from "./world.ts";

let world: ByHandWorld;

beforeEach(async () => {
  world = await openByHandWorld();
});

afterEach(() => world.end());

const keptOf = async () => (await districtOf(await world.reader())).kept;
const journal = async () => (await listOf(world.writer.journal())).map(({ what, by }) => `${what} by ${by}`);

it("is opened only where people keep the store", async () => {
  const { path, keyFile, clock } = world;
  const opened = await openRegistry({ kind: "by-hand", path, keyFile }, { clock, by: "kim" });
  expect(opened.can.byHand).toBe(true);
  await opened.close();
  await expect(openRegistry({ kind: "sqlite", path, keyFile }, { clock, by: "kim" })).rejects.toMatchObject({
    code: "stores/not-by-hand",
  });
});

describe("a found connection", () => {
  it("is kept without its secret, which may be told later", async () => {
    const { clientSecret, ...bare } = found();
    const live = await world.registry.reportFound(bare);
    expect(live).toMatchObject({
      provenance: "found",
      fingerprint: UNKNOWN_FINGERPRINT,
      reported: { by: "kim", at: world.clock.now() },
    });
    await expect(world.writer.credentials(live.id)).rejects.toMatchObject({ code: "stores/no-secret" });
    const adopt = { ...(await at(world.writer, OTUS)), site: SITE, connection: live.id, rotate: 0 };
    done(await world.writer.adopt(adopt));
    const later = await world.registry.reportFound({
      ...found(),
      ...(clientSecret === undefined ? {} : { clientSecret }),
    });
    expect(later).toMatchObject({ id: live.id, epoch: live.epoch + 1, provenance: "adopted" });
    expect((await world.writer.credentials(live.id)).clientId).toBe("seen-1");
  });

  it("is kept as disabled without a secret, whatever was told", async () => {
    const live = await world.registry.reportFound(found({ status: "disabled" }));
    expect(live).toMatchObject({ status: { kind: "disabled", how: "outside", by: "kim" } });
    expect(live.fingerprint).not.toBe(UNKNOWN_FINGERPRINT);
    await expect(world.writer.credentials(live.id)).rejects.toMatchObject({ code: "stores/no-secret" });
    const again = await world.registry.reportFound(found());
    expect(again).toMatchObject({ id: live.id, status: { kind: "active" }, epoch: live.epoch + 1 });
  });

  it("told again without news, only says who reported it last", async () => {
    const live = await world.registry.reportFound(found());
    world.clock.pass(DAY_MS);
    const again = await world.registry.reportFound(found({ by: "robin" }));
    expect(again).toEqual({ ...live, reported: { by: "robin", at: world.clock.now() } });
  });

  it("is corrected while nobody manages it, and not afterwards", async () => {
    const live = await world.registry.reportFound(found());
    const corrected = await world.registry.reportFound(found({ application: "Otus Learning" }));
    expect(corrected).toMatchObject({ id: live.id, application: "Otus Learning", epoch: live.epoch + 1 });
    done(await world.writer.adopt({ ...(await at(world.writer, OTUS)), site: SITE, connection: live.id, rotate: 0 }));
    const { revision } = await at(world.writer, OTUS);
    await expect(world.registry.reportFound(found())).rejects.toMatchObject({
      code: "stores/refused",
      message: expect.stringContaining("application"),
    });
    const edited = found({ application: "Otus Learning", make: { ...TRAITS, schools: ["Lincoln"] } });
    expect(await world.registry.reportFound(edited)).toMatchObject({ schools: ["Lincoln"], provenance: "adopted" });
    expect((await at(world.writer, OTUS)).revision).toBeGreaterThan(revision);
  });

  it("of another district or another site is refused", async () => {
    await world.registry.reportFound(found());
    const elsewhere = found({ district: "shelbyville" as typeof SPRINGFIELD, site: { ...SITE, app: "shelbyville" } });
    await expect(world.registry.reportFound(elsewhere)).rejects.toMatchObject({ code: "stores/refused" });
    const moved = found({ clientId: "seen-2", site: { ...SITE, host: "other.example.org" } });
    await expect(world.registry.reportFound(moved)).rejects.toMatchObject({ code: "stores/refused" });
  });
});

describe("an inventory", () => {
  const sign = (asOf: string, by = "kim") =>
    world.registry.signInventory({ district: SPRINGFIELD, site: SITE, by, asOf: asOf as Day });

  it("is unsigned until a named person signs it for a day, and the last signature counts", async () => {
    expect((await keptOf())?.inventory).toEqual({ kind: "unsigned" });
    const signed = await sign("2027-06-01");
    expect(signed).toEqual({ kind: "signed", by: "kim", at: world.clock.now(), asOf: "2027-06-01" });
    expect((await keptOf())?.inventory).toEqual(signed);
    world.clock.pass(2 * DAY_MS);
    expect((await keptOf())?.inventory).toEqual(signed);
    const again = await sign("2027-06-02", "robin");
    expect((await keptOf())?.inventory).toEqual(again);
    expect(await journal()).toEqual(["sign-inventory by kim", "sign-inventory by robin"]);
  });

  it("cannot be signed for a day that has not come, nor for another site", async () => {
    await expect(sign("2027-06-02")).rejects.toMatchObject({ code: "stores/refused" });
    await sign("2027-06-01");
    const other = {
      district: SPRINGFIELD,
      site: { ...SITE, host: "x.example.org" },
      by: "kim",
      asOf: "2027-06-01" as Day,
    };
    await expect(world.registry.signInventory(other)).rejects.toMatchObject({ code: "stores/refused" });
  });
});
