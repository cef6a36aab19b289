import type { LiveConnection } from "../../src/model/live.ts";
import { openTerraformStage, type TerraformStage } from "./stage.ts";

/**
 * The same three days twice: a connection is switched from 1.1 to 1.2, the vendor stays silent, the district reverts. Once
 * with Terraform's own resources that click the campus's pages, once with this provider. Both over the same campus.
 */
export interface Told {
  /** What stands in the page, block by block. */
  readonly plain: string;
  readonly ours: string;
}

/** A program that clicks, as a script over an interface without guards would. Node only, so that it runs everywhere. */
const CLICK = `// node click.mjs generate VERSION FILE | node click.mjs disable FILE
import { readFileSync, writeFileSync } from "node:fs";
const [action, ...words] = process.argv.slice(2);
const site = process.env.CAMPUS + "/campus/apps/springfield";
const click = async (path, form) => {
  const answer = await fetch(site + path, {
    method: "POST",
    headers: { origin: process.env.CAMPUS },
    body: new URLSearchParams(form),
    redirect: "manual",
  });
  if (answer.status !== 303) throw new Error(action + ": " + answer.status);
  return answer.headers.get("location").split("/").at(-1);
};
if (action === "generate") {
  const [version, file] = words;
  writeFileSync(file, await click("", { application: "Schoology", kind: "supported", version }));
} else await click("/" + readFileSync(words[0], "utf8") + "/disable", {});
`;

/** The usual way to have Terraform click for somebody: a program when a resource is made, and one when it is destroyed. */
export const PLAIN = `variable "schoology" {
  default = "1.1"
}

resource "terraform_data" "schoology" {
  triggers_replace = [var.schoology]

  provisioner "local-exec" {
    command = "node click.mjs generate \${var.schoology} made-\${self.id}"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "node click.mjs disable made-\${self.id}"
  }
}
`;

export const OURS = `variable "schoology" {
  default = "1.1"
}

resource "oneroster_connection" "schoology" {
  district = "springfield"
  vendor   = "Schoology"
  version  = var.schoology
  kind     = "supported"
  accept   = ["user-ids 1.1->1.2"]
  site     = { host = "cloud.example.org", app = "springfield" }
}
`;

const DAYS = [
  ["Monday: the first connection, 1.1", "1.1"],
  ["Tuesday: on to 1.2. The vendor is on holiday and pastes nothing", "1.2"],
  ["Friday: the district goes back to 1.1", "1.1"],
] as const;

/** Tells it; takes some seconds for each side. */
export async function tellStory(): Promise<Told> {
  return { plain: await side("plain"), ours: await side("ours") };
}

async function side(which: "plain" | "ours"): Promise<string> {
  const on = await openTerraformStage({ screens: true });
  try {
    if (which === "plain") on.terraform.write("main.tf", PLAIN);
    else on.given(OURS);
    on.terraform.write("click.mjs", CLICK);
    const names = new Map<string, string>();
    const lines: string[] = [];
    let first: LiveConnection | undefined;
    for (const [day, version] of DAYS) {
      const words = [
        "apply",
        "-auto-approve",
        ...(version === "1.1" && first === undefined ? [] : [`-var=schoology=${version}`]),
      ];
      const said = await on.terraform.okWith({ CAMPUS: on.origin }, ...words);
      const connections = (await on.live()).connections.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
      for (const { id } of connections) if (!names.has(id)) names.set(id, "ABC"[names.size] ?? "?");
      first ??= connections[0];
      lines.push(
        `# ${day}`,
        `$ terraform ${words.join(" ")}`,
        ...essence(said),
        "...",
        ...(await standing(on, connections, names)),
        "",
      );
      on.stage.moveClock("1d");
    }
    return lines.join("\n").trimEnd();
  } finally {
    await on.close();
  }
}

/** Of what Terraform says the lines that are the same in every run and tell what it did. */
function essence(said: string): readonly string[] {
  const kept = said
    .split("\n")
    .filter((line) => !line.startsWith("Plan again"))
    .filter((line) =>
      /^ {2}# |will be |must be |^(Plan|Apply complete)|: (Creating|Destroying|Modifying)\.\.\.|^Warning: /.test(line),
    );
  return kept.map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "..."));
}

/** What the campus has now, and whether the vendor, with the credentials that it has had since Monday, can still pull. */
async function standing(
  on: TerraformStage,
  connections: readonly LiveConnection[],
  names: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const first = connections[0]?.id;
  const works = await on.pull(first).then(
    () => "yes",
    () => "NO: cut off",
  );
  return [
    "$ # what the campus has now",
    ...connections.map(({ id, version, status }) => `connection ${names.get(id)}  ${version}  ${status.kind}`),
    `the vendor, who still has the values of A, can pull: ${works}`,
  ];
}
