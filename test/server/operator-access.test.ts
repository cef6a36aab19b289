import { expect, it } from "vitest";
import { digestOfToken } from "../../src/server/api/operators.ts";
import { Secret } from "../../src/model/secret.ts";
import { openStage, operator, send } from "./stage.ts";

const DANA = operator("dana", { districts: "all", access: "read" });
const NEXT = "the-next-token-of-dana-0123456789";

it("whoever keeps failing is slowed down, and nobody who has a token", async () => {
  const { origin } = await openStage({ operators: [DANA] });
  const guess = () => send(`${origin}/api/v1`, { headers: { authorization: "Bearer a-guess" } });
  const answers = [];
  for (let count = 0; count < 11; count += 1) answers.push(await guess());
  expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429]);
  const last = answers.at(-1);
  expect(last?.json).toMatchObject({ error: { code: "too-many-attempts" } });
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await send(`${origin}/api/v1`, { headers: DANA.headers })).status).toBe(200);
});

it("both tokens of an operator work while one takes the place of the other", async () => {
  const { origin } = await openStage({
    operators: [{ ...DANA, tokens: [...DANA.tokens, digestOfToken(new Secret(NEXT))] }],
  });
  for (const authorization of [DANA.headers["authorization"] ?? "", `Bearer ${NEXT}`])
    expect((await send(`${origin}/api/v1`, { headers: { authorization } })).status).toBe(200);
});
