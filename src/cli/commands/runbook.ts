import { digestPlan } from "../../plan/digest.ts";
import { runbookHtml } from "../../views/runbook/html.ts";
import { runbookMarkdown } from "../../views/runbook/markdown.ts";
import { countStates, runbookOf } from "../../views/runbook/model.ts";
import type { Runbook } from "../../views/runbook/runbook.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { sha256 } from "../hash.ts";
import { folderOf } from "../output.ts";
import { type DocumentOptions, openSession, type SelectingOptions } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";
import { isErrored, planFor } from "./plan.ts";

/** What the command line says. */
export interface RunbookOptions extends DocumentOptions, SelectingOptions {
  readonly html?: boolean;
  readonly markdown?: boolean;
  readonly out?: string;
}

/** The plan as numbered steps that a person carries out. Writes nothing but the page that was asked for. */
export async function runbook(options: RunbookOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const made = session === undefined ? undefined : await planFor(session, options);
  if (session === undefined || made === undefined) return EXIT.failed;
  const { out, project } = session;
  const { plan, live } = made;
  const book = runbookOf({
    plan,
    live,
    digests: digestPlan(plan, sha256),
    deliver: project.settings.deliver.kind,
    locate: await session.locate(),
  });
  const text = options.html === true ? runbookHtml(book) : runbookMarkdown(book);
  if (options.out === undefined) out.text(text);
  else {
    await writeWhole(folderOf(options, world), options.out, text);
    out.progress(`Saved the runbook to ${options.out}: ${describeCounts(book)}.`);
  }
  out.json({ type: "runbook", ...book });
  return isErrored(plan) ? EXIT.failed : EXIT.done;
}

function describeCounts(book: Runbook): string {
  const counts = countStates(book);
  return `${counts.now} allowed now, ${counts["not-yet"]} not allowed yet, ${counts.done} done, ${counts.refused} refused`;
}
