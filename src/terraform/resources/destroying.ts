import { partsOf } from "../../model/address.ts";
import { isActive, type LiveDistrict } from "../../model/live.ts";
import { listed, sentence } from "../translate/changes.ts";
import { fault } from "../translate/fault.ts";
import { noticeOf } from "../translate/notices.ts";
import { addressIn, foundAt, isToDisable, standingAt } from "../translate/state.ts";
import type { Notice, Private, Resource } from "../wire/provider.ts";
import type { Attributes } from "../wire/value.ts";
import { type Aim, walk } from "./applying.ts";
import { planOne, twice, wantedBy } from "./planning.ts";
import type { Session } from "./session.ts";

type PlanAnswer = Awaited<ReturnType<Resource["plan"]>>;
type ApplyAnswer = Awaited<ReturnType<Resource["apply"]>>;

/**
 * Destroying a resource forgets it. The live connection stays untouched, unless the resource says `on_destroy = "disable"`;
 * then it is disabled under the same guard as by `state = "disabled"`.
 */
export async function planDestroy(prior: Attributes | null, session: Session, kept: Private): Promise<PlanAnswer> {
  const answer = (notices: readonly Notice[]): PlanAnswer => ({ planned: null, private: kept, notices });
  const address = prior === null ? undefined : addressIn(prior);
  if (prior === null || address === undefined) return answer([]);
  const live = await session.live(partsOf(address).district);
  if (!isToDisable(prior)) return answer(whatStays(prior, live));
  if (!session.claim(address)) return answer([twice(address)]);
  const { aim, notices } = aimAtDisabling(prior, live, session);
  if (aim === undefined) return answer(notices);
  const { errors, warnings } = planOne({ ...aim, live });
  return answer([...notices, ...[...errors, ...warnings].map(noticeOf)]);
}

/** Forgets, or disables and then forgets. What could not be disabled stays in the state. */
export async function destroyConnection(
  prior: Attributes | null,
  session: Session,
  kept: Private,
): Promise<ApplyAnswer> {
  const gone: ApplyAnswer = { state: null, private: kept, notices: [] };
  const address = prior === null ? undefined : addressIn(prior);
  if (prior === null || address === undefined || !isToDisable(prior)) return gone;
  const { district } = partsOf(address);
  const live = await session.live(district);
  const { aim, notices: wrong } = aimAtDisabling(prior, live, session);
  if (aim === undefined) return { state: prior, private: kept, notices: wrong };
  const outcome = await walk(aim, live);
  const standing = standingAt(await session.fresh(district), address);
  const isLeft = [standing.current, standing.candidate].some((one) => one !== undefined && isActive(one));
  if (!isLeft) return gone;
  const state = { ...prior, ...foundAt(standing, session.world.clock.now()) };
  const why = outcome.kind === "failed" ? [outcome.diagnostic] : outcome.kind === "blocked" ? outcome.diagnostics : [];
  const notices = why.length > 0 ? why.map(noticeOf) : [notDisabledYet(address)];
  return { state, private: kept, notices };
}

/** The same wish as `state = "disabled"`, made from what the state says. */
function aimAtDisabling(prior: Attributes, live: LiveDistrict, session: Session): Aimed {
  const { connection, district, notices } = wantedBy({ ...prior, state: "disabled" }, session, live);
  if (connection === undefined || district === undefined) return { notices };
  return { aim: { connection, district, session }, notices };
}

/** Without an aim, the notices say what is wrong with what the state says: nothing is disabled then, and nothing forgotten. */
interface Aimed {
  readonly aim?: Aim;
  readonly notices: readonly Notice[];
}

/** Nothing is told where nothing is left that anybody could use. */
function whatStays(prior: Attributes, live: LiveDistrict): readonly Notice[] {
  const address = addressIn(prior);
  if (address === undefined) return [];
  const { current, candidate } = standingAt(live, address);
  const left = [current, candidate].filter((one) => one !== undefined && isActive(one));
  const each = [...new Set(left)].filter((one) => one !== undefined);
  if (each.length === 0) return [];
  return [
    {
      severity: "warning",
      summary: `${address} is forgotten, not disabled`,
      detail: `${sentence(listed(each))} stays active and untouched; Terraform only no longer knows of it. To disable it, apply \`state = "disabled"\` first, or set \`on_destroy = "disable"\`. To take it back, import ${address}.`,
    },
  ];
}

function notDisabledYet(address: string): Notice {
  return fault(
    "terraform/not-disabled-yet",
    `${address} is not disabled yet`,
    "A date or another cut-over has to come first. The resource stays in the state; destroy it again later.",
  );
}
