import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import { emptyDistrict, isActive, isHandedOver } from "../../src/model/live.ts";
import { isSameSite } from "../../src/model/site.ts";
import { connection, NOW, SITE } from "../plan/world.ts";

describe("a district the store has never heard of", () => {
  it("is empty, at revision 0", () => {
    expect(emptyDistrict("ogdenville" as DistrictId, true)).toEqual({
      district: "ogdenville",
      revision: 0,
      slots: [],
      connections: [],
      observesUse: true,
    });
  });
});

describe("a connection", () => {
  it("gives tokens while it is active", () => {
    expect(isActive(connection("a"))).toBe(true);
    expect(isActive(connection("a", { status: { kind: "disabled", at: NOW, by: "kim", how: "outside" } }))).toBe(false);
  });

  it("is handed over when a delivery is done, or when it was adopted", () => {
    const { delivery: _, ...fresh } = connection("a");
    expect(isHandedOver(connection("a"))).toBe(true);
    expect(isHandedOver(fresh)).toBe(false);
    expect(isHandedOver({ ...fresh, delivery: { state: "begun", target: "file:a", at: NOW } })).toBe(false);
    expect(isHandedOver({ ...fresh, provenance: "adopted" })).toBe(true);
  });
});

describe("a site", () => {
  it("is known by host and app together; the case of the host does not matter", () => {
    expect(isSameSite(SITE, { ...SITE, host: SITE.host.toUpperCase() })).toBe(true);
    expect(isSameSite(SITE, { ...SITE, app: "shelbyville" })).toBe(false);
    expect(isSameSite(SITE, { ...SITE, host: "cloud.example.org" })).toBe(false);
    expect(isSameSite(SITE, { ...SITE, kind: "sandbox" })).toBe(true);
  });
});
