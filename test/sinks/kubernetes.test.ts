import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { type Address, addressOf, type DistrictId, parseAddress } from "../../src/model/address.ts";
import { createKubernetesSink, secretNameOf } from "../../src/sinks/kubernetes.ts";
import type { Handover } from "../../src/sinks/sink.ts";
import { addresses } from "./addresses.ts";
import { CANARY, handover } from "./handover.ts";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
/** Prefix and name of labels and annotations. */
const QUALIFIED = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

interface Manifest {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly stringData: Readonly<Record<string, string>>;
}

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "rosterform-kubernetes-")), "manifests");
});

afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const file = () => join(folder, "springfield", "otus.secret.yaml");

/** Delivers and reads back as a strict reader of YAML 1.2 does. */
async function manifest(one: Handover, namespace?: string): Promise<Manifest> {
  await createKubernetesSink({ folder, ...(namespace === undefined ? {} : { namespace }) }).deliver(one);
  const document = parseDocument(readFileSync(file(), "utf8"), { strict: true, version: "1.2" });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS() as Manifest;
}

describe("a Kubernetes sink", () => {
  it("writes the manifest of a Secret that says what it belongs to", async () => {
    expect(await manifest(handover(), "rostering")).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "oneroster-springfield--otus",
        namespace: "rostering",
        labels: { "app.kubernetes.io/managed-by": "rosterform" },
        annotations: {
          "rosterform/address": "springfield/Otus",
          "rosterform/connection": "c-0001",
          "rosterform/fingerprint": "3f9a3f9a3f9a3f9a",
          "rosterform/oneroster-version": "1.2",
        },
      },
      type: "Opaque",
      stringData: {
        client_id: "client-0001",
        client_secret: CANARY,
        token_url: "https://campus.example.org/token?appName=springfield",
        base_url: "https://campus.example.org/or",
      },
    });
    expect((statSync(file()).mode & 0o777).toString(8)).toBe("600");
  });

  it("names no namespace where none is given, and keeps to the rules for names and keys", async () => {
    const { metadata, stringData } = await manifest(handover());
    expect(metadata).not.toHaveProperty("namespace");
    for (const value of Object.values(metadata.labels)) expect(value).toMatch(LABEL_VALUE);
    for (const key of Object.keys({ ...metadata.labels, ...metadata.annotations })) expect(key).toMatch(QUALIFIED);
    for (const key of Object.keys(stringData)) expect(key).toMatch(DATA_KEY);
  });

  it.each(["yes", "1e3", "null", 'a"b\\c', "a: b #c", " x ", "-", "*a", "zwölf 🗝 \u2028\u200b\u0007", "%~", "'"])(
    "keeps a secret to the letter: %j",
    async (secret) => {
      const { stringData } = await manifest(handover({ secret }));
      expect(stringData["client_secret"]).toBe(secret);
    },
  );

  it("leaves the same bytes when the same connection is delivered again", async () => {
    await manifest(handover());
    const before = readFileSync(file());
    await manifest(handover());
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  it("names its target without secrets", () => {
    const sink = createKubernetesSink({ folder, shownAs: "./k8s" });
    expect(sink.target(handover().address)).toBe("kubernetes:k8s/springfield/otus.secret.yaml");
    expect(sink.keeps).toBe(true);
  });
});

describe("the name of a Secret", () => {
  it.each([
    ["springfield/Otus", "oneroster-springfield--otus"],
    ['north-side/Google Classroom["east"]', "oneroster-north-side--google-classroom--east"],
  ])("is plain where the address can be told from it: %s", (address, name) => {
    expect(secretNameOf(parseAddress(address) ?? ("" as Address))).toBe(name);
  });

  it("is cut where it would be too long, and still its own", () => {
    const long = (sign: string) => addressOf("d".repeat(64) as DistrictId, sign.repeat(80), "㌖".repeat(80));
    const [one, other] = [secretNameOf(long("\ufb03")), secretNameOf(long("\ufb04"))];
    expect(one).toMatch(SUBDOMAIN);
    expect(one.length).toBeLessThanOrEqual(253);
    expect(one).not.toBe(other);
  });

  it("is a valid one, and never shared, whatever an address is called", () => {
    fc.assert(
      fc.property(addresses, addresses, (a, b) => {
        const [one, other] = [secretNameOf(a), secretNameOf(b)];
        expect(one).toMatch(SUBDOMAIN);
        expect(one.length).toBeLessThanOrEqual(253);
        expect(one === other).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });
});
