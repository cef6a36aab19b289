import { dirname, resolve } from "node:path";
import { MINUTE_MS } from "../model/time.ts";
import { rootOf } from "./checks/machinery.ts";
import { durationOf, fractionOf } from "./desire.ts";
import type { Draft } from "./draft.ts";
import type { Project } from "./generated/project.ts";
import { envReference, fileReference } from "./reference.ts";
import type { DeliverSettings, ProbeSettings, Reference, Settings, StoreSettings } from "./settings.ts";

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
  const override = env["ROSTERFORM_STORE"];
  const store = storeOf(root?.value.store, folder);
  return {
    store: override === undefined || override === "" ? store : { ...store, path: resolve(cwd, override) },
    deliver: deliverOf(root?.value.deliver, folder),
    probe: probeOf(root?.value.probe),
  };
}

function storeOf(store: Project["store"], folder: string): StoreSettings {
  const key = fileReference(store?.key ?? "") ?? "rosterform.key";
  return { kind: "sqlite", path: resolve(folder, store?.path ?? "rosterform.db"), keyFile: resolve(folder, key) };
}

function deliverOf(deliver: Project["deliver"], folder: string): DeliverSettings {
  switch (deliver?.kind) {
    case undefined:
      return { kind: "file", folder: resolve(folder, "credentials"), shownAs: "credentials" };
    case "terminal":
      return deliver;
    case "file":
    case "age":
    case "variables":
    case "kubernetes":
      return { ...deliver, folder: resolve(folder, deliver.folder), shownAs: deliver.folder };
    case "vault":
      return vaultOf(deliver, folder);
    case "command": {
      const { kind, run, timeout, keeps = true } = deliver;
      return { kind, run, folder, timeoutMs: durationOf(timeout) ?? MINUTE_MS, keeps };
    }
  }
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
