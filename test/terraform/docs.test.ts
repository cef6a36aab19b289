import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readPage } from "../setup/markdown.ts";
import { root } from "../setup/source.ts";
import { hasTerraform } from "./run-terraform.ts";
import { openTerraformStage, schoology, type TerraformStage } from "./stage.ts";
import { OURS, PLAIN, tellStory } from "./story.ts";

const PAGE = join(root, "docs", "terraform.md");
/** Set to write down what Terraform says today. Whoever does that reads it before committing it. */
const isBlessing = process.env["ROSTERFORM_BLESS"] === "1";

function section(name: string, page: string): string {
  const [, text = ""] = new RegExp(`<!-- story ${name} -->\n([\\s\\S]*?)<!-- /story ${name} -->`).exec(page) ?? [];
  return text;
}

function shown(configuration: string, told: string): string {
  return `\n\`\`\`hcl\n${configuration}\`\`\`\n\n\`\`\`text\n${told}\n\`\`\`\n\n`;
}

describe.skipIf(!hasTerraform())("the page about Terraform", () => {
  let on: TerraformStage | undefined;
  afterEach(async () => {
    await on?.close();
    on = undefined;
  });

  it("shows what the real Terraform says to the same week, with its own resources and with ours", {
    timeout: 120_000,
  }, async () => {
    const { plain, ours } = await tellStory();
    const page = readFileSync(PAGE, "utf8");
    const expected = { plain: shown(PLAIN, plain), ours: shown(OURS, ours) };
    if (isBlessing) {
      const written = Object.entries(expected).reduce(
        (text, [name, body]) =>
          text.replace(
            new RegExp(`(<!-- story ${name} -->\n)[\\s\\S]*?(<!-- /story ${name} -->)`),
            (_, begin: string, end: string) => `${begin}${body}${end}`,
          ),
        page,
      );
      writeFileSync(PAGE, written);
      return;
    }
    expect(section("plain", page)).toBe(expected.plain);
    expect(section("ours", page)).toBe(expected.ours);
    expect(plain.match(/ +disabled$/gm)).toHaveLength(3);
    expect(plain).toContain("connection C");
    expect(plain).toContain("NO: cut off");
    expect(ours).not.toMatch(/connection C|cut off|connection A +1.1 +disabled/);
  });

  const { blocks } = readPage("docs/terraform.md");
  const snippets = blocks.filter(({ language }) => language === "hcl").map(({ lines }) => `${lines.join("\n")}\n`);

  it.each(snippets)("has configuration that Terraform takes: %s", async (snippet) => {
    on = await openTerraformStage();
    const isWhole = snippet.includes("required_providers");
    const needed = /oneroster_connection\.schoology\./.test(snippet) ? schoology("1.1") : "";
    if (isWhole) on.terraform.write("main.tf", snippet);
    else if (snippet.includes("terraform_data")) on.terraform.write("main.tf", snippet);
    else on.given(needed + snippet);
    await on.terraform.ok("validate");
    expect((await on.terraform.run("fmt", "-check", "-diff", "main.tf")).stdout).toBe("");
  });
});
