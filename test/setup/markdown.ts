import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, root } from "./source.ts";

/** A fenced block of a page: its language, its lines, the heading it stands under and the line it begins on. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  readonly heading: string;
  readonly line: number;
}

/** A page of Markdown; `path` is below the repository. */
export interface Page {
  readonly path: string;
  /** Without the fenced blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
  /** As links name them: `what-probes-find`. */
  readonly anchors: readonly string[];
}

/** Every page that people read: README and CHANGELOG, docs/, and what stands beside the code. */
export function readPages(): readonly Page[] {
  const below = ["docs", "src", "test", "examples"].flatMap((folder) => filesBelow(folder));
  return ["README.md", "CHANGELOG.md", ...below.filter((path) => path.endsWith(".md"))].map(readPage);
}

/** Reads one page. */
export function readPage(path: string): Page {
  return parsePage(path, readFileSync(join(root, path), "utf8"));
}

/** Takes the text of a page apart. */
export function parsePage(path: string, text: string): Page {
  const prose: string[] = [];
  const blocks: Block[] = [];
  const anchors: string[] = [];
  let heading = "";
  let open: { readonly language: string; readonly lines: string[]; readonly line: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence !== null) {
      if (open !== undefined) blocks.push({ ...open, heading });
      open = open === undefined ? { language: fence[1] ?? "", lines: [], line: index + 1 } : undefined;
      continue;
    }
    if (open !== undefined) {
      open.lines.push(line);
      continue;
    }
    prose.push(line);
    const title = /^#+ (.+)$/.exec(line)?.[1];
    if (title === undefined) continue;
    anchors.push(anchorOf(title));
    if (/^##? /.test(line)) heading = title;
  }
  if (open !== undefined) throw new Error(`${path}:${open.line} opens a block that never ends`);
  return { path, prose: prose.join("\n"), blocks, anchors };
}

/** Links to other pages of the repository and to places in them, as they stand in the text. */
export function linksIn({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** As GitHub makes anchors of headings. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
