#!/usr/bin/env node
import { meansOf } from "./fleet/means.ts";
import { describeMistake, run } from "./run.ts";
import { realWorld } from "./world.ts";

const world = realWorld();

// What nobody caught would be printed with its stack and its message, and a message may quote a credential.
process.on("uncaughtException", (error) => {
  world.stderr(describeMistake(error));
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), { ...world, fleet: meansOf(import.meta.url) });
