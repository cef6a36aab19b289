import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** Checks the documents; all errors at once. */
export async function validate(options: DocumentOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { districts } = session.project.desired;
  const connections = districts.reduce((sum, one) => sum + one.connections.length, 0);
  session.out.text(
    `Success! The configuration is valid: ${count(districts.length, "district")}, ${count(connections, "connection")}.`,
  );
  session.out.json({ type: "validated", valid: true, districts: districts.length, connections });
  return EXIT.done;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
