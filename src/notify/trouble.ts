import { type Diagnostic, warning } from "../diagnostics/diagnostic.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";

/**
 * What can go wrong with a notification, in words that hold neither a key, nor the address behind its host, nor anything the
 * receiver said. What is wrong with the settings is thrown before a run begins; what is wrong with the world is a warning after it.
 */

export function badKey(): OutsideError {
  return new OutsideError("notify/bad-key", "The key that notifications are signed with is none", {
    fix: "Put `whsec_` and 24 to 64 random bytes in base64 where `notify.secret` leads; `node -p \"'whsec_' + crypto.randomBytes(32).toString('base64')\"` makes one. While a key is replaced: the new one, a blank and the old one. Nothing was applied.",
  });
}

export function badUrl(): OutsideError {
  return new OutsideError("notify/bad-url", "The address for notifications is no http address", {
    fix: "Put an `https://` address, without a user name or password, where `notify.url` leads. Nothing was applied.",
  });
}

export function inClear(site: string): OutsideError {
  return new OutsideError("notify/in-clear", `Notifications to ${site} would travel in clear`, {
    fix: "Use an `https:` address; `http:` is for this machine only. Nothing was applied.",
  });
}

/** What every warning ends with: the run itself is over, and nothing of it depends on this. */
const DONE = "The run itself is over and stands as told above; `rosterform status` shows it at any time.";

export function unreachable(site: string, why: string): Diagnostic {
  return notTold(
    "notify/unreachable",
    `${site} could not be reached (${why}). Look at the address that \`notify.url\` leads to, and at the network.`,
  );
}

export function noAnswer(site: string): Diagnostic {
  return notTold(
    "notify/no-answer",
    `${site} did not answer in time. It may have taken the message all the same. A receiver should answer first and work afterwards; \`timeout\` under \`notify\` waits longer, up to 60s.`,
  );
}

export function notTrusted(site: string, why: string): Diagnostic {
  return notTold(
    "notify/not-trusted",
    `${site} does not prove who it is (${why}), so nothing was sent. Name the file of its certificate authority as \`ca\` under \`notify\`.`,
  );
}

export function redirected(site: string): Diagnostic {
  return notTold(
    "notify/redirected",
    `${site} points to another address, and messages are sent to no address but the one that was set. Put the new address where \`notify.url\` leads, if it is the right one.`,
  );
}

export function refused(site: string, status: number): Diagnostic {
  return notTold(
    "notify/refused",
    `${site} refused the message (${status}). Look at the address and the key, and into the log of the receiver.`,
  );
}

export function unavailable(site: string, status: number): Diagnostic {
  return notTold(
    "notify/unavailable",
    `${site} goes on answering ${status}. It is busy or broken; its own log says why.`,
  );
}

export function givenUp(site: string): Diagnostic {
  return notTold(
    "notify/given-up",
    `The waiting for ${site} was interrupted; it may have taken the message all the same.`,
  );
}

function notTold(code: string, detail: string): Diagnostic {
  return warning({ code, summary: "Nobody was notified of this run", detail: `${detail} ${DONE}` });
}
