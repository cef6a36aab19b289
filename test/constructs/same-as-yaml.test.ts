import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadProject } from "../../src/config/load-project.ts";
import { District, type DistrictProps, type ProjectShape } from "../../src/constructs/index.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";
import { root } from "../setup/source.ts";
import { type Arguments, connectionsOf, stackFor } from "./synthesised.ts";

const EXAMPLES = join(root, "examples");

const examples = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const files = readdirSync(join(EXAMPLES, name), { recursive: true, encoding: "utf8" });
    const yaml = files.filter((file) => file.endsWith(".yaml") && !file.endsWith("vendors.yaml"));
    const project = yaml.find((file) => file === "rosterform.yaml");
    const districts = yaml.filter((file) => file !== project).map((file) => join(EXAMPLES, name, file));
    return districts.length === 0 ? [] : [{ name, project: project && join(EXAMPLES, name, project), districts }];
  });

/** What the YAML of a district says, without what is the provider's. */
function shapeIn(path: string): DistrictProps {
  const {
    store: _,
    deliver: __,
    probe: ___,
    catalogue: ____,
    limits: _____,
    ...shape
  } = parse(readFileSync(path, "utf8"));
  return shape;
}

/** What both ways say of a connection, in the words of the resource; defaults filled in. */
function fromResource(made: Arguments): Arguments {
  const { vendor, name, district, site: _, confirmation: __, freeze: ___, owner: ____, contact: _____, ...rest } = made;
  const whole = `${String(district)}/${String(vendor)}`;
  const address = typeof name === "string" ? `${whole}["${name}"]` : whole;
  return { address, schools: "all", share: [], state: "active", rotate: 0, ...rest, accept: sorted(made["accept"]) };
}

/** A set has no order of its own. */
function sorted(set: unknown): readonly unknown[] {
  return Array.isArray(set) ? set.map(String).toSorted() : [];
}

function fromYaml(wanted: DesiredConnection): Arguments {
  const {
    address,
    version,
    kind,
    schools,
    share,
    state,
    rotate,
    accepts,
    replaces,
    was,
    adopt,
    ends,
    labels,
    deliverFrom,
  } = wanted;
  const optional = { replaces, was, adopt, ends, deliver_from: deliverFrom };
  return {
    ...{ address, version, kind, schools, share, state, rotate, accept: accepts },
    ...(wanted.protected ? { protected: true } : {}),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

describe.each(examples)("the example $name", ({ project, districts }) => {
  it("wants the same connections when it is said in TypeScript", async () => {
    const groups: ProjectShape | undefined =
      project === undefined ? undefined : { groups: parse(readFileSync(project, "utf8")).groups ?? {} };
    const stack = stackFor();
    for (const path of districts) {
      const shape = shapeIn(path);
      new District(stack, shape.district, groups === undefined ? shape : { ...shape, project: groups });
    }
    const made = Object.values(connectionsOf(stack)).map(fromResource);

    const loaded = await loadProject({ path: project ?? districts[0] ?? "", env: {} });
    if (loaded.kind === "broken") throw new Error("the example is broken");
    const wanted = loaded.project.desired.districts
      .filter(({ mode }) => mode === "manage")
      .flatMap(({ connections }) => connections.map(fromYaml));
    const byAddress = (a: Arguments, b: Arguments) => String(a["address"]).localeCompare(String(b["address"]));
    expect(made.toSorted(byAddress)).toEqual(wanted.toSorted(byAddress));
    expect(made.length).toBeGreaterThan(0);
  });
});
