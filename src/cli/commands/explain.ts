import { describeExplanation, explanationJson } from "../../views/explain-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, findAddress, openSession } from "../session.ts";
import type { World } from "../world.ts";
import { planFor } from "./plan.ts";

/** What the command line says. */
export interface ExplainOptions extends DocumentOptions {
  readonly address: string;
}

/** Why each step of one address is or is not allowed, and what would have to be true. Writes nothing. */
export async function explain(options: ExplainOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const made = await planFor(session, { target: [named.address] });
  const plan = made?.plan.districts.flatMap((one) => one.addresses).find((one) => one.address === named.address);
  if (made === undefined || plan === undefined) return EXIT.failed;
  const { out } = session;
  const around = {
    live: made.live.get(named.district.district),
    now: made.plan.madeAt,
    locate: await session.locate(),
  };
  out.text(describeExplanation(plan, { ...around, style: out.style, width: out.width }));
  out.json({ type: "explanation", ...explanationJson(plan, around) });
  return EXIT.done;
}
