import { dirname, resolve } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { Secret } from "../model/secret.ts";
import { MINUTE_MS, SECOND_MS } from "../model/time.ts";
import { rootOf } from "./checks/machinery.ts";
import { durationOf, fractionOf } from "./desire.ts";
import type { Draft } from "./draft.ts";
import type { Project } from "./generated/project.ts";
import { envReference, fileReference } from "./reference.ts";
import type {
  DeliverSettings,
  NotifySettings,
  ProbeSettings,
  Reference,
  Settings,
  StoreSettings,
  UrlReference,
} from "./settings.ts";

/** What the environment may override. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that paths in the environment are relative to. */
  readonly cwd: string;
}

/** Turns what the documents say about the machinery into settings. Only for drafts without errors. */
export function settle(draft: Draft, { env, cwd }: Surroundings): Settings {
  const root = rootOf(draft);
  const folder = dirname(root?.source.path ?? cwd);
  return {
    store: storeOf(root?.value.store, folder, { env, cwd }),
    deliver: deliverOf(root?.value.deliver, folder),
    probe: probeOf(root?.value.probe),
    ...notifyOf(root?.value.notify, folder),
  };
}

function storeOf(store: Project["store"], folder: string, { env, cwd }: Surroundings): StoreSettings {
  const override = env["ROSTERFORM_STORE"] ?? "";
  if (store?.kind === "http") {
    if (override !== "") throw notOverridden(override);
    const { kind, address, token, ca } = store;
    const authority = ca === undefined ? {} : { ca: resolve(folder, fileReference(ca) ?? "") };
    return { kind, address, token: urlOf(token, folder, env), ...authority };
  }
  const keyFile = resolve(folder, fileReference(store?.key ?? "") ?? "rosterform.key");
  if (store !== undefined && store.kind !== "sqlite" && store.url !== undefined) {
    if (override !== "") throw notOverridden(override);
    const { kind, url, schema = "rosterform" } = store;
    return { kind, url: urlOf(url, folder, env), schema, keyFile };
  }
  const kind = store?.kind === "by-hand" ? "by-hand" : "sqlite";
  const path = resolve(folder, (store !== undefined && "path" in store ? store.path : undefined) ?? "rosterform.db");
  return { kind, path: override === "" ? path : resolve(cwd, override), keyFile };
}

function urlOf(text: string, folder: string, env: Surroundings["env"]): UrlReference {
  const reference = referenceOf(text, folder);
  if (reference.kind === "file") return { named: text, file: reference.path };
  const value = env[reference.name] ?? "";
  return value === "" ? { named: text } : { named: text, value: new Secret(value) };
}

/** Going on with the server's store would change what the person meant to spare. */
function notOverridden(path: string): OutsideError {
  return new OutsideError(
    "config/store-override",
    `ROSTERFORM_STORE names the file ${path}, but the store of this project is on a server`,
    { fix: "Unset ROSTERFORM_STORE; where the store is stands in `store` of the project file, and what it refers to." },
  );
}

function deliverOf(deliver: Project["deliver"], folder: string): DeliverSettings {
  switch (deliver?.kind) {
    case undefined:
      return { kind: "file", folder: resolve(folder, "credentials"), shownAs: "credentials" };
    case "terminal":
      return deliver;
    case "file":
    case "age":
    case "packet":
    case "variables":
    case "kubernetes":
      return { ...deliver, folder: resolve(folder, deliver.folder), shownAs: deliver.folder };
    case "vault":
      return vaultOf(deliver, folder);
    case "command": {
      const { kind, run, timeout, keeps = true } = deliver;
      return { kind, run, folder, timeoutMs: timeoutOf(timeout), keeps };
    }
  }
}

/** `30s` or `2m`. */
function timeoutOf(text = "1m"): number {
  return Number.parseInt(text, 10) * (text.endsWith("s") ? SECOND_MS : MINUTE_MS);
}

/** Vault's own default mount, and one folder for all of OneRoster. */
function vaultOf(deliver: Extract<Project["deliver"], { kind: "vault" }>, folder: string): DeliverSettings {
  const { mount = "secret", path = "oneroster/{district}/{vendor}", token, ca, ...rest } = deliver;
  const authority = ca === undefined ? {} : { ca: referenceOf(ca, folder) };
  return { ...rest, mount, path, token: referenceOf(token, folder), ...authority };
}

function referenceOf(text: string, folder: string): Reference {
  const name = envReference(text);
  if (name !== undefined) return { kind: "env", name };
  const path = fileReference(text) ?? "";
  return { kind: "file", path: resolve(folder, path), shownAs: path };
}

function probeOf(probe: Project["probe"]): ProbeSettings {
  return {
    deadlineMs: durationOf(probe?.deadline) ?? MINUTE_MS,
    readDemographics: probe?.demographics ?? false,
    tolerance: fractionOf(probe?.tolerance) ?? 0.1,
  };
}

function notifyOf(notify: Project["notify"], folder: string): { readonly notify?: NotifySettings } {
  if (notify === undefined) return {};
  const { url, secret, ca, on = ["changed", "waiting", "failed"], timeout } = notify;
  const authority = ca === undefined ? {} : { ca: referenceOf(ca, folder) };
  return {
    notify: {
      url: referenceOf(url, folder),
      secret: referenceOf(secret, folder),
      ...authority,
      on,
      timeoutMs: timeoutOf(timeout ?? "10s"),
    },
  };
}
