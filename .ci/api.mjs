// The public surface of the package as text, one page an entry point, in api/. It fails when the surface is not as the page says:
//
//   node .ci/api.mjs            compares, and shows what differs
//   node .ci/api.mjs --write    writes the pages anew
//
// The names of pages may follow, such as rosterform.api.md; all of them when none does.
//
// What people can name must be explained, and every type they can come across must have a name they can import.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const OPTIONS = {
  target: "es2023",
  lib: ["es2023"],
  types: ["node"],
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Every entry point whose surface is kept: its page, and the declaration it begins with, below those of src/. */
const ENTRIES = [
  { page: "rosterform.api.md", entry: "index.d.ts", isExplained: true },
  // Both libraries are built from this one source; only their names differ. Most of it are bindings that a generator of theirs writes.
  { page: "rosterform-cdktn.api.md", entry: "constructs/index.d.ts", isExplained: false },
];

/**
 * What types are made from and nobody has to name: lists of words, of which the type is the union, and the two documents of which a
 * construct's properties are parts. Everything else that can be reached is exported.
 */
const UNNAMED = new Set(["RUNGS", "CLAUSES", "VERSIONS", "KINDS", "DATA_SETS", "PULLS", "Connection_2", "District_2"]);

/** Makes the declarations of entry points in `folder`/types. */
function declare(root, folder, entries) {
  mkdirSync(folder, { recursive: true });
  const compilerOptions = { emitDeclarationOnly: true, rootDir: join(root, "src"), outDir: join(folder, "types") };
  const files = entries.map(({ entry }) => join(root, "src", entry.replace(/\.d\.ts$/, ".ts")));
  const project = join(folder, "tsconfig.json");
  const extended = join(root, "tsconfig.build.json");
  writeFileSync(project, JSON.stringify({ extends: extended, compilerOptions, files, include: [], exclude: [] }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: "inherit" });
}

/**
 * The page of one entry point, and what is wrong with its surface; with `isExplained`, exported names without a comment too. Works in
 * `folder`, which is thrown away.
 */
export function surfaceOf({ root, entry, folder, isExplained }) {
  mkdirSync(folder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions: OPTIONS, files: [entry] } },
      apiReport: { enabled: true, reportFileName: "page.api.md", reportFolder: folder, reportTempFolder: folder },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: {
          default: { logLevel: "error" },
          // The whole package is as stable as its version says.
          "ae-missing-release-tag": { logLevel: "none" },
          // Whether exported names are explained is read from the page; members may be plain from their names.
          "ae-undocumented": { logLevel: "none" },
        },
        // Our comments are plain sentences, and no TSDoc.
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
  });
  const wrong = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      const [, forgotten] = /^The symbol "(\w+)" needs to be exported/.exec(message.text) ?? [];
      const isUnnamed = message.messageId === "ae-forgotten-export" && UNNAMED.has(forgotten);
      if (message.logLevel === "error" && !isUnnamed) wrong.push(`${message.messageId}: ${message.text}`);
      message.handled = true;
    },
  });
  const page = readFileSync(join(folder, "page.api.md"), "utf8");
  rmSync(folder, { recursive: true, force: true });
  if (!isExplained) return { page, wrong };
  for (const [, name] of page.matchAll(/\(undocumented\)\nexport (?:abstract |declare )*\w+ (\w+)/g)) {
    wrong.push(`${name} is exported and not explained; write a comment above it`);
  }
  return { page, wrong };
}

/** The lines in which two texts differ, with `-` and `+`, and two lines around each. */
export function difference(before, after) {
  const [old, young] = [before, after].map((text) => text.split("\n"));
  // Longest common subsequence by rows; surfaces have some thousand lines.
  const width = young.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === young[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      lines.push(`  ${old[i]}`);
      [i, j] = [i + 1, j + 1];
    } else if (j >= young.length || (i < old.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push(`- ${old[i]}`);
      i += 1;
    } else {
      lines.push(`+ ${young[j]}`);
      j += 1;
    }
  }
  const isNear = (at) => lines.slice(Math.max(0, at - 2), at + 3).some((line) => !line.startsWith("  "));
  return lines.filter((_, at) => isNear(at)).join("\n");
}

/** Compares the pages with the surface, or writes them; answers what is wrong. */
function run({ root, isWriting, entries }) {
  const folder = join(root, ".cache", `api-${process.pid}`);
  const complaints = [];
  try {
    declare(root, folder, entries);
    for (const { page: name, entry, isExplained } of entries) {
      const at = { entry: join(folder, "types", entry), folder: join(folder, "work") };
      const { page, wrong } = surfaceOf({ root, ...at, isExplained });
      complaints.push(...wrong);
      const path = join(root, "api", name);
      const before = existsSync(path) ? readFileSync(path, "utf8") : "";
      if (before === page) continue;
      if (isWriting) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, page);
        console.log(`wrote ${relative(root, path)}`);
      } else {
        complaints.push(`${relative(root, path)} is not as the surface is:\n${difference(before, page)}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return complaints;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { values, positionals } = parseArgs({ options: { write: { type: "boolean" } }, allowPositionals: true });
  const entries = ENTRIES.filter(({ page }) => positionals.length === 0 || positionals.includes(page));
  const complaints = run({ root, isWriting: values.write === true, entries });
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) {
    console.error("\nIf the change is meant, run `npm run api`, and commit the pages in api/ with it.");
    process.exit(1);
  }
}
