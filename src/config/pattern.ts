/** Whether a text of `districts:` is a pattern; else it names one file, which has to be there. */
export function isPattern(text: string): boolean {
  return /[*?]/u.test(text);
}

/**
 * Whether a path with `/` matches: `*` and `?` stay inside one name, `**` as a whole name stands for any number of
 * folders. Nothing else is special.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  return matcherOf(pattern)(path);
}

/** The same for one pattern and many paths. */
export function matcherOf(pattern: string): (path: string) => boolean {
  const regex = regexOf(pattern);
  return (path) => regex.test(path);
}

function regexOf(pattern: string): RegExp {
  const parts = normal(pattern).split("/");
  const text = parts
    .map((part, index) => {
      const isLast = index === parts.length - 1;
      if (part === "**") return isLast ? ".*" : "(?:[^/]+/)*";
      return escaped(part) + (isLast ? "" : "/");
    })
    .join("");
  return new RegExp(`^${text}$`, "u");
}

/** The folder that a pattern names before anything in it is open; empty where that begins at once. */
export function folderNamedBy(pattern: string): string {
  const fixed = normal(pattern).split("/").slice(0, -1);
  const magic = fixed.findIndex(isPattern);
  return (magic === -1 ? fixed : fixed.slice(0, magic)).join("/");
}

/** Without a leading `./`, which people like to write. */
export function normal(pattern: string): string {
  return pattern.replace(/^(?:\.\/)+/u, "");
}

function escaped(part: string): string {
  return part
    .replace(/[.+^${}()|[\]\\]/gu, "\\$&")
    .replace(/\*+/gu, "[^/]*")
    .replace(/\?/gu, "[^/]");
}
