import { OutsideError } from "../../diagnostics/outside-error.ts";

/** What can go wrong with a store on a server, in words that hold neither a token nor anything the server said. */

export function unreachable(site: string, why: string): OutsideError {
  return new OutsideError("stores/unreachable", `the store at ${site} cannot be reached (${why})`, {
    retryable: true,
    fix: "Check `store.address` in the project file and the network, then try again.",
  });
}

export function notTrusted(site: string, why: string): OutsideError {
  return new OutsideError(
    "stores/not-trusted",
    `the server of the store at ${site} does not prove who it is (${why})`,
    {
      fix: "Name the file of its certificate authority as `store.ca`; the host of `store.address` has to be the certificate's.",
    },
  );
}

/** The answer to a write did not come: nobody here knows whether it was done. */
export function answerLost(site: string, why: string): OutsideError {
  return new OutsideError("stores/connection-lost", `the answer of the store at ${site} was lost (${why})`, {
    retryable: true,
    fix: "Run the command again: whether that write was saved is looked up, and nothing is made twice.",
  });
}

export function unauthorized(site: string): OutsideError {
  return new OutsideError("stores/login-refused", `the store at ${site} does not know this token`, {
    fix: "Look at what `store.token` leads to; whoever runs the server gives out tokens.",
  });
}

export function forbidden(site: string, what: string): OutsideError {
  return new OutsideError("stores/no-rights", `the token may not ${what} in the store at ${site}`, {
    fix: "Ask whoever runs the server for a token for these districts, with the access that is needed.",
  });
}

export function locked(site: string): OutsideError {
  return new OutsideError("stores/locked", `the store at ${site} is being written by somebody else`, {
    retryable: true,
    fix: "Wait until the other run has finished, then try again.",
  });
}

export function unavailable(site: string, status: number): OutsideError {
  return new OutsideError("stores/unavailable", `the store at ${site} goes on answering ${status}`, {
    retryable: true,
    fix: "It is busy or in maintenance. Wait, then try again; nothing was half written.",
  });
}

export function redirected(site: string): OutsideError {
  return new OutsideError(
    "stores/redirected",
    `the store at ${site} points to another address, and the token is sent to no address but the one in the document`,
    { fix: "Put the address that it points to as `store.address`, if it is the right one." },
  );
}

export function badAnswer(site: string, what: string): OutsideError {
  return new OutsideError("stores/bad-answer", `what answers at ${site} is no store: ${what}`, {
    fix: "Check `store.address`: it is the address without `/api/v1`.",
  });
}

export function tokenInClear(address: string): OutsideError {
  return new OutsideError("stores/in-clear", `the token for the store at ${address} would travel in clear`, {
    fix: "Use an `https:` address; `http:` is for this machine only.",
  });
}

export function badToken(): OutsideError {
  return new OutsideError("stores/bad-token", "the token for the store has blanks or signs that no token has", {
    fix: "Put the token alone in the variable or file that `store.token` names.",
  });
}
