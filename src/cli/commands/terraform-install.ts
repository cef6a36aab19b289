import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { VERSION } from "../../version.ts";
import { codeOf } from "../code-of.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf, type OutputOptions } from "../output.ts";
import { packageFile } from "../package-file.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface TerraformInstallOptions extends OutputOptions {
  readonly into?: string;
}

/** The address under which Terraform looks for the provider, also in folders. */
const ADDRESS = ["registry.terraform.io", "rosterform", "oneroster"];

/**
 * Puts the provider into a folder in the layout that Terraform expects of a mirror: by default the one in the home of the user,
 * in which Terraform looks before it asks a registry (documentation of Terraform, "Implied Local Mirror Directories").
 */
export async function terraformInstall(options: TerraformInstallOptions, world: World): Promise<ExitCode> {
  const home = world.env["HOME"] ?? homedir();
  const into =
    options.into === undefined
      ? join(home, ".terraform.d", "plugins")
      : resolve(folderOf(options, world), options.into);
  const folder = join(into, ...ADDRESS, VERSION, platform());
  try {
    await putWhole(folder);
  } catch (cause) {
    throw new OutsideError("cli/provider-not-installed", `${folder} cannot be written (${codeOf(cause)})`, {
      fix: "Choose another folder with --into, or make this one writable. What was there stays.",
      cause,
    });
  }
  world.stdout(
    options.json === true
      ? `${JSON.stringify({ installed: folder, version: VERSION })}\n`
      : told(folder, options.into, into),
  );
  return EXIT.done;
}

/** Beside first, then moved into place: Terraform never sees half of a provider. */
async function putWhole(folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}.tmp`;
  const old = `${folder}.${process.pid}.old`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await cp(packageFile("dist/provider"), fresh, { recursive: true });
    for (const [name, path] of await nativeParts()) await cp(path, join(fresh, name));
    await rename(folder, old).catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
    await rename(fresh, folder).catch(async (error: unknown) => {
      await rename(old, folder).catch(() => undefined);
      throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** SQLite's native part for this machine, as the package of the driver brings it. */
async function nativeParts(): Promise<readonly (readonly [string, string])[]> {
  const driver = dirname(createRequire(import.meta.url).resolve("@photostructure/sqlite/package.json"));
  const prebuilt = join(driver, "prebuilds", `${process.platform}-${process.arch}`);
  const names = (await readdir(prebuilt)).filter((name) => name.endsWith(".node"));
  return names.map((name) => [`sqlite.${name.split(".").at(-2)}.node`, join(prebuilt, name)]);
}

/** Of this machine, as Terraform names it. */
function platform(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `${process.platform === "win32" ? "windows" : process.platform}_${arch}`;
}

function told(folder: string, asked: string | undefined, into: string): string {
  const mirror =
    asked === undefined
      ? ""
      : `\nTerraform looks there with this in its configuration (~/.terraformrc), or with -plugin-dir:\n\n  provider_installation {\n    filesystem_mirror { path = ${JSON.stringify(into)} }\n  }\n`;
  return `Installed the provider ${VERSION} into ${folder}

Write in the configuration, and run \`terraform init\`:

  terraform {
    required_providers {
      oneroster = { source = "rosterform/oneroster", version = "${VERSION}" }
    }
  }
${mirror}
A configuration that had this version already needs \`terraform init -upgrade\`.
`;
}
