import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Fn, TerraformOutput } from "cdktn";
import { transformSync } from "esbuild";
import { stringify } from "yaml";
import {
  DataOnerosterDistrict,
  District,
  type DistrictShape,
  EphemeralOnerosterCredentials,
} from "../../src/constructs/index.ts";
import { parseDuration } from "../../src/model/time.ts";
import { root } from "../setup/source.ts";
import { hasTerraform } from "../terraform/run-terraform.ts";
import { openTerraformStage, type TerraformStage } from "../terraform/stage.ts";
import { configurationOf, type Installed, install, LIBRARIES, type Library, run } from "./installed.ts";
import { type Arguments, stackFor, synthesised } from "./synthesised.ts";

const DISTRICTS = ["shelbyville", "springfield"] as const;

describe.skipIf(!hasTerraform())("an app under the real Terraform", { timeout: 120_000 }, () => {
  let installed: Installed;
  let stage: TerraformStage;
  beforeAll(() => {
    installed = install();
  }, 120_000);
  afterAll(() => installed.remove());
  beforeEach(async () => {
    stage = await openTerraformStage();
  });
  afterEach(() => stage.close());

  /** Synthesises the example of a library, changed as an editor would, into the folder of Terraform. */
  function synthesise(library: Library, edit: (text: string) => string = (text) => text): void {
    const app = installed.app(`${library}-${Date.now()}`, library);
    const { code } = transformSync(edit(readFileSync(join(app, "main.ts"), "utf8")), { loader: "ts" });
    writeFileSync(join(app, "main.js"), code);
    run(app, "main.js");
    stage.terraform.write(
      "cdk.tf.json",
      JSON.stringify(configurationOf(app)).replaceAll("APP", stage.terraform.folder),
    );
  }

  async function addressesOf(): Promise<readonly string[]> {
    const live = await Promise.all(DISTRICTS.map((district) => stage.live(district)));
    return live.flatMap(({ slots }) => slots.map(({ address }) => address)).toSorted();
  }

  it.each(LIBRARIES)("made with %s is planned and applied, and has nothing more to do", async (library) => {
    synthesise(library);
    await stage.terraform.ok("init");
    expect((await stage.plan()).text).toContain("Plan: 7 to add, 0 to change, 0 to destroy.");
    expect(await stage.apply()).toContain("Apply complete! Resources: 7 added, 0 changed, 0 destroyed.");
    expect(await addressesOf()).toEqual([
      'shelbyville/Edlink["north"]',
      'shelbyville/Edlink["south"]',
      "shelbyville/Schoology",
      "springfield/Bluebird Reading",
      "springfield/Google Classroom",
      "springfield/Otus",
      "springfield/Schoology",
    ]);
    expect(await stage.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes.") });
  });

  it("touches no other connection when a vendor is added, and none when a district moves within the app", async () => {
    synthesise("cdktn");
    await stage.terraform.ok("init");
    await stage.apply();
    const before = await addressesOf();
    synthesise("cdktn", (text) =>
      text
        .replace('new District(stack, "shelbyville"', 'new District(stack, "north"')
        .replace("    Otus: {", '    "A Vendor": { version: 1.2, kind: "other" },\n    Otus: {'),
    );
    expect(await stage.apply()).toContain("Resources: 1 added, 0 changed, 0 destroyed.");
    expect(await addressesOf()).toEqual([...before, "springfield/A Vendor"].toSorted());
  });

  it("wants what the data source reads from the same districts in YAML", async () => {
    const stack = stackFor();
    for (const [name, shape] of Object.entries(SHAPES)) {
      new District(stack, name, shape);
      writeFileSync(join(stage.stage.folder, `${name}.yaml`), stringify(shape));
      new DataOnerosterDistrict(stack, `${name}-file`, { file: `${name}.yaml` });
      new TerraformOutput(stack, `${name}-wants`, { value: `\${data.oneroster_district.${name}-file.connections}` });
    }
    const { provider: _, ...rest } = synthesised(stack);
    stage.given("");
    stage.terraform.write("cdk.tf.json", JSON.stringify({ ...rest, terraform: {} }));
    await stage.apply();

    const { values } = shownBy(await stage.terraform.show());
    const made = values.root_module.resources
      .filter(({ mode }) => mode === "managed")
      .map((one) => wishesIn(one.values));
    const read = Object.keys(SHAPES).flatMap((name) =>
      Object.values(values.outputs[`${name}-wants`]?.value ?? {}).map(wishesIn),
    );
    expect(made.toSorted(byVendor)).toEqual(read.toSorted(byVendor));
    expect(made).toHaveLength(6);
  });

  it("is made from what Terraform prints of the provider", async () => {
    stage.given("");
    const kept: unknown = JSON.parse(readFileSync(join(root, "schemas", "terraform-provider.json"), "utf8"));
    expect(kept).toEqual(JSON.parse(await stage.terraform.ok("providers", "schema", "-json")));
  });

  it("opens credentials for one phase of a run, and they are in no state", async () => {
    const stack = stackFor();
    const district = new District(stack, "springfield", SHAPES.springfield);
    const { district: id, vendor, candidate, current } = district.connection("Otus");
    // Not known before it is applied, so that Terraform opens it after, and not while it plans.
    const connectionId = Fn.try([candidate.id, current.id]);
    new EphemeralOnerosterCredentials(stack, "otus", { district: id, vendor, connectionId });
    const { provider: _, ...rest } = synthesised(stack);
    const condition = "${length(ephemeral.oneroster_credentials.otus.client_secret) > 0}";
    const check = { opened: { assert: [{ condition, error_message: "nothing was opened" }] } };
    stage.given("");
    stage.terraform.write("cdk.tf.json", JSON.stringify({ ...rest, terraform: {}, check }));
    await stage.apply();
    const text = JSON.stringify(stage.terraform.state());
    expect(text).toContain("secret_fingerprint");
    expect(text).not.toContain("client_secret");
  });

  it("may be the other library from now on: the state is the same", async () => {
    synthesise("cdktf");
    await stage.terraform.ok("init");
    await stage.apply();
    synthesise("cdktn");
    expect(await stage.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes.") });
  });
});

const site = { host: "cloud.example.org", app: "springfield" };

const SHAPES = {
  springfield: {
    district: "springfield",
    site,
    owner: "dana@springfield.example.org",
    confirm: { require: ["probed", "used"], within: "30d", syncs: 2 },
    freeze: [{ from: "2031-08-16", to: "2031-08-27", why: "first weeks of term" }],
    vendors: {
      Otus: { version: 1.1, kind: "supported", share: ["demographics"], labels: { tier: 1, core: true } },
      "Bluebird Reading": {
        version: 1.2,
        kind: "other",
        schools: ["Lincoln"],
        ends: "2031-06-30",
        contact: "help@bluebird.example",
      },
      "New Quiz Tool": { version: 1.2, kind: "other", rotate: 1, protected: true, "sync-period": "24h" },
    },
  },
  shelbyville: {
    district: "shelbyville",
    site: { host: "shelbyville.example.org", app: "shelbyville", kind: "sandbox" },
    vendors: {
      Edlink: {
        connections: {
          north: { version: "1.2", kind: "other", schools: ["North High"], expires: "2031-06-30" },
          south: { version: "1.2", kind: "other", schools: "all", confirm: { require: ["probed", "attested"] } },
        },
      },
      Maple: { version: 1.2, kind: "other", was: "Maple Math", "deliver-from": "2031-06-15" },
      "Google Classroom": "ignore",
    },
  },
} satisfies Readonly<Record<string, DistrictShape>>;

interface Shown {
  readonly values: {
    readonly outputs: Readonly<Record<string, { readonly value: Readonly<Record<string, Arguments>> }>>;
    readonly root_module: { readonly resources: readonly { readonly mode: string; readonly values: Arguments }[] };
  };
}

function shownBy(json: unknown): Shown {
  return json as Shown;
}

/** What a resource was told, or a file says; defaults that the provider fills in by itself are left out. */
function wishesIn(values: Arguments): Arguments {
  const told = Object.entries(values).filter(([key, value]) => value !== null && !FOUND.has(key));
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(told), ...withDefaults(values) }, withoutNull));
}

/** Said in every file, with the defaults of districts and of the store; an app leaves them to the provider. */
function withDefaults({ site: place, sync_period: period, confirmation }: Arguments): Arguments {
  return {
    site: { kind: "production", ...Object(withoutNulls(place)) },
    sync_period: parseDuration(typeof period === "string" ? period : "48h"),
    confirmation: { require: ["probed", "used-or-attested"], ...Object(withoutNulls(confirmation)) },
  };
}

function withoutNulls(map: unknown): object {
  return Object.fromEntries(Object.entries(Object(map)).filter(([, value]) => value !== null));
}

function withoutNull(_key: string, value: unknown): unknown {
  return value ?? undefined;
}

const FOUND = new Set(["address", "current", "candidate", "previous", "cutover", "evidence", "on_destroy"]);

function byVendor(a: Arguments, b: Arguments): number {
  return JSON.stringify([a["vendor"], a["name"]]).localeCompare(JSON.stringify([b["vendor"], b["name"]]));
}
