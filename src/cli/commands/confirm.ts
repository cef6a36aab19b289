import { credentialsIfKnown } from "../../apply/sheet.ts";
import pLimit from "p-limit";
import { attest, takeFindings, waive } from "../../confirm/confirm.ts";
import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { openProof } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import { type Identity, type Probed, type Rung, RUNGS, type Statement } from "../../model/evidence.ts";
import { probeVerdict } from "../../model/judge.ts";
import { isActive, type LiveConnection, type LiveDistrict, type Slot } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import { isSelected } from "../../plan/selection.ts";
import type { Ports } from "../../reconcile.ts";
import type { Written } from "../../stores/store.ts";
import { describeFindings, findingsJson } from "../../views/findings-text.ts";
import { identified } from "../../identity.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { tell } from "../output.ts";
import {
  type DocumentOptions,
  findAddress,
  lookAtLive,
  type Named,
  openSession,
  type SelectingOptions,
  selectionOf,
  type Session,
} from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface ConfirmOptions extends DocumentOptions, SelectingOptions {
  readonly address?: string | undefined;
  readonly all?: boolean;
  readonly attest?: boolean;
  readonly waive?: string;
  readonly by?: string;
  readonly reason?: string;
  /** Address where an attestation can be looked up. */
  readonly evidence?: string;
}

/** One connection to be confirmed, and what it is compared with. */
interface Subject {
  readonly named: Named;
  readonly slot: Slot;
  readonly connection: LiveConnection;
  readonly old?: LiveConnection;
}

type Proof = Omit<Ports, "sink">;

/** Runs the probes now, or records a named person's statement. */
export async function confirm(options: ConfirmOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const wrong = whatIsWrong(options);
  if (wrong !== undefined) return fail(session, [wrong]);
  const names = options.all === true ? everything(options, session) : one(options.address ?? "", session);
  if (names === undefined) return EXIT.failed;
  const live = await lookAtLive(session);
  const subjects = names.flatMap((named) => subjectOf(named, live));
  const [first] = subjects;
  if (first === undefined && options.all !== true) return fail(session, [nothingToConfirm(options.address ?? "")]);
  const ports = await openProof(session.project.settings, session.writing);
  try {
    if (first !== undefined && isStatement(options)) return await state(first, options, session, ports);
    return await probeAll(subjects, session, ports);
  } finally {
    await ports.store.close();
  }
}

function isStatement(options: ConfirmOptions): boolean {
  return options.attest === true || options.waive !== undefined;
}

function whatIsWrong(options: ConfirmOptions): Diagnostic | undefined {
  const fault = (detail: string): Diagnostic =>
    problem({ code: "cli/confirm-usage", summary: "The options of `confirm` do not go together", detail });
  if ((options.address === undefined) === (options.all !== true)) return fault("Name one address, or say --all.");
  if (!isStatement(options)) return undefined;
  if (options.all === true) return fault("A statement is about one connection; --all probes only. Name its address.");
  if (options.attest === true && options.waive !== undefined) return fault("Record one statement at a time.");
  if (!options.by?.trim() || !options.reason?.trim())
    return fault("A statement needs --by NAME and --reason TEXT: who says so, and why.");
  if (options.evidence !== undefined && !/^https?:\/\/[^\s@]+$/.test(options.evidence))
    return fault("--evidence takes the address of a ticket, a mail or a log: https://..., without a password in it.");
  if (options.waive !== undefined && rungOf(options.waive) === undefined) {
    return fault(`There is no rung ${options.waive}. The rungs are ${RUNGS.join(", ")}.`);
  }
  return undefined;
}

function rungOf(text: string | undefined): Rung | undefined {
  return RUNGS.find((rung) => rung === text);
}

function one(address: string, session: Session): readonly Named[] | undefined {
  const named = findAddress(address, session);
  return named === undefined ? undefined : [named];
}

function everything(options: SelectingOptions, session: Session): readonly Named[] | undefined {
  const selection = selectionOf(options, session);
  if (selection === undefined) return undefined;
  return session.project.desired.districts.flatMap((district) =>
    district.connections
      .filter((desired) => desired.state === "active" && isSelected(desired, selection))
      .map((desired) => ({ address: desired.address, desired, district })),
  );
}

/** The candidate of an open cut-over, next to the one it takes over from; else the connection in use. */
function subjectOf(named: Named, live: ReadonlyMap<DistrictId, LiveDistrict>): readonly Subject[] {
  const district = live.get(named.district.district);
  const slot = district?.slots.find((one) => one.address === named.address);
  const find = (id: string | undefined): LiveConnection | undefined =>
    district?.connections.find((one) => one.id === id);
  const connection = find(slot?.cutover?.to) ?? find(slot?.current);
  const old = find(slot?.cutover?.from);
  if (slot === undefined || connection === undefined) return [];
  return [{ named, slot, connection, ...(old !== undefined && isActive(old) ? { old } : {}) }];
}

