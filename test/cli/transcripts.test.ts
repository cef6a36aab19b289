import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { playAgain } from "./transcript.ts";

const FOLDER = join(import.meta.dirname, "transcripts");

describe("a transcript", () => {
  it.each(readdirSync(FOLDER))("%s is played again word for word", { timeout: 60_000 }, async (file) => {
    const path = join(FOLDER, file);
    await expect(await playAgain(readFileSync(path, "utf8"))).toMatchFileSnapshot(path);
  });
});
