import type { OneRosterVersion } from "../../src/model/traits.ts";
import { type ByHandStage, type Four, openByHandStage } from "./by-hand-stage.ts";
import type { Stage } from "./stage.ts";

/** People who click in Campus and sit at the terminal, played from a transcript. */
export interface Acting {
  /** Follows a stage direction of its own; `undefined` when it is none. */
  direct(direction: string): Promise<readonly string[] | undefined>;
  /** Runs `rosterform` while somebody answers; every question stands where it was asked. */
  type(args: readonly string[], script: readonly string[]): Promise<readonly string[]>;
  /** What was hidden at the terminal stays out of the transcript. */
  mustNotShowSecrets(played: readonly string[]): void;
}

/**
 * Stage directions: `at the terminal: NAME`, `found: VENDOR VERSION` (stands in Campus, and somebody writes it down),
 * `adopt VENDOR VERSION` (a line in the document), `active in Campus`, `the journal`.
 *
 * Answers may hold `(pastes VENDOR VERSION)`, which generates it in Campus if nobody did and pastes its four values,
 * `(disables VENDOR VERSION)` before the word that is typed, and `(end of VENDOR VERSION)`, the end of its Client ID.
 */
export async function beginActing(stage: Stage): Promise<Acting> {
  const place = await openByHandStage(stage);
  const inCampus = new Map<string, Four>();
  let actor = "dana";
  const four = async (name: string): Promise<Four> => {
    const known = inCampus.get(name);
    if (known !== undefined) return known;
    const [vendor, version] = nameAndVersion(name);
    const made = await place.generate(version, vendor);
    inCampus.set(name, made);
    return made;
  };
  return {
    direct: async (direction) => {
      const [, verb, about = ""] =
        /^(a registry kept by hand|at the terminal:|found:|adopt|the journal|active in Campus) ?(.*)$/.exec(
          direction,
        ) ?? [];
      switch (verb) {
        case "at the terminal:":
          actor = about;
          return [];
        case "found:":
          await place.report(nameAndVersion(about)[1], nameAndVersion(about)[0], await four(about));
          return [];
        case "adopt":
          return adopt(about, await four(about), stage);
        case "the journal":
          return place.journalByDay();
        case "active in Campus":
          return namesOf(await place.active(), inCampus);
        case "a registry kept by hand":
          return [];
        default:
          return undefined;
      }
    },
    type: (args, script) => act({ place, actor, four }, args, script),
    mustNotShowSecrets(played) {
      const text = played.join("\n");
      for (const [name, { clientSecret }] of inCampus) {
        if (text.includes(clientSecret)) throw new Error(`the secret of ${name} stands in the transcript`);
      }
    },
  };
}

function nameAndVersion(name: string): readonly [vendor: string, version: OneRosterVersion] {
  const [, vendor = "", version] = /^(.+) (1\.1|1\.2)$/.exec(name) ?? [];
  if (version !== "1.1" && version !== "1.2") throw new Error(`a vendor and a version are wanted: ${name}`);
  return [vendor, version];
}

async function adopt(name: string, { clientId }: Four, stage: Stage): Promise<readonly string[]> {
  const file = "districts/springfield.yaml";
  const [vendor, version] = nameAndVersion(name);
  const others = (await stage.read(file)).split("\n").filter((line) => line !== "" && !line.startsWith(`  ${vendor}:`));
  const line = `  ${vendor}: { version: ${version}, kind: supported, adopt: "${clientId}" }`;
  await stage.write(file, `${[...others, line].join("\n")}\n`);
  return [];
}

function namesOf(clientIds: readonly string[], inCampus: ReadonlyMap<string, Four>): readonly string[] {
  return [...inCampus].filter(([, one]) => clientIds.includes(one.clientId)).map(([name]) => name);
}

interface Cast {
  readonly place: ByHandStage;
  readonly actor: string;
  readonly four: (name: string) => Promise<Four>;
}

async function act({ place, actor, four }: Cast, args: readonly string[], script: readonly string[]) {
  const left = [...script];
  let talk = "";
  const say = (text: string): void => void (talk += text);
  const answer = async (question: string): Promise<string> => {
    const next = left.shift() ?? "";
    const [, begins = "", wanted] = /^\? (.*?)\s+> (.*)$/.exec(next) ?? [];
    const asked = question.trim();
    if (wanted === undefined || !asked.startsWith(begins)) {
      throw new Error(`asked "${asked}", and the story has "${next}" after\n${talk}`);
    }
    say(`${question.startsWith("\n") ? "\n" : ""}? ${asked} > ${wanted}\n`);
    return answerOf(wanted, place, four);
  };
  const code = await place.stage.rosterform(args, {
    ...{ canAsk: true, isTerminal: true, by: actor, env: { ROSTERFORM_ACTOR: actor } },
    ...{ ask: answer, askHidden: answer, stdout: say, stderr: say },
  });
  if (left.length > 0) throw new Error(`never asked: ${left.join(" | ")} in\n${talk}`);
  return [...talk.trim().split("\n"), ...(code.code === 0 ? [] : [`[exit ${code.code}]`])];
}

async function answerOf(wanted: string, place: ByHandStage, four: Cast["four"]): Promise<string> {
  const [, verb, name = "", rest = ""] = /^\((pastes|disables|end of) (.+?)\) ?(.*)$/.exec(wanted) ?? [];
  if (verb === undefined) return wanted;
  const { clientId, clientSecret, tokenUrl, baseUrl } = await four(name);
  if (verb === "end of") return clientId.slice(-4);
  if (verb === "pastes") return [clientId, clientSecret, tokenUrl, baseUrl].join("\n");
  await place.click("disable", clientId);
  return rest;
}
