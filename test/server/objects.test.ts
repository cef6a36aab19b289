import { describe, expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import { openStage, readAll, vendorOf } from "./stage.ts";

describe.each(VERSIONS)("what a consumer of %s is told of people and classes", (version) => {
  it("is families, every role of a person, where and when a class meets, and the flags of demographics", async () => {
    const stage = await openStage();
    const connected = await stage.connect({ version, kind: "supported", share: ["demographics"] });
    const read = await vendorOf(connected);
    const [student] = (await read("students?limit=1")).json.users;
    expect(student.agents.length).toBeGreaterThan(0);
    const [agent] = student.agents;
    const guardian = (await read(agent.href)).json.user;
    expect(guardian.agents.map(({ sourcedId }: { readonly sourcedId: string }) => sourcedId)).toContain(
      student.sourcedId,
    );
    const users = await readAll(read, "users", 10_000);
    const several = users.filter((user) => (version === "1.1" ? user.orgs : user.roles).length > 1);
    expect(several.length).toBeGreaterThan(0);
    if (version === "1.2") {
      const types = several[0].roles.map(({ roleType }: { readonly roleType: string }) => roleType);
      expect(types.slice(0, 2)).toEqual(["primary", "secondary"]);
    }
    const classes = await readAll(read, "classes", 10_000);
    expect(classes.some(({ location, periods }) => location !== undefined && periods.length > 0)).toBe(true);
    expect(
      classes.some(({ resources = [] }) => resources.some(({ type }: { type: string }) => type === "resource")),
    ).toBe(true);
    const [described] = (await read("demographics?limit=1")).json.demographics;
    expect(["true", "false"]).toContain(described.white);
    expect(described).toMatchObject({ birthDate: expect.stringMatching(/^\d{4}-/), sex: expect.any(String) });
  });
});
