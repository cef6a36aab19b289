import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { createStore, openWriter } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface ServeOptions {
  readonly store: string;
  readonly key?: string;
  readonly host: string;
  readonly port: number;
  readonly operators?: string;
  readonly students: number;
  /** Districts with pages to click on. */
  readonly screens?: readonly DistrictId[];
}

/** Runs the reference campus until it is interrupted. */
export async function serve(options: ServeOptions, world: World): Promise<ExitCode> {
  const path = resolve(world.cwd, options.store);
  const keyFile = options.key === undefined ? join(dirname(path), "rosterform.key") : resolve(world.cwd, options.key);
  const settings = { kind: "sqlite", path, keyFile } as const;
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await createStore(settings, { clock: world.clock });
  const operators = await readOperators(options.operators, world);
  const store = await openWriter(settings, { clock: world.clock, by: "campus" });
  try {
    const { createCampus } = await import("../../server/index.ts");
    const campus = createCampus({
      store,
      clock: world.clock,
      operators,
      data: { studentsPerSchool: options.students },
      ...(options.screens === undefined ? {} : { screens: options.screens }),
      storeAs: (by) => openWriter(settings, { clock: world.clock, by }),
    });
    const origin = await campus.listen({ host: options.host, port: options.port });
    world.stdout(
      `The reference campus answers at ${origin} (store ${options.store}${isThere ? "" : ", made now"}).\nIt is a stand-in for rehearsals, not a real Campus site. Stop it with Ctrl-C.\n`,
    );
    if (options.screens !== undefined) world.stdout(`Pages to click on: ${origin}/campus/apps\n`);
    await untilInterrupted(world.signal);
    await campus.close();
    return interruptedBy(world.signal) ?? EXIT.done;
  } finally {
    await store.close();
  }
}

async function readOperators(file: string | undefined, world: World) {
  const { parseOperators } = await import("../../server/index.ts");
  if (file === undefined) return [];
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
