import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { type FleetStage, openFleetStage, PROJECT } from "./fleet-stage.ts";

const DISTRICTS = ["ash", "birch", "cedar"];

interface Turn {
  readonly address: string;
  readonly edit: { readonly file: string; readonly path: readonly string[]; readonly to: number };
}

let stage: FleetStage;

beforeEach(async () => {
  stage = await openFleetStage(DISTRICTS);
  await stage.write("rosterform.yaml", `${PROJECT}limits: { switch: 50%, at-least: 1 }\n`);
  await stage.applyAll();
  stage.moveClock("400d");
});
afterEach(() => stage.close());

/** What a script does with the first wave. */
async function editFirstWave(): Promise<readonly string[]> {
  const { stdout } = await stage.rosterform(["drift", "--rotate-older-than", "365d", "--json"]);
  const told: { readonly rotation: { readonly waves: readonly { readonly turns: readonly Turn[] }[] } } =
    JSON.parse(stdout);
  const turns = told.rotation.waves[0]?.turns ?? [];
  for (const { edit } of turns) {
    const document = parseDocument(await stage.read(edit.file));
    document.setIn(edit.path, edit.to);
    await stage.write(edit.file, document.toString());
  }
  return turns.map(({ address }) => address);
}

describe("the edits of a wave", () => {
  it("plan exactly its switches, within the limits, wave after wave until no secret is old", async () => {
    const rotated: string[] = [];
    for (let wave = 1; wave <= 2; wave += 1) {
      const turns = await editFirstWave();
      expect(turns).toHaveLength(3);
      const { code, stdout } = await stage.rosterform(["plan"]);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      const switched = [...stdout.matchAll(/^# (\S+) will be switched/gm)].map(([, address = ""]) => address);
      expect(switched.toSorted()).toEqual(turns.toSorted());
      rotated.push(...turns);
      // Both connections of each work now, so none of them is due again before its cut-over has ended.
      await stage.applyAll();
      const left = await stage.rosterform(["drift", "--rotate-older-than", "365d"]);
      expect(left.stdout.match(/a cut-over is open since/g)).toHaveLength(rotated.length);
    }
    expect(rotated.toSorted()).toEqual(DISTRICTS.flatMap((one) => [`${one}/Edlink`, `${one}/Otus`]).toSorted());
  });
});
