import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { partsOf } from "../../model/address.ts";
import { type Reminder, remindersOf } from "../../views/letters/due.ts";
import { type Letter, letterOf } from "../../views/letters/letter.ts";
import { letterMail } from "../../views/letters/mail.ts";
import { letterMarkdown } from "../../views/letters/markdown.ts";
import { codeOf } from "../code-of.ts";
import { wrap } from "../../views/layout.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { sha256 } from "../hash.ts";
import { folderOf } from "../output.ts";
import { type DocumentOptions, openSession, type SelectingOptions } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";
import { planFor } from "./plan.ts";

/** What the command line says. */
export interface RemindOptions extends DocumentOptions, SelectingOptions {
  readonly out?: string;
  readonly format?: "markdown" | "mail";
  readonly all?: boolean;
}

/** Writes the letters that are due. Sends nothing, and changes nothing in the store. */
export async function remind(options: RemindOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const made = session === undefined ? undefined : await planFor(session, options);
  if (session === undefined || made === undefined) return EXIT.failed;
  const { out } = session;
  const known = remindersOf(made.plan, made.live);
  const wanted = known.filter(({ isDue }) => isDue || options.all === true);
  const letters = wanted.map((reminder) => {
    const letter = letterOf(reminder);
    const isMail = options.format === "mail";
    const text = isMail ? letterMail(letter, { now: made.plan.madeAt, hash: sha256 }) : letterMarkdown(letter);
    return { letter, text, file: `${nameOf(reminder)}.${isMail ? "eml" : "md"}` };
  });
  for (const [index, { letter, text, file }] of letters.entries()) {
    if (options.out === undefined) out.text(index === 0 ? text : `\n---\n\n${text}`);
    else {
      await save(folderOf(options, world), `${options.out}/${file}`, text);
      out.text(`${wrap(`${options.out}/${file}: ${letter.subject}`, { width: out.width, rest: "  " }).join("\n")}\n`);
    }
    out.json({ type: "letter", ...letterJson(letter), text, ...(options.out === undefined ? {} : { file }) });
  }
  if (letters.length === 0) out.text(nextLine(known));
  return EXIT.done;
}

async function save(folder: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(resolve(folder, file)), { recursive: true }).catch((cause: unknown) => {
    throw new OutsideError("cli/cannot-write", `${file} cannot be written (${codeOf(cause)})`, {
      cause,
      fix: "Choose another folder. Nothing was written.",
    });
  });
  await writeWhole(folder, file, text);
}

/** Below the district, with a piece of the address's hash: two addresses never share a file. */
function nameOf({ address, kind }: Reminder): string {
  const { district, vendor, name } = partsOf(address);
  const words = [vendor, name ?? ""].join(" ").toLowerCase();
  const slug = words.replace(/[^a-z0-9]+/gu, "-").replace(/^-|-$/gu, "");
  return `${district}/${slug}.${sha256(address).slice(0, 6)}.${kind}`;
}

function nextLine(known: readonly Reminder[]): string {
  const [next] = known;
  if (next === undefined) return "No letter is due, and none is to come.\n";
  return `No letter is due. The next one is about ${next.address}, to the ${next.to}, on ${next.dueOn}.\n`;
}

function letterJson({ reminder, to, answerTo, subject }: Letter) {
  const { address, kind, dueOn, isDue, isOverdue, deadline } = reminder;
  return {
    address,
    kind,
    role: reminder.to,
    to: to ?? null,
    answerTo: answerTo ?? null,
    contactMissing: reminder.isContactMissing,
    dueOn,
    due: isDue,
    overdue: isOverdue,
    deadline: deadline ?? null,
    subject,
  };
}
