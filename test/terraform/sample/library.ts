import { answererOf } from "../../../src/terraform/serve/answers.ts";
import type { Log } from "../../../src/terraform/serve/log.ts";
import type { Answerer } from "../../../src/terraform/serve/methods.ts";
import { sampleProvider } from "../sample-provider.ts";

export function answerer(log: Log): Answerer {
  return answererOf(sampleProvider(), log);
}
