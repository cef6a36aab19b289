import type { Address } from "../model/address.ts";
import { belongingOf, fourValues } from "./fields.ts";
import { type FolderOptions, placeOf } from "./file.ts";
import { wordsOf } from "./path.ts";
import { replaceFile } from "./replace-file.ts";
import type { Handover, Sink } from "./sink.ts";

/** Where manifests go, and into which namespace of the cluster. */
export interface KubernetesOptions extends FolderOptions {
  /** Left out, the manifest names none and goes where `kubectl` stands. */
  readonly namespace?: string;
}

/** Names of objects are DNS subdomains (RFC 1123). https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LONGEST_NAME = 253;

/**
 * A sink that keeps one manifest of a Secret per address: `folder/springfield/otus.secret.yaml`, readable by its owner
 * only. Nothing is sent to a cluster; `kubectl apply --server-side` does that, which keeps no second copy of the values
 * in an annotation. https://kubernetes.io/docs/concepts/configuration/secret/
 */
export function createKubernetesSink(options: KubernetesOptions): Sink {
  return {
    keeps: true,
    target: (address) => `kubernetes:${placeOf(address, options, ".secret.yaml").shown}`,
    deliver: (handover) =>
      replaceFile(placeOf(handover.address, options, ".secret.yaml"), describeSecret(handover, options.namespace)),
  };
}

/**
 * The name of an address's Secret: `oneroster-springfield--otus`. Where the address cannot be told from it, a piece of
 * its hash follows after a dot, which no other name holds; so two addresses never share one.
 */
export function secretNameOf(address: Address): string {
  const { parts, hash } = wordsOf(address);
  const name = `oneroster-${parts.join("--")}`;
  if (hash === undefined) return name;
  return `${name.slice(0, LONGEST_NAME - hash.length - 1).replace(/-+$/, "")}.${hash}`;
}

function describeSecret(handover: Handover, namespace: string | undefined): string {
  const { address, connection, fingerprint, oneroster_version: version } = belongingOf(handover);
  return [
    "# OneRoster credentials. Keep them secret: commit this file nowhere.",
    "apiVersion: v1",
    "kind: Secret",
    "metadata:",
    `  name: ${quoted(secretNameOf(handover.address))}`,
    ...(namespace === undefined ? [] : [`  namespace: ${quoted(namespace)}`]),
    "  labels:",
    `    app.kubernetes.io/managed-by: ${quoted("rosterform")}`,
    "  annotations:",
    `    rosterform/address: ${quoted(address)}`,
    `    rosterform/connection: ${quoted(connection)}`,
    `    rosterform/fingerprint: ${quoted(fingerprint)}`,
    `    rosterform/oneroster-version: ${quoted(version)}`,
    "type: Opaque",
    "stringData:",
    ...Object.entries(fourValues(handover)).map(
      ([key, value]: readonly [string, string]) => `  ${key}: ${quoted(value)}`,
    ),
    "",
  ].join("\n");
}

/** A text in the double quotes of YAML, which are those of JSON but for signs that YAML wants escaped, too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{C}\u2028\u2029]/gu,
    (sign) => `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );
}
