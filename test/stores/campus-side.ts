import { expect } from "vitest";
import { type Area, area, promise } from "../../src/conformance/promise.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import { districtOf, done, open, OTUS, SITE, SPRINGFIELD, START, TRAITS, type World } from "./world.ts";

/** What a campus asks of the store that it stands on, beside the port: it does not go over the wire. */
export const CAMPUS_SIDE: readonly Area<World>[] = [
  area("the side of the campus", [
    promise("knows the connection of a Client ID, and whether the secret is right", [], async ({ writer, campus }) => {
      const live = done(await open(writer, OTUS));
      const { clientId, clientSecret } = await writer.credentials(live.id);
      expect(await campus.authenticate(clientId, clientSecret)).toEqual({ connection: live, isRight: true });
      expect(await campus.authenticate(clientId, new Secret("guessed"))).toEqual({ connection: live, isRight: false });
      expect(await campus.authenticate("nobody", clientSecret)).toBeUndefined();
      expect(await campus.connection(live.id)).toEqual(live);
      expect(await campus.connection("c-none" as ConnectionId)).toBeUndefined();
    }),

    promise("knows the site of a district once something was written", [], async ({ writer, campus }) => {
      expect(await campus.siteOf(SPRINGFIELD)).toBeUndefined();
      done(await open(writer, OTUS));
      expect(await campus.siteOf(SPRINGFIELD)).toEqual(SITE);
      expect(await campus.siteOf("elsewhere" as DistrictId)).toBeUndefined();
    }),

    promise("dates a new connection now, with addresses below its origin", [], async ({ writer, campus }) => {
      const make = { ...TRAITS, version: "1.2" } as const;
      expect(done(await open(writer, OTUS, { make }))).toMatchObject({
        createdAt: START,
        tokenUrl: "http://127.0.0.1:8642/campus/oauth2/token?appName=springfield",
        baseUrl: "http://127.0.0.1:8642/campus/api/oneroster/v1p2/springfield/ims/oneroster",
      });
      const before = await districtOf(writer);
      await campus.setOrigin("http://127.0.0.1:9999");
      expect(await districtOf(writer), "a new origin changes nothing that was generated").toEqual(before);
    }),
  ]),
];
