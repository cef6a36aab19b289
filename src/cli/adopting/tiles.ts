import type { DesiredDistrict } from "../../model/desired.ts";
import { Secret } from "../../model/secret.ts";
import type { Traits } from "../../model/traits.ts";
import { checkValue, cleaned, type Field, NAMES } from "../paste.ts";
import type { World } from "../world.ts";
import { isWrong, type Seen, WORDS, type Wrong } from "./seen.ts";

/** One question about a tile. `wants` in the answer says what is taken instead; nothing is quoted back. */
interface Question {
  readonly key: keyof Answers;
  readonly asks: string;
  readonly isHidden?: boolean;
  readonly read: (text: string, so: Partial<Answers>) => string | Wrong;
}

type Answers = Record<"application" | "kind" | "version" | "status" | "schools" | "share" | Field, string>;

/** What a person said about one tile, or that there is no more, or that they stop here. */
export type Told = { readonly kind: "seen"; readonly seen: Seen } | { readonly kind: "done" };

const HELP =
  "Answer with what Campus shows. `back` goes to the question before, `done` ends; what was told before is kept.";

/** Asks about one existing connection, question by question. */
export async function askTile(district: DesiredDistrict, world: World): Promise<Told> {
  const questions = questionsAbout(district);
  const answers: Partial<Answers> = {};
  for (let at = 0; at < questions.length; ) {
    const question = questions[at];
    if (question === undefined || world.signal.aborted) return { kind: "done" };
    const ask = question.isHidden === true ? world.askHidden : world.ask;
    const text = cleaned(await ask(question.asks));
    if (text === "done" || (text === "" && question.key === "application")) return { kind: "done" };
    if (text === "back") {
      at = Math.max(0, at - 1);
      continue;
    }
    if (text === "?") {
      world.stdout(`${HELP}\n`);
      continue;
    }
    const read = question.read(text, answers);
    if (isWrong(read)) {
      world.stdout(`  ${read.wants}\n`);
      continue;
    }
    answers[question.key] = read;
    at += 1;
  }
  return { kind: "seen", seen: seenFrom(district, answers) };
}

function questionsAbout(district: DesiredDistrict): readonly Question[] {
  return [
    { key: "application", asks: "\nName of the tile (done when there is no more): ", read: word("application") },
    {
      key: "kind",
      asks: "Has it a logo and a green check mark? (yes / no): ",
      read: (text) => yesOrNo(text, "supported", "other"),
    },
    { key: "version", asks: "OneRoster version (1.1 / 1.2): ", read: word("version") },
    { key: "status", asks: "Status (active / disabled): ", read: word("status") },
    { key: "schools", asks: "Schools (all, or their names separated by ;): ", read: word("schools") },
    {
      key: "share",
      asks: "Are Demographics shared? (yes / no): ",
      read: (text) => yesOrNo(text, "demographics", ""),
    },
    { key: "clientId", asks: "Client ID: ", read: value("clientId", district) },
    {
      key: "clientSecret",
      asks: "Client Secret (not shown; Enter leaves it out): ",
      isHidden: true,
      read: (text, so) => (text === "" ? "" : value("clientSecret", district)(text, so)),
    },
    { key: "tokenUrl", asks: "Token URL: ", read: value("tokenUrl", district) },
    { key: "baseUrl", asks: "Base URL: ", read: value("baseUrl", district) },
  ];
}

function word(key: "application" | "version" | "status" | "schools"): Question["read"] {
  return (text) => {
    const read = WORDS[key](text);
    return isWrong(read) ? { wants: `It takes ${read.wants}.` } : text;
  };
}

function yesOrNo(text: string, yes: string, no: string): string | Wrong {
  const said = text.toLowerCase();
  if (said === "yes" || said === "y") return yes;
  return said === "no" || said === "n" ? no : { wants: "Answer yes or no." };
}

function value(field: Field, { site }: DesiredDistrict): Question["read"] {
  return (text, so) => {
    const version = WORDS.version(so.version ?? "");
    const fitting = { site, version: isWrong(version) ? ("1.1" as const) : version, others: so };
    const { wrong: why, doubt } = checkValue(field, text, fitting);
    if (why !== undefined) return { wants: `${NAMES[field]}: ${why}` };
    return doubt === undefined ? text : { wants: `${NAMES[field]}: ${doubt} Correct it, or the document.` };
  };
}

/** Only what every question has let through. */
function seenFrom({ district }: DesiredDistrict, answers: Partial<Answers>): Seen {
  const said = (key: keyof Answers): string => answers[key] ?? "";
  const secret = said("clientSecret");
  const read = <T>(result: T | Wrong, otherwise: T): T => (isWrong(result) ? otherwise : result);
  const make: Traits = {
    kind: read(WORDS.kind(said("kind")), "other"),
    version: read(WORDS.version(said("version")), "1.1"),
    schools: read<Traits["schools"]>(WORDS.schools(said("schools")), "all"),
    share: said("share") === "" ? [] : ["demographics"],
  };
  return {
    district,
    application: said("application"),
    make,
    status: read(WORDS.status(said("status")), "active"),
    clientId: said("clientId"),
    ...(secret === "" ? {} : { clientSecret: new Secret(secret) }),
    tokenUrl: said("tokenUrl"),
    baseUrl: said("baseUrl"),
  };
}
