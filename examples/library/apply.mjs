// @ts-check
// Plans, shows the plan, and applies it where that was said beforehand:
//
//   node apply.mjs            shows what would be done
//   node apply.mjs --apply    does it, if it is what would be done a moment ago
import { apply, loadDesired, OutsideError, plan } from "rosterform";

/** @param {readonly import("rosterform").Diagnostic[]} diagnostics */
function complain(diagnostics) {
  for (const { severity, code, summary, detail, at } of diagnostics) {
    const where = at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
    console.error(`${where}${severity}: ${summary} (${code})\n  ${detail}`);
  }
}

/**
 * A line for what is worth one. Every kind of event has its case: the compiler says so where one is missing.
 * @param {import("rosterform").ApplyEvent} event
 * @returns {string | undefined}
 */
function describe(event) {
  switch (event.kind) {
    case "step-done":
      return `${event.address}: ${event.step} done`;
    case "step-waiting":
      return `${event.address}: ${event.step} waits for ${event.awaits.map(({ who }) => who).join(", ")}`;
    case "step-failed":
      return `${event.address}: ${event.step} failed: ${event.diagnostic.summary} (${event.diagnostic.code})`;
    case "address-started":
    case "step-started":
    case "address-finished":
      return undefined;
  }
}

/** @param {import("rosterform").Documents} documents */
async function run(documents) {
  const reviewed = await plan(documents);
  for (const { addresses } of reviewed.plan.districts) {
    for (const { address, actions } of addresses) {
      for (const { kind, reason = "" } of actions) console.log(`${address}: ${kind} ${reason}`.trimEnd());
    }
  }
  complain(reviewed.diagnostics);
  if (!process.argv.includes("--apply")) return;

  // Ctrl-C ends the run after the steps in hand.
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort("SIGINT"));

  const applied = await apply(documents, {
    by: process.env.USER ?? "apply.mjs",
    approve: ({ digests }) => digests.whole === reviewed.digests.whole,
    onEvent: (event) => {
      const line = describe(event);
      if (line !== undefined) console.log(line);
    },
    signal: interrupt.signal,
  });
  if (applied.kind !== "applied") return console.log(applied.kind);
  const { generated, switched, changed, disabled, waiting, failed, blocked } = applied.report.counts;
  console.log(`${generated + switched + changed + disabled} done, ${waiting} waiting, ${failed + blocked} failed`);
  if (failed + blocked > 0) process.exitCode = 1;
}

const loaded = await loadDesired(import.meta.dirname);
if (loaded.kind === "broken") {
  complain(loaded.diagnostics);
  process.exitCode = 1;
} else {
  complain(loaded.warnings);
  try {
    await run(loaded.documents);
  } catch (error) {
    // The store, its key or a network failed. The message holds no secret.
    if (!(error instanceof OutsideError)) throw error;
    console.error(`${error.message} (${error.code})\n  ${error.fix ?? ""}`);
    process.exitCode = 1;
  }
}
