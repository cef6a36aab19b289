import { OutsideError } from "../diagnostics/outside-error.ts";

/** What can go wrong with Vault, in words that hold neither the token, nor the secret, nor anything the server said. */

/** Whether an error is one of these already. */
export function isOurs(error: unknown): error is OutsideError {
  return error instanceof OutsideError;
}

export function unreachable(site: string, why: string): OutsideError {
  return new OutsideError("sinks/vault-unreachable", `Vault at ${site} cannot be reached (${why}).`, {
    retryable: true,
    fix: "Look at `address` under `deliver` and at the network, then apply again.",
  });
}

export function badCertificate(site: string, code: string): OutsideError {
  return new OutsideError("sinks/vault-unreachable", `The certificate of Vault at ${site} is not trusted (${code}).`, {
    fix: "Name the file of its certificate authority with `ca` under `deliver`, then apply again.",
  });
}

export function unavailable(site: string, status: number): OutsideError {
  return new OutsideError("sinks/vault-unavailable", `Vault at ${site} goes on answering ${status}.`, {
    retryable: true,
    fix: "It is busy, in maintenance or no active node. Wait, then apply again.",
  });
}

export function sealed(site: string): OutsideError {
  return new OutsideError("sinks/vault-sealed", `Vault at ${site} is sealed.`, {
    retryable: true,
    fix: "Have it unsealed, then apply again.",
  });
}

export function redirected(site: string): OutsideError {
  return new OutsideError(
    "sinks/vault-redirected",
    `Vault at ${site} points to another address, and the token is sent to no address but the one in the document.`,
    { fix: "Put the address of the active node, or of the load balancer, under `deliver: { address }`." },
  );
}

export function badAnswer(site: string): OutsideError {
  return new OutsideError("sinks/vault-bad-answer", `What answers at ${site} does not answer as Vault does.`, {
    fix: "Look at `address` under `deliver`: it is the address without `/v1`.",
  });
}

export function badToken(): OutsideError {
  return new OutsideError("sinks/bad-reference", "The token for Vault has blanks or signs that no token has.", {
    fix: "Put the token alone in the variable or file that `token` names, then apply again.",
  });
}

/** Vault says the same of a token that has expired and of one that may not do this. */
export function forbidden(shown: string, deed: string): OutsideError {
  return new OutsideError("sinks/vault-forbidden", `The token may not ${deed} ${shown}, or it has expired.`, {
    fix: "Its policy needs `create`, `read` and `update` on that path. Give it that, or a fresh token, then apply again.",
  });
}

export function noMount(site: string, mount: string): OutsideError {
  return new OutsideError("sinks/vault-no-mount", `Vault at ${site} has no secrets engine at ${mount}.`, {
    fix: "Correct `mount` (or `namespace`) under `deliver`, or enable a KV version 2 engine there.",
  });
}

export function notKv2(site: string, mount: string): OutsideError {
  return new OutsideError(
    "sinks/vault-not-kv2",
    `What is at ${mount} in Vault at ${site} is no KV engine of version 2.`,
    {
      fix: "Name the mount of a KV version 2 engine under `deliver: { mount }`.",
    },
  );
}

export function foreign(shown: string): OutsideError {
  return new OutsideError("sinks/vault-foreign", `The secret at ${shown} was not written for this address.`, {
    fix: "Nothing was overwritten. Move that secret, or choose another `path` under `deliver`.",
  });
}

export function conflict(shown: string): OutsideError {
  return new OutsideError("sinks/vault-conflict", `Somebody else keeps writing ${shown}, each time before us.`, {
    retryable: true,
    fix: "Find out who else writes there, then apply again.",
  });
}

export function refused(shown: string, status: number): OutsideError {
  return new OutsideError("sinks/vault-refused", `Vault refused to store ${shown} (${status}).`, {
    fix: "Vault's own log says why. Nothing was changed.",
  });
}
