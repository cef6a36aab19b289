import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's package puts it; the environment may name another. */
const PROGRAM = process.env["ROSTERFORM_CHROMIUM"] ?? "/usr/bin/chromium";

/** A browser that looks nothing up by itself. */
const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const isRequired = (process.env["ROSTERFORM_REQUIRE"] ?? "").split(",").includes("chromium");

/**
 * Whether pages can be looked at here: Chromium, and pdftotext of poppler-utils. Where not, that is said; where it has to
 * be (`ROSTERFORM_REQUIRE`), it is an error.
 */
export function hasChromium(): boolean {
  const missing = [...(existsSync(PROGRAM) ? [] : [PROGRAM]), ...(hasPdftotext() ? [] : ["pdftotext (poppler-utils)"])];
  if (missing.length === 0) return true;
  const why = `${missing.join(" and ")} not found: no page is looked at in a browser`;
  if (isRequired) throw new Error(`${why}, and ROSTERFORM_REQUIRE says that it has to be`);
  process.stderr.write(`\nSKIPPED: ${why}\n`);
  return false;
}

/** Starts Chromium; whoever asked closes it. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET });
}

function hasPdftotext(): boolean {
  try {
    execFileSync("pdftotext", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