async function probeAll(subjects: readonly Subject[], session: Session, ports: Proof): Promise<ExitCode> {
  const { world, out } = session;
  const limit = pLimit(10);
  const verdicts = await Promise.all(
    subjects.map((subject) =>
      limit(async () => {
        if (world.signal.aborted) return "inconclusive";
        try {
          const probed = await probe(subject, world, ports);
          const { address } = subject.named;
          out.text(describeFindings(address, probed, { style: out.style, width: out.width }));
          out.json(findingsJson(address, probed));
          return probeVerdict([...subject.connection.evidence, probed]) ?? "inconclusive";
        } catch (error) {
          if (!(error instanceof OutsideError)) throw error;
          tell(out, [
            problem({
              code: error.code,
              summary: "The world outside failed",
              detail: `${subject.named.address}: ${error.message}. ${error.fix ?? ""}`.trim(),
            }),
          ]);
          return "refuted";
        }
      }),
    ),
  );
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  out.text(
    `\nProbed: ${count("confirmed")} confirmed, ${count("refuted")} refuted, ${count("inconclusive")} inconclusive.`,
  );
  return interruptedBy(world.signal) ?? (count("refuted") > 0 ? EXIT.failed : EXIT.done);
}

async function probe(subject: Subject, world: World, ports: Proof): Promise<Probed> {
  const { connection, old, slot, named } = subject;
  const credentials = await ports.store.credentials(connection.id);
  const known = old === undefined ? undefined : await credentialsIfKnown(ports.store, old.id);
  const comparison = old === undefined || known === undefined ? {} : { old: { connection: old, credentials: known } };
  const { clock, by, signal } = world;
  const probed = await takeFindings({
    ladder: ports.ladder,
    connection,
    credentials,
    ...comparison,
    by,
    clock,
    signal,
  });
  demand(await ports.store.recordFindings({ address: named.address, revision: slot.revision, probed }));
  return probed;
}

async function state(subject: Subject, options: ConfirmOptions, session: Session, ports: Proof): Promise<ExitCode> {
  const { connection, slot, named } = subject;
  if (options.attest === true && slot.cutover === undefined) return fail(session, [nothingToAttest(named.address)]);
  const { world } = session;
  const { by = "", reason = "", evidence } = options;
  const saying = { connection, by, reason, at: world.clock.now(), ...identified(world) };
  const rung = rungOf(options.waive);
  const statement =
    rung === undefined ? attest(evidence === undefined ? saying : { ...saying, evidence }) : waive({ ...saying, rung });
  if (!isStatementMade(statement)) return fail(session, [statement]);
  await recordStatement(subject, statement, ports);
  const what = statement.kind === "attested" ? "the vendor moved" : `${statement.rung} is waived`;
  session.out.text(
    `Recorded: ${statement.by} says of ${named.address} that ${what} (connection ${connection.id}, fingerprint ${connection.fingerprint}).\nThe next apply goes on from here.`,
  );
  session.out.json({ type: "statement", address: named.address, statement });
  return EXIT.done;
}

/** Records that a named person says of the candidate at an address that the vendor moved to it. */
export async function recordMove(
  named: Named,
  saying: { readonly by: string; readonly reason: string; readonly at: Instant; readonly identity?: Identity },
  live: ReadonlyMap<DistrictId, LiveDistrict>,
  ports: Pick<Proof, "store">,
): Promise<void> {
  const [subject] = subjectOf(named, live);
  invariant(subject?.slot.cutover !== undefined, "only a candidate that waits can be moved to");
  await recordStatement(subject, attest({ connection: subject.connection, ...saying }), ports);
}

async function recordStatement(
  { named, slot }: Subject,
  statement: Statement,
  { store }: Pick<Proof, "store">,
): Promise<void> {
  demand(await store.recordStatement({ address: named.address, revision: slot.revision, statement }));
}

function isStatementMade(made: Statement | Diagnostic): made is Statement {
  return "kind" in made;
}

/** The store's refusals, as failures of the world outside: nothing was written. */
export function demand<T>(written: Written<T>): T {
  if (written.kind === "done") return written.value;
  const why =
    written.kind === "stale"
      ? "somebody else changed this address meanwhile"
      : written.kind === "asked"
        ? written.task
        : written.why;
  throw new OutsideError("stores/not-written", `The store did not write this: ${why}`, {
    fix: "Look at `rosterform status`, then try again.",
  });
}

function fail(session: Session, diagnostics: readonly Diagnostic[]): ExitCode {
  tell(session.out, diagnostics);
  return EXIT.failed;
}

function nothingToConfirm(address: string): Diagnostic {
  return problem({
    code: "cli/nothing-to-confirm",
    summary: "There is no connection to confirm",
    detail: `${address} has no connection yet. Run \`rosterform apply\` first.`,
  });
}

function nothingToAttest(address: string): Diagnostic {
  return problem({
    code: "cli/nothing-to-attest",
    summary: "There is no candidate the vendor could have moved to",
    detail: `${address} has no open cut-over. A statement is about a candidate; \`rosterform explain '${address}'\` shows how things stand.`,
  });
}
