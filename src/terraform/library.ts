import { createProvider } from "./resources/provider.ts";
import { answererOf } from "./serve/answers.ts";
import { debug } from "./serve/debug.ts";
import type { Log } from "./serve/log.ts";
import type { Answerer } from "./serve/methods.ts";
import { realWorld } from "./world.ts";

/** The provider of this process, answering calls. */
export function answerer(log: Log): Answerer {
  return answererOf(createProvider(realWorld()), log);
}

/** The provider, kept for as long as somebody looks into it with a debugger. */
export function debugged(): Promise<void> {
  return debug(async () => createProvider(realWorld()));
}
