import { access, open, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { problem } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { createStore, openWriter } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import type { Instant } from "../../model/time.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { speak, tell } from "../output.ts";
import { clockFrom } from "../set-clock.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface ServeOptions {
  readonly store: string;
  readonly key?: string;
  readonly host: string;
  readonly port: number;
  readonly operators?: string;
  /** Where the lines of the log are added. */
  readonly log?: string;
  /** Applications with references to their vendor keys. */
  readonly vendorKey?: readonly { readonly application: string; readonly reference: string }[];
  /** Where the campus's clock starts; it runs on from there. */
  readonly now?: Instant;
  readonly seed: string;
  readonly schools: number;
  readonly students: number;
  /** Exports that take the place of sample data. */
  readonly data?: readonly ExportOption[];
  /** In milliseconds. */
  readonly tokenLifetime: number;
  readonly onDisable: "revoke" | "let-end";
  /** Districts with pages to click on. */
  readonly screens?: readonly DistrictId[];
  /** Whether people, consumers and time may be played over the API. */
  readonly rehearsal?: boolean;
}

/** An export, for one district or for every one that has none of its own. */
export interface ExportOption {
  readonly district?: DistrictId;
  readonly file: string;
}

/** Runs the reference campus until it is interrupted. */
export async function serve(options: ServeOptions, world: World): Promise<ExitCode> {
  // Large districts are a large heap that lives on. Left alone, the engine lets it grow to three times that before it looks for
  // what is no longer needed.
  setFlagsFromString("--heap-growing-percent=50");
  const path = resolve(world.cwd, options.store);
  const keyFile = options.key === undefined ? join(dirname(path), "rosterform.key") : resolve(world.cwd, options.key);
  const settings = { kind: "sqlite", path, keyFile } as const;
  const { createCampus, loadExports, passingClock, readVendorKeys } = await import("../../server/index.ts");
  const clock = passingClock(options.now === undefined ? world.clock : clockFrom(world.clock, options.now));
  const files = (options.data ?? []).map((one) => ({ ...one, path: resolve(world.cwd, one.file) }));
  const { exportOf, diagnostics } = await loadExports(files);
  tell(speak({}, world), diagnostics);
  if (diagnostics.length > 0) return EXIT.failed;
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await createStore(settings, { clock });
  const log = options.log === undefined ? undefined : await openLog(options.log, world);
  const operators = await operatorsOf(options.operators, world, log);
  const partners = await readVendorKeys(options.vendorKey ?? [], world.cwd, world.env);
  const store = await openWriter(settings, { clock, by: "campus" });
  try {
    const campus = createCampus({
      store,
      clock,
      operators,
      partners,
      tokens: { lifetimeMs: options.tokenLifetime, onDisable: options.onDisable },
      data: { studentsPerSchool: options.students, schools: options.schools, seed: options.seed, exportOf },
      ...(options.screens === undefined ? {} : { screens: options.screens }),
      ...(log === undefined ? {} : { log }),
      ...(options.rehearsal === true ? { rehearsal: clock } : {}),
      storeAs: (by) => openWriter(settings, { clock, by }),
    });
    const origin = await campus.listen({ host: options.host, port: options.port });
    world.stdout(
      `The reference campus answers at ${origin} (store ${options.store}${isThere ? "" : ", made now"}).\nIt is a stand-in for rehearsals, not a real Campus site. Stop it with Ctrl-C.\n`,
    );
    if (options.rehearsal === true)
      world.stdout("It rehearses: operators may play people, consumers and time. Nothing in its store is evidence.\n");
    if (options.now !== undefined) world.stdout(`Its clock was set to ${options.now} and runs on from there.\n`);
    if (options.screens !== undefined) world.stdout(`Pages to click on: ${origin}/campus/apps\n`);
    await untilInterrupted(world.signal);
    await campus.close();
    return interruptedBy(world.signal) ?? EXIT.done;
  } finally {
    await store.close();
    await log?.close();
  }
}

interface Log {
  readonly write: (line: string) => void;
  readonly close: () => Promise<void>;
}

/** Lines are added to what is there. A disk that is full later is told once and stops nothing. */
async function openLog(file: string, world: World): Promise<Log> {
  const handle = await open(resolve(world.cwd, file), "a", 0o600).catch((cause: unknown) => {
    throw new OutsideError("cli/cannot-log", `The log ${file} cannot be written`, {
      cause,
      fix: "Make its folder, and give yourself the right to write there.",
    });
  });
  const stream = handle.createWriteStream();
  stream.once("error", () => world.stderr(`\nThe log ${file} cannot be written any more; the campus goes on.\n`));
  stream.on("error", () => undefined);
  return {
    write: (line) => void stream.write(line),
    close: () => new Promise((done) => stream.end(() => done())),
  };
}

/** The operators of the file as it is at each moment. A file that cannot be used leaves those that were, and that is said. */
async function operatorsOf(file: string | undefined, world: World, log: Log | undefined) {
  const { createOperatorsSource } = await import("../../server/index.ts");
  if (file === undefined) return [];
  const read = () => readOperators(file, world);
  const out = speak({}, world);
  const say = (event: string, more: Readonly<Record<string, unknown>> = {}) =>
    log?.write(`${JSON.stringify({ time: world.clock.now(), msg: event, ...more })}\n`);
  return createOperatorsSource({
    read,
    first: await read(),
    tell: (failure) => {
      if (failure === undefined) {
        out.progress(`The operators file ${file} can be used again.`);
        say("operators read again");
        return;
      }
      const code = failure instanceof OutsideError ? failure.code : "cli/operators-unreadable";
      const fix = failure instanceof OutsideError ? failure.fix : "";
      const detail = `${failure.message} Those from before still count, and a token that you took out still works. ${fix}`;
      tell(out, [problem({ code, summary: "The operators were changed, and cannot be used", detail })]);
      say("operators cannot be used", { code, message: failure.message });
    },
  });
}

async function readOperators(file: string, world: World) {
  const { parseOperators } = await import("../../server/index.ts");
  const path = resolve(world.cwd, file);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new OutsideError("cli/operators-unreadable", `The operators file ${file} cannot be read`, {
      cause,
      fix: "Name a readable YAML file.",
    });
  });
  return parseOperators({ text, file, folder: dirname(path), env: world.env });
}

function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
