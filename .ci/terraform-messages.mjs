// The messages of the provider protocol: src/terraform/wire/protocol/*.proto -> src/terraform/generated/ (JavaScript with types).

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STAMP = "inputs.sha256";
const BANNER = "// Made by `npm run generate` from src/terraform/wire/protocol/. Do not edit.\n";

/** Makes the messages unless their inputs are those they were made from. Says how many files were read. */
export function generateMessages(root) {
  const protocol = join(root, "src", "terraform", "wire", "protocol");
  const generated = join(root, "src", "terraform", "generated");
  const stamp = stampOf(root, protocol);
  const stampFile = join(generated, STAMP);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return 0;

  // Written beside and moved in place, so that a run at the same time never reads half of it.
  const fresh = join(generated, `.fresh-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    runBuf(root, protocol, fresh);
    const made = readdirSync(fresh);
    for (const name of made) {
      // `provider_pb.d.ts` -> `provider.d.ts`: named like every other file of ours.
      const text = BANNER + readFileSync(join(fresh, name), "utf8");
      rmSync(join(fresh, name));
      const better = name.replace("_pb.", ".");
      writeFileSync(join(fresh, better), text);
      renameSync(join(fresh, better), join(generated, better));
    }
    writeFileSync(join(fresh, STAMP), stamp);
    renameSync(join(fresh, STAMP), stampFile);
    return made.length;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** buf compiles, protoc-gen-es writes; both are packages of npm and need no network. */
function runBuf(root, protocol, out) {
  const bin = (...path) => join(root, "node_modules", "@bufbuild", ...path);
  const plugin = [process.execPath, bin("protoc-gen-es", "bin", "protoc-gen-es")];
  const template = { version: "v2", plugins: [{ local: plugin, out, opt: ["target=js+dts"] }] };
  execFileSync(
    process.execPath,
    [bin("buf", "bin", "buf"), "generate", protocol, "--template", JSON.stringify(template)],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
}

function stampOf(root, protocol) {
  const hash = createHash("sha256");
  for (const name of [".ci/terraform-messages.mjs", "package-lock.json"]) hash.update(readFileSync(join(root, name)));
  for (const name of readdirSync(protocol).sort())
    hash.update(`\0${name}\0${readFileSync(join(protocol, name), "utf8")}`);
  return hash.digest("hex");
}
